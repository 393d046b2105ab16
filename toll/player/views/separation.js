// How well the scores separate normal from anomalous samples, over training; two βs in one chart.

import { Axis } from "../kit/axes.js";
import { LEFT, RIGHT } from "../kit/plot_area.js";
import { Patience } from "../film/patience.js";
import { Curves, LEGEND } from "./curves.js";
import { lineOf, PARTS } from "./parts.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Side } from "../film/side.js" */
/** @import { Player } from "../player.js" */
/** @import { Curve } from "./curves.js" */
/** @import { Part } from "./parts.js" */

const PATIENCE_MS = 5; // that a drawing may compute AUROCs before it leaves the rest to the next

/** Separation above, AUROC below. */
export class Separation extends Curves {
  /**
   * @param {Player} player
   * @param {string} area
   */
  constructor(player, area) {
    super(player, area, "Separation and AUROC");
    this.patience = new Patience(PATIENCE_MS);
  }

  /**
   * The separation at each snapshot.
   *
   * @private
   * @param {Side} side
   * @returns {Curve}
   */
  separations({ film }) {
    return {
      name: "separation",
      color: this.player.theme.horizon,
      xs: film.steps,
      ys: film.steps.map((_, frame) => film.separation(frame)),
      thin: film !== this.film,
    };
  }

  /**
   * AUROC of the score and of its parts.
   *
   * @private
   * @param {Side} side
   * @returns {Curve[]}
   */
  aurocs({ film }) {
    /** @type {(part: Part, frame: number) => number} */
    const at = (part, frame) => {
      const name = `${film.about.run} ${part} ${frame}`;
      return this.patience.figure(name, () => film.auroc(part, frame)) ?? NaN;
    };
    return PARTS.map((part) => {
      const known = film.steps.map((_, frame) => at(part, frame));
      const frames = [...known.keys()].filter((frame) => !Number.isNaN(known[frame]));
      return {
        ...lineOf(this.player.theme, part),
        xs: frames.map((frame) => film.steps[frame]),
        ys: frames.map((frame) => known[frame]),
        thin: film !== this.film,
      };
    });
  }

  /** @returns {boolean} */
  get showsBoth() {
    return true;
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const { theme } = paint;
    const { sides } = this.player;
    this.patience.begin();
    const separations = sides.map((side) => this.separations(side));
    const aurocs = sides.map((side) => this.aurocs(side));
    const top = this.isDoubled ? LEGEND : 6;
    const half = (height - 68 - top) / 2;
    const box = { left: LEFT, width: width - LEFT - RIGHT, height: half };
    const most = Math.max(1.2, ...separations.flatMap(({ ys }) => ys.filter(Number.isFinite)));
    const axis = new Axis(0, most * 1.08, "separation");
    const options = { xTitle: false, dots: true };
    const upper = this.drawCurves(paint, { ...box, top }, axis, separations.reverse(), options);
    const lowerBox = { ...box, top: top + 32 + half };
    const curves = aurocs.flat().reverse();
    const lower = this.drawCurves(paint, lowerBox, new Axis(0, 1.02, "AUROC"), curves);
    // What guessing gives: no separation, half the area.
    const level = { stroke: theme.guide, dash: [2, 3] };
    paint.line(upper.left, upper.py(1), upper.right, upper.py(1), level);
    paint.line(lower.left, lower.py(0.5), lower.right, lower.py(0.5), level);
    this.drawLegend(paint, aurocs[0], top + 23 + half);
    this.drawSides(paint, upper, 7);
    if (this.patience.isLate) this.player.requestRedraw(true);
  }

  /** @returns {string} */
  words() {
    const [now, other] = this.player.sides.map(({ film, frame }) => film.separation(frame));
    const beside = other === undefined ? "" : ` (${this.player.beside.label}: ${other.toFixed(2)})`;
    return (
      `Now the median anomaly lies ${now.toFixed(2)} times as far out as the median normal ` +
      `sample${beside}: above 1 the collapse is targeted, whatever the scale of z. AUROC: 1 is ` +
      "perfect, 0.5 guessing. Both use the anomaly labels of the probe samples."
    );
  }

  /** @returns {Columns} */
  columns() {
    this.patience.until = Infinity;
    this.patience.isLate = false;
    const columns = this.player.sides.flatMap((side, place) => {
      const end = place ? `_beside_${side.film.beta}` : "";
      const [score, error, norm] = this.aurocs(side).map(({ ys }) => ys);
      return [
        [`step${end}`, side.film.steps],
        [`separation${end}`, this.separations(side).ys],
        [`auroc_score${end}`, score],
        [`auroc_reconstruction_error${end}`, error],
        [`auroc_latent_norm${end}`, norm],
      ];
    });
    return Object.fromEntries(columns);
  }
}
