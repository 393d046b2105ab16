// Places along a line, such as those of snapshots on the timeline, and numbers that count them, with
// a fraction between two.

import { alongside } from "./metrics.js";

/**
 * The place of a number that counts places, with a fraction between two.
 *
 * @param {number[]} places  rising
 * @param {number} number
 * @returns {number}
 */
export function placeOf(places, number) {
  const low = Math.min(Math.floor(number + 1e-6), places.length - 1);
  return alongside(places, low, number);
}

/**
 * The number at a place: the other way round.
 *
 * @param {number[]} places  rising
 * @param {number} place
 * @returns {number}  0 to places.length - 1
 */
export function numberAt(places, place) {
  const after = places.findIndex((each) => each > place);
  if (after < 0) return places.length - 1;
  if (after === 0) return 0;
  const [low, high] = [places[after - 1], places[after]];
  return after - 1 + (place - low) / (high - low);
}

/**
 * Which of some values is nearest.
 *
 * @param {number} value
 * @param {number[]} values
 * @returns {number}
 */
export function nearestTo(value, values) {
  const distances = values.map((each) => Math.abs(each - value));
  return distances.indexOf(Math.min(...distances));
}
