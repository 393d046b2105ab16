// What the pull is worth at the instant, and whether the film shows a fault: in one sentence each,
// made from numbers.

import { betaWords } from "./ladder.js";

/**
 * What a side detects.
 *
 * @typedef {object} Detected
 * @property {number} beta
 * @property {number} auroc  of the score
 * @property {string} label
 */

/** What an AUROC is, for whoever does not know. */
export const COMPARISON =
  "A comparison: take one normal and one anomalous sample at random. It comes out right if the " +
  "anomalous one has the higher score. The share that does is the AUROC: 100 of 100 is perfect, 50 " +
  "is guessing. This uses the labels of the probe samples, which training does not.";

const ALIKE = 0.01; // AUROCs that are nearer than this are called alike

/**
 * Whether the first side detects better than the second.
 *
 * @param {Detected} one
 * @param {Detected} other
 * @param {object} [how]
 * @param {boolean} [how.isTrained]  whether a step has been made: before that there is nothing to judge
 * @param {boolean} [how.isOwn]  whether each is scored with the β that it was trained with: with
 *   another one, β = 0 is no plain autoencoder's score
 * @returns {string}
 */
export function verdict(one, other, { isTrained = true, isOwn = true } = {}) {
  if (one.label === other.label) return `Both sides show ${one.label}. Choose another β for one.`;
  const [more, less] = one.beta >= other.beta ? [one, other] : [other, one];
  const [right, rightLess] = [more, less].map(({ auroc }) => Math.round(100 * auroc));
  const isPlain = isOwn && less.beta === 0 && more.beta > 0;
  const [withIt, without] = isPlain
    ? [`with the pull (${betaWords(more.beta)})`, "without it"]
    : [`with ${more.label}`, `with ${less.label}`];
  const gain = more.auroc - less.auroc;
  const both = `${withIt} ${right} of 100 comparisons come out right, ${without} ${rightLess}`;
  if (!isTrained) return `Nothing has been trained yet: ${both}.`;
  if (Math.abs(gain) < ALIKE)
    return isPlain
      ? `Here a plain autoencoder detects as well: ${both}.`
      : `Both detect equally well: ${both}.`;
  if (gain > 0) return `${both[0].toUpperCase()}${both.slice(1)}.`;
  return isPlain
    ? `Here the pull does harm: ${both}.`
    : `Here the stronger pull does harm: ${both}.`;
}

/**
 * What is seen at the instant.
 *
 * @typedef {object} Seen
 * @property {string | null} alarm  that the film itself raises
 * @property {number | null} variety  of the reconstructions, as a share of the inputs'
 * @property {number} auroc  of ‖z‖ alone
 * @property {number} separation
 * @property {string | null} better  what detects much better than the run's own score
 */

/**
 * A sentence on what is wrong, or on a state that is worth knowing.
 *
 * @typedef {{ words: string, isFault: boolean }} Notice
 */

/** Share of the inputs' variety below which reconstructions look the same. */
export const ONE_PICTURE = 0.1;

// ‖z‖ tells anomalies apart from here on. Guessing gives 0.5 and 1, and chance moves a few hundred
// samples' figures by about 0.03; below both of these there is nothing for the score to live on.
const TELLS_AUROC = 0.6;
const TELLS_SEPARATION = 1.1;

const FAULT =
  "The reconstructions have become almost one picture, and ‖z‖ does not tell anomalies apart either: " +
  "the pull is so strong that z says little about a sample. Try a smaller β.";
const STATE =
  "The decoder now shows almost one picture for everything: the score lives on ‖z‖, which tells " +
  "anomalies apart here.";

/** The longest that a notice may be, for the room that it is given. */
export const LONGEST_NOTICE = FAULT;

/**
 * What is to be said of the instant: a fault where the film raises an alarm, or where the decoder has
 * given up and ‖z‖ does not separate either; a state where ‖z‖ carries the score, or another weight of
 * it would serve better.
 *
 * @param {Seen} seen
 * @returns {Notice | null}
 */
export function noticeOf({ alarm, variety, auroc, separation, better }) {
  const isOnePicture = variety !== null && variety < ONE_PICTURE;
  const tells = auroc >= TELLS_AUROC || separation >= TELLS_SEPARATION;
  if (alarm) return { words: alarm, isFault: true };
  if (isOnePicture && !tells) return { words: FAULT, isFault: true };
  const words = [isOnePicture ? STATE : "", better ?? ""].filter(Boolean).join(" ");
  return words ? { words, isFault: false } : null;
}
