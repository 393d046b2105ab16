// The event horizon: a threshold, on ‖z‖ or on the score, that a share of the normal samples lies
// within. No anomaly labels are used to set it.

import { quantile, sortedOf } from "./metrics.js";
import { between } from "./time.js";

/** @import { Name, Film, RunFilm } from "./film.js" */

/**
 * What the viewer has chosen the threshold to be.
 *
 * @typedef {object} Threshold
 * @property {"norm" | "score"} threshold  what it is on
 * @property {number} share  of the normal samples that lie within it, 0 to 1
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
   * @param {{ film: Film, frame: number, state: Threshold }} shown  read anew each time: the film,
   *   the frame that is shown of it, and what was chosen
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
   * Its radius, a value of ‖z‖, in a run's film at a time; null where there is none. On the score
   * it is where a sample that is rebuilt as well as the median normal one would reach the threshold.
   *
   * @param {RunFilm} film
   * @param {number} time
   * @returns {number | null}
   */
  radius(film, time) {
    const { threshold, share } = this.shown.state;
    const norms = between(film, "norm", time, true);
    /** @type {(values: Float32Array, part: number) => number} */
    const of = (values, part) => quantile(sortedOf(values, film.normal), part);
    if (threshold === "norm") return of(norms, share);
    if (!film.beta) return null;
    const errors = between(film, "error", time);
    const scores = errors.map((error, row) => error + film.beta * norms[row]);
    return Math.max(0, (of(scores, share) - of(errors, 0.5)) / film.beta);
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
