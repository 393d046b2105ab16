// The base of charts with one point a sample: the mouse tells what a point is, a click or a lasso
// selects, and what is selected or pinned stands out in all of them.

import { hasPlace } from "../kit/paint.js";
import { FilmCard } from "./film_card.js";

/** @import { Look, Paint } from "../kit/paint.js" */
/** @import { Player } from "../player.js" */

/**
 * Where the rows of a film are drawn, in pixels; NaN for none.
 *
 * @typedef {{ xs: Float32Array, ys: Float32Array }} Points
 */

/**
 * The corners of a lasso, in pixels.
 *
 * @typedef {{ xs: number[], ys: number[] }} Lasso
 */

/**
 * What the mouse has taken hold of: called with where it is, in pixels, as it moves. It may let go
 * by giving a lasso to go on with.
 *
 * @typedef {(x: number, y: number, event: PointerEvent) => Lasso | void} Grip
 */

const NEAR = 12; // pixels from a point within which it is meant
const STILL = 4; // pixels that the mouse may move in a click

/** A chart of points, one a sample. */
export class PointCard extends FilmCard {
  /**
   * @param {Player} player
   * @param {string} area
   * @param {string} title
   * @param {boolean} [isBeside]  as in `FilmCard`
   */
  constructor(player, area, title, isBeside) {
    super(player, area, title, isBeside);
    /** @type {Points | null} */
    this.shown = null;
    /** @type {Lasso | null} */
    this.lasso = null;
    this.canvas.style.cursor = "crosshair";
    this.listen();
  }

  /**
   * Draws the samples. Subclasses call this.
   *
   * @param {Paint} paint
   * @param {Points} points
   */
  drawSamples(paint, { xs, ys }) {
    this.shown = { xs, ys };
    const { theme } = paint;
    const { film } = this;
    const [size, opacity] = lookFor(film.size);
    const { lit } = this.state;
    /** @param {number} row */
    const isFaint = (row) => lit.size > 0 && !lit.has(film.classes[row]);
    /** @type {[Int32Array, Look][]} */
    const kinds = [
      // Anomalies first: the few normal samples at the centre are not to be hidden below them.
      [film.anomalous, { shape: "diamond", color: theme.anomalous, size: size + 1 }],
      [film.normal, { shape: "circle", color: theme.normal, size }],
    ];
    for (const [rows, look] of kinds) {
      if (lit.size) paint.marks(xs, ys, rows.filter(isFaint), { ...look, opacity: 0.08 });
      const bright = lit.size ? rows.filter((row) => !isFaint(row)) : rows;
      paint.marks(xs, ys, bright, { ...look, opacity });
    }
    /** @type {Look} */
    const ring = { shape: "ring", color: theme.text, size: size + 7 };
    paint.marks(xs, ys, this.state.selected, ring);
    this.state.pins.forEach((row, place) => {
      const color = theme.pins[place];
      paint.marks(xs, ys, [row], { ...ring, color });
      if (!hasPlace(xs[row])) return;
      const style = { fill: color, bold: true, size: 12 };
      paint.text(String(place + 1), xs[row] + size, ys[row] - size, style);
    });
  }

  /**
   * Draws the lasso, if there is one. Subclasses call this last.
   *
   * @param {Paint} paint
   */
  drawLasso(paint) {
    if (!this.lasso) return;
    const { text, lasso } = paint.theme;
    const style = { stroke: text, width: 1.2, dash: [4, 3], fill: lasso, closed: true };
    paint.path(this.lasso.xs, this.lasso.ys, style);
  }

  /**
   * The sample whose point is nearest; null if none is near.
   *
   * @param {number} x  in pixels
   * @param {number} y
   * @returns {number | null}
   */
  nearest(x, y) {
    if (!this.shown) return null;
    const { xs, ys } = this.shown;
    /** @type {number | null} */
    let best = null;
    let distance = NEAR;
    for (let row = 0; row < xs.length; row++) {
      const away = Math.hypot(xs[row] - x, ys[row] - y);
      if (away < distance) [best, distance] = [row, away];
    }
    return best;
  }

  /**
   * The samples whose points lie in a lasso.
   *
   * @param {Lasso} lasso
   * @returns {number[]}
   */
  inside(lasso) {
    if (!this.shown) return [];
    const { xs, ys } = this.shown;
    return Array.from(xs.keys()).filter((row) => isInside(lasso, xs[row], ys[row]));
  }

  /** @private */
  listen() {
    /** @type {(event: PointerEvent) => [number, number]} */
    const at = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    /** @type {[number, number] | null} */
    let from = null;
    let isDragged = false;
    /** @type {Grip | null} */
    let grip = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      from = at(event);
      grip = this.grasp(...from);
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const [x, y] = at(event);
      if (!from) return this.player.tip.show(this.nearest(x, y), event, this.side);
      if (Math.hypot(x - from[0], y - from[1]) < STILL && !this.lasso && !isDragged) return;
      this.player.tip.hide();
      isDragged = true;
      if (grip) {
        const lasso = grip(x, y, event);
        if (lasso) [grip, this.lasso] = [null, lasso];
        return;
      }
      this.lasso ??= { xs: [from[0]], ys: [from[1]] };
      this.lasso.xs.push(x);
      this.lasso.ys.push(y);
      this.redraw();
    });
    /** @param {PointerEvent} event */
    const end = (event) => {
      if (!from) return;
      if (this.lasso) this.player.select(this.inside(this.lasso), event.shiftKey);
      else if (!isDragged) {
        const row = this.nearest(...at(event));
        this.player.select(row === null ? [] : [row], event.shiftKey);
      }
      [from, this.lasso, grip, isDragged] = [null, null, null, false];
      this.redraw();
    };
    this.canvas.addEventListener("pointerup", end);
    this.canvas.addEventListener("pointercancel", end);
    this.canvas.addEventListener("pointerleave", () => this.player.tip.hide());
  }

  /**
   * What lies below the mouse to be taken hold of. Subclasses that have such a thing say so.
   *
   * @param {number} _x  in pixels
   * @param {number} _y
   * @returns {Grip | null}
   */
  grasp(_x, _y) {
    return null;
  }
}

/**
 * Whether a point lies in a lasso: a line from it to the right then crosses its edge an odd number
 * of times.
 *
 * @param {Lasso} lasso
 * @param {number} x
 * @param {number} y
 */
function isInside({ xs, ys }, x, y) {
  let isOdd = false;
  for (let i = 0, j = xs.length - 1; i < xs.length; j = i++) {
    const crosses = ys[i] > y !== ys[j] > y;
    const edge = ((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i]) + xs[i];
    if (crosses && x < edge) isOdd = !isOdd;
  }
  return isOdd;
}

/**
 * Size in pixels and opacity that keep so many points legible.
 *
 * @param {number} count
 * @returns {[number, number]}
 */
function lookFor(count) {
  if (count <= 800) return [7, 0.8];
  return count <= 3000 ? [6, 0.65] : [4, 0.4];
}
