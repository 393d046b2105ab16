// Ranks of the pinned samples over training.

import { Axis, grouped } from "../kit/axes.js";
import { BOTTOM, LEFT, RIGHT } from "../kit/plot_area.js";
import { Curves, LEGEND } from "./curves.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Player } from "../player.js" */
/** @import { Curve } from "./curves.js" */

/** The rank of each pinned sample by anomaly score. */
export class Ranks extends Curves {
  /**
   * @param {Player} player
   * @param {string} area
   * @param {boolean} [isBeside]
   */
  constructor(player, area, isBeside) {
    super(player, area, "Rank over time", isBeside);
  }

  /**
   * A sample's rank, one value a snapshot.
   *
   * @private
   * @param {number} row
   */
  ranks(row) {
    return this.film.steps.map((_, frame) => this.film.ranks(frame)[row]);
  }

  /**
   * @private
   * @returns {Curve[]}
   */
  curves() {
    return this.state.pins.map((row, place) => ({
      name: `${place + 1}: ${this.film.className(row)}`,
      color: this.player.theme.pins[place],
      xs: this.film.steps,
      ys: this.ranks(row),
    }));
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const curves = this.curves();
    const axis = new Axis(1, this.film.size, "rank").reversed(); // the first rank is on top
    const [across, up] = [width - LEFT - RIGHT, height - LEGEND - BOTTOM];
    const box = { left: LEFT, top: LEGEND, width: across, height: up };
    this.drawCurves(paint, box, axis, curves, { dots: true });
    this.drawLegend(paint, curves);
    const hint = "Pin a sample to follow its rank.";
    if (!curves.length) paint.text(hint, width / 2, height / 2, { align: "center" });
  }

  /** @returns {string} */
  words() {
    return (
      `Rank by anomaly score among the ${grouped(this.film.size)} probe samples; 1, on top, is the ` +
      "most anomalous. Pin samples from the panel beside the black hole."
    );
  }

  /** @returns {Columns} */
  columns() {
    const { pins } = this.state;
    const ranks = pins.map((row) => [`sample_${this.film.ids[row]}`, this.ranks(row)]);
    return { step: this.film.steps, ...Object.fromEntries(ranks) };
  }
}
