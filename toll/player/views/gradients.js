// The tug of war: the gradients of the two terms of the loss, over training.

import { Axis } from "../kit/axes.js";
import { LEFT, RIGHT } from "../kit/plot_area.js";
import { Curves, LEGEND } from "./curves.js";
import { lineOf } from "./parts.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Player } from "../player.js" */

/** Lengths of both gradients above, the cosine between them below. */
export class Gradients extends Curves {
  /**
   * @param {Player} player
   * @param {string} area
   * @param {boolean} [isBeside]
   */
  constructor(player, area, isBeside) {
    super(player, area, "Tug of war", isBeside);
  }

  /** @returns {boolean} */
  get showsScore() {
    return false;
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const { step, error_gradient, pull_gradient, cosine } = this.film.about.curves.gradients;
    const { theme } = paint;
    if (!step.length) {
      const words = "This run has kept no gradients.";
      paint.text(words, width / 2, height / 2, { align: "center" });
      return;
    }
    const sides = [
      { ...lineOf(theme, "error", "rebuilding"), xs: step, ys: error_gradient },
      { ...lineOf(theme, "norm", "the pull"), xs: step, ys: pull_gradient },
    ].filter(({ ys }) => ys.some((each) => each > 0));
    const positive = sides.flatMap(({ ys }) => ys).filter((each) => each > 0);
    const [least, most] = [Math.min(...positive) / 1.3, Math.max(...positive) * 1.3];
    const lengths = new Axis(least, most, "gradient (log)", "log");
    const half = (height - 74) / 2;
    const box = { left: LEFT, width: width - LEFT - RIGHT, height: half };
    const upperBox = { ...box, top: LEGEND };
    this.drawCurves(paint, upperBox, lengths, sides, { xTitle: false, dots: true });
    const curve = { name: "cosine", color: theme.horizon, xs: step, ys: cosine };
    const lowerBox = { ...box, top: 38 + half };
    const cosines = new Axis(-1.05, 1.05, "cosine");
    const lower = this.drawCurves(paint, lowerBox, cosines, [curve], { dots: true });
    const level = { stroke: theme.guide, dash: [2, 3] };
    paint.line(lower.left, lower.py(0), lower.right, lower.py(0), level);
    this.drawLegend(paint, sides);
  }

  /** @returns {string} */
  words() {
    return (
      "How hard the two terms of the loss pull at z (lengths of ∂‖x − x̂‖/∂z and ∂β‖z‖/∂z, normal " +
      "probe samples): rebuilding well against lying close to the origin. Where the cosine nears " +
      "−1 they pull against each other, and the collapse stops where they are equally strong."
    );
  }

  /** @returns {Columns} */
  columns() {
    return { ...this.film.about.curves.gradients };
  }
}
