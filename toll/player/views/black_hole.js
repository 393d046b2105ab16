// The black hole: a sample's distance from the centre is its true ‖z‖, its angle the direction of z.

import { plain } from "../kit/axes.js";
import { RIM } from "../film/radial_scale.js";
import { PointCard } from "./point_card.js";
import { sampleColumns } from "./samples.js";

/** @import { Paint } from "../kit/paint.js" */
/** @import { Columns, Draw } from "../kit/saving.js" */
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
   * @param {boolean} [isBeside]
   */
  constructor(player, area, isBeside) {
    super(player, area, "Black hole", isBeside);
    this.isHorizonBeyond = false;
  }

  /** The name of the angles that are drawn. */
  get angle() {
    const { angle } = this.state;
    return this.film.has(angle) ? angle : "angle";
  }

  /** @returns {boolean} */
  get showsScore() {
    return this.state.threshold === "score"; // the horizon's
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const { film, side } = this;
    const scale = this.player.radialScale;
    const disc = {
      x0: width / 2,
      y0: height / 2,
      full: Math.min(width, height) / 2 / (RIM + 0.02),
    };
    const { x0, y0, full } = disc;
    const drawNumbers = this.drawRings(paint, disc);
    const norms = side.between("norm", true);
    const turns = side.turning(this.angle);
    const unit = scale.unit(film, norms);
    const xs = new Float32Array(film.size);
    const ys = new Float32Array(film.size);
    for (let row = 0; row < film.size; row++) {
      const r = full * scale.radius(norms[row], unit);
      xs[row] = x0 + r * Math.cos(turns[row]);
      ys[row] = y0 - r * Math.sin(turns[row]);
    }
    const horizon = side.horizon.radius;
    this.isHorizonBeyond = horizon !== null && scale.axis.place(horizon / unit) > RIM;
    this.state.pins.forEach((row, place) =>
      this.drawOrbit(paint, disc, row, paint.theme.pins[place]),
    );
    this.drawSamples(paint, { xs, ys });
    if (horizon !== null && !this.isHorizonBeyond) {
      const style = { stroke: paint.theme.horizon, width: 2, dash: [6, 4] };
      paint.circle(x0, y0, full * scale.radius(horizon, unit), style);
    }
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
    const scale = this.player.radialScale;
    /** @type {[number[], number[]]} */
    const [xs, ys] = [[], []];
    const end = this.side.time;
    const parts = Math.ceil(end * ORBIT_PARTS);
    for (let part = 0; part <= parts; part++) {
      const time = Math.min(part / ORBIT_PARTS, end);
      const { norm, turn, unit } = this.side.orbit(row, this.angle, time);
      const r = full * scale.radius(norm, scale.kind === "relative" ? unit : 1);
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
    const { about, weight } = this.film;
    if (this.isHorizonBeyond) return "The event horizon lies beyond the rim";
    if (this.state.threshold === "norm") {
      const share = Math.round(100 * this.state.share);
      const noun = about.normal_classes.length === 1 ? "class" : "classes";
      return `${share} % of the normal samples (${noun} “${about.normal_name}”) lie inside the event horizon`;
    }
    return weight
      ? "The event horizon is where a sample that is rebuilt as well as the median normal one would be flagged"
      : "With β = 0 the score has no ‖z‖ in it, and so no event horizon here";
  }

  /** @returns {Columns} */
  columns() {
    const { film, frame } = this;
    return {
      ...sampleColumns(film, this.side.step),
      latent_norm: film.at("norm", frame),
      angle_radians: film.at(this.angle, frame),
    };
  }
}
