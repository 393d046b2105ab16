// What stands for a sample in every view: its mark, its colour, and how it is called.

import { element } from "../kit/page.js";

/** @import { Theme } from "../kit/theme.js" */
/** @import { RunFilm } from "../film/film.js" */

/** Samples that can be pinned: as many as there are colours for them. */
export const MOST_PINS = 6;

/** Labels with the dashes of their lines: normal samples have solid ones. */
export const DASHES = [[], [5, 3]];

/** @typedef {"normal" | "anomalous"} Kind */

/**
 * The mark of a kind of samples.
 *
 * @param {Kind} kind
 * @returns {HTMLElement}
 */
export function mark(kind) {
  return element("span", { class: `mark ${kind}` }, kind === "normal" ? "●" : "◇");
}

/**
 * The colour of the samples with a label.
 *
 * @param {Theme} theme
 * @param {number} label  0 = normal, 1 = anomalous
 * @returns {string}
 */
export function colorOf(theme, label) {
  return label ? theme.anomalous : theme.normal;
}

/**
 * A sample in words, such as “anomalous 3, sample 712”.
 *
 * @param {RunFilm} film
 * @param {number} row
 * @returns {string}
 */
export function nameOf(film, row) {
  return `${film.kind(row)} ${film.className(row)}, sample ${film.ids[row]}`;
}

/**
 * The columns that a table of all samples begins with.
 *
 * @param {RunFilm} film
 * @param {number} step  the training step that the table is of
 */
export function sampleColumns(film, step) {
  const all = Array.from({ length: film.size }, (_, row) => row);
  return {
    sample: film.ids,
    class: all.map((row) => film.className(row)),
    anomalous: film.labels,
    step: all.map(() => step),
  };
}
