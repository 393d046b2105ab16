// A run's film: its samples at every snapshot, and the figures that follow from their numbers.

import { areaUnder, descending, quantile, roc, sortedOf } from "./metrics.js";
import { Frames } from "./frames.js";

/** @import { About, TypedArray } from "./container.js" */
/** @import { Name } from "./frames.js" */
/** @import { RocCurve } from "./metrics.js" */

/** The samples of one run, their scores, and what these detect. */
export class RunFilm extends Frames {
  /**
   * @param {About} about
   * @param {Record<string, TypedArray>} arrays  of the whole film
   * @param {string} prefix  of the names of this run's arrays
   */
  constructor(about, arrays, prefix) {
    super(about, arrays, prefix);
    /** The weight of ‖z‖ in the score; Infinity: the score is ‖z‖ alone. */
    this.weight = about.beta;
    /** @type {Map<string, unknown>} */
    this.keptOfScore = new Map();
  }

  /**
   * Has the score weigh ‖z‖ so.
   *
   * @param {number} weight  0: the reconstruction error alone; Infinity: ‖z‖ alone
   */
  weigh(weight) {
    if (weight === this.weight) return;
    this.weight = weight;
    this.keptOfScore.clear();
  }

  /**
   * The numbers of all samples at a frame, the score among them.
   *
   * @param {Name} name
   * @param {number} frame
   * @returns {Float32Array}
   */
  at(name, frame) {
    return name === "score" ? this.scores(frame) : super.at(name, frame);
  }

  /**
   * Anomaly scores, ‖x − x̂‖ + β‖z‖, where β is the weight that has been chosen.
   *
   * @param {number} frame
   * @returns {Float32Array}
   */
  scores(frame) {
    return this.keep(`score ${frame}`, () => this.weighed(this.weight, frame), "score");
  }

  /**
   * Anomaly scores with another weight of ‖z‖.
   *
   * @param {number} weight
   * @param {number} frame
   * @returns {Float32Array}
   */
  weighed(weight, frame) {
    const [norm, error] = [this.at("norm", frame), this.at("error", frame)];
    if (weight === Infinity) return norm;
    const scores = new Float32Array(this.size);
    for (let row = 0; row < scores.length; row++) scores[row] = error[row] + weight * norm[row];
    return scores;
  }

  /**
   * Rank of each sample by score, 1 = the most anomalous.
   *
   * @param {number} frame
   * @returns {Int32Array}
   */
  ranks(frame) {
    /** @returns {Int32Array} */
    const compute = () => {
      const ranks = new Int32Array(this.size);
      this.order(frame).forEach((row, place) => (ranks[row] = place + 1));
      return ranks;
    };
    return this.keep(`rank ${frame}`, compute, "score");
  }

  /**
   * Rows from the highest score to the lowest.
   *
   * @param {number} frame
   * @returns {Uint32Array}
   */
  order(frame) {
    return this.keep(`order ${frame}`, () => descending(this.scores(frame)), "score");
  }

  /**
   * Median of the samples with this label; of all without one.
   *
   * @param {Name} name
   * @param {number} frame
   * @param {number} [label]
   * @returns {number}
   */
  median(name, frame, label) {
    return this.quantile(name, frame, 0.5, label);
  }

  /**
   * Quantile of the samples with this label; of all without one.
   *
   * @param {Name} name
   * @param {number} frame
   * @param {number} share  0 to 1
   * @param {number} [label]  0 = normal, 1 = anomalous
   * @returns {number}
   */
  quantile(name, frame, share, label) {
    return quantile(this.sorted(name, frame, label), share);
  }

  /**
   * The numbers of the samples with this label, rising; of all without one.
   *
   * @param {Name} name
   * @param {number} frame
   * @param {number} [label]  0 = normal, 1 = anomalous
   * @returns {Float32Array}
   */
  sorted(name, frame, label) {
    const compute = () => {
      const values = this.at(name, frame);
      if (label === undefined) return values.slice().sort();
      return sortedOf(values, label ? this.anomalous : this.normal);
    };
    return this.keep(`sorted ${name} ${frame} ${label}`, compute, name);
  }

  /**
   * The separation: the median anomalous over the median normal latent norm.
   *
   * @param {number} frame
   * @returns {number}
   */
  separation(frame) {
    const [normal, anomalous] = [0, 1].map((label) => this.median("norm", frame, label));
    return normal > 0 ? anomalous / normal : anomalous > 0 ? Infinity : 1;
  }

  /**
   * The area under the ROC curve.
   *
   * @param {Name} name
   * @param {number} frame
   * @returns {number}
   */
  auroc(name, frame) {
    const compute = () => areaUnder(this.sorted(name, frame, 0), this.sorted(name, frame, 1));
    return this.keep(`auroc ${name} ${frame}`, compute, name);
  }

  /**
   * The area under the ROC curve of scores with another weight of ‖z‖.
   *
   * @param {number} weight
   * @param {number} frame
   * @returns {number}
   */
  aurocWith(weight, frame) {
    return this.keep(`auroc with ${weight} ${frame}`, () => {
      const scores = this.weighed(weight, frame);
      return areaUnder(sortedOf(scores, this.normal), sortedOf(scores, this.anomalous));
    });
  }

  /**
   * The ROC curve of these numbers.
   *
   * @param {Name} name
   * @param {number} frame
   * @returns {RocCurve}
   */
  roc(name, frame) {
    return this.keep(`roc ${name} ${frame}`, () => roc(this.at(name, frame), this.labels), name);
  }

  /**
   * What is computed once, and then known by its name.
   *
   * @template T
   * @param {string} key
   * @param {() => T} compute
   * @param {Name} [name]  of the numbers that it is of: what is of scores is forgotten when they
   *   are weighed another way
   * @returns {T}
   */
  keep(key, compute, name) {
    const kept = name === "score" ? this.keptOfScore : this.kept;
    if (!kept.has(key)) kept.set(key, compute());
    return /** @type {T} */ (kept.get(key));
  }
}
