// Where the points of a map of latent space are drawn: one scale for the whole film.

import { medianOf } from "./metrics.js";
import { unitAt } from "./radial_scale.js";

/** @import { MapEntry } from "./container.js" */
/** @import { RunFilm } from "./film.js" */

/** @typedef {[number, number]} Pair  across and up */

/**
 * Points in space as they are seen: turned about the upright axis and then about the one across.
 *
 * @param {Float32Array} points  (n × 3)
 * @param {Pair} turn  both angles, in radians
 * @returns {Float32Array}  (n × 2)
 */
export function turned(points, [upright, across]) {
  const [ca, sa] = [Math.cos(upright), Math.sin(upright)];
  const [cb, sb] = [Math.cos(across), Math.sin(across)];
  const count = points.length / 3;
  const flat = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [points[3 * i], points[3 * i + 1], points[3 * i + 2]];
    flat[2 * i] = ca * x + sa * z;
    flat[2 * i + 1] = cb * y - sb * (ca * z - sa * x);
  }
  return flat;
}

/**
 * The largest coordinate about the centre over the whole film, except for the farthest 0.5 %.
 *
 * @param {RunFilm} film
 * @param {MapEntry} map
 * @param {boolean} relative  whether coordinates are divided by the median normal latent norm
 * @returns {number}
 */
export function reachOf(film, map, relative) {
  const [cx, cy] = centreOf(film, map);
  return film.keep(`reach ${map.array} ${relative}`, () => {
    let most = 0;
    for (let frame = 0; frame < film.frames; frame++) {
      const unit = relative ? unitAt(film, frame) : 1;
      const sizes = film
        .at(map.array, frame)
        .map((value, i) => Math.abs(value / unit - (map.dimensions === 3 ? 0 : i % 2 ? cy : cx)))
        .filter((size) => size >= 0)
        .sort();
      if (sizes.length) most = Math.max(most, sizes[Math.floor(0.995 * (sizes.length - 1))]);
    }
    return most || 1;
  });
}

/**
 * What a map is drawn about. PCA and z have an origin; UMAP has none, so that it is its middle.
 *
 * @param {RunFilm} film
 * @param {MapEntry} map
 * @returns {Pair}
 */
export function centreOf(film, map) {
  if (map.kind !== "umap" || map.dimensions === 3) return [0, 0];
  return film.keep(`centre ${map.array}`, () => {
    const [least, most] = [
      [Infinity, Infinity],
      [-Infinity, -Infinity],
    ];
    for (let frame = 0; frame < film.frames; frame++) {
      film.at(map.array, frame).forEach((value, i) => {
        if (!(Math.abs(value) < 1e9)) return; // also what is not a number
        least[i % 2] = Math.min(least[i % 2], value);
        most[i % 2] = Math.max(most[i % 2], value);
      });
    }
    /** @type {Pair} */
    const middle = [(least[0] + most[0]) / 2, (least[1] + most[1]) / 2];
    return least[0] < Infinity ? middle : [0, 0];
  });
}

/**
 * Median distance of the normal samples' points from the middle of all points.
 *
 * @param {RunFilm} film
 * @param {MapEntry} map
 * @param {number} frame
 * @returns {number}
 */
export function drawnRadius(film, { array, dimensions }, frame) {
  const points = film.at(array, frame);
  const middle = Array.from({ length: dimensions }, () => 0);
  points.forEach((value, i) => (middle[i % dimensions] += value / film.size));
  const away = Array.from({ length: film.size }, (_, row) =>
    Math.hypot(...middle.map((m, axis) => points[dimensions * row + axis] - m)),
  );
  return medianOf(away, film.normal);
}
