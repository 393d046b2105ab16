// What the scores detect at the instant: the ROC curves, and the plane of the score's two parts.

import { Axis, Frame, LEFT, percent, plain, RIGHT } from "../kit/axes.js";
import { Card } from "../kit/card.js";
import { quantile } from "../film/film.js";
import { PointCard } from "./point_card.js";
import { between } from "../film/time.js";

export class Roc extends Card {
  constructor(player, area) {
    super(player, area, "ROC");
  }

  curves() {
    const { theme } = this.player;
    const frame = this.player.frame;
    return [
      { name: "score", part: "score", color: theme.score, dash: [] },
      { name: "‖x − x̂‖", part: "error", color: theme.error, dash: [6, 3] },
      { name: "‖z‖", part: "norm", color: theme.norm, dash: [2, 3] },
    ].map((each) => ({ ...each, ...this.film.roc(each.part, frame) }));
  }

  draw(paint, width, height) {
    const room = width - LEFT - RIGHT;
    const side = Math.min(room, height - 46);
    const left = LEFT + (room - side) / 2;
    const [x, y] = ["false positive rate (%)", "true positive rate (%)"].map(
      (title) => new Axis(0, 1, title, "linear", (value) => String(Math.round(100 * value))),
    );
    const frame = new Frame({ left, top: 8, width: side, height: side }, x, y);
    frame.draw(paint, { xTicks: 4, yTicks: 4 });
    paint.line(frame.px(0), frame.py(0), frame.px(1), frame.py(1), { stroke: paint.theme.guide, dash: [2, 3] });
    const curves = this.curves();
    for (const { falsePositive, truePositive, color, dash } of [...curves].reverse()) {
      const [xs, ys] = frame.all(falsePositive, truePositive);
      paint.path(xs, ys, { stroke: color, width: 2.2, dash });
    }
    curves.forEach(({ name, auroc, color, dash }, place) => {
      const [lx, ly] = [frame.px(0.44), frame.py(0.25) + 16 * place];
      paint.line(lx, ly, lx + 18, ly, { stroke: color, width: 2.2, dash });
      paint.text(`${name} ${auroc.toFixed(3)}`, lx + 23, ly, { baseline: "middle", size: 11 });
    });
    const { caught, mistaken } = this.player.horizon.flagged();
    paint.circle(frame.px(mistaken), frame.py(caught), 5, { stroke: paint.theme.horizon, width: 2.5 });
    // Where the threshold would be that just flags the sample in the panel, or one that is pinned.
    const ring = (row, stroke) => {
      const at = this.player.horizon.flaggedWith(row);
      paint.circle(frame.px(at.mistaken), frame.py(at.caught), 4, { stroke, width: 2 });
    };
    if (this.state.focus !== null) ring(this.state.focus, paint.theme.text);
    this.state.pins.forEach((row, place) => ring(row, paint.theme.pins[place]));
  }

  words() {
    const { caught, mistaken } = this.player.horizon.flagged();
    return (
      `With the present threshold (violet ring) ${percent(caught)} of the anomalies are found, and ` +
      `${percent(mistaken)} of the normal samples are flagged by mistake. Numbers are AUROC; they ` +
      "use the anomaly labels of the probe samples."
    );
  }

  table() {
    const columns = {};
    for (const { part, falsePositive, truePositive } of this.curves()) {
      columns[`false_positive_rate_${part}`] = falsePositive;
      columns[`true_positive_rate_${part}`] = truePositive;
    }
    return columns;
  }
}

const MARGIN = 34; // pixels that a histogram along an edge takes
const EDGE_BINS = 30;

export class ScorePlane extends PointCard {
  constructor(player, area) {
    super(player, area, "Score plane");
    this.choose("plane", { film: "Whole film", instant: "This instant" });
  }

  // The two axes: fixed over the film, or fitted to the instant.
  axes() {
    const { film } = this;
    const frames = this.state.plane === "film" ? [...film.steps.keys()] : [this.player.frame];
    return film.keep(`plane ${frames}`, () =>
      ["error", "norm"].map((name) => {
        const [low, high] = [0.002, 0.995].map((share) => frames.map((f) => film.quantile(name, f, share)));
        const [least, most] = [Math.min(...low), Math.max(...high)];
        const room = 0.04 * (most - least);
        const title = { error: "‖x − x̂‖ (data units)", norm: "‖z‖ (unitless)" }[name];
        return new Axis(name === "norm" ? 0 : Math.max(0, least - room), most + room, title);
      }),
    );
  }

