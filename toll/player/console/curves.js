// Every threshold at once: the ROC curve, and precision against recall; the present one is a ring.

import { Axis, percent } from "../kit/axes.js";
import { LEFT, PlotArea, RIGHT } from "../kit/plot_area.js";
import { lineOf } from "../views/parts.js";
import { ratesOf } from "./judged.js";
import { ThresholdCard } from "./threshold_card.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Paint } from "../kit/paint.js" */
/** @import { Console } from "./console.js" */

const ENDS = [0, 1];
const TICKS = { xTicks: 4, yTicks: 4 };
const WIDTH = 2.4;

/**
 * A square for rates between 0 and 1.
 *
 * @param {number} width
 * @param {number} height
 * @param {[string, string]} titles  across and up
 */
function square(width, height, titles) {
  const room = width - LEFT - RIGHT;
  const side = Math.max(Math.min(room, height - 46), 1);
  const box = { left: LEFT + (room - side) / 2, top: 8, width: side, height: side };
  const [x, y] = titles.map(
    (title) => new Axis(0, 1, title, "linear", (rate) => String(Math.round(100 * rate))),
  );
  return new PlotArea(box, x, y);
}

/**
 * @param {Paint} paint
 * @param {PlotArea} area
 * @param {number} x
 * @param {number} y
 */
function ring(paint, area, x, y) {
  const style = { stroke: paint.theme.horizon, width: 2.5 };
  paint.circle(area.px(x), area.py(y), 5.5, style);
}

/** @type {[string, string]} */
const ROC_TITLES = ["false alarms (%)", "anomalies found (%)"];
/** @type {[string, string]} */
const PRECISION_TITLES = ["anomalies found (%)", "precision (%)"];

/** The ROC curve of the score, with its band. */
export class Roc extends ThresholdCard {
  /** @param {Console} console */
  constructor(console) {
    super(console, "roc", "ROC");
    const { curves } = this.judged;
    let area = 0;
    for (let i = 1; i < curves.found.length; i++) {
      const wide = curves.mistaken[i] - curves.mistaken[i - 1];
      area += (wide * (curves.found[i] + curves.found[i - 1])) / 2;
    }
    this.auroc = area;
  }

  /** @type {Draw} */
  drawStill(paint, width, height) {
    const { theme } = paint;
    const area = square(width, height, ROC_TITLES);
    area.draw(paint, TICKS);
    const { rate, lower, upper } = this.judged.told.band;
    const [xs, ys] = area.all(
      [...rate, ...[...rate].reverse()],
      [...upper, ...[...lower].reverse()],
    );
    paint.path(xs, ys, { fill: theme.score, opacity: 0.18, closed: true });
    paint.path(...area.all(ENDS, ENDS), { stroke: theme.guide, dash: [2, 3] });
    const { mistaken, found } = this.judged.curves;
    const { color, dash } = lineOf(theme, "score");
    paint.path(...area.all(mistaken, found), { stroke: color, width: WIDTH, dash });
  }

  /** @type {Draw} */
  drawThreshold(paint, width, height) {
    const { recall, falseAlarms } = ratesOf(this.judged.counts(this.threshold));
    ring(paint, square(width, height, ROC_TITLES), falseAlarms, recall);
  }

  /** @returns {string} */
  words() {
    const [low, high] = this.judged.told.band.auroc;
    return (
      `AUROC ${this.auroc.toFixed(3)}; the band, AUROC ${low.toFixed(3)} to ${high.toFixed(3)}, ` +
      "holds 95 % of the curves that other test samples of the same kind would give (bootstrap). " +
      "Dotted: guessing. Ring: the threshold."
    );
  }

  /** @returns {Columns} */
  columns() {
    const { mistaken, found } = this.judged.curves;
    return { false_positive_rate: mistaken, true_positive_rate: found };
  }
}

/** Precision against recall. */
export class PrecisionRecall extends ThresholdCard {
  /** @param {Console} console */
  constructor(console) {
    super(console, "precision", "Precision and recall");
  }

  /** The precision of flagging at random. */
  get share() {
    const [normal, anomalous] = this.judged.rows.map((rows) => rows.length);
    return anomalous / (normal + anomalous);
  }

  /** @type {Draw} */
  drawStill(paint, width, height) {
    const { theme } = paint;
    const area = square(width, height, PRECISION_TITLES);
    area.draw(paint, TICKS);
    paint.path(...area.all(ENDS, [this.share, this.share]), { stroke: theme.guide, dash: [2, 3] });
    const { found, precision } = this.judged.curves;
    const { color, dash } = lineOf(theme, "score");
    paint.path(...area.all(found, precision), { stroke: color, width: WIDTH, dash });
  }

  /** @type {Draw} */
  drawThreshold(paint, width, height) {
    const { recall, precision } = ratesOf(this.judged.counts(this.threshold));
    if (Number.isNaN(precision)) return;
    ring(paint, square(width, height, PRECISION_TITLES), recall, precision);
  }

  /** @returns {string} */
  words() {
    const { precision } = ratesOf(this.judged.counts(this.threshold));
    const now = Number.isNaN(precision)
      ? "With this threshold nothing is flagged"
      : `With this threshold ${percent(precision)} of what is flagged is anomalous`;
    return (
      `${now}; by guessing it would be ${percent(this.share)} (dotted), the share of anomalies ` +
      "among these samples. Where they are rarer, precision is lower."
    );
  }

  /** @returns {Columns} */
  columns() {
    const { found, precision } = this.judged.curves;
    return { recall: found, precision };
  }
}
