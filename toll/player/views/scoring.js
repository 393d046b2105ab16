// What each weight of ‖z‖ in the score detects at the instant, from the reconstruction error alone to
// ‖z‖ alone.

import { Axis } from "../kit/axes.js";
import { BOTTOM, LEFT, PlotArea, RIGHT } from "../kit/plot_area.js";
import { aurocsBy, betterScore, scoringAxis, weightWords } from "../film/scoring.js";
import { LEGEND, THICK, THIN } from "./curves.js";
import { FilmCard } from "./film_card.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Player } from "../player.js" */

/** AUROC against the scoring weight; the weight is taken hold of and moved here. */
export class Scoring extends FilmCard {
  /**
   * @param {Player} player
   * @param {string} area
   */
  constructor(player, area) {
    super(player, area, "AUROC by scoring β");
    /** @type {PlotArea | null} */
    this.area = null;
    this.canvas.style.cursor = "ew-resize";
    /** @param {PointerEvent} event */
    const move = (event) => {
      if (!this.area || !(event.buttons & 1)) return;
      const x = event.clientX - this.canvas.getBoundingClientRect().left;
      this.state.set({ scoring: this.axis.value((x - this.area.left) / this.area.width) });
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    this.canvas.addEventListener("pointermove", move);
  }

  /** The axis of weights. */
  get axis() {
    return scoringAxis(this.player.ladder);
  }

  /** @returns {boolean} */
  get showsBoth() {
    return true;
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const { theme } = paint;
    const { axis } = this;
    const top = this.isDoubled ? LEGEND : 8;
    const box = { left: LEFT, top, width: width - LEFT - RIGHT, height: height - top - BOTTOM };
    const area = new PlotArea(box, axis, new Axis(0, 1.02, "AUROC"));
    this.area = area;
    area.draw(paint, { xTicks: 3, yTicks: 4 });
    const level = { stroke: theme.guide, dash: [2, 3] };
    paint.line(area.left, area.py(0.5), area.right, area.py(0.5), level);
    const sides = [...this.player.sides.entries()];
    for (const [place, { film, frame }] of sides.reverse()) {
      const { weights, aurocs } = aurocsBy(film, axis, frame);
      const style = { stroke: theme.score, width: place ? THIN : THICK };
      paint.path(...area.all(weights, aurocs), style);
      const [x, y] = [area.px(film.beta), area.py(film.aurocWith(film.beta, frame))];
      paint.circle(x, y, 4.5, { stroke: theme.text, width: place ? THIN : THICK });
    }
    const x = area.px(this.film.weight);
    paint.line(x, area.top, x, area.bottom, { stroke: theme.horizon, width: 2, dash: [6, 4] });
    this.player.sides.forEach(({ label }, place) => {
      if (!this.isDoubled) return;
      const lx = area.left + (place * area.width) / 2;
      const style = { stroke: theme.score, width: place ? THIN : THICK };
      paint.line(lx, 7, lx + 16, 7, style);
      paint.text(label, lx + 20, 7, { size: 10.5, baseline: "middle", opacity: 0.9 });
    });
  }

  /** @returns {string} */
  words() {
    const { film, frame, axis } = this;
    const better = betterScore(film, axis, frame);
    return (
      `The ring is the trained β, the violet line the weight that all scores are shown with now: ` +
      `${weightWords(film.weight)}. Drag it. Far left only the reconstruction error counts, far ` +
      `right only ‖z‖.${better ? ` ${better}` : ""} Uses the labels.`
    );
  }

  /** @returns {Columns} */
  columns() {
    const columns = this.player.sides.map(({ film, frame }, place) => {
      const { weights, aurocs } = aurocsBy(film, this.axis, frame);
      const own = [["scoring_beta", weights.map(String)]];
      return [...(place ? [] : own), [`auroc_trained_with_${film.beta}`, aurocs]];
    });
    return Object.fromEntries(columns.flat());
  }
}
