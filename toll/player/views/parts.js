// The anomaly score and its two parts: their names and lines are the same in every chart.

/** @import { Theme } from "../kit/theme.js" */

/**
 * The look of a line and its name in a legend.
 *
 * @typedef {object} Line
 * @property {string} name
 * @property {string} color
 * @property {number[]} [dash]
 */

/** @typedef {"score" | "error" | "norm"} Part  the whole score, ‖x − x̂‖, ‖z‖ */

/** Dashes of the lines of the three. */
const DASHES = { score: [], error: [6, 3], norm: [2, 3] };
const NAMES = { score: "score", error: "‖x − x̂‖", norm: "‖z‖" };

/** The three, the whole score first. */
export const PARTS = /** @type {Part[]} */ (["score", "error", "norm"]);

/**
 * The line of one of them.
 *
 * @param {Theme} theme
 * @param {Part} part
 * @param {string} [name]  where it is not called as usual
 * @returns {Required<Line>}
 */
export function lineOf(theme, part, name = NAMES[part]) {
  return { name, color: theme[part], dash: DASHES[part] };
}
