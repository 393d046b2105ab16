// The player: a run's film with one timeline for every view.

import { themeOf } from "./kit/theme.js";
import { Film } from "./film/film.js";
import { Horizon } from "./film/horizon.js";
import { Pictures } from "./film/pictures.js";
import { RadialScale } from "./film/radial_scale.js";
import { Timeline } from "./film/time.js";
import { State } from "./state.js";
import { MOST_PINS } from "./views/samples.js";
import { Tip } from "./views/tip.js";
import { Views } from "./views/views.js";
import { Controls } from "./controls.js";
import { listenToKeys } from "./keys.js";
import { rowsOf, seenBy } from "./link.js";
import { keepPlaying } from "./playing.js";

/** @import { ScaleKind } from "./film/radial_scale.js" */
/** @import { Seen } from "./link.js" */
/** @import { Options } from "./mount.js" */

/** A film on the page. What the viewer does comes in here, and every view draws from here. */
export class Player {
  /**
   * @param {HTMLElement} root  is filled with the player
   * @param {Uint8Array} bytes  the packed film
   * @param {Options} options
   */
  constructor(root, bytes, { lastSeen = () => ({}), changed = () => {} }) {
    root.classList.add("toll-player");
    this.root = root;
    this.changed = changed;
    this.state = new State();
    this.film = new Film(bytes);
    this.pictures = this.openPictures();
    this.timeline = this.openTimeline();
    /** @type {Map<ScaleKind, RadialScale>} */
    this.scales = new Map();
    /** @type {number | null} */
    this.due = null;
    this.goBackTo(lastSeen(this.film.about.run));
    this.theme = themeOf(root);
    this.horizon = new Horizon(this);
    this.tip = new Tip(this);
    this.controls = new Controls(this);
    this.views = new Views(this);
    this.arrange();
    listenToKeys(this);
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
   * Shows a later state of the same run, or another one. The viewer stays where they are, unless
   * they follow the training.
   *
   * @param {Uint8Array} bytes
   */
  replace(bytes) {
    const before = this.film;
    const wasAtEnd = this.state.time >= before.frames - 1;
    const step = this.stepNow;
    this.film = new Film(bytes);
    this.timeline = this.openTimeline();
    this.scales.clear();
    const { run, training } = this.film.about;
    if (before.about.run === run) {
      this.pictures = this.openPictures(this.pictures);
      const follows = wasAtEnd && this.state.follow && training;
      this.state.time = follows ? this.film.frames - 1 : this.film.timeAt(step);
    } else {
      this.pictures = this.openPictures();
      this.state.forgetSamples();
      this.state.time = 0;
      this.tell();
    }
    if (shape(before) === shape(this.film)) {
      this.map.refill();
      this.controls.refill();
      this.requestRedraw();
    } else {
      this.state.listeners.clear();
      this.controls = new Controls(this);
      this.views = new Views(this);
      this.arrange();
    }
  }

  /**
   * @private
   * @param {Pictures} [before]
   */
  openPictures(before) {
    return new Pictures(this.film, () => this.requestRedraw(), before);
  }

  /** @private */
  openTimeline() {
    return new Timeline(this.film.steps, this.state.timeline === "log");
  }

  /** @private */
  arrange() {
    this.state.listeners.add((names) => {
      if (names.has("timeline")) this.timeline = this.openTimeline();
      this.requestRedraw();
    });
    this.root.replaceChildren(this.controls.root, this.views.root, this.tip.root);
    this.requestRedraw();
  }

  /**
   * @private
   * @param {Partial<Seen>} seen
   */
  goBackTo({ step, samples, pins }) {
    if (step !== undefined) this.state.time = this.timeline.frameOf(step);
    this.state.selected = rowsOf(this.film, samples);
    this.state.focus = this.state.selected[0] ?? null;
    this.state.pins = rowsOf(this.film, pins).slice(0, MOST_PINS);
  }

  // The instant

  /** The snapshot whose numbers are shown: the last one that the film has come to. */
  get frame() {
    return this.film.frameAt(this.state.time);
  }

  /** The training step of that snapshot. */
  get step() {
    return this.film.steps[this.frame];
  }

  /** The training step at this instant, between two snapshots too. */
  get stepNow() {
    return this.film.stepAt(this.state.time);
  }

  /** Where the instant is on the timeline, 0 to 1. */
  get place() {
    return this.timeline.placeAt(this.state.time);
  }

  /**
   * Goes to a frame and rests there.
   *
   * @param {number} frame  one beyond the film means its end
   */
  goTo(frame) {
    const time = Math.min(Math.max(frame, 0), this.film.frames - 1);
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

  /** Plays from here, or again from the beginning; at a second call rests at the nearest frame. */
  play() {
    if (this.film.frames < 2) return;
    if (this.state.playing) {
      this.goTo(Math.round(this.state.time));
      return;
    }
    if (this.state.time >= this.film.frames - 1) this.state.set({ time: 0 });
    this.state.set({ playing: true });
    keepPlaying(this);
  }

  // Samples

  /**
   * Selects these samples.
   *
   * @param {number[]} rows
   * @param {boolean} [more]  besides those that are selected; these alone are selected already: they
   *   no longer are
   */
  select(rows, more = false) {
    const before = more ? this.state.selected : [];
    const added = rows.filter((row) => !before.includes(row));
    const selected =
      more && !added.length ? before.filter((row) => !rows.includes(row)) : [...before, ...added];
    this.state.set({ selected, focus: added[0] ?? selected[0] ?? null });
    this.guideBy(this.state.focus);
    this.tell();
  }

  /**
   * Shows one sample in the panel; it stays among the selected ones.
   *
   * @param {number} row
   * @param {boolean} [more]  as in `select`, if it is not one of them
   */
  focus(row, more) {
    if (!this.state.selected.includes(row)) return this.select([row], more);
    this.state.set({ focus: row });
    this.guideBy(row);
  }

  /**
   * @private
   * @param {number | null} row
   */
  guideBy(row) {
    if (row !== null && this.pictures.guides.includes(row)) this.state.set({ guide: row });
  }

  /**
   * Pins a sample, or unpins it if it is pinned.
   *
   * @param {number} row
   */
  pin(row) {
    const { pins } = this.state;
    const others = pins.filter((each) => each !== row);
    const isPinned = others.length < pins.length;
    this.state.set({ pins: isPinned ? others : [...pins, row].slice(0, MOST_PINS) });
    this.tell();
  }

  /** Tells the page where the viewer is. */
  tell() {
    this.changed(seenBy(this), this.film.about.run);
  }

  // Drawing

  /** How distances become radii in the black holes. */
  get radialScale() {
    const { scale } = this.state;
    const films = this.film.contrast ? [this.film, this.film.contrast] : [this.film];
    const made = this.scales.get(scale) ?? new RadialScale(scale, films);
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
    return `${this.film.about.run} ${title} step ${this.step}`;
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
 * @param {Film} film
 */
function shape({ about, contrast, header }) {
  return [about.run, about.training, contrast?.about.run, header.pictures === null].join();
}
