// How well the scores separate normal from anomalous samples, over training.

import { Axis } from "../kit/axes.js";
import { LEFT, RIGHT } from "../kit/plot_area.js";
import { Curves } from "./curves.js";
import { lineOf, PARTS } from "./parts.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Player } from "../player.js" */
/** @import { Curve } from "./curves.js" */

/** Separation above, AUROC below. */
export class Separation extends Curves {
  /**
   * @param {Player} player
   * @param {string} area
   */
  constructor(player, area) {
    super(player, area, "Separation and AUROC");
  }

  /**
   * The separation, one value a snapshot.
   *
   * @private
   * @returns {number[]}
   */
  separations() {
    return this.film.steps.map((_, frame) => this.film.separation(frame));
  }

  /**
   * AUROC of the score and of its parts.
   *
   * @private
   * @returns {Curve[]}
   */
  aurocs() {
    const { film } = this;
    return PARTS.map((part) => ({
      ...lineOf(this.player.theme, part),
      xs: film.steps,
      ys: film.steps.map((_, frame) => film.auroc(part, frame)),
    }));
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const { theme } = paint;
    const [separations, aurocs] = [this.separations(), this.aurocs()];
    const half = (height - 74) / 2;
    const box = { left: LEFT, width: width - LEFT - RIGHT, height: half };
    const most = Math.max(1.2, ...separations.filter(Number.isFinite));
    const curve = {
      name: "separation",
      color: theme.horizon,
      xs: this.film.steps,
      ys: separations,
    };
    const axis = new Axis(0, most * 1.08, "separation");
    const options = { xTitle: false, dots: true };
    const upper = this.drawCurves(paint, { ...box, top: 6 }, axis, [curve], options);
    const lowerBox = { ...box, top: 38 + half };
    const lower = this.drawCurves(paint, lowerBox, new Axis(0, 1.02, "AUROC"), aurocs);
    // What guessing gives: no separation, half the area.
    const level = { stroke: theme.guide, dash: [2, 3] };
    paint.line(upper.left, upper.py(1), upper.right, upper.py(1), level);
    paint.line(lower.left, lower.py(0.5), lower.right, lower.py(0.5), level);
    this.drawLegend(paint, aurocs, 29 + half);
  }

  /** @returns {string} */
  words() {
    const now = this.film.separation(this.player.frame);
    return (
      `Now the median anomaly lies ${now.toFixed(2)} times as far out as the median normal sample: ` +
      "above 1 the collapse is targeted, whatever the scale of z. AUROC: 1 is perfect, 0.5 guessing. " +
      "Both use the anomaly labels of the probe samples."
    );
  }

  /** @returns {Columns} */
  columns() {
    const [score, error, norm] = this.aurocs().map(({ ys }) => ys);
    return {
      step: this.film.steps,
      separation: this.separations(),
      auroc_score: score,
      auroc_reconstruction_error: error,
      auroc_latent_norm: norm,
    };
  }
}
