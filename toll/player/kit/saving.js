// A chart as a file to keep: PNG, SVG, and its numbers as CSV.

import { CanvasPaint } from "./canvas_paint.js";
import { contextOf, element, save } from "./page.js";
import { SvgPaint } from "./svg_paint.js";

/** @import { Paint } from "./paint.js" */
/** @import { Theme } from "./theme.js" */

/**
 * What draws a chart of this width and height, in pixels.
 *
 * @typedef {(paint: Paint, width: number, height: number) => void} Draw
 */

/**
 * Columns of a table by name; shorter ones end in empty cells.
 *
 * @typedef {Record<string, ArrayLike<string | number>>} Columns
 */

/**
 * The size of a chart, in pixels.
 *
 * @typedef {{ width: number, height: number }} Size
 */

const PNG_RATIO = 2; // pixels of the file for each pixel of the page

/**
 * The chart as a PNG file, on the page's background.
 *
 * @param {Draw} draw
 * @param {Size} size
 * @param {Theme} theme
 * @returns {Promise<Blob>}
 */
export async function pngFile(draw, { width, height }, theme) {
  const canvas = element("canvas", { width: PNG_RATIO * width, height: PNG_RATIO * height });
  const context = contextOf(canvas);
  context.scale(PNG_RATIO, PNG_RATIO);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  draw(new CanvasPaint(context, theme), width, height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The chart is too large."))));
  });
}

/**
 * The chart as an SVG file, on the page's background.
 *
 * @param {Draw} draw
 * @param {Size} size
 * @param {Theme} theme
 * @returns {Blob}
 */
export function svgFile(draw, { width, height }, theme) {
  const paint = new SvgPaint(width, height, theme);
  draw(paint, width, height);
  return new Blob([paint.toString()], { type: "image/svg+xml" });
}

/**
 * A table as a CSV file.
 *
 * @param {Columns} columns
 * @returns {Blob}
 */
export function csvFile(columns) {
  return new Blob([csvText(columns)], { type: "text/csv" });
}

/**
 * A table in the text of a CSV file, numbers to seven digits.
 *
 * @param {Columns} columns
 * @returns {string}
 */
export function csvText(columns) {
  const [names, all] = [Object.keys(columns), Object.values(columns)];
  const length = Math.max(...all.map((values) => values.length));
  /** @type {(string | number)[][]} */
  const lines = [names];
  for (let i = 0; i < length; i++) lines.push(all.map((values) => values[i] ?? ""));
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

/** @param {string | number} value */
function cell(value) {
  const text = typeof value === "number" ? String(Number(value.toPrecision(7))) : value;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A menu that offers a chart as files.
 *
 * @param {string} title  of the chart
 * @param {Record<string, () => Blob | Promise<Blob>>} files  what makes each, by its kind: “PNG”
 * @param {() => string} name  of the file to save, without an ending
 * @returns {HTMLElement}
 */
export function savingMenu(title, files, name) {
  const menu = element("details", { class: "menu" });
  const words = { title: "Save this figure", "aria-label": `Save ${title}` };
  const list = element("div");
  for (const [kind, make] of Object.entries(files)) {
    const button = element("button", { type: "button" }, kind);
    button.onclick = async () => {
      menu.open = false;
      save(await make(), `${name().replaceAll(/[^\w.-]+/g, "-")}.${kind.toLowerCase()}`);
    };
    list.append(button);
  }
  menu.append(element("summary", words, "⤓"), list);
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(/** @type {Node} */ (relatedTarget))) menu.open = false;
  });
  return menu;
}
