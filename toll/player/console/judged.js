// Test samples and what a threshold on their score does to them. Everything that a threshold asks for
// is counted beforehand, so that moving it takes a search among sorted scores and no more.

import { areaUnder, descending, quantile, rowsWith, sortedOf } from "../film/metrics.js";
import { Axis } from "../kit/axes.js";

/**
 * What the samples are and where the threshold came from, as `dashboard/console.py` packs it.
 *
 * @typedef {object} Told
 * @property {string} run  its name
 * @property {string} digest  tells two of these apart
 * @property {string[]} classNames
 * @property {number} threshold  as the rule has it
 * @property {boolean} isKept  whether it is not a rule's, but was set by hand before, and kept
 * @property {string} rule  what it does and what it used, in a sentence
 * @property {{ rate: number[], lower: number[], upper: number[], auroc: [number, number] }} band
 *   an interval for the ROC curve and for its area
 * @property {number[]} pictured  rows whose samples can be looked at, as they stand in the sheet
 * @property {[number, number] | null} tile  height and width of a picture, in pixels; null: there are
 *   no pictures
 * @property {number} columns  pictures side by side in the sheet
 */

/**
 * @typedef {object} Counts
 * @property {number} found
 * @property {number} missed
 * @property {number} mistaken  normal samples that are flagged
 * @property {number} passed
 */

/**
 * Rates along all thresholds, the highest threshold first.
 *
 * @typedef {{ mistaken: number[], found: number[], precision: number[] }} Curves
 */

/** @typedef {{ name: string, rows: Int32Array, sorted: Float32Array, auroc: number }} Group */

/** What a sample is to a threshold. @typedef {"found" | "missed" | "mistaken" | "passed"} Cell */

const WIDE = 20; // ratio of high to middling scores from which on a linear axis hides much
const ENDS = 0.002; // share of the samples beyond each end of the axis, at most

/** Samples with scores and labels. */
export class Judged {
  /**
   * @param {Told} told
   * @param {Record<string, ArrayLike<number>>} arrays  score, norm, label, class, id: one a sample
   */
  constructor(told, arrays) {
    this.told = told;
    this.scores = Float32Array.from(arrays.score);
    this.norms = arrays.norm;
    this.labels = Uint8Array.from(arrays.label);
    this.classes = arrays.class;
    this.ids = arrays.id;
    this.size = this.scores.length;
    /** Rows of the normal and of the anomalous samples. */
    this.rows = /** @type {[Int32Array, Int32Array]} */ (
      [0, 1].map((label) => rowsWith(this.labels, /** @type {0 | 1} */ (label)))
    );
    /** Their scores, rising. */
    this.sorted = this.rows.map((rows) => sortedOf(this.scores, rows));
    this.all = this.scores.slice().sort();
    this.axis = this.scoreAxis();
    this.curves = this.ratesOf();
    /** The anomalous classes, the hardest first. */
    this.groups = this.groupsOf();
  }

  /**
   * The axis of scores, on which also the threshold is moved: logarithmic where few scores are far
   * higher than most.
   *
   * @private
   */
  scoreAxis() {
    const [low, high] = [ENDS, 1 - ENDS].map((share) => quantile(this.all, share));
    const middle = quantile(this.sorted[0], 0.5);
    const { threshold } = this.told;
    const [least, most] = [Math.min(low, threshold), Math.max(high, threshold)];
    const isLog = least > 0 && high > WIDE * middle;
    const title = `score (unitless${isLog ? ", log" : ""})`;
    if (isLog) return new Axis(least / 1.05, most * 1.05, title, "log");
    const room = 0.03 * (most - least);
    return new Axis(Math.max(least - room, Math.min(0, least)), most + room, title);
  }

  /**
   * What lies on which side of a threshold: samples that score above it are flagged.
   *
   * @param {number} threshold
   * @returns {Counts}
   */
  counts(threshold) {
    const [passed, missed] = this.sorted.map((sorted) => upTo(sorted, threshold));
    const [normal, anomalous] = this.sorted.map((sorted) => sorted.length);
    return { found: anomalous - missed, missed, mistaken: normal - passed, passed };
  }

  /**
   * Share of a group's samples that a threshold misses.
   *
   * @param {Group} group
   * @param {number} threshold
   */
  missedOf({ sorted }, threshold) {
    return upTo(sorted, threshold) / sorted.length;
  }

  /**
   * What a sample is to a threshold.
   *
   * @param {number} row
   * @param {number} threshold
   * @returns {Cell}
   */
  cellOf(row, threshold) {
    const isFlagged = this.scores[row] > threshold;
    if (this.labels[row]) return isFlagged ? "found" : "missed";
    return isFlagged ? "mistaken" : "passed";
  }

  /** The name of a sample's class. @param {number} row */
  className(row) {
    return this.told.classNames[this.classes[row]];
  }

  /**
   * @private
   * @returns {Curves}
   */
  ratesOf() {
    const order = descending(this.scores);
    const [normal, anomalous] = this.rows.map((rows) => rows.length);
    /** @type {Curves} */
    const curves = { mistaken: [0], found: [0], precision: [1] };
    let [found, mistaken] = [0, 0];
    for (let place = 0; place < order.length; place++) {
      const row = order[place];
      if (this.labels[row]) found++;
      else mistaken++;
      const isLast = place + 1 === order.length;
      if (!isLast && this.scores[order[place + 1]] === this.scores[row]) continue;
      curves.mistaken.push(mistaken / normal);
      curves.found.push(found / anomalous);
      curves.precision.push(found / (found + mistaken));
    }
    curves.precision[0] = curves.precision[1];
    return curves;
  }

  /** @private */
  groupsOf() {
    /** @type {Map<number, number[]>} */
    const members = new Map();
    for (const row of this.rows[1]) {
      const known = members.get(this.classes[row]);
      if (known) known.push(row);
      else members.set(this.classes[row], [row]);
    }
    const groups = [...members].map(([number, rows]) => {
      const sorted = sortedOf(this.scores, rows);
      const auroc = areaUnder(this.sorted[0], sorted);
      return { name: this.told.classNames[number], rows: Int32Array.from(rows), sorted, auroc };
    });
    return groups.sort((a, b) => a.auroc - b.auroc);
  }

  /**
   * The pictured rows of each cell, those nearest to the threshold first.
   *
   * @param {number} threshold
   * @returns {Record<Cell, number[]>}
   */
  nearest(threshold) {
    /** @type {Record<Cell, number[]>} */
    const cells = { found: [], missed: [], mistaken: [], passed: [] };
    for (const row of this.told.pictured) cells[this.cellOf(row, threshold)].push(row);
    const away = (/** @type {number} */ row) => Math.abs(this.scores[row] - threshold);
    for (const rows of Object.values(cells)) rows.sort((a, b) => away(a) - away(b));
    return cells;
  }
}

/**
 * How many of rising values are at most this.
 *
 * @param {ArrayLike<number>} rising
 * @param {number} value
 */
export function upTo(rising, value) {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Recall, false-alarm rate and precision of these counts; precision is NaN where none is flagged.
 *
 * @param {Counts} counts
 */
export function ratesOf({ found, missed, mistaken, passed }) {
  const flagged = found + mistaken;
  return {
    recall: found / (found + missed),
    falseAlarms: mistaken / (mistaken + passed),
    precision: flagged ? found / flagged : NaN,
  };
}
