// The loss and its two terms over training.

import { Axis } from "../kit/axes.js";
import { BOTTOM, LEFT, RIGHT } from "../kit/plot_area.js";
import { Curves, LEGEND } from "./curves.js";
import { lineOf } from "./parts.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Player } from "../player.js" */
/** @import { Curve } from "./curves.js" */

/** The loss curves. */
export class Losses extends Curves {
  /**
   * @param {Player} player
   * @param {string} area
   * @param {boolean} [isBeside]
   */
  constructor(player, area, isBeside) {
    super(player, area, "Loss curves", isBeside);
  }

  /**
   * @private
   * @returns {Curve[]}
   */
  curves() {
    const { step, loss, reconstruction_error, latent_norm } = this.film.about.curves.history;
    const { theme } = this.player;
    const { beta } = this.film;
    const pull = latent_norm.map((each) => (beta || 1) * each);
    const pullName = beta ? "β‖z‖" : "‖z‖ (β = 0)";
    return [
      { ...lineOf(theme, "score", "loss"), xs: step, ys: loss },
      { ...lineOf(theme, "error"), xs: step, ys: reconstruction_error },
      { ...lineOf(theme, "norm", pullName), xs: step, ys: pull },
    ];
  }

  /** @returns {boolean} */
  get showsScore() {
    return false;
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const curves = this.curves();
    const values = curves.flatMap(({ ys }) => ys).filter((each) => each > 0);
    const [least, most] = values.reduce(
      ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
      [Infinity, 0],
    );
    const axis = new Axis(least / 1.1, most * 1.1, "batch mean (log)", "log");
    const [across, up] = [width - LEFT - RIGHT, height - LEGEND - BOTTOM];
    this.drawCurves(paint, { left: LEFT, top: LEGEND, width: across, height: up }, axis, curves);
    this.drawLegend(paint, curves);
  }

  /** @returns {string} */
  words() {
    return (
      "What training lowers: the loss is the reconstruction error plus β times the latent norm, " +
      "means over each step's batch of normal samples. A falling pink curve is the pull."
    );
  }

  /** @returns {Columns} */
  columns() {
    return { ...this.film.about.curves.history };
  }
}
