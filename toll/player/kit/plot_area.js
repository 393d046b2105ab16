// The part of a chart that holds its data: a box with two axes, the grid, numbers and titles.

/** @import { Axis } from "./axes.js" */
/** @import { Paint } from "./paint.js" */

/**
 * A rectangle, in pixels.
 *
 * @typedef {object} Box
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

/** Pixels left of a plot area, for numbers and a title. */
export const LEFT = 52;

/** Pixels right of a plot area, for half of the last number below it. */
export const RIGHT = 15;

/** Pixels below a plot area, for numbers and a title. */
export const BOTTOM = 36;

/** A box with an axis across and an axis up. */
export class PlotArea {
  /**
   * @param {Box} box
   * @param {Axis} x
   * @param {Axis} y
   */
  constructor({ left, top, width, height }, x, y) {
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
    this.x = x;
    this.y = y;
  }

  /** The far side, in pixels. */
  get right() {
    return this.left + this.width;
  }

  /** The lower side, in pixels. */
  get bottom() {
    return this.top + this.height;
  }

  /**
   * Pixels from the left of a value on the axis across.
   *
   * @param {number} value
   * @returns {number}
   */
  px(value) {
    return this.left + this.width * this.x.place(value);
  }

  /**
   * Pixels from the top of a value on the axis up.
   *
   * @param {number} value
   * @returns {number}
   */
  py(value) {
    return this.top + this.height * (1 - this.y.place(value));
  }

  /**
   * The pixels of many points: from the left, and from the top.
   *
   * @param {ArrayLike<number>} xs
   * @param {ArrayLike<number>} ys
   * @returns {[number[], number[]]}
   */
  all(xs, ys) {
    return [Array.from(xs, (x) => this.px(x)), Array.from(ys, (y) => this.py(y))];
  }

  /**
   * Whether a point, in pixels, lies inside.
   *
   * @param {number} x
   * @param {number} y
   * @returns {boolean}
   */
  contains(x, y) {
    return x >= this.left && x <= this.right && y >= this.top && y <= this.bottom;
  }

  /**
   * Draws the grid, with numbers and titles beside it.
   *
   * @param {Paint} paint
   * @param {{ xTicks?: number, yTicks?: number, xTitle?: boolean }} [options]  xTitle: whether the
   *   axis across has numbers and a title
   */
  draw(paint, { xTicks = 5, yTicks = 5, xTitle = true } = {}) {
    const { left, top, right, bottom } = this;
    const { grid, text } = paint.theme;
    const small = { size: 10.5, fill: text, opacity: 0.85 };
    for (const tick of this.x.ticks(xTicks)) {
      const x = this.px(tick);
      paint.line(x, top, x, bottom, { stroke: grid });
      if (xTitle) paint.text(this.x.format(tick), x, bottom + 13, { align: "center", ...small });
    }
    for (const tick of this.y.ticks(yTicks)) {
      const y = this.py(tick);
      paint.line(left, y, right, y, { stroke: grid });
      const beside = /** @type {const} */ ({ align: "right", baseline: "middle", ...small });
      paint.text(this.y.format(tick), left - 5, y, beside);
    }
    const [middle, centre] = [left + this.width / 2, top + this.height / 2];
    if (xTitle) paint.text(this.x.title, middle, bottom + 28, { align: "center", size: 11 });
    paint.text(this.y.title, 12, centre, { align: "center", size: 11, turned: true });
  }
}
