// The black hole: a sample's distance from the centre is its true ‖z‖, its angle the direction of z.

import { plain } from "../kit/axes.js";
import { RIM } from "../film/radial_scale.js";
import { angleOf, between, medianNorm, normOf, turning } from "../film/time.js";
import { PointCard } from "./point_card.js";
import { sampleColumns } from "./samples.js";

/** @import { Paint } from "../kit/paint.js" */
/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { Film, RunFilm } from "../film/film.js" */
/** @import { Player } from "../player.js" */

/**
 * A circle on the canvas, in pixels.
 *
 * @typedef {{ x0: number, y0: number, full: number }} Disc  full: the radius of the scale's end
 */

const ORBIT_PARTS = 8; // lines that an orbit has between two snapshots

/** The black hole of a run. */
export class BlackHole extends PointCard {
  /**
   * @param {Player} player
   * @param {string} area
   * @param {string} title
   * @param {(film: Film) => RunFilm} [choose]  of the player's film: this run's samples, or those of
   *   the run to compare with
   */
  constructor(player, area, title, choose = (film) => film) {
    super(player, area, title);
    this.choose = choose;
    this.isHorizonBeyond = false;
  }

  /** The samples that are drawn. */
  get shownFilm() {
    return this.choose(this.film);
  }

  /**
   * Their time when the player's is at an instant: at the same training step.
   *
   * @returns {number}
   */
  time() {
    const film = this.shownFilm;
    return film === this.film ? this.state.time : film.timeAt(this.player.stepNow);
  }

  /** The name of the angles that are drawn. */
  get angle() {
    const { angle } = this.state;
    return this.shownFilm === this.film && this.film.has(angle) ? angle : "angle";
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const film = this.shownFilm;
    const time = this.time();
    const scale = this.player.radialScale;
    const disc = {
      x0: width / 2,
      y0: height / 2,
      full: Math.min(width, height) / 2 / (RIM + 0.02),
    };
    const { x0, y0, full } = disc;
    const drawNumbers = this.drawRings(paint, disc);
    const norms = between(film, "norm", time, true);
    const turns = turning(film, this.angle, time);
    const unit = scale.unit(film, norms);
    const xs = new Float32Array(film.size);
    const ys = new Float32Array(film.size);
    for (let row = 0; row < film.size; row++) {
      const r = full * scale.radius(norms[row], unit);
      xs[row] = x0 + r * Math.cos(turns[row]);
      ys[row] = y0 - r * Math.sin(turns[row]);
    }
    const horizon = this.player.horizon.radius(film, time);
    this.isHorizonBeyond = horizon !== null && scale.axis.place(horizon / unit) > RIM;
    if (horizon !== null && !this.isHorizonBeyond) {
      const style = { stroke: paint.theme.horizon, width: 2, dash: [6, 4] };
      paint.circle(x0, y0, full * scale.radius(horizon, unit), style);
    }
    if (film === this.film)
      this.state.pins.forEach((row, place) =>
        this.drawOrbit(paint, disc, row, paint.theme.pins[place]),
      );
    this.drawSamples(paint, { xs, ys }, film);
    drawNumbers();
    const cross = { stroke: paint.theme.text, width: 1.6, opacity: 0.8 };
    paint.line(x0 - 5, y0, x0 + 5, y0, cross);
    paint.line(x0, y0 - 5, x0, y0 + 5, cross);
    this.drawLasso(paint);
  }

  /**
   * Draws the rings, and gives what writes their numbers over the points.
   *
   * @private
   * @param {Paint} paint
   * @param {Disc} disc
   * @returns {() => void}
   */
  drawRings(paint, { x0, y0, full }) {
    const { axis } = this.player.radialScale;
    const { grid, background } = paint.theme;
    /** @type {[string, number, number][]} */
    const labels = [];
    paint.circle(x0, y0, full, { stroke: grid, width: 1.5 });
    for (const tick of axis.ticks(4)) {
      const r = full * axis.place(tick);
      if (r < 14 || r > full * 1.001) continue; // no room beside the cross at the origin
      paint.circle(x0, y0, r, { stroke: grid });
      labels.push([plain(tick), x0 + r * Math.SQRT1_2, y0 - r * Math.SQRT1_2]);
    }
    paint.text(`rings: ${axis.title}`, 4, y0 + full - 2, { size: 10.5, opacity: 0.85 });
    return () => {
      for (const [label, x, y] of labels) {
        const width = 6.4 * label.length;
        paint.rect(x - width / 2, y - 7, width, 14, { fill: background, opacity: 0.7 });
        paint.text(label, x, y, { align: "center", baseline: "middle", size: 10.5, opacity: 0.9 });
      }
    };
  }

  /**
   * Draws the way of a sample from the beginning to the instant.
   *
   * @private
   * @param {Paint} paint
   * @param {Disc} disc
   * @param {number} row
   * @param {string} stroke
   */
  drawOrbit(paint, { x0, y0, full }, row, stroke) {
    const { film } = this;
    const scale = this.player.radialScale;
    /** @type {[number[], number[]]} */
    const [xs, ys] = [[], []];
    const parts = Math.ceil(this.state.time * ORBIT_PARTS);
    for (let part = 0; part <= parts; part++) {
      const time = Math.min(part / ORBIT_PARTS, this.state.time);
      const unit = scale.kind === "relative" ? medianNorm(film, time) : 1;
      const r = full * scale.radius(normOf(film, row, time), unit);
      const turn = angleOf(film, this.angle, row, time);
      xs.push(x0 + r * Math.cos(turn));
      ys.push(y0 - r * Math.sin(turn));
    }
    paint.path(xs, ys, { stroke, width: 1.6, opacity: 0.8 });
  }

  /** @returns {string} */
  words() {
    return (
      "Distance from the centre is the true ‖z‖, the angle is the direction of z. " +
      `${this.horizonWords()}. Samples beyond the rim are drawn on it.`
    );
  }

  /** @private */
  horizonWords() {
    const { about, beta } = this.shownFilm;
    if (this.isHorizonBeyond) return "The event horizon lies beyond the rim";
    if (this.state.threshold === "norm") {
      const share = Math.round(100 * this.state.share);
      const noun = about.normal_classes.length === 1 ? "class" : "classes";
      return `${share} % of the normal samples (${noun} “${about.normal_name}”) lie inside the event horizon`;
    }
    return beta
      ? "The event horizon is where a sample that is rebuilt as well as the median normal one would be flagged"
      : "With β = 0 the score has no ‖z‖ in it, and so no event horizon here";
  }

  /** @returns {Columns} */
  columns() {
    const film = this.shownFilm;
    const frame = film === this.film ? this.player.frame : Math.round(this.time());
    return {
      ...sampleColumns(film, this.player.step),
      latent_norm: film.at("norm", frame),
      angle_radians: film.at(this.angle, frame),
    };
  }
}
