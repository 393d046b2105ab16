// What a link keeps of a film: where the viewer is in it, so that the same link shows the same picture.

import { MOST_PINS } from "./views/samples.js";

/** @import { RunFilm } from "./film/film.js" */
/** @import { Ladder } from "./film/ladder.js" */
/** @import { Player } from "./player.js" */
/** @import { Choices } from "./state.js" */

/**
 * Where a viewer is in a film. What is as it is at first is not there.
 *
 * @typedef {object} Seen
 * @property {number} [step]  the training step that is shown
 * @property {string} [beta]  of the rung that is shown, as `nameOfRung` writes it
 * @property {string} [versus]  of the rung beside it, or “none”
 * @property {number} [scoring]  weight of ‖z‖ in all scores, perhaps Infinity
 * @property {"norm" | "score"} [threshold]  what the event horizon is on
 * @property {number} [share]  of the normal samples inside it, in percent
 * @property {number[]} samples  ids of the selected samples
 * @property {number[]} pins  ids of the pinned samples
 */

/**
 * Names of the parts of a link that concern the film.
 *
 * @type {(keyof Seen)[]}
 */
export const LINKED = [
  "step",
  "beta",
  "versus",
  "scoring",
  "threshold",
  "share",
  "samples",
  "pins",
];

/** In a link: no rung beside the one that is shown. */
export const NONE = "none";

const MOST_SAMPLES = 40; // selected samples that a link names
/**
 * Percent of the normal samples that the horizon may be set to.
 *
 * @type {[number, number]}
 */
export const SHARES = [50, 99.5];

/**
 * Where a link says that the viewer was; null if it says nothing of the film. Values that mean
 * nothing are passed over.
 *
 * @param {URLSearchParams} link
 * @returns {Partial<Seen> | null}
 */
export function readLink(link) {
  if (!LINKED.some((name) => link.has(name))) return null;
  /** @type {(name: keyof Seen, least: number, most: number) => number | undefined} */
  const number = (name, least, most) => {
    const text = link.get(name);
    const value = text ? Number(text) : NaN;
    return value >= least && value <= most ? value : undefined;
  };
  /** @param {keyof Seen} name */
  const ids = (name) => partsOf(link, name).filter(isId).map(Number);
  const threshold = link.get("threshold");
  return {
    step: number("step", 0, Number.MAX_SAFE_INTEGER),
    beta: link.get("beta") ?? undefined,
    versus: link.get("versus") ?? undefined,
    scoring: number("scoring", 0, Infinity),
    threshold: threshold === "norm" || threshold === "score" ? threshold : undefined,
    share: number("share", SHARES[0], SHARES[1]),
    samples: ids("samples"),
    pins: ids("pins"),
  };
}

/**
 * What a link lists under a name.
 *
 * @param {URLSearchParams} link
 * @param {keyof Seen} name
 * @returns {string[]}
 */
export function partsOf(link, name) {
  return (link.get(name) ?? "").split(",").filter(Boolean);
}

/**
 * Whether this names a sample, of whatever film.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isId(text) {
  return /^\d+$/.test(text);
}

/**
 * A place in a film as the text of a link.
 *
 * @param {Seen} seen
 * @returns {string}
 */
export function linkText(seen) {
  const parts = LINKED.filter((name) => seen[name] !== undefined);
  return parts.map((name) => `${name}=${seen[name]}`).join("&");
}

/**
 * Where a player's viewer is.
 *
 * @param {Player} player
 * @returns {Seen}
 */
export function seenBy({ film, ladder, main, state, step }) {
  /** @param {number[]} rows */
  const ids = (rows) => rows.slice(0, MOST_SAMPLES).map((row) => film.ids[row]);
  /** @type {Seen} */
  const seen = { step, samples: ids(state.selected), pins: ids(state.pins) };
  if (ladder.size > 1) {
    seen.beta = nameOfRung(ladder, main.rung);
    seen.versus = state.versus === null ? NONE : nameOfRung(ladder, state.versus);
  }
  if (state.scoring !== null) seen.scoring = state.scoring;
  if (state.threshold !== "norm") seen.threshold = state.threshold;
  if (state.share !== 0.95) seen.share = Number((100 * state.share).toFixed(1));
  return seen;
}

/**
 * The choices that lead to a place in a film, as far as the film has it; the instant is not among
 * them.
 *
 * @param {Ladder} ladder
 * @param {Partial<Seen>} seen
 * @returns {Partial<Choices>}
 */
export function choicesOf(ladder, { beta, versus, scoring, threshold, share, samples, pins }) {
  const film = ladder.rungs[0];
  const selected = rowsOf(film, samples);
  const beside = versus === NONE ? null : (rungOf(ladder, versus) ?? ladder.versus);
  return {
    rung: rungOf(ladder, beta) ?? ladder.header.rung,
    versus: ladder.size > 1 ? beside : null,
    scoring: scoring ?? null,
    threshold: threshold ?? "norm",
    share: share === undefined ? 0.95 : share / 100,
    selected,
    focus: selected[0] ?? null,
    pins: rowsOf(film, pins).slice(0, MOST_PINS),
  };
}

/**
 * A rung as a link names it: by its β, and where several have it, by which of them it is.
 *
 * @param {Ladder} ladder
 * @param {number} rung
 * @returns {string}
 */
export function nameOfRung({ rungs }, rung) {
  const { beta } = rungs[rung];
  const before = rungs.slice(0, rung).filter((each) => each.beta === beta).length;
  return before ? `${beta}~${before + 1}` : String(beta);
}

/**
 * @param {Ladder} ladder
 * @param {string} [name]
 * @returns {number | undefined}
 */
function rungOf(ladder, name) {
  const found = ladder.rungs.findIndex((_, rung) => nameOfRung(ladder, rung) === name);
  return found < 0 ? undefined : found;
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
