// The weight of ‖z‖ in the score, from the reconstruction error alone over all weights to ‖z‖ alone:
// where it is on an axis, and what each weight detects. The weight in training stays what it was.

import { Axis, plain } from "../kit/axes.js";

/** @import { RunFilm } from "./film.js" */
/** @import { Ladder } from "./ladder.js" */

const EDGE = 0.1; // of the axis, from each of its ends to the nearest weight on the logarithmic part
const MANY = 3000; // samples from which on fewer weights are tried
const TRIED = { few: 13, many: 33 }; // weights between the two ends
const WORTH = 0.6; // AUROC below which no weight is worth naming
const BETTER = 0.05; // of AUROC, by which another weight detects much better

/** The axis of scoring weights: 0 at its beginning, ∞ at its end, logarithmic between. */
export class ScoringAxis extends Axis {
  /** @param {Ladder} ladder */
  constructor(ladder) {
    const [least, most] = reach(ladder);
    super(least, most, "scoring β (unitless, log): weight of ‖z‖ in the score", "log", named);
  }

  /**
   * @param {number} weight
   * @returns {number}
   */
  place(weight) {
    if (weight <= 0) return 0;
    if (weight === Infinity) return 1;
    const inner = Math.min(Math.max(super.place(weight), 0), 1);
    return EDGE + (1 - 2 * EDGE) * inner;
  }

  /**
   * @param {number} place
   * @returns {number}
   */
  value(place) {
    if (place < EDGE / 2) return 0;
    if (place > 1 - EDGE / 2) return Infinity;
    const inner = (place - EDGE) / (1 - 2 * EDGE);
    return super.value(Math.min(Math.max(inner, 0), 1));
  }

  /**
   * @param {number} [about]
   * @returns {number[]}
   */
  ticks(about) {
    return [0, ...super.ticks(about), Infinity];
  }

  /**
   * Weights to try along the axis, the two ends among them.
   *
   * @param {number} samples
   * @returns {number[]}
   */
  tried(samples) {
    const count = samples > MANY ? TRIED.few : TRIED.many;
    const inner = Array.from({ length: count }, (_, i) => super.value(i / (count - 1)));
    return [0, ...inner, Infinity];
  }
}

/**
 * The axis of a ladder, which is the same for all of its rungs.
 *
 * @param {Ladder} ladder
 * @returns {ScoringAxis}
 */
export function scoringAxis(ladder) {
  return ladder.keep("scoring axis", () => new ScoringAxis(ladder));
}

/**
 * From well below to well above the weights at which both parts of the score count the same; βs of
 * training are among them. Whole powers of ten.
 *
 * @param {Ladder} ladder
 * @returns {[number, number]}
 */
function reach({ rungs }) {
  const even = rungs.flatMap((film) =>
    [0, film.frames - 1].map((frame) => film.median("error", frame) / film.median("norm", frame)),
  );
  const weights = [...even, ...rungs.map(({ beta }) => beta)];
  const logs = weights.filter((each) => each > 0 && each < Infinity).map(Math.log10);
  const [least, most] = [Math.min(0, ...logs), Math.max(0, ...logs)];
  return [10 ** Math.floor(least - 0.5), 10 ** Math.ceil(most + 0.5)];
}

/** @param {number} weight */
function named(weight) {
  return weight === Infinity ? "∞" : plain(weight);
}

/**
 * A weight in words.
 *
 * @param {number} weight
 * @returns {string}
 */
export function weightWords(weight) {
  if (weight === 0) return "the reconstruction error alone (β = 0)";
  return weight === Infinity ? "‖z‖ alone (β = ∞)" : `β = ${plain(weight)}`;
}

/**
 * AUROC with each weight that is tried along the axis.
 *
 * @param {RunFilm} film
 * @param {ScoringAxis} axis
 * @param {number} frame
 * @returns {{ weights: number[], aurocs: number[] }}
 */
export function aurocsBy(film, axis, frame) {
  return film.keep(`aurocs by weight ${frame}`, () => {
    const weights = axis.tried(film.size);
    return { weights, aurocs: weights.map((weight) => film.aurocWith(weight, frame)) };
  });
}

/**
 * What detects much better than the run's own score: ‖z‖ alone, the reconstruction error alone, or
 * another weight, the first of these that comes close to the best.
 *
 * @param {RunFilm} film
 * @param {ScoringAxis} axis
 * @param {number} frame
 * @returns {string | null}  in a sentence; null: nothing does
 */
export function betterScore(film, axis, frame) {
  const { weights, aurocs } = aurocsBy(film, axis, frame);
  const own = film.aurocWith(film.beta, frame);
  const best = Math.max(...aurocs);
  if (best - own < BETTER || best < WORTH) return null;
  const near = best - (best - own) / 10;
  const ends = [weights.length - 1, 0].filter((i) => aurocs[i] >= near);
  const found = ends[0] ?? aurocs.indexOf(best);
  const [right, ownRight] = [aurocs[found], own].map((each) => Math.round(100 * each));
  const name =
    weights[found] === Infinity
      ? "‖z‖ alone"
      : weights[found]
        ? `A score with ${weightWords(weights[found])}`
        : "The reconstruction error alone";
  return (
    `${name} detects better here than the run's own score: ${right} against ${ownRight} of 100 ` +
    "comparisons come out right (by the labels of the probe samples)."
  );
}
