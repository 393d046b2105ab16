// The player: a ladder's film with one timeline and one slider over β for every view.

import { themeOf } from "./kit/theme.js";
import { Ladder } from "./film/ladder.js";
import { Pictures } from "./film/pictures.js";
import { numberAt, placeOf } from "./film/places.js";
import { RadialScale } from "./film/radial_scale.js";
import { Side } from "./film/side.js";
import { Timeline } from "./film/time.js";
import { Selection } from "./selection.js";
import { State } from "./state.js";
import { Tip } from "./views/tip.js";
import { Views } from "./views/views.js";
import { Controls } from "./controls.js";
import { listenToKeys } from "./keys.js";
import { choicesOf, seenBy } from "./link.js";
import { glide, isStill, keepPlaying } from "./playing.js";

/** @import { ScaleKind } from "./film/radial_scale.js" */
/** @import { Options } from "./mount.js" */

// Choices that the link keeps and that sliders change many times a second.
const TOLD_LATER = ["scoring", "threshold", "share"];
const LATER_MS = 200;

/** A film on the page. What the viewer does comes in here, and every view draws from here. */
export class Player extends Selection {
  /**
   * @param {HTMLElement} root  is filled with the player
   * @param {Uint8Array} bytes  the packed film
   * @param {Options} options
   */
  constructor(root, bytes, { lastSeen = () => ({}), changed = () => {}, autoplay, live = true }) {
    super(new State());
    root.classList.add("toll-player");
    root.tabIndex = -1;
    this.root = root;
    this.changed = changed;
    this.live = live;
    this.ladder = new Ladder(bytes);
    this.main = new Side(this, () => this.state.rung);
    this.beside = new Side(this, () => this.state.versus ?? 0);
    /** @type {Map<ScaleKind, RadialScale>} */
    this.scales = new Map();
    /** @type {number | null} */
    this.due = null;
    this.later = 0;
    this.glides = 0;
    this.pending = 0;
    /** @type {Pictures[]} */
    this.allPictures = [];
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
   * What is shown: one side, or two that are compared.
   *
   * @returns {Side[]}
   */
  get sides() {
    return this.state.versus === null ? [this.main] : [this.main, this.beside];
  }

  /** The samples of the rung that is shown, or is nearest. */
  get film() {
    return this.main.film;
  }

  /** Its pictures. */
  get pictures() {
    return this.main.pictures;
  }

  /** Its threshold. */
  get horizon() {
    return this.main.horizon;
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

  /**
   * The timeline. While rungs train it ends where all that are shown have come to.
   *
   * @private
   */
  openTimeline() {
    const { steps } = this.ladder;
    const ends = this.sides.flatMap(({ film }) => film.steps.slice(-1));
    const end = this.ladder.isTraining ? Math.min(...ends) : Infinity;
    const reached = steps.filter((step) => step <= end);
    return new Timeline(reached, this.state.timeline === "log");
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
      if (names.has("timeline") || names.has("versus") || names.has("rung")) {
        this.timeline = this.openTimeline();
        this.state.time = Math.min(this.state.time, this.lastFrame);
      }
      if (TOLD_LATER.some((name) => names.has(name))) {
        clearTimeout(this.later);
        this.later = window.setTimeout(() => this.tell(), LATER_MS);
      }
      if ((this.state.versus !== null) !== compares) this.rebuild();
      else this.requestRedraw();
    });
    this.root.replaceChildren(this.controls.root, this.views.root, this.tip.root);
    this.requestRedraw();
  }

  // The instant

  /** The snapshot whose numbers are shown: the last one that the rung has come to. */
  get frame() {
    return this.main.frame;
  }

  /** The training step of that snapshot. */
  get step() {
    return this.main.step;
  }

  /** The training step at this instant, between two snapshots too. */
  get stepNow() {
    return placeOf(this.timeline.steps, this.state.time);
  }

  /** Where the instant is on the timeline, 0 to 1. */
  get place() {
    return this.timeline.placeAt(this.state.time);
  }

  /** The end of the timeline, in frames. */
  get lastFrame() {
    return this.timeline.steps.length - 1;
  }

  /** Whether the film grows and is to be followed. */
  get isLive() {
    return this.live && this.state.follow && this.ladder.isTraining;
  }

  /**
   * Goes to a frame and rests there.
   *
   * @param {number} frame  one beyond the film means its end
   */
  goTo(frame) {
    const time = Math.min(Math.max(frame, 0), this.lastFrame);
    this.state.set({ playing: false, time });
    this.tell();
  }

  /**
   * Goes so many frames on, or back, from the instant.
   *
   * @param {number} by
   */
  forward(by) {
    const { time } = this.state;
    this.goTo(by > 0 ? Math.floor(time) + by : Math.ceil(time) + by);
  }

  /**
   * Plays from here, or again from the beginning; at a second call rests at the nearest frame. A film
   * that grows is followed from its end on.
   */
  play() {
    if (this.lastFrame < 1 && !this.isLive) return;
    const isAtEnd = this.state.time >= this.lastFrame;
    if (this.state.playing) {
      // Whoever stops a film that grows wants to look at what is there.
      if (this.isLive) this.state.set({ follow: false });
      this.goTo(Math.round(this.state.time));
      return;
    }
    if (isAtEnd && this.ladder.isTraining && this.live) this.state.set({ follow: true });
    if (isAtEnd && !this.isLive) this.state.set({ time: 0 });
    this.pending = this.lastFrame - this.state.time;
    this.state.set({ playing: true });
    keepPlaying(this);
  }

  /**
   * Whether to go on with a training that is being watched, from here on.
   *
   * @param {boolean} follow
   */
  followLive(follow) {
    this.state.set({ follow });
    if (this.isLive && !this.state.playing) this.play();
  }

  // The ladder

  /**
   * Puts the slider between rungs.
   *
   * @param {number} rung  with a fraction
   */
  slide(rung) {
    this.glides++;
    this.state.set({ rung: Math.min(Math.max(rung, 0), this.ladder.size - 1) });
  }

  /**
   * Glides to a rung and rests there.
   *
   * @param {number} rung  one beyond the ladder means its end
   */
  goToRung(rung) {
    glide(this, Math.min(Math.max(rung, 0), this.ladder.size - 1));
    clearTimeout(this.later);
    this.later = window.setTimeout(() => this.tell(), 2 * LATER_MS);
  }

  /**
   * Shows a rung beside the one that is shown; null: none.
   *
   * @param {number | null} versus
   */
  compareWith(versus) {
    this.state.set({ versus });
    this.tell();
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

  /** Has all drawn before the next frame of the screen, once, however much has changed. */
  requestRedraw() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      this.theme = themeOf(this.root);
      this.controls.redraw();
      this.views.redraw();
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
