// A whole film: a ladder of runs that differ in β, over the same samples. A run alone is a ladder of
// one rung.

import { plain } from "../kit/axes.js";
import { unpack } from "./container.js";
import { RunFilm } from "./film.js";

/** @import { RungEntry } from "./container.js" */

const LEAST_GAP = 0.04; // of the slider, between two rungs that can be told apart

/** The rungs, by rising β. */
export class Ladder {
  /**
   * @param {Uint8Array} bytes  as `toll/film/container.py` packs them
   */
  constructor(bytes) {
    const { header, arrays } = unpack(bytes);
    this.header = header;
    this.rungs = header.rungs.map(
      (entry, number) => new RunFilm({ ...header, ...entry }, arrays, `rung ${number} `),
    );
    this.steps = header.steps;
    this.places = placesOf(header.rungs.map(({ beta }) => beta));
    this.labels = labelsOf(header.rungs);
    /** @type {Map<string, unknown>} */
    this.kept = new Map();
  }

  /** The name of the study that all rungs are of, or else of the run that the film opens on. */
  get name() {
    const { rung, rungs } = this.header;
    const { run } = rungs[rung];
    const study = run.slice(0, run.lastIndexOf("/") + 1);
    const isOfOne = rungs.length > 1 && rungs.every((each) => each.run.startsWith(study));
    return isOfOne && study ? study.slice(0, -1) : run;
  }

  /** How many rungs there are. */
  get size() {
    return this.rungs.length;
  }

  /** Whether any rung is being made. */
  get isTraining() {
    return this.header.rungs.some(({ training }) => training);
  }

  /**
   * The rung that is shown beside another unless the viewer chooses: the one asked for, or one
   * without a pull.
   *
   * @returns {number | null}  null: none, each is shown alone
   */
  get versus() {
    const { rung, versus } = this.header;
    if (versus !== null) return versus;
    const plainOne = this.rungs.findIndex(({ beta }) => beta === 0);
    return plainOne >= 0 && plainOne !== rung ? plainOne : null;
  }

  /**
   * Has all scores weigh ‖z‖ so.
   *
   * @param {number | null} weight  null: each run's by its own β
   */
  weigh(weight) {
    for (const rung of this.rungs) rung.weigh(weight ?? rung.beta);
  }

  /**
   * The rung whose β is nearest to this one.
   *
   * @param {number} beta
   * @returns {number}
   */
  nearest(beta) {
    /** @param {RunFilm} rung */
    const away = (rung) => Math.abs(Math.log1p(rung.beta) - Math.log1p(beta));
    const distances = this.rungs.map(away);
    return distances.indexOf(Math.min(...distances));
  }

  /**
   * What is computed once of all rungs, and then known by its name.
   *
   * @template T
   * @param {string} name
   * @param {() => T} compute
   * @returns {T}
   */
  keep(name, compute) {
    if (!this.kept.has(name)) this.kept.set(name, compute());
    return /** @type {T} */ (this.kept.get(name));
  }
}

/**
 * Places of the rungs on a slider, 0 to 1: by the logarithm of β, with 0 as far below the least as
 * the others are apart. Evenly apart where they would lie too close to be told apart.
 *
 * @param {number[]} betas  rising
 * @returns {number[]}
 */
export function placesOf(betas) {
  const last = betas.length - 1;
  if (!last) return [0];
  const even = betas.map((_, rung) => rung / last);
  const logs = betas.filter(Boolean).map(Math.log10);
  const gap = logs.length > 1 ? (logs[logs.length - 1] - logs[0]) / (logs.length - 1) : 1;
  const scaled = betas.map((beta) => (beta ? Math.log10(beta) : logs[0] - gap));
  const places = scaled.map((each) => (each - scaled[0]) / (scaled[last] - scaled[0]));
  const isClear = places.every((place, rung) => !rung || place - places[rung - 1] >= LEAST_GAP);
  return isClear ? places : even;
}

/**
 * A weight of ‖z‖ in words.
 *
 * @param {number} beta
 * @returns {string}
 */
export function betaWords(beta) {
  return `β = ${plain(beta)}`;
}

/**
 * What the rungs are called; where several have the same β, with what else tells them apart.
 *
 * @param {RungEntry[]} rungs
 * @returns {string[]}
 */
function labelsOf(rungs) {
  return rungs.map(({ beta, seed, run }) => {
    const words = betaWords(beta) + (beta ? "" : " (no pull)");
    const same = rungs.filter((other) => other.beta === beta);
    if (same.length < 2) return words;
    const isSeed = same.filter((other) => other.seed === seed).length < 2;
    return `${words}, ${isSeed ? `seed ${seed}` : run}`;
  });
}
