// A run's film: its samples at every snapshot, and what follows from their numbers.
// A sample is named by its row: 0 to film.size - 1, the same in every frame. A time counts frames,
// with a fraction between two of them.

import { alongside, areaUnder, descending, quantile, roc, rowsWith, sortedOf } from "./metrics.js";
import { numberAt } from "./places.js";

/** @import { About, TypedArray } from "./container.js" */
/** @import { RocCurve } from "./metrics.js" */

/**
 * Numbers of every sample at a frame, by name: “norm”, “error” (both parts of the score), “score”,
 * an angle, or a map's points (n × dimensions).
 *
 * @typedef {string} Name
 */

/** The samples of one run at every snapshot. */
export class RunFilm {
  /**
   * @param {About} about
   * @param {Record<string, TypedArray>} arrays  of the whole film
   * @param {string} prefix  of the names of this run's arrays
   */
  constructor(about, arrays, prefix) {
    this.about = about;
    this.arrays = arrays;
    this.prefix = prefix;
    this.steps = about.steps;
    this.frames = this.steps.length;
    this.ids = arrays.id;
    this.classes = arrays.class;
    this.size = this.ids.length;
    this.labels = Uint8Array.from(this.classes, (each) => Number(!this.isNormal(each)));
    this.normal = rowsWith(this.labels, 0);
    this.anomalous = rowsWith(this.labels, 1);
    /** The weight of ‖z‖ in the score; Infinity: the score is ‖z‖ alone. */
    this.weight = about.beta;
    /** @type {Map<string, unknown>} */
    this.kept = new Map();
    /** @type {Map<string, unknown>} */
    this.keptOfScore = new Map();
  }

  /** β, the weight of the latent norm in the loss. */
  get beta() {
    return this.about.beta;
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
   * Whether a class is a normal one.
   *
   * @param {number} index
   * @returns {boolean}
   */
  isNormal(index) {
    return this.about.normal_classes.includes(index);
  }

  /**
   * Classes of which there are samples, the normal ones first.
   *
   * @returns {number[]}
   */
  shownClasses() {
    const found = [...new Set(this.classes)].sort((a, b) => a - b);
    const others = found.filter((each) => !this.isNormal(each));
    return [...found.filter((each) => this.isNormal(each)), ...others];
  }

  /**
   * The name of a sample's class.
   *
   * @param {number} row
   * @returns {string}
   */
  className(row) {
    return this.about.class_names[this.classes[row]];
  }

  /**
   * What a sample is.
   *
   * @param {number} row
   * @returns {"normal" | "anomalous"}
   */
  kind(row) {
    return this.labels[row] ? "anomalous" : "normal";
  }

  /**
   * Whether there are numbers of this name.
   *
   * @param {Name} name
   * @returns {boolean}
   */
  has(name) {
    return this.prefix + name in this.arrays;
  }

  /**
   * The numbers of all samples at a frame.
   *
   * @param {Name} name
   * @param {number} frame
   * @returns {Float32Array}
   */
  at(name, frame) {
    if (name === "score") return this.scores(frame);
    const array = /** @type {Float32Array} */ (this.arrays[this.prefix + name]);
    const width = array.length / this.frames;
    return array.subarray(frame * width, (frame + 1) * width);
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
   * The snapshot whose numbers are shown at a time: the last one that the film has come to.
   *
   * @param {number} time
   * @returns {number}
   */
  frameAt(time) {
    return Math.min(Math.floor(time + 1e-6), this.frames - 1);
  }

  /**
   * The training step at a time, between two snapshots too.
   *
   * @param {number} time
   * @returns {number}
   */
  stepAt(time) {
    return alongside(this.steps, this.frameAt(time), time);
  }

  /**
   * The time at a training step.
   *
   * @param {number} step
   * @returns {number}
   */
  timeAt(step) {
    return numberAt(this.steps, step);
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
