// The small film that small_film.py packs, and what the library says of it.

import { readFileSync } from "node:fs";
import { Ladder } from "../../toll/player/film/ladder.js";

/** @import { RunFilm } from "../../toll/player/film/film.js" */

/**
 * Packed bytes, at an address where typed arrays may not lie: each film has a copy of them.
 *
 * @param {string} file
 * @returns {Uint8Array}
 */
function bytesOf(file) {
  return new Uint8Array([0, ...readFileSync(new URL(file, import.meta.url))]).subarray(1);
}

/** The packed film. */
export const BYTES = bytesOf("small.film");

const TWO_RUNGS = bytesOf("ladder.film");

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
 * @returns {RunFilm}
 */
export function smallFilm() {
  return new Ladder(BYTES).rungs[0];
}

/**
 * A new ladder of two rungs, β = 0 and 2, that nothing has been computed of.
 *
 * @returns {Ladder}
 */
export function smallLadder() {
  return new Ladder(TWO_RUNGS);
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
