// Where a film stands: its ladder, the instant on its timeline, the rung or the two that are shown, and
// how the viewer moves among them.

import { placeOf } from "./film/places.js";
import { Side } from "./film/side.js";
import { Timeline } from "./film/time.js";
import { glide, keepPlaying } from "./playing.js";
import { Selection } from "./selection.js";
import { State } from "./state.js";

/** @import { Ladder } from "./film/ladder.js" */
/** @import { Pictures } from "./film/pictures.js" */

const LATER_MS = 400; // longer than it takes to glide to another rung

/** The part of the player that moves through time and from β to β. */
export class Instant extends Selection {
  /**
   * @param {HTMLElement} root  that the player fills
   * @param {Ladder} ladder
   * @param {boolean} live  whether a film that grows may be followed
   */
  constructor(root, ladder, live) {
    super(new State());
    this.root = root;
    this.ladder = ladder;
    this.live = live;
    /** @type {Pictures[]} */
    this.allPictures = [];
    this.main = new Side(this, () => this.state.rung);
    this.beside = new Side(this, () => this.state.versus ?? 0);
    this.timeline = this.openTimeline();
    this.later = 0;
    this.meanwhile = 0;
    /** How often the way to another rung has been begun: only the last one is gone on with. */
    this.glides = 0;
    /** Frames that had not been shown when the film last grew. */
    this.pending = 0;
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
   * The timeline. While rungs train it ends where all that are shown have come to.
   *
   * @returns {Timeline}
   */
  openTimeline() {
    const { steps } = this.ladder;
    const ends = this.sides.flatMap(({ film }) => film.steps.slice(-1));
    const end = this.ladder.isTraining ? Math.min(...ends) : Infinity;
    const reached = steps.filter((step) => step <= end);
    return new Timeline(reached, this.state.timeline === "log");
  }

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
    this.tellLater();
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

  /** Tells the page where the viewer is while they move on, now and then. */
  tellMeanwhile() {
    this.meanwhile ||= window.setTimeout(() => {
      this.meanwhile = 0;
      this.tell();
    }, LATER_MS);
  }

  /** Tells the page where the viewer is, once they have come to rest. */
  tellLater() {
    clearTimeout(this.later);
    this.later = window.setTimeout(() => this.tell(), LATER_MS);
  }
}
