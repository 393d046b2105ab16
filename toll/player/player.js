// The player: a ladder's film with one timeline and one slider over β for every view.

import { themeOf } from "./kit/theme.js";
import { Ladder } from "./film/ladder.js";
import { Pictures } from "./film/pictures.js";
import { numberAt } from "./film/places.js";
import { RadialScale } from "./film/radial_scale.js";
import { Instant } from "./instant.js";
import { Tip } from "./views/tip.js";
import { Views } from "./views/views.js";
import { Controls } from "./controls.js";
import { listenToKeys } from "./keys.js";
import { choicesOf, seenBy } from "./link.js";
import { isStill } from "./playing.js";

/** @import { ScaleKind } from "./film/radial_scale.js" */
/** @import { Options } from "./mount.js" */

// Choices that the link keeps and that sliders change many times a second.
const TOLD_LATER = ["scoring", "threshold", "share"];

/** A film on the page. What the viewer does comes in here, and every view draws from here. */
export class Player extends Instant {
  /**
   * @param {HTMLElement} root  is filled with the player
   * @param {Uint8Array} bytes  the packed film
   * @param {Options} options
   */
  constructor(root, bytes, { lastSeen = () => ({}), changed = () => {}, autoplay, live = true }) {
    super(root, new Ladder(bytes), live);
    root.classList.add("toll-player");
    root.tabIndex = -1;
    this.changed = changed;
    /** @type {Map<ScaleKind, RadialScale>} */
    this.scales = new Map();
    /** @type {number | null} */
    this.due = null;
    this.isAllDue = false;
    this.openPictures();
    const seen = lastSeen(this.ladder.name);
    Object.assign(this.state, choicesOf(this.ladder, seen));
    this.ladder.weigh(this.state.scoring);
    this.timeline = this.openTimeline();
    if (seen.step !== undefined) this.state.time = this.timeline.frameOf(seen.step);
    this.theme = themeOf(root);
    this.tip = new Tip(this);
    this.controls = new Controls(this);
    this.views = new Views(this);
    this.arrange();
    listenToKeys(this);
    if (this.isLive && isStill()) this.state.time = this.lastFrame;
    else if (this.isLive || (autoplay && !isStill() && seen.step === undefined)) this.play();
  }

  /** The charts, in the order in which they stand on the page. */
  get cards() {
    return this.views.cards;
  }

  /** The map of latent space. */
  get map() {
    return this.views.map;
  }

  /**
   * Shows a later state of the same ladder, or another one. The viewer stays where they are, unless
   * they follow the training.
   *
   * @param {Uint8Array} bytes
   */
  replace(bytes) {
    const { ladder: before, state, stepNow: step, sides } = this;
    const shown = sides.map(({ film }) => film.about.run);
    const follows = this.isLive && (state.playing || state.time >= this.lastFrame);
    this.ladder = new Ladder(bytes);
    this.scales.clear();
    this.openPictures();
    this.glides++;
    if (before.name === this.ladder.name) {
      const [rung, versus] = shown.map((run) => this.rungOf(run));
      state.rung = rung ?? this.ladder.header.rung;
      if (before.size < 2) state.versus = this.ladder.versus;
      else if (state.versus !== null) state.versus = versus ?? this.ladder.versus;
      this.timeline = this.openTimeline();
      state.time = follows && isStill() ? this.lastFrame : numberAt(this.timeline.steps, step);
      if (follows && !state.playing) this.play();
    } else {
      state.forgetSamples();
      Object.assign(state, choicesOf(this.ladder, {}), { time: 0, playing: false });
      this.timeline = this.openTimeline();
      this.tell();
    }
    this.ladder.weigh(state.scoring);
    this.pending = this.lastFrame - state.time;
    if (shape(before) === shape(this.ladder)) {
      this.views.refill();
      this.controls.refill();
      this.requestRedraw();
    } else this.rebuild();
  }

  /**
   * @private
   * @param {string} run
   * @returns {number | undefined}
   */
  rungOf(run) {
    const found = this.ladder.rungs.findIndex(({ about }) => about.run === run);
    return found < 0 ? undefined : found;
  }

  /** @private */
  async openPictures() {
    const before = this.allPictures;
    const all = this.ladder.rungs.map((film) => {
      const same = before.find((each) => each.film.about.run === film.about.run);
      return new Pictures(film, same);
    });
    this.allPictures = all;
    // What is shown first; then the others, so that they are there when the slider comes to them.
    const { rung } = this.ladder.header;
    const first = [rung, this.ladder.versus ?? rung];
    for (const number of new Set([...first, ...all.keys()])) {
      if (this.allPictures !== all) return;
      await all[number].decode(() => this.requestRedraw());
    }
  }

  /** @private */
  rebuild() {
    this.state.listeners.clear();
    this.controls = new Controls(this);
    this.views = new Views(this);
    this.arrange();
  }

  /** @private */
  arrange() {
    const compares = this.state.versus !== null;
    this.state.listeners.add((names) => {
      if (names.has("scoring")) this.ladder.weigh(this.state.scoring);
      const isOtherRung = names.has("versus") || names.has("rung");
      if (names.has("timeline") || (this.ladder.isTraining && isOtherRung)) {
        this.timeline = this.openTimeline();
        this.state.time = Math.min(this.state.time, this.lastFrame);
      }
      if (TOLD_LATER.some((name) => names.has(name))) {
        this.tellLater();
      }
      if ((this.state.versus !== null) !== compares) this.rebuild();
      else this.requestRedraw(names.size === 1 && names.has("scoring"));
    });
    this.root.replaceChildren(this.controls.root, this.views.root, this.tip.root);
    this.requestRedraw();
  }

  /** Tells the page where the viewer is. */
  tell() {
    this.changed(seenBy(this), this.ladder.name);
  }

  // Drawing

  /** How distances become radii in the black holes. */
  get radialScale() {
    const { scale } = this.state;
    const made = this.scales.get(scale) ?? new RadialScale(scale, this.ladder.rungs);
    this.scales.set(scale, made);
    return made;
  }

  /**
   * The name of a chart's file.
   *
   * @param {string} title
   * @returns {string}
   */
  fileName(title) {
    return `${this.ladder.name} ${title} step ${this.step}`;
  }

  /**
   * Has all drawn before the next frame of the screen, once, however much has changed.
   *
   * @param {boolean} [ofScore]  only what shows something of the score has changed
   */
  requestRedraw(ofScore = false) {
    this.isAllDue ||= !ofScore;
    this.due ??= requestAnimationFrame(() => {
      const isAllDue = this.isAllDue;
      [this.due, this.isAllDue] = [null, false];
      this.theme = themeOf(this.root);
      this.controls.redraw();
      this.views.redraw(!isAllDue);
    });
  }
}

/**
 * What decides which views there are: they are made anew when it changes.
 *
 * @param {Ladder} ladder
 */
function shape({ header, isTraining, rungs }) {
  const runs = rungs.map(({ about }) => [about.run, about.pictures === null]);
  return JSON.stringify([header.dataset, isTraining, runs]);
}
