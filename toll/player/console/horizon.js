// The event horizon: how far from the centre a sample is says how high it scores, and the threshold
// is a circle. Each class has a direction of its own, so that one sees which ones stay outside.

import { grouped, percent } from "../kit/axes.js";
import { ratesOf } from "./judged.js";
import { ThresholdCard } from "./threshold_card.js";

/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Paint } from "../kit/paint.js" */
/** @import { Console } from "./console.js" */

const MOST = 4000; // points that are drawn: more would hide each other
const CORE = 0.06; // radius of the lowest score, in parts of the rim's
const GAP = 0.06; // between two classes, in parts of a sector
const LABELS = 34; // pixels around the rim
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** @typedef {{ name: string, from: number, to: number }} Sector  in radians */

/** All samples around the centre. */
export class Horizon extends ThresholdCard {
  /** @param {Console} console */
  constructor(console) {
    super(console, "horizon", "Event horizon");
    const { judged } = this;
    const normal = judged.rows[0];
    const kinds = [{ name: "normal", rows: normal }, ...[...judged.groups].reverse()];
    // Normal samples have a third of the circle, so that they are seen beside many classes.
    const rest = kinds.length - 1;
    /** @type {Sector[]} */
    this.sectors = [];
    /** @type {Float32Array} */
    this.turns = new Float32Array(judged.size);
    let from = Math.PI / 2;
    for (const [place, { name, rows }] of kinds.entries()) {
      const whole = 2 * Math.PI;
      const wide = place
        ? (whole * (rest > 1 ? 2 / 3 : 1 / 2)) / rest
        : rest > 1
          ? whole / 3
          : Math.PI;
      const start = place ? from : from - wide / 2;
      this.sectors.push({ name, from: start, to: start + wide });
      rows.forEach((row, at) => {
        const along = GAP + (1 - 2 * GAP) * ((at * GOLDEN) % 1);
        this.turns[row] = start + wide * along;
      });
      from = start + wide;
    }
    const stride = Math.max(1, Math.ceil(judged.size / MOST));
    this.drawn = judged.rows.map((rows) => rows.filter((_, at) => at % stride === 0));
    this.everyone = stride === 1;
    this.offerMove((x, y) => {
      const { middleX, middleY, rim } = this.circle;
      const place = (Math.hypot(x - middleX, y - middleY) / rim - CORE) / (1 - CORE);
      return judged.axis.value(Math.min(Math.max(place, 0), 1));
    });
  }

  /** @private */
  get circle() {
    const { width, height } = this.size;
    return this.circleIn(width, height);
  }

  /**
   * @private
   * @param {number} width
   * @param {number} height
   */
  circleIn(width, height) {
    const rim = Math.min(width - 2 * LABELS, height - LABELS) / 2;
    return { middleX: width / 2, middleY: height / 2, rim: Math.max(rim, 1) };
  }

  /**
   * Part of the rim's radius at which a score lies.
   *
   * @private
   * @param {number} score
   */
  radius(score) {
    const place = Math.min(Math.max(this.judged.axis.place(score), 0), 1);
    return CORE + (1 - CORE) * place;
  }

  /** @type {Draw} */
  drawStill(paint, width, height) {
    const { normal, anomalous, grid, text } = paint.theme;
    const { middleX, middleY, rim } = this.circleIn(width, height);
    const { scores } = this.judged;
    paint.circle(middleX, middleY, rim, { stroke: grid, width: 1.5 });
    this.drawSectors(paint, middleX, middleY, rim);
    const radii = Float32Array.from(scores, (score) => rim * this.radius(score));
    const xs = radii.map((radius, row) => middleX + radius * Math.cos(this.turns[row]));
    const ys = radii.map((radius, row) => middleY - radius * Math.sin(this.turns[row]));
    const size = Math.max(2.6, Math.min(5, 180 / Math.sqrt(this.judged.size)));
    paint.marks(xs, ys, this.drawn[1], {
      shape: "diamond",
      color: anomalous,
      size: size + 1,
      opacity: 0.7,
    });
    paint.marks(xs, ys, this.drawn[0], { shape: "circle", color: normal, size, opacity: 0.7 });
    const cross = { stroke: text, width: 1.4 };
    paint.line(middleX - 4, middleY, middleX + 4, middleY, cross);
    paint.line(middleX, middleY - 4, middleX, middleY + 4, cross);
  }

  /** @type {Draw} */
  drawThreshold(paint, width, height) {
    const { middleX, middleY, rim } = this.circleIn(width, height);
    const edge = rim * this.radius(this.threshold);
    const style = { stroke: paint.theme.horizon, width: 2.5, dash: [6, 4] };
    paint.circle(middleX, middleY, edge, style);
  }

  /**
   * @private
   * @param {Paint} paint
   * @param {number} middleX
   * @param {number} middleY
   * @param {number} rim
   */
  drawSectors(paint, middleX, middleY, rim) {
    const { grid, text } = paint.theme;
    for (const { name, from, to } of this.sectors) {
      const [x, y] = [middleX + rim * Math.cos(from), middleY - rim * Math.sin(from)];
      paint.line(middleX, middleY, x, y, { stroke: grid, opacity: 0.6 });
      const turn = (from + to) / 2;
      const across = Math.cos(turn);
      const align = across > 0.25 ? "start" : across < -0.25 ? "right" : "center";
      const away = rim + 6;
      const at = middleY - away * Math.sin(turn) - 4 * Math.sin(turn);
      const short = name.length > 9 ? `${name.slice(0, 8)}…` : name;
      const style = /** @type {const} */ ({ align, baseline: "middle", size: 10.5 });
      paint.text(short, middleX + away * across, at, { ...style, fill: text, opacity: 0.9 });
    }
  }

  /** @returns {string} */
  words() {
    const { recall, falseAlarms } = ratesOf(this.judged.counts(this.threshold));
    const drawn = this.drawn[0].length + this.drawn[1].length;
    const all = grouped(this.judged.size);
    const some = this.everyone ? "" : ` ${grouped(drawn)} of ${all} samples are drawn.`;
    return (
      "Distance from the centre is the score; the direction only keeps classes apart. The horizon " +
      `is the threshold: outside it are ${percent(recall)} of the anomalies ◇ and ` +
      `${percent(falseAlarms)} of the normal samples ●.${some}`
    );
  }

  /** @returns {Columns} */
  columns() {
    const { ids, labels, scores } = this.judged;
    const classes = Array.from(labels, (_, row) => this.judged.className(row));
    return { sample: ids, class: classes, anomalous: labels, score: scores };
  }
}
