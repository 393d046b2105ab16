// How the scores of normal and of anomalous samples lie, and the threshold between them.

import { Axis, percent } from "../kit/axes.js";
import { BOTTOM, LEFT, PlotArea, RIGHT } from "../kit/plot_area.js";
import { histogram } from "../film/metrics.js";
import { colorOf, DASHES } from "../views/samples.js";
import { ThresholdCard } from "./threshold_card.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Console } from "./console.js" */

const BINS = 48;
const TOP = 8;

/** The histogram of scores. */
export class Scores extends ThresholdCard {
  /** @param {Console} console */
  constructor(console) {
    super(console, "scores", "Scores");
    const { axis, scores, rows } = this.judged;
    const place = (/** @type {number} */ row) => axis.place(scores[row]);
    this.shares = rows.map((each) => histogram(each, place, BINS));
    const most = 1.05 * Math.max(...this.shares.flatMap((each) => [...each]));
    this.shareAxis = new Axis(0, most, "share of samples (%)", "linear", percent);
    this.offerMove((x) => {
      const { left, width } = this.boxIn(this.size.width, this.size.height);
      return axis.value(Math.min(Math.max((x - left) / width, 0), 1));
    });
  }

  /**
   * @private
   * @param {number} width
   * @param {number} height
   */
  boxIn(width, height) {
    return { left: LEFT, top: TOP, width: width - LEFT - RIGHT, height: height - TOP - BOTTOM };
  }

  /**
   * @private
   * @param {number} width
   * @param {number} height
   */
  areaIn(width, height) {
    return new PlotArea(this.boxIn(width, height), this.judged.axis, this.shareAxis);
  }

  /** @type {Draw} */
  drawStill(paint, width, height) {
    const { theme } = paint;
    const area = this.areaIn(width, height);
    area.draw(paint, { yTicks: 4 });
    this.shares.forEach((shares, label) => {
      const [xs, ys] = [[area.left], [area.py(0)]];
      shares.forEach((share, bin) => {
        const edges = [bin, bin + 1].map((edge) => area.left + (area.width * edge) / BINS);
        xs.push(...edges);
        ys.push(area.py(share), area.py(share));
      });
      xs.push(area.right);
      ys.push(area.py(0));
      const color = colorOf(theme, label);
      paint.path(xs, ys, { fill: color, opacity: 0.28 });
      paint.path(xs, ys, { stroke: color, width: 1.8, dash: DASHES[label] });
    });
  }

  /** @type {Draw} */
  drawThreshold(paint, width, height) {
    const area = this.areaIn(width, height);
    const x = Math.min(Math.max(area.px(this.threshold), area.left), area.right);
    const style = { stroke: paint.theme.horizon, width: 2.5, dash: [6, 4] };
    paint.line(x, area.top, x, area.bottom, style);
  }

  /** @returns {string} */
  words() {
    return (
      "What lies right of the violet line is flagged. Drag the line to move the threshold. " +
      "Solid: normal samples; dashed: anomalous ones; scores beyond the axis count at its ends."
    );
  }

  /** @returns {Columns} */
  columns() {
    const { axis } = this.judged;
    const edges = Array.from({ length: BINS + 1 }, (_, bin) => axis.value(bin / BINS));
    const [normal, anomalous] = this.shares;
    return {
      from: edges.slice(0, -1),
      to: edges.slice(1),
      share_normal: normal,
      share_anomalous: anomalous,
    };
  }
}