  draw(paint, width, height) {
    const box = { left: LEFT, top: 6 + MARGIN, width: width - LEFT - 8 - MARGIN, height: height - 42 - MARGIN };
    const frame = new Frame(box, ...this.axes());
    this.plane = frame;
    frame.draw(paint, { xTicks: 4, yTicks: 4 });
    const errors = between(this.film, "error", this.state.time);
    const norms = between(this.film, "norm", this.state.time, true);
    const clamp = (v, low, high) => Math.min(Math.max(v, low), high);
    const xs = errors.map((v) => clamp(frame.px(v), frame.left, frame.left + frame.width));
    const ys = norms.map((v) => clamp(frame.py(v), frame.top, frame.top + frame.height));
    paint.clipped(frame.left, frame.top, frame.width, frame.height, () => this.lines(paint, frame));
    this.drawSamples(paint, { xs, ys });
    this.margins(paint, frame, errors, norms);
    this.drawLasso(paint);
  }

  // Lines of equal score, of slope −1/β, and the threshold: on the score or on ‖z‖ alone.
  lines(paint, frame) {
    const { beta } = this.film;
    const { theme } = paint;
    const iso = (score, style) => {
      const ends = [frame.x.least, frame.x.most];
      if (beta) {
        const [xs, ys] = frame.all(ends, ends.map((error) => (score - error) / beta));
        paint.path(xs, ys, style);
      } else paint.line(frame.px(score), frame.top, frame.px(score), frame.top + frame.height, style);
    };
    const [least, most] = [frame.x.least, frame.x.most + beta * frame.y.most];
    for (const score of new Axis(least, most, "").ticks(7)) iso(score, { stroke: theme.guide, opacity: 0.45 });
    const style = { stroke: theme.horizon, width: 2.2, dash: [6, 4] };
    const threshold = this.player.horizon.threshold;
    if (this.state.threshold === "norm") {
      const y = frame.py(threshold);
      paint.line(frame.left, y, frame.left + frame.width, y, style);
    } else iso(threshold, style);
  }

  margins(paint, frame, errors, norms) {
    const count = (rows, values, axis) => {
      const share = new Float32Array(EDGE_BINS);
      for (const row of rows) {
        const bin = Math.floor(EDGE_BINS * axis.place(values[row]));
        share[Math.min(Math.max(bin, 0), EDGE_BINS - 1)] += 1 / rows.length;
      }
      return share;
    };
    for (const [rows, color] of [
      [this.film.anomalous, paint.theme.anomalous],
      [this.film.normal, paint.theme.normal],
    ]) {
      const style = { fill: color, opacity: 0.45 };
      const high = (share) => Math.min(share * 3, 1) * (MARGIN - 4);
      count(rows, errors, frame.x).forEach((share, bin) => {
        const wide = frame.width / EDGE_BINS;
        paint.rect(frame.left + bin * wide, frame.top - 2 - high(share), wide, high(share), style);
      });
      count(rows, norms, frame.y).forEach((share, bin) => {
        const tall = frame.height / EDGE_BINS;
        const top = frame.top + frame.height - (bin + 1) * tall;
        paint.rect(frame.left + frame.width + 2, top, high(share), tall, style);
      });
    }
  }

  // The threshold's line can be taken hold of and moved.
  grasp(x, y) {
    const frame = this.plane;
    if (!frame?.contains(x, y)) return null;
    const [error, norm] = [frame.x, frame.y];
    const read = (px, py) => {
      const [e, n] = [error.value((px - frame.left) / frame.width), norm.value(1 - (py - frame.top) / frame.height)];
      return this.state.threshold === "norm" ? n : e + this.film.beta * n;
    };
    const name = this.state.threshold;
    const now = this.player.horizon.threshold;
    const pixels = Math.abs(read(x, y) - now) / Math.max(Math.abs(read(x + 1, y - 1) - read(x, y)), 1e-12);
    if (pixels > 7) return null;
    return (nowX, nowY) => {
      const values = Float32Array.from(this.film.normal, (row) => this.film.at(name, this.player.frame)[row]).sort();
      const wanted = read(nowX, nowY);
      let share = values.filter((value) => value <= wanted).length / values.length;
      if (wanted < quantile(values, 0.5)) share = 0.5;
      this.state.set({ share: Math.min(Math.max(share, 0.5), 0.995) });
    };
  }

  words() {
    const { beta } = this.film;
    const what = this.state.threshold === "norm" ? "‖z‖" : "the score";
    return (
      `Grey lines join samples of equal score${beta ? `; their slope is −1/β = −${plain(1 / beta)}` : ""}. ` +
      `The violet line is the threshold on ${what}: drag it. Along the edges, histograms of both parts; ` +
      "samples beyond the axes are drawn at the edge."
    );
  }

  table() {
    const frame = this.player.frame;
    return {
      ...this.sampleColumns(),
      reconstruction_error: this.film.at("error", frame),
      latent_norm: this.film.at("norm", frame),
      score: this.film.scores(frame),
    };
  }
}
