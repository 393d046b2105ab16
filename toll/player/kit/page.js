// Elements of the page, and files for the viewer to keep.

/**
 * A new element with these attributes and this content.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} content
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...content);
  return made;
}

/**
 * What a canvas is drawn with.
 *
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser has no room for another canvas.");
  return context;
}

/**
 * Pixels of the screen for each CSS pixel.
 *
 * @returns {number}
 */
export function pixelRatio() {
  return window.devicePixelRatio || 1;
}

/**
 * Gives the canvas so many pixels of the screen that it is sharp at this size on the page, in CSS
 * pixels. Nothing is done, and nothing drawn is lost, where it has them.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function fit(canvas, width, height) {
  const [w, h] = [width, height].map((size) => Math.round(size * pixelRatio()));
  if (canvas.width === w && canvas.height === h) return;
  [canvas.width, canvas.height] = [w, h];
  // Not stretched when its place changes its size before it is drawn again.
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
}

/**
 * Gives the viewer a file to keep.
 *
 * @param {Blob} blob
 * @param {string} name  of the file
 */
export function save(blob, name) {
  const link = element("a", { download: name, href: URL.createObjectURL(blob) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
