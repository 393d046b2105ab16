// Time × β: one figure of every snapshot of every rung, and where the film is among them.

import { Axis, plain } from "../kit/axes.js";
import { select } from "../kit/inputs.js";
import { BOTTOM, PlotArea } from "../kit/plot_area.js";
import { MEASURES, Measured } from "../film/measures.js";
import { Patience } from "../film/patience.js";
import { nearestTo, numberAt, placeOf } from "../film/places.js";
import { FilmCard } from "./film_card.js";
import { stepAxis } from "./steps.js";

/** @import { Paint } from "../kit/paint.js" */
/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { MeasureName } from "../film/measures.js" */
/** @import { Player } from "../player.js" */

/**
 * A figure's cell.
 *
 * @typedef {{ rung: number, frame: number, value: number | null }} Cell
 */

const LEFT = 78; // pixels for the names of βs
const KEY = 56; // pixels right of the cells, for what their colours mean
const TOP = 10;
const PALEST = 0.06;
const PATIENCE_MS = 8; // that a drawing may compute figures before it leaves the rest to the next

/** The map of time and β. */
export class TimeBeta extends FilmCard {
  /**
   * @param {Player} player
   * @param {string} area
   */
  constructor(player, area) {
    super(player, area, "Time × β");
    /** @type {MeasureName} */
    this.measure = "auroc";
    const names = Object.entries(MEASURES).map(([name, { name: words, usesLabels }]) => [
      name,
      usesLabels ? words : `${words} (no labels)`,
    ]);
    const choice = select("Figure", Object.fromEntries(names), (measure) => {
      this.measure = /** @type {MeasureName} */ (measure);
      player.requestRedraw();
    });
    this.choices.append(choice);
    this.patience = new Patience(PATIENCE_MS);
    /** @type {PlotArea | null} */
    this.area = null;
    this.canvas.style.cursor = "crosshair";
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.move(event);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) this.move(event);
    });
    this.canvas.addEventListener("pointerup", () => player.goToRung(player.main.rung));
  }

  /** @returns {boolean} */
  get showsBoth() {
    return true;
  }

  /**
   * Puts the film where the mouse is.
   *
   * @private
   * @param {PointerEvent} event
   */
  move(event) {
    if (!this.area) return;
    const { player } = this;
    const box = this.canvas.getBoundingClientRect();
    const { left, width, bottom, height, x } = this.area;
    const step = x.value((event.clientX - box.left - left) / width);
    const places = this.rows().map(({ middle }) => middle);
    player.goTo(nearestTo(step, player.timeline.steps));
    player.slide(numberAt(places, (bottom - (event.clientY - box.top)) / height));
  }

  /**
   * Where each rung's row is on the way up, 0 to 1.
   *
   * @private
   */
  rows() {
    const { places } = this.player.ladder;
    const edges = places.slice(1).map((place, rung) => (place + places[rung]) / 2);
    const first = edges.length ? places[0] - (edges[0] - places[0]) : -0.5;
    const last = places[places.length - 1];
    const all = [first, ...edges, last + (last - edges[edges.length - 1])];
    const span = all[all.length - 1] - all[0];
    /** @param {number} place */
    const along = (place) => (place - all[0]) / span;
    return places.map((place, rung) => ({
      from: along(all[rung]),
      to: along(all[rung + 1]),
      middle: along(place),
    }));
  }

  /**
   * All figures. What takes long is computed a little at a time: as before until it is done.
   *
   * @private
   * @returns {Cell[]}
   */
  cells() {
    const { player, measure } = this;
    const measured = new Measured(player.ladder, player.allPictures);
    this.patience.begin();
    const cells = player.ladder.rungs.flatMap((film, rung) =>
      film.steps.map((step, frame) => {
        const name = `${measure} ${film.about.run} ${step}`;
        const value = this.patience.figure(name, () => measured.at(measure, rung, frame));
        return { rung, frame, value };
      }),
    );
    if (this.patience.isLate && !this.state.playing) player.requestRedraw();
    return cells;
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const { ladder, timeline } = this.player;
    const box = { left: LEFT, top: TOP, width: width - LEFT - KEY, height: height - TOP - BOTTOM };
    const area = new PlotArea(box, stepAxis(this.player), new Axis(0, 1, "β in training"));
    this.area = area;
    const cells = this.cells();
    const found = cells.flatMap(({ value }) =>
      value === null || !Number.isFinite(value) ? [] : [value],
    );
    const scale = new Axis(Math.min(...found), Math.max(...found), "");
    const rows = this.rows();
    paint.clipped(area.left, area.top, area.width, area.height, () => {
      for (const { rung, frame, value } of cells) {
        if (value === null) continue;
        const { steps } = ladder.rungs[rung];
        const centres = steps.map((step) => area.px(step));
        const left = frame ? (centres[frame - 1] + centres[frame]) / 2 : area.left;
        const right =
          frame + 1 < steps.length ? (centres[frame] + centres[frame + 1]) / 2 : area.right;
        const { from, to } = rows[rung];
        const [top, tall] = [area.bottom - to * area.height, (to - from) * area.height];
        const opacity = this.opacity(scale, value);
        paint.rect(left, top, right - left, tall - 1, { fill: paint.theme.horizon, opacity });
      }
    });
    this.drawFrame(paint, area, scale);
    const rung = placeOf(
      rows.map(({ middle }) => middle),
      this.state.rung,
    );
    const [x, y] = [area.px(this.player.stepNow), area.bottom - rung * area.height];
    if (timeline.steps.length) {
      paint.circle(x, y, 8, { stroke: paint.theme.background, width: 5 });
      paint.circle(x, y, 8, { stroke: paint.theme.text, width: 2.2 });
    }
  }

  /**
   * @private
   * @param {Axis} scale
   * @param {number} value
   */
  opacity(scale, value) {
    return PALEST + (1 - PALEST) * Math.min(Math.max(scale.place(value), 0), 1);
  }

  /**
   * Draws the axes, with the βs by name, and what the colours mean.
   *
   * @private
   * @param {Paint} paint
   * @param {PlotArea} area
   * @param {Axis} scale
   */
  drawFrame(paint, area, scale) {
    const small = { size: 10.5, opacity: 0.85 };
    this.rows().forEach(({ middle }, rung) => {
      const y = area.bottom - middle * area.height;
      const beside = /** @type {const} */ ({ align: "right", baseline: "middle", ...small });
      paint.text(plain(this.player.ladder.rungs[rung].beta), area.left - 6, y, beside);
    });
    for (const tick of area.x.ticks(4)) {
      const [x, y] = [area.px(tick), area.bottom + 13];
      paint.text(area.x.format(tick), x, y, { align: "center", ...small });
    }
    const middle = { align: /** @type {const} */ ("center"), size: 11 };
    paint.text(area.x.title, area.left + area.width / 2, area.bottom + 28, middle);
    paint.text("β in training", 12, area.top + area.height / 2, { ...middle, turned: true });
    const [left, parts] = [area.right + 8, 12];
    for (let part = 0; part < parts; part++) {
      const value = scale.least + ((part + 0.5) / parts) * (scale.most - scale.least);
      const [y, tall] = [area.bottom - ((part + 1) * area.height) / parts, area.height / parts];
      const style = { fill: paint.theme.horizon, opacity: this.opacity(scale, value) };
      paint.rect(left, y, 8, tall, style);
    }
    paint.text(plain(scale.most), left + 11, area.top + 8, small);
    paint.text(plain(scale.least), left + 11, area.bottom, small);
  }

  /** @returns {string} */
  words() {
    const { words, usesLabels } = MEASURES[this.measure];
    const { seeds } = new Measured(this.player.ladder, []);
    const mean = seeds > 1 ? ` Means over ${seeds} seeds.` : "";
    const labels = usesLabels
      ? "Uses the labels of the probe samples."
      : "Needs no labels: you can look at it where there are none.";
    return `The stronger the colour, the larger is ${words}. ${labels}${mean} Click or drag to go there.`;
  }

  /** @returns {Columns} */
  columns() {
    const { rungs } = this.player.ladder;
    const cells = this.cells();
    return {
      beta: cells.map(({ rung }) => rungs[rung].beta),
      step: cells.map(({ rung, frame }) => rungs[rung].steps[frame]),
      [MEASURES[this.measure].column]: cells.map(({ value }) => value ?? ""),
    };
  }
}
