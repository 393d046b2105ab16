// The black hole: a sample's distance from the centre is its true ‖z‖, its angle the direction of z.

import { Axis, plain } from "../kit/axes.js";
import { PointCard } from "./point_card.js";
import { between, turning } from "../film/time.js";

const RIM = 1.03; // where samples beyond the scale are drawn
const ORBIT_PARTS = 8; // lines that an orbit has between two snapshots

export const SCALES = { log: "Log", linear: "Linear", relative: "Relative" };

// How distances become radii from 0 to 1, the same for all frames and for both films.
export class RadialScale {
  constructor(kind, films) {
    this.kind = kind;
    const over = (film, frameValue) =>
      Array.from({ length: film.frames }, (_, frame) => frameValue(film, frame));
    const most = (frameValue) => Math.max(...films.flatMap((film) => over(film, frameValue)));
    const least = (frameValue) => Math.min(...films.flatMap((film) => over(film, frameValue)));
    const far = (film, frame) => film.quantile("norm", frame, 0.98);
    if (kind === "relative") {
      const reach = most((film, frame) => far(film, frame) / (film.median("norm", frame, 0) || 1));
      this.axis = new Axis(0, reach, "‖z‖ / median normal ‖z‖ (unitless)");
    } else if (kind === "linear") {
      this.axis = new Axis(0, most(far) || 1, "‖z‖ (unitless)");
    } else {
      const near = least((film, frame) => film.quantile("norm", frame, 0.005) || Infinity);
      const low = Number.isFinite(near) ? near / 1.4 : 0.1;
      this.axis = new Axis(low, Math.max(most(far), 2 * low), "‖z‖ (unitless, log)", "log");
    }
  }

  // unit: what a distance of this film and instant is divided by.
  unit(film, norms) {
    if (this.kind !== "relative") return 1;
    return middle(film.normal, norms) || 1;
  }

  radius(norm, unit = 1) {
    return Math.min(Math.max(this.axis.place(norm / unit), 0), RIM);
  }
}

export class BlackHole extends PointCard {
  // film: this run's, or that of the run to compare with.
  constructor(player, area, title, choose = (film) => film) {
    super(player, area, title);
    this.ofPlayer = choose;
  }

  get shownFilm() {
    return this.ofPlayer(this.film);
  }

  // This film's time when the player's is at an instant: the same training step.
  time() {
    const film = this.shownFilm;
    return film === this.film ? this.state.time : film.timeAt(this.player.stepNow);
  }

  draw(paint, width, height) {
    const film = this.shownFilm;
    const time = this.time();
    const scale = this.player.radialScale;
    const [x0, y0] = [width / 2, height / 2];
    const full = Math.min(width, height) / 2 / (RIM + 0.02);
    const label = this.rings(paint, scale, x0, y0, full);
    const norms = between(film, "norm", time, true);
    const angle = film === this.film ? this.state.angle : "angle";
    const turns = turning(film, film.arrays[film.prefix + angle] ? angle : "angle", time);
    const unit = scale.unit(film, norms);
    const xs = new Float32Array(film.size);
    const ys = new Float32Array(film.size);
    for (let row = 0; row < film.size; row++) {
      const r = full * scale.radius(norms[row], unit);
      xs[row] = x0 + r * Math.cos(turns[row]);
      ys[row] = y0 - r * Math.sin(turns[row]);
    }
    const horizon = this.player.horizon.radius(film, time);
    this.beyond = horizon !== null && scale.axis.place(horizon / unit) > RIM;
    if (horizon !== null && !this.beyond) {
      const style = { stroke: paint.theme.horizon, width: 2, dash: [6, 4] };
      paint.circle(x0, y0, full * scale.radius(horizon, unit), style);
    }
    if (film === this.film)
      this.state.pins.forEach((row, place) => this.orbit(paint, row, place, x0, y0, full));
    this.drawSamples(paint, { xs, ys }, film);
    label();
    const cross = { stroke: paint.theme.text, width: 1.6, opacity: 0.8 };
    paint.line(x0 - 5, y0, x0 + 5, y0, cross);
    paint.line(x0, y0 - 5, x0, y0 + 5, cross);
    this.drawLasso(paint);
  }

  // Draws the rings, and gives what will write their numbers over the points.
  rings(paint, scale, x0, y0, full) {
    const { grid, background } = paint.theme;
    const labels = [];
    paint.circle(x0, y0, full, { stroke: grid, width: 1.5 });
    for (const tick of scale.axis.ticks(4)) {
      const r = full * scale.axis.place(tick);
      if (r < 14 || r > full * 1.001) continue; // no room beside the cross at the origin
      paint.circle(x0, y0, r, { stroke: grid });
      labels.push([plain(tick), x0 + r * Math.SQRT1_2, y0 - r * Math.SQRT1_2]);
    }
    paint.text(`rings: ${scale.axis.title}`, 4, y0 + full - 2, { size: 10.5, opacity: 0.85 });
    return () => {
      for (const [label, x, y] of labels) {
        const width = 6.4 * label.length;
        paint.rect(x - width / 2, y - 7, width, 14, { fill: background, opacity: 0.7 });
        paint.text(label, x, y, { align: "center", baseline: "middle", size: 10.5, opacity: 0.9 });
      }
    };
  }

  orbit(paint, row, place, x0, y0, full) {
    const { film } = this;
    const scale = this.player.radialScale;
    const [xs, ys] = [[], []];
    const parts = Math.ceil(this.state.time * ORBIT_PARTS);
    for (let part = 0; part <= parts; part++) {
      const time = Math.min(part / ORBIT_PARTS, this.state.time);
      const norm = film.mixed("norm", row, time, true);
      const unit = scale.kind === "relative" ? film.mixedMedian(time) : 1;
      const r = full * scale.radius(norm, unit);
      const turn = film.mixedAngle(this.state.angle, row, time);
      xs.push(x0 + r * Math.cos(turn));
      ys.push(y0 - r * Math.sin(turn));
    }
    paint.path(xs, ys, { stroke: paint.theme.pins[place], width: 1.6, opacity: 0.8 });
  }

  words() {
    const film = this.shownFilm;
    const { about } = film;
    const share = Math.round(100 * this.state.share);
    const name = about.class_names[about.normal_class];
    const inside = this.beyond
      ? "The event horizon lies beyond the rim"
      : this.state.threshold === "norm"
        ? `${share} % of the normal samples (class “${name}”) lie inside the event horizon`
        : film.beta
          ? "The event horizon is where a sample that is rebuilt as well as the median normal one would be flagged"
          : "With β = 0 the score has no ‖z‖ in it, and so no event horizon here";
    return (
      `Distance from the centre is the true ‖z‖, the angle is the direction of z. ${inside}. ` +
      "Samples beyond the rim are drawn on it."
    );
  }

  table() {
    const film = this.shownFilm;
    const frame = film === this.film ? this.player.frame : Math.round(this.time());
    return {
      ...this.sampleColumns(film),
      latent_norm: film.at("norm", frame),
      angle_radians: film.at(film === this.film ? this.state.angle : "angle", frame),
    };
  }
}

export function middle(rows, values) {
  const sorted = Float32Array.from(rows, (row) => values[row]).sort();
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
}
