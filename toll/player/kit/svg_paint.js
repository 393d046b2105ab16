// Drawing into an SVG file.

import { contextOf } from "./page.js";
import { drawMark, hasPlace } from "./paint.js";

/** @import { Paint, Style } from "./paint.js" */
/** @import { Theme } from "./theme.js" */

// Of the font's size: how far down text is moved that stands so to its place.
const DOWN = { alphabetic: 0, middle: 0.35, top: 0.8, bottom: -0.2 };
const ANCHORS = { start: "start", center: "middle", right: "end" };

/**
 * The strokes of `Paint`, as the text of an SVG file.
 *
 * @implements {Paint}
 */
export class SvgPaint {
  /**
   * @param {number} width  of the whole, in pixels
   * @param {number} height
   * @param {Theme} theme
   */
  constructor(width, height, theme) {
    this.theme = theme;
    this.width = width;
    this.height = height;
    /** @type {string[]} */
    this.parts = [];
    this.clips = 0;
  }

  /** @type {Paint["line"]} */
  line(x1, y1, x2, y2, style) {
    this.path([x1, x2], [y1, y2], style);
  }

  /** @type {Paint["path"]} */
  path(xs, ys, { closed = false, ...style }) {
    const points = Array.from(xs, (x, i) => `${short(x)} ${short(ys[i])}`);
    if (points.length) this.add("path", { d: `M${points.join("L")}${closed ? "Z" : ""}` }, style);
  }

  /** @type {Paint["rect"]} */
  rect(x, y, width, height, style) {
    this.add("rect", box(x, y, width, height), style);
  }

  /** @type {Paint["circle"]} */
  circle(x, y, radius, style) {
    this.add("circle", { cx: short(x), cy: short(y), r: short(Math.max(radius, 0)) }, style);
  }

  /** @type {Paint["text"]} */
  text(text, x, y, { align = "start", baseline = "alphabetic", size = 11, ...style } = {}) {
    const turn = style.turned ? " rotate(-90)" : "";
    const attributes = {
      transform: `translate(${short(x)} ${short(y)})${turn}`,
      dy: `${DOWN[baseline]}em`,
      "font-size": size,
      "font-weight": style.bold ? 600 : 400,
      "text-anchor": ANCHORS[align],
    };
    const { fill = this.theme.text, opacity } = style;
    this.add("text", attributes, { fill, opacity }, escaped(text));
  }

  /** @type {Paint["marks"]} */
  marks(xs, ys, rows, look) {
    for (const row of rows) if (hasPlace(xs[row])) drawMark(this, xs[row], ys[row], look);
  }

  /** @type {Paint["image"]} */
  image(image, x, y, width, height) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    contextOf(canvas).drawImage(image, 0, 0);
    const looks = { style: "image-rendering:pixelated", preserveAspectRatio: "none" };
    this.add("image", { ...box(x, y, width, height), ...looks, href: canvas.toDataURL() }, {});
  }

  /** @type {Paint["clipped"]} */
  clipped(x, y, width, height, draw) {
    const id = `clip${++this.clips}`;
    const shape = `<rect ${attributeText(box(x, y, width, height))}/>`;
    this.parts.push(`<clipPath id="${id}">${shape}</clipPath><g clip-path="url(#${id})">`);
    draw();
    this.parts.push("</g>");
  }

  /**
   * The file, on the page's background.
   *
   * @returns {string}
   */
  toString() {
    const { width, height, theme } = this;
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${escaped(theme.font)}">` +
      `<rect width="100%" height="100%" fill="${theme.background}"/>${this.parts.join("")}</svg>`
    );
  }

  /**
   * @private
   * @param {string} name  of the element
   * @param {Record<string, string | number>} attributes
   * @param {Style} style
   * @param {string} [content]
   */
  add(name, attributes, { fill = "none", stroke, width = 1, dash, opacity = 1 }, content = "") {
    const all = { ...attributes, fill };
    if (stroke) Object.assign(all, { stroke, "stroke-width": width });
    if (stroke && dash?.length) Object.assign(all, { "stroke-dasharray": dash.join(" ") });
    if (opacity !== 1) Object.assign(all, { opacity: short(opacity) });
    const end = content ? `>${content}</${name}>` : "/>";
    this.parts.push(`<${name} ${attributeText(all)}${end}`);
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function box(x, y, width, height) {
  return { x: short(x), y: short(y), width: short(width), height: short(height) };
}

/** @param {Record<string, string | number>} attributes */
function attributeText(attributes) {
  return Object.entries(attributes)
    .map(([key, value]) => `${key}="${value}"`)
    .join(" ");
}

/** @param {number} number */
function short(number) {
  return Math.round(number * 100) / 100;
}

/**
 * The text as it may stand in an SVG or HTML file.
 *
 * @param {string} text
 * @returns {string}
 */
export function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
