// How distances from the origin become radii in the black hole.

import { Axis } from "../kit/axes.js";
import { medianOf } from "./metrics.js";

/** @import { RunFilm } from "./film.js" */

/** Where samples beyond the scale are drawn: on a rim of this radius. */
export const RIM = 1.03;

/** Kinds of scales, with the words that the viewer chooses them by. */
export const SCALES = { log: "Log", linear: "Linear", relative: "Relative" };

/** @typedef {keyof typeof SCALES} ScaleKind  relative: distances in median normal latent norms */

/** Maps latent norms to radii from 0 to 1, the same way for all frames of all films. */
export class RadialScale {
  /**
   * @param {ScaleKind} kind
   * @param {RunFilm[]} films
   */
  constructor(kind, films) {
    this.kind = kind;
    /** @param {(film: RunFilm, frame: number) => number} value */
    const everywhere = (value) =>
      films.flatMap((film) => film.steps.map((_, frame) => value(film, frame)));
    /** @type {(film: RunFilm, frame: number) => number} */
    const far = (film, frame) => film.quantile("norm", frame, 0.98);
    if (kind === "relative") {
      const reach = everywhere((film, frame) => far(film, frame) / unitAt(film, frame));
      this.axis = new Axis(0, Math.max(...reach), "‖z‖ / median normal ‖z‖ (unitless)");
    } else if (kind === "linear") {
      this.axis = new Axis(0, Math.max(...everywhere(far)) || 1, "‖z‖ (unitless)");
    } else {
      const near = everywhere((film, frame) => film.quantile("norm", frame, 0.005) || Infinity);
      const nearest = Math.min(...near);
      const low = Number.isFinite(nearest) ? nearest / 1.4 : 0.1;
      const high = Math.max(...everywhere(far), 2 * low);
      this.axis = new Axis(low, high, "‖z‖ (unitless, log)", "log");
    }
  }

  /**
   * What distances are divided by.
   *
   * @param {RunFilm} film
   * @param {Float32Array} norms  of its samples at the instant
   * @returns {number}
   */
  unit(film, norms) {
    if (this.kind !== "relative") return 1;
    return medianOf(norms, film.normal) || 1;
  }

  /**
   * The radius of a distance.
   *
   * @param {number} norm
   * @param {number} [unit]  what it is divided by
   * @returns {number}  0 at the origin, 1 at the end of the scale, at most that of the rim
   */
  radius(norm, unit = 1) {
    return Math.min(Math.max(this.axis.place(norm / unit), 0), RIM);
  }
}

/**
 * What distances relative to the normal samples are divided by at a frame.
 *
 * @param {RunFilm} film
 * @param {number} frame
 * @returns {number}
 */
export function unitAt(film, frame) {
  return film.median("norm", frame, 0) || 1;
}
