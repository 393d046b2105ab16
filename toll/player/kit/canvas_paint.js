// Drawing on a canvas.

import { contextOf, pixelRatio } from "./page.js";
import { drawMark, hasPlace } from "./paint.js";

/** @import { Look, Paint, Style } from "./paint.js" */
/** @import { Theme } from "./theme.js" */

/**
 * @typedef {object} Stamp  a mark that has been drawn once
 * @property {HTMLCanvasElement} canvas
 * @property {number} extent  its width and height, in CSS pixels
 */

/**
 * The strokes of `Paint`, on a canvas.
 *
 * @implements {Paint}
 */
export class CanvasPaint {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  constructor(context, theme) {
    this.context = context;
    this.theme = theme;
    /** @type {Map<string, Stamp>} */
    this.stamps = new Map();
  }

  /** @type {Paint["line"]} */
  line(x1, y1, x2, y2, style) {
    this.path([x1, x2], [y1, y2], style);
  }

  /** @type {Paint["path"]} */
  path(xs, ys, { closed = false, ...style }) {
    const c = this.context;
    c.beginPath();
    for (let i = 0; i < xs.length; i++) {
      if (i) c.lineTo(xs[i], ys[i]);
      else c.moveTo(xs[i], ys[i]);
    }
    if (closed) c.closePath();
    this.ink(style);
  }

  /** @type {Paint["rect"]} */
  rect(x, y, width, height, style) {
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.ink(style);
  }

  /** @type {Paint["circle"]} */
  circle(x, y, radius, style) {
    this.context.beginPath();
    this.context.arc(x, y, Math.max(radius, 0), 0, 2 * Math.PI);
    this.ink(style);
  }

  /** @type {Paint["text"]} */
  text(text, x, y, { align = "start", baseline = "alphabetic", size = 11, ...style } = {}) {
    const c = this.context;
    c.save();
    c.translate(x, y);
    if (style.turned) c.rotate(-Math.PI / 2);
    c.font = `${style.bold ? "600 " : ""}${size}px ${this.theme.font}`;
    c.textAlign = align;
    c.textBaseline = baseline;
    c.globalAlpha = style.opacity ?? 1;
    c.fillStyle = style.fill ?? this.theme.text;
    c.fillText(text, 0, 0);
    c.restore();
  }

  /** @type {Paint["marks"]} */
  marks(xs, ys, rows, look) {
    const c = this.context;
    const { canvas, extent } = this.stamp(look);
    c.globalAlpha = look.opacity ?? 1;
    for (const row of rows)
      if (hasPlace(xs[row]))
        c.drawImage(canvas, xs[row] - extent / 2, ys[row] - extent / 2, extent, extent);
    c.globalAlpha = 1;
  }

  /** @type {Paint["image"]} */
  image(image, x, y, width, height) {
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(image, x, y, width, height);
  }

  /** @type {Paint["clipped"]} */
  clipped(x, y, width, height, draw) {
    const c = this.context;
    c.save();
    c.beginPath();
    c.rect(x, y, width, height);
    c.clip();
    draw();
    c.restore();
  }

  /**
   * A mark of this look, drawn once and then stamped: thousands of them are drawn in each frame.
   *
   * @private
   * @param {Look} look
   * @returns {Stamp}
   */
  stamp(look) {
    const ratio = pixelRatio();
    const key = `${look.shape} ${look.color} ${look.size} ${ratio}`;
    const before = this.stamps.get(key);
    if (before) return before;
    const extent = look.size + 4;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(extent * ratio);
    const paint = new CanvasPaint(contextOf(canvas), this.theme);
    paint.context.scale(ratio, ratio);
    drawMark(paint, extent / 2, extent / 2, look);
    const stamp = { canvas, extent };
    this.stamps.set(key, stamp);
    return stamp;
  }

  /**
   * Fills and outlines the path that the canvas holds.
   *
   * @private
   * @param {Style} style
   */
  ink({ fill, stroke, width = 1, dash = [], opacity = 1 }) {
    const c = this.context;
    c.globalAlpha = opacity;
    if (fill) {
      c.fillStyle = fill;
      c.fill();
    }
    if (stroke) {
      c.strokeStyle = stroke;
      c.lineWidth = width;
      c.setLineDash(dash);
      c.lineJoin = "round";
      c.stroke();
      c.setLineDash([]);
    }
    c.globalAlpha = 1;
  }
}
