// One side of what is shown at the instant: a rung of the ladder, or the way from one to the next. A
// film that is compared with another has two sides.

import { Horizon } from "./horizon.js";
import { mix, turn } from "./metrics.js";
import { angleOf, between, medianNorm, normOf, turning } from "./time.js";

/** @import { RunFilm } from "./film.js" */
/** @import { Name } from "./frames.js" */
/** @import { Threshold } from "./horizon.js" */
/** @import { Ladder } from "./ladder.js" */
/** @import { Pictures } from "./pictures.js" */

/**
 * What a side needs of the player.
 *
 * @typedef {object} Shown
 * @property {Ladder} ladder
 * @property {number} stepNow  the training step at the instant
 * @property {Threshold} state
 * @property {Pictures[]} allPictures  by rung
 */

/** A rung at the instant. Figures are those of the rung that is nearest, points glide. */
export class Side {
  /**
   * @param {Shown} shown  read anew each time
   * @param {() => number} rungNow  which rung is shown, with a fraction on the way to the next
   */
  constructor(shown, rungNow) {
    this.shown = shown;
    this.rungNow = rungNow;
    this.horizon = new Horizon(this);
  }

  /** The rung that is shown, or the nearer one of two. */
  get rung() {
    return Math.min(Math.round(this.rungNow()), this.shown.ladder.size - 1);
  }

  /** Its samples. */
  get film() {
    return this.shown.ladder.rungs[this.rung];
  }

  /** Its pictures. */
  get pictures() {
    return this.shown.allPictures[this.rung];
  }

  /** What the viewer has chosen. */
  get state() {
    return this.shown.state;
  }

  /** What it is called, such as “β = 100”. */
  get label() {
    return this.shown.ladder.labels[this.rung];
  }

  /** The instant in its frames: at the same training step as the player. */
  get time() {
    return this.film.timeAt(this.shown.stepNow);
  }

  /** The snapshot whose numbers are shown: the last one that it has come to. */
  get frame() {
    return this.film.frameAt(this.time);
  }

  /** The training step of that snapshot. */
  get step() {
    return this.film.steps[this.frame];
  }

  /**
   * The numbers of all samples.
   *
   * @param {Name} name
   * @param {boolean} [ratios]  as in `mix`
   * @returns {Float32Array}
   */
  between(name, ratios = false) {
    return this.blended(
      name,
      (film, time) => between(film, name, time, ratios),
      (a, b, part) => mix(a, b, part, ratios),
    );
  }

  /**
   * The angles of all samples, in radians.
   *
   * @param {Name} name
   * @returns {Float32Array}
   */
  turning(name) {
    return this.blended(name, (film, time) => turning(film, name, time), turn);
  }

  /** The median normal latent norm; 1 where it is zero. */
  get medianNorm() {
    return this.along(medianNorm);
  }

  /**
   * The latent norm and an angle of one sample at the training step of one of its frames.
   *
   * @param {number} row
   * @param {Name} angle
   * @param {number} time  in frames
   * @returns {{ norm: number, turn: number, unit: number }}  unit: the median normal norm
   */
  orbit(row, angle, time) {
    const step = this.film.stepAt(time);
    const { low, high, part } = this.ends(angle);
    /** @param {RunFilm} film */
    const at = (film) => {
      const own = film.timeAt(step);
      return {
        norm: normOf(film, row, own),
        turn: angleOf(film, angle, row, own),
        unit: medianNorm(film, own),
      };
    };
    const [a, b] = [at(low), at(high)];
    return {
      norm: mix(a.norm, b.norm, part, true),
      turn: turn(a.turn, b.turn, part),
      unit: mix(a.unit, b.unit, part, true),
    };
  }

  /**
   * A positive number of a rung at a time, on the way from one rung to the next in ratios.
   *
   * @param {(film: RunFilm, time: number) => number} of
   * @returns {number}
   */
  along(of) {
    const { low, high, part } = this.ends();
    const a = of(low, low.timeAt(this.shown.stepNow));
    return low === high ? a : mix(a, of(high, high.timeAt(this.shown.stepNow)), part, true);
  }

  /**
   * The rungs before and after, and how far the way between them has been gone. The nearer one is
   * both where the other has no numbers of a name.
   *
   * @param {Name} [name]
   * @returns {{ low: RunFilm, high: RunFilm, part: number }}
   */
  ends(name) {
    const { rungs } = this.shown.ladder;
    const now = Math.min(Math.max(this.rungNow(), 0), rungs.length - 1);
    const [low, high] = [rungs[Math.floor(now)], rungs[Math.ceil(now)]];
    const hasBoth = name === undefined || (low.has(name) && high.has(name));
    if (low === high || !hasBoth) return { low: this.film, high: this.film, part: 0 };
    return { low, high, part: now - Math.floor(now) };
  }

  /**
   * @private
   * @param {Name} name
   * @param {(film: RunFilm, time: number) => Float32Array} of
   * @param {(a: number, b: number, part: number) => number} blend
   * @returns {Float32Array}
   */
  blended(name, of, blend) {
    const { low, high, part } = this.ends(name);
    const a = of(low, low.timeAt(this.shown.stepNow));
    if (low === high) return a;
    const b = of(high, high.timeAt(this.shown.stepNow));
    return a.map((value, row) => blend(value, b[row], part));
  }
}
