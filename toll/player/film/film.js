// A run's film: its samples at every snapshot, and what follows from their numbers.
// A sample is named by its row: 0 to film.size - 1, the same in every frame. A time counts frames,
// with a fraction between two of them.

import { unpack } from "./container.js";
import { alongside, descending, quantile, roc, rowsWith, sortedOf } from "./metrics.js";

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
   * @param {string} [prefix]  of the names of this run's arrays
   */
  constructor(about, arrays, prefix = "") {
    this.about = about;
    this.arrays = arrays;
    this.prefix = prefix;
    this.steps = about.steps;
    this.frames = this.steps.length;
    this.ids = arrays[`${prefix}id`];
    this.classes = arrays[`${prefix}class`];
    this.size = this.ids.length;
    const normal = new Set(about.normal_classes);
    this.labels = Uint8Array.from(this.classes, (each) => Number(!normal.has(each)));
    this.normal = rowsWith(this.labels, 0);
    this.anomalous = rowsWith(this.labels, 1);
    /** @type {Map<string, unknown>} */
    this.kept = new Map();
  }

  /** β, the weight of the latent norm in the score. */
  get beta() {
    return this.about.beta;
  }

  /**
   * Classes of which there are samples, the normal ones first.
   *
   * @returns {number[]}
   */
  shownClasses() {
    const { normal_classes: normal } = this.about;
    const others = [...new Set(this.classes)].filter((each) => !normal.includes(each));
    return [...normal, ...others.sort((a, b) => a - b)];
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
   * Anomaly scores, ‖x − x̂‖ + β‖z‖.
   *
   * @param {number} frame
   * @returns {Float32Array}
   */
  scores(frame) {
    return this.keep(`score ${frame}`, () => {
      const [norm, error] = [this.at("norm", frame), this.at("error", frame)];
      return error.map((each, row) => each + this.beta * norm[row]);
    });
  }

  /**
   * Rank of each sample by score, 1 = the most anomalous.
   *
   * @param {number} frame
   * @returns {Int32Array}
   */
  ranks(frame) {
    return this.keep(`rank ${frame}`, () => {
      const ranks = new Int32Array(this.size);
      this.order(frame).forEach((row, place) => (ranks[row] = place + 1));
      return ranks;
    });
  }

  /**
   * Rows from the highest score to the lowest.
   *
   * @param {number} frame
   * @returns {number[]}
   */
  order(frame) {
    return this.keep(`order ${frame}`, () => descending(this.scores(frame)));
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
    const sorted = this.keep(`sorted ${name} ${frame} ${label}`, () => {
      const values = this.at(name, frame);
      if (label === undefined) return values.slice().sort();
      return sortedOf(values, label ? this.anomalous : this.normal);
    });
    return quantile(sorted, share);
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
    return this.roc(name, frame).auroc;
  }

  /**
   * The ROC curve of these numbers.
   *
   * @param {Name} name
   * @param {number} frame
   * @returns {RocCurve}
   */
  roc(name, frame) {
    return this.keep(`roc ${name} ${frame}`, () => roc(this.at(name, frame), this.labels));
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
    const after = this.steps.findIndex((each) => each > step);
    if (after < 0) return this.frames - 1;
    if (after === 0) return 0;
    const [low, high] = [this.steps[after - 1], this.steps[after]];
    return after - 1 + (step - low) / (high - low);
  }

  /**
   * What is computed once, and then known by its name.
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

/** A whole film: a run's samples, what else its file holds, and the run to compare with. */
export class Film extends RunFilm {
  /**
   * @param {Uint8Array} bytes  as `toll/film/container.py` packs them
   */
  constructor(bytes) {
    const { header, arrays } = unpack(bytes);
    super(header, arrays);
    this.header = header;
    this.contrast = header.contrast && new RunFilm(header.contrast, arrays, "contrast ");
  }
}
