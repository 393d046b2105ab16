// The film's time: where on the timeline an instant is, and what lies between two snapshots.

import { mix, turn } from "./metrics.js";
import { nearestTo, numberAt, placeOf } from "./places.js";

/** @import { RunFilm } from "./film.js" */
/** @import { Name } from "./frames.js" */

/** Seconds that the whole film takes at speed 1. */
export const SECONDS = 9;

/**
 * Maps training steps to places 0 to 1 on the timeline. Logarithmic, early steps have room: there
 * the collapse happens.
 */
export class Timeline {
  /**
   * @param {number[]} steps  of the snapshots, rising
   * @param {boolean} logarithmic
   */
  constructor(steps, logarithmic) {
    this.steps = steps;
    const scaled = steps.map((step) => (logarithmic ? Math.log10(1 + step) : step));
    const [first, last] = [scaled[0], scaled[scaled.length - 1]];
    this.places = scaled.map((each) => (each - first) / (last - first || 1));
  }

  /**
   * The place of a time.
   *
   * @param {number} time
   * @returns {number}
   */
  placeAt(time) {
    return placeOf(this.places, time);
  }

  /**
   * The time at a place.
   *
   * @param {number} place
   * @returns {number}
   */
  timeAt(place) {
    return numberAt(this.places, place);
  }

  /**
   * The frame whose place is nearest.
   *
   * @param {number} place
   * @returns {number}
   */
  nearest(place) {
    return nearestTo(place, this.places);
  }

  /**
   * The frame whose training step is nearest.
   *
   * @param {number} step
   * @returns {number}
   */
  frameOf(step) {
    return nearestTo(step, this.steps);
  }
}

/**
 * The numbers of all samples at a time: what lies between two snapshots is drawn on the way from
 * one to the next.
 *
 * @param {RunFilm} film
 * @param {Name} name
 * @param {number} time
 * @param {boolean} [ratios]  as in `mix`
 * @returns {Float32Array}
 */
export function between(film, name, time, ratios = false) {
  return mixed(film, name, time, (a, b, part) => mix(a, b, part, ratios));
}

/**
 * The angles of all samples at a time, in radians.
 *
 * @param {RunFilm} film
 * @param {Name} name
 * @param {number} time
 * @returns {Float32Array}
 */
export function turning(film, name, time) {
  return mixed(film, name, time, turn);
}

/**
 * @param {RunFilm} film
 * @param {Name} name
 * @param {number} time
 * @param {(a: number, b: number, part: number) => number} blend
 * @returns {Float32Array}
 */
function mixed(film, name, time, blend) {
  const low = Math.min(Math.floor(time), film.frames - 1);
  const part = time - low;
  const a = film.at(name, low);
  if (part < 1e-6 || low + 1 >= film.frames) return a;
  const b = film.at(name, low + 1);
  return a.map((value, i) => blend(value, b[i], part));
}

/**
 * The latent norm of one sample at a time, as `between` mixes those of all.
 *
 * @param {RunFilm} film
 * @param {number} row
 * @param {number} time
 * @returns {number}
 */
export function normOf(film, row, time) {
  return mixedOf(film, "norm", row, time, (a, b, part) => mix(a, b, part, true));
}

/**
 * An angle of one sample at a time, as `turning` mixes those of all, in radians.
 *
 * @param {RunFilm} film
 * @param {Name} name
 * @param {number} row
 * @param {number} time
 * @returns {number}
 */
export function angleOf(film, name, row, time) {
  return mixedOf(film, name, row, time, turn);
}

/**
 * @param {RunFilm} film
 * @param {Name} name
 * @param {number} row
 * @param {number} time
 * @param {(a: number, b: number, part: number) => number} blend
 */
function mixedOf(film, name, row, time, blend) {
  const low = Math.min(Math.floor(time), film.frames - 1);
  const a = film.at(name, low)[row];
  if (low + 1 >= film.frames) return a;
  return blend(a, film.at(name, low + 1)[row], time - low);
}

/**
 * The median normal latent norm at a time; 1 where it is zero, so that it can be divided by.
 *
 * @param {RunFilm} film
 * @param {number} time
 * @returns {number}
 */
export function medianNorm(film, time) {
  const low = Math.min(Math.floor(time), film.frames - 1);
  const a = film.median("norm", low, 0);
  const b = low + 1 < film.frames ? film.median("norm", low + 1, 0) : a;
  return mix(a, b, time - low, true) || 1;
}
