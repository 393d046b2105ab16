// The samples of a run at every snapshot, as they were recorded.
// A sample is named by its row: 0 to film.size - 1, the same in every frame. A time counts frames,
// with a fraction between two of them.

import { alongside, rowsWith } from "./metrics.js";
import { numberAt } from "./places.js";

/** @import { About, TypedArray } from "./container.js" */

/**
 * Numbers of every sample at a frame, by name: “norm”, “error” (both parts of the score), “score”,
 * an angle, or a map's points (n × dimensions).
 *
 * @typedef {string} Name
 */

/** The samples of one run at every snapshot. */
export class Frames {
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
    /** @type {Map<string, unknown>} */
    this.kept = new Map();
  }

  /** Whether it is known which samples are anomalous. */
  get isLabelled() {
    return this.anomalous.length > 0;
  }

  /** β, the weight of the latent norm in the loss. */
  get beta() {
    return this.about.beta;
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
    const array = /** @type {Float32Array} */ (this.arrays[this.prefix + name]);
    const width = array.length / this.frames;
    return array.subarray(frame * width, (frame + 1) * width);
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
   * @returns {T}
   */
  keep(key, compute) {
    if (!this.kept.has(key)) this.kept.set(key, compute());
    return /** @type {T} */ (this.kept.get(key));
  }
}
