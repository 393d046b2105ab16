// What the scores detect at the instant: their ROC curves, and where the threshold is on them.

import { Axis, percent } from "../kit/axes.js";
import { LEFT, PlotArea, RIGHT } from "../kit/plot_area.js";
import { FilmCard } from "./film_card.js";
import { lineOf, PARTS } from "./parts.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Player } from "../player.js" */

const GUESSING = [0, 1]; // rates along the line of a score that says nothing

/** The ROC curves of the score and of its two parts. */
export class Roc extends FilmCard {
  /**
   * @param {Player} player
   * @param {string} area
   */
  constructor(player, area) {
    super(player, area, "ROC");
  }

  /** @private */
  curves() {
    const { theme, frame, film } = this.player;
    return PARTS.map((part) => ({ part, ...lineOf(theme, part), ...film.roc(part, frame) }));
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const { theme } = paint;
    const room = width - LEFT - RIGHT;
    const side = Math.min(room, height - 46);
    const box = { left: LEFT + (room - side) / 2, top: 8, width: side, height: side };
    const [x, y] = ["false positive rate (%)", "true positive rate (%)"].map(
      (title) => new Axis(0, 1, title, "linear", (rate) => String(Math.round(100 * rate))),
    );
    const area = new PlotArea(box, x, y);
    area.draw(paint, { xTicks: 4, yTicks: 4 });
    paint.path(...area.all(GUESSING, GUESSING), { stroke: theme.guide, dash: [2, 3] });
    const curves = this.curves();
    for (const { falsePositive, truePositive, color, dash } of [...curves].reverse()) {
      const [xs, ys] = area.all(falsePositive, truePositive);
      paint.path(xs, ys, { stroke: color, width: 2.2, dash });
    }
    curves.forEach(({ name, auroc, color, dash }, place) => {
      const [lx, ly] = [area.px(0.44), area.py(0.25) + 16 * place];
      paint.line(lx, ly, lx + 18, ly, { stroke: color, width: 2.2, dash });
      paint.text(`${name} ${auroc.toFixed(3)}`, lx + 23, ly, { baseline: "middle", size: 11 });
    });
    const { horizon } = this.player;
    const { caught, mistaken } = horizon.flagged();
    const violet = { stroke: theme.horizon, width: 2.5 };
    paint.circle(area.px(mistaken), area.py(caught), 5, violet);
    // Where the threshold would be that just flags the sample in the panel, or one that is pinned.
    /** @type {(row: number, stroke: string) => void} */
    const ring = (row, stroke) => {
      const at = horizon.flaggedWith(row);
      paint.circle(area.px(at.mistaken), area.py(at.caught), 4, { stroke, width: 2 });
    };
    if (this.state.focus !== null) ring(this.state.focus, theme.text);
    this.state.pins.forEach((row, place) => ring(row, theme.pins[place]));
  }

  /** @returns {string} */
  words() {
    const { caught, mistaken } = this.player.horizon.flagged();
    return (
      `With the present threshold (violet ring) ${percent(caught)} of the anomalies are found, and ` +
      `${percent(mistaken)} of the normal samples are flagged by mistake. Numbers are AUROC; they ` +
      "use the anomaly labels of the probe samples."
    );
  }

  /** @returns {Columns} */
  columns() {
    const columns = this.curves().flatMap(({ part, falsePositive, truePositive }) => [
      [`false_positive_rate_${part}`, falsePositive],
      [`true_positive_rate_${part}`, truePositive],
    ]);
    return Object.fromEntries(columns);
  }
}
