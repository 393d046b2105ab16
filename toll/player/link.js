// What a link keeps of a film: where the viewer is in it, so that the same link shows the same picture.

/** @import { RunFilm } from "./film/film.js" */
/** @import { Player } from "./player.js" */

/**
 * Where a viewer is in a film.
 *
 * @typedef {object} Seen
 * @property {number} step  the training step that is shown
 * @property {number[]} samples  ids of the selected samples
 * @property {number[]} pins  ids of the pinned samples
 */

/**
 * Names of the parts of a link that concern the film.
 *
 * @type {(keyof Seen)[]}
 */
export const LINKED = ["step", "samples", "pins"];

const MOST_SAMPLES = 40; // selected samples that a link names

/**
 * Where a link says that the viewer was; null if it says nothing of the film.
 *
 * @param {URLSearchParams} link
 * @returns {Partial<Seen> | null}
 */
export function readLink(link) {
  if (!LINKED.some((name) => link.has(name))) return null;
  /** @param {string} name */
  const numbers = (name) => (link.get(name) ?? "").split(",").filter(Boolean).map(Number);
  const step = link.has("step") ? Number(link.get("step")) : undefined;
  return { step, samples: numbers("samples"), pins: numbers("pins") };
}

/**
 * Where a player's viewer is.
 *
 * @param {Player} player
 * @returns {Seen}
 */
export function seenBy({ film, state, step }) {
  /** @param {number[]} rows */
  const ids = (rows) => rows.slice(0, MOST_SAMPLES).map((row) => film.ids[row]);
  return { step, samples: ids(state.selected), pins: ids(state.pins) };
}

/**
 * The rows of samples with these ids, as far as the film has them.
 *
 * @param {RunFilm} film
 * @param {number[]} [ids]
 * @returns {number[]}
 */
export function rowsOf(film, ids = []) {
  const rows = new Map(Array.from(film.ids, (id, row) => [id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
}
