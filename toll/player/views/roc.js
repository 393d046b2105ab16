// What the scores detect at the instant: their ROC curves, and where the threshold is on them.

import { Axis, percent } from "../kit/axes.js";
import { LEFT, PlotArea, RIGHT } from "../kit/plot_area.js";
import { betaWords } from "../film/ladder.js";
import { THICK, THIN } from "./curves.js";
import { FilmCard } from "./film_card.js";
import { lineOf, PARTS } from "./parts.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Paint } from "../kit/paint.js" */
/** @import { Side } from "../film/side.js" */
/** @import { Player } from "../player.js" */
/** @import { Line } from "./parts.js" */

const COLUMN = 54; // pixels of a side in the table
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

  /**
   * @private
   * @param {Side} side
   */
  curves({ film, frame }) {
    const { theme } = this.player;
    return PARTS.map((part) => ({ part, ...lineOf(theme, part), ...film.roc(part, frame) }));
  }

  /** @returns {boolean} */
  get showsBoth() {
    return true;
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
    const sides = this.player.sides.map((side) => this.curves(side));
    [...sides.entries()].reverse().forEach(([place, curves]) => {
      for (const { falsePositive, truePositive, color, dash } of [...curves].reverse()) {
        const [xs, ys] = area.all(falsePositive, truePositive);
        paint.path(xs, ys, { stroke: color, width: place ? THIN : THICK, dash });
      }
    });
    this.drawTable(paint, area, sides);
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

  /**
   * Draws a table of the AUROCs, a column a side.
   *
   * @private
   * @param {Paint} paint
   * @param {PlotArea} area
   * @param {(Line & { auroc: number })[][]} sides
   */
  drawTable(paint, area, sides) {
    const small = /** @type {const} */ ({ baseline: "middle", size: 11 });
    const wide = sides.length > 1 ? COLUMN : 0;
    const [left, top] = [area.right - 108 - wide, area.bottom - 12 - 16 * sides[0].length];
    const { background, text } = paint.theme;
    paint.rect(left - 4, top - 10 - wide / 3, 108 + wide, 60 + wide / 3, {
      fill: background,
      opacity: 0.75,
    });
    sides[0].forEach(({ name, color, dash }, row) => {
      const y = top + 16 * row;
      paint.line(left, y, left + 18, y, { stroke: color, width: THICK, dash });
      paint.text(name, left + 23, y, small);
      sides.forEach((curves, place) => {
        const at = left + 70 + place * COLUMN;
        paint.text(curves[row].auroc.toFixed(3), at, y, small);
      });
    });
    if (sides.length < 2) return;
    this.player.sides.forEach(({ film }, place) => {
      const [x, y] = [left + 70 + place * COLUMN, top - 16];
      paint.text(betaWords(film.beta), x, y, { ...small, size: 10.5 });
      const style = { stroke: text, width: place ? THIN : THICK, opacity: 0.8 };
      paint.line(x, y + 8, x + 30, y + 8, style);
    });
  }

  /** @returns {string} */
  words() {
    const { caught, mistaken } = this.player.horizon.flagged();
    const [, beside] = this.player.sides;
    const thin = beside ? ` Thin lines: ${beside.label}.` : "";
    return (
      `With the present threshold (violet ring) ${percent(caught)} of the anomalies are found, and ` +
      `${percent(mistaken)} of the normal samples are flagged by mistake. Numbers are AUROC; they ` +
      `use the anomaly labels of the probe samples.${thin}`
    );
  }

  /** @returns {Columns} */
  columns() {
    const columns = this.player.sides.flatMap((side, place) => {
      const end = place ? `_beside_${side.film.beta}` : "";
      return this.curves(side).flatMap(({ part, falsePositive, truePositive }) => [
        [`false_positive_rate_${part}${end}`, falsePositive],
        [`true_positive_rate_${part}${end}`, truePositive],
      ]);
    });
    return Object.fromEntries(columns);
  }
}
