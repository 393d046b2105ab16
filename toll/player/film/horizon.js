// The event horizon: a threshold, on ‖z‖ or on the score, that a share of the normal samples lies
// within. No anomaly labels are used to set it.

import { quantile, sortedOf } from "./metrics.js";

/** @import { RunFilm } from "./film.js" */
/** @import { Name } from "./frames.js" */

/**
 * What the viewer has chosen the threshold to be.
 *
 * @typedef {object} Threshold
 * @property {"norm" | "score"} threshold  what it is on
 * @property {number} share  of the normal samples that lie within it, 0 to 1
 */

/**
 * What a threshold is set for.
 *
 * @typedef {object} Samples
 * @property {RunFilm} film
 * @property {number} frame  that is shown of it
 * @property {Threshold} state  what was chosen
 * @property {(name: Name, ratios?: boolean) => Float32Array} between  the numbers of all samples at
 *   the instant
 */

/**
 * What a threshold does.
 *
 * @typedef {object} Flagged
 * @property {number} caught  share of the anomalous samples that are beyond it
 * @property {number} mistaken  share of the normal samples that are beyond it
 */

/** The threshold at what is shown now. */
export class Horizon {
  /**
   * @param {Samples} shown  read anew each time
   */
  constructor(shown) {
    this.shown = shown;
  }

  /** The threshold at the shown snapshot, a value of ‖z‖ or of the score. */
  get threshold() {
    const { film, frame, state } = this.shown;
    return film.quantile(state.threshold, frame, state.share, 0);
  }

  /**
   * Its radius, a value of ‖z‖; null where there is none. On the score it is where a sample that is
   * rebuilt as well as the median normal one would reach the threshold.
   *
   * @returns {number | null}
   */
  get radius() {
    const { film, state } = this.shown;
    const { threshold, share } = state;
    const norms = this.shown.between("norm", true);
    /** @type {(values: Float32Array, part: number) => number} */
    const of = (values, part) => quantile(sortedOf(values, film.normal), part);
    if (threshold === "norm" || film.weight === Infinity) return of(norms, share);
    if (!film.weight) return null;
    const errors = this.shown.between("error");
    const scores = errors.map((error, row) => error + film.weight * norms[row]);
    return Math.max(0, (of(scores, share) - of(errors, 0.5)) / film.weight);
  }

  /**
   * What lies beyond the threshold.
   *
   * @returns {Flagged}
   */
  flagged() {
    const { threshold } = this;
    return this.beyond(this.shown.state.threshold, (value) => value > threshold);
  }

  /**
   * What lies beyond the threshold on the score that just flags one sample.
   *
   * @param {number} row
   * @returns {Flagged}
   */
  flaggedWith(row) {
    const { film, frame } = this.shown;
    const score = film.scores(frame)[row];
    return this.beyond("score", (value) => value >= score);
  }

  /**
   * @private
   * @param {Name} name
   * @param {(value: number) => boolean} isBeyond
   * @returns {Flagged}
   */
  beyond(name, isBeyond) {
    const { film, frame } = this.shown;
    const values = film.at(name, frame);
    /** @param {Int32Array} rows */
    const share = (rows) => rows.filter((row) => isBeyond(values[row])).length / rows.length;
    return { caught: share(film.anomalous), mistaken: share(film.normal) };
  }
}
