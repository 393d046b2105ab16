// The small film that small_film.py packs, and what the library says of it.

import { readFileSync } from "node:fs";
import { Film } from "../../toll/player/film/film.js";

/** The packed bytes, at an address where typed arrays may not lie: each film has a copy of them. */
export const BYTES = new Uint8Array([
  0,
  ...readFileSync(new URL("small.film", import.meta.url)),
]).subarray(1);

/**
 * @type {{
 *   labels: number[],
 *   frames: {
 *     scores: number[],
 *     auroc: Record<"norm" | "error" | "score", number>,
 *     roc: { false: number[], true: number[] },
 *     separation: number,
 *     horizon: number,
 *   }[],
 * }}
 */
export const METRICS = JSON.parse(readFileSync(new URL("small.json", import.meta.url), "utf-8"));

/**
 * A new film, that nothing has been computed of.
 *
 * @returns {Film}
 */
export function smallFilm() {
  return new Film(BYTES);
}

/**
 * Whether two numbers are the same to so many digits after the point.
 *
 * @param {number} a
 * @param {number} b
 * @param {number} [digits]
 * @returns {boolean}
 */
export function isNear(a, b, digits = 6) {
  return Math.abs(a - b) < 0.5 * 10 ** -digits;
}
