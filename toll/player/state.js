// What the viewer has chosen, and where the film stands.

/** @import { ScaleKind } from "./film/radial_scale.js" */

/**
 * What a viewer may choose. Samples are rows of the film.
 *
 * @typedef {object} Choices
 * @property {number} time  in frames, with a fraction between two
 * @property {number} rung  of the ladder, with a fraction on the way from one to the next
 * @property {number | null} versus  the rung beside it; null: none
 * @property {number | null} scoring  weight of ‖z‖ in all scores; null: each run's own β
 * @property {boolean} playing
 * @property {number} speed
 * @property {"log" | "linear"} timeline
 * @property {boolean} follow  whether to go on with a training that is being watched
 * @property {ScaleKind} scale  of distances from the origin
 * @property {string} angle  the name of the angles in the black hole
 * @property {string} map  the name of the map of latent space
 * @property {"histogram" | "heat"} norms  how latent norms are shown
 * @property {"film" | "instant"} plane  what the axes of the score plane are fitted to
 * @property {"norm" | "score"} threshold  what the event horizon is on
 * @property {number} share  of the normal samples inside it, 0 to 1
 * @property {boolean} narration  whether to describe what is seen
 * @property {number[]} selected
 * @property {number | null} focus  which of the selected samples the panel shows
 * @property {number[]} pins
 * @property {number | null} guide  the sample whose ray is shown
 * @property {Set<number>} lit  classes that are lit up
 */

/**
 * Called with the names of what has changed.
 *
 * @callback Listener
 * @param {Set<string>} names
 */

/**
 * The choices as they are at first.
 *
 * @implements {Choices}
 */
export class State {
  constructor() {
    this.time = 0;
    this.rung = 0;
    /** @type {number | null} */
    this.versus = null;
    /** @type {number | null} */
    this.scoring = null;
    this.playing = false;
    this.speed = 1;
    /** @type {Choices["timeline"]} */
    this.timeline = "log";
    this.follow = true;
    /** @type {ScaleKind} */
    this.scale = "log";
    this.angle = "angle";
    this.map = "pca 2";
    /** @type {Choices["norms"]} */
    this.norms = "histogram";
    /** @type {Choices["plane"]} */
    this.plane = "film";
    /** @type {Choices["threshold"]} */
    this.threshold = "norm";
    this.share = 0.95;
    this.narration = true;
    /** @type {number[]} */
    this.selected = [];
    /** @type {number | null} */
    this.focus = null;
    /** @type {number[]} */
    this.pins = [];
    /** @type {number | null} */
    this.guide = null;
    /** @type {Set<number>} */
    this.lit = new Set();

    /** @type {Set<Listener>} */
    this.listeners = new Set();
  }

  /**
   * Makes these choices and tells all listeners, if any of them is new.
   *
   * @param {Partial<Choices>} changes
   */
  set(changes) {
    const names = /** @type {(keyof Choices)[]} */ (Object.keys(changes));
    const changed = new Set(names.filter((name) => this[name] !== changes[name]));
    if (!changed.size) return;
    Object.assign(this, changes);
    for (const listener of this.listeners) listener(changed);
  }

  /** Forgets all choices of samples and classes, which mean nothing in another run. */
  forgetSamples() {
    Object.assign(this, { selected: [], pins: [], focus: null, guide: null, lit: new Set() });
  }
}
