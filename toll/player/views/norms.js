// Latent norms: the histogram at the instant, or all instants at once as a heat map of ‖z‖ × step.

import { Axis, Frame, LEFT, percent, RIGHT } from "../kit/axes.js";
import { Card } from "../kit/card.js";

const BINS = 36;
const TALLEST = 0.4; // share of samples at which bars are cut: before training all lie in few bins
const WIDE_RANGE = 4; // from this ratio of largest to smallest median on, a linear axis hides much
const NARROW = 0.25; // spread over mean, below which a linear axis from zero hides the shape

export class Norms extends Card {
  constructor(player, area) {
    super(player, area, "Latent norms");
    this.choose("norms", { histogram: "Instant", heat: "Over time" });
  }

  draw(paint, width, height) {
    const box = { left: LEFT, top: 8, width: width - LEFT - RIGHT, height: height - 44 };
    if (this.state.norms === "heat") this.heat(paint, box);
    else this.histogram(paint, box);
  }

  // The axis of ‖z‖, the same over the whole film. Logarithmic where the norms change by much, or
  // where their spread is small against their mean.
  axis() {
    const { film } = this;
    const relative = this.state.scale === "relative";
    return film.keep(`norm axis ${this.state.scale}`, () => {
      const unit = (frame) => (relative ? film.median("norm", frame, 0) || 1 : 1);
      const of = (share) =>
        Array.from({ length: film.frames }, (_, f) => film.quantile("norm", f, share) / unit(f));
      const [low, high] = [Math.min(...of(0.005)), Math.max(...of(0.995))];
      const medians = of(0.5);
      const spread = Math.max(...of(0.95).map((each, f) => (each - of(0.05)[f]) / 3.3 / (medians[f] || 1)));
      const narrow = spread < NARROW || Math.max(...medians) > WIDE_RANGE * Math.min(...medians);
      const log = low > 0 && (this.state.scale === "log" || (narrow && this.state.scale !== "linear"));
      const words = relative ? "‖z‖ / median normal ‖z‖" : "‖z‖";
      const title = `${words} (unitless${log ? ", log" : ""})`;
      return log ? new Axis(low / 1.1, high * 1.1, title, "log") : new Axis(0, high * 1.02 || 1, title);
    });
  }

  // Shares of the normal and of the anomalous samples by bin: [normal, anomalous], each BINS long.
  shares(frame) {
    const { film } = this;
    return film.keep(`shares ${this.state.scale} ${frame}`, () => {
      const axis = this.axis();
      const unit = this.unit(frame);
      const norms = film.at("norm", frame);
      return [film.normal, film.anomalous].map((rows) => {
        const share = new Float32Array(BINS);
        for (const row of rows) {
          const bin = Math.floor(BINS * axis.place(norms[row] / unit));
          share[Math.min(Math.max(bin, 0), BINS - 1)] += 1 / rows.length;
        }
        return share;
      });
    });
  }

  unit(frame) {
    return this.state.scale === "relative" ? this.film.median("norm", frame, 0) || 1 : 1;
  }

  histogram(paint, box) {
    const { theme } = paint;
    const shares = this.shares(this.player.frame);
    const most = this.film.keep(`most ${this.state.scale}`, () => {
      const peaks = [];
      for (let frame = 0; frame < this.film.frames; frame++)
        peaks.push(...this.shares(frame).map((share) => Math.max(...share)));
      return Math.min(TALLEST, 1.05 * Math.max(...peaks));
    });
    const frame = new Frame(box, this.axis(), new Axis(0, most, "share of samples (%)", "linear", percent));
    frame.draw(paint, { yTicks: 4 });
    shares.forEach((share, label) => {
      const [xs, ys] = [[frame.left], [frame.py(0)]];
      for (let bin = 0; bin < BINS; bin++) {
        const [left, right] = [bin, bin + 1].map((edge) => frame.left + (frame.width * edge) / BINS);
        xs.push(left, right);
        ys.push(frame.py(share[bin]), frame.py(share[bin]));
      }
      xs.push(frame.left + frame.width);
      ys.push(frame.py(0));
      const color = label ? theme.anomalous : theme.normal;
      paint.clipped(frame.left, frame.top, frame.width, frame.height + 1, () => {
        paint.path(xs, ys, { fill: color, opacity: 0.28 });
        paint.path(xs, ys, { stroke: color, width: 1.8, dash: label ? [5, 3] : [] });
      });
    });
    const horizon = this.player.horizon.radius(this.film, this.player.frame);
    if (horizon !== null) this.mark(paint, frame, horizon / this.unit(this.player.frame), theme.horizon, [6, 4]);
    const norms = this.film.at("norm", this.player.frame);
    this.state.pins.forEach((row, place) => {
      this.mark(paint, frame, norms[row] / this.unit(this.player.frame), theme.pins[place], []);
    });
    // What is selected stands as short strokes on the axis.
    const bottom = frame.top + frame.height;
    for (const row of this.state.selected) {
      const x = frame.px(norms[row] / this.unit(this.player.frame));
      paint.line(x, bottom - 9, x, bottom, { stroke: theme.text, width: 1.2, opacity: 0.8 });
    }
  }

  mark(paint, frame, value, stroke, dash) {
    const x = frame.px(value);
    if (x >= frame.left && x <= frame.left + frame.width)
      paint.line(x, frame.top, x, frame.top + frame.height, { stroke, width: 2, dash });
  }

  heat(paint, box) {
    const { film } = this;
    const { theme } = paint;
    const axis = this.axis();
    const steps = this.player.stepAxis();
    const frame = new Frame(box, steps, axis);
    frame.draw(paint);
    const centres = film.steps.map((step) => frame.px(step));
    const edge = (i) =>
      i <= 0 ? frame.left : i >= film.frames ? frame.left + frame.width : (centres[i - 1] + centres[i]) / 2;
    const most = film.keep(`densest ${this.state.scale}`, () => {
      let peak = 0;
      for (let i = 0; i < film.frames; i++) for (const share of this.shares(i)) peak = Math.max(peak, ...share);
      return Math.min(peak, 0.3);
    });
    for (let i = 0; i < film.frames; i++) {
      this.shares(i).forEach((share, label) => {
        share.forEach((each, bin) => {
          if (!each) return;
          const top = frame.top + frame.height * (1 - (bin + 1) / BINS);
          const fill = label ? theme.anomalous : theme.normal;
          const opacity = 0.08 + 0.72 * Math.min(each / most, 1);
          paint.rect(edge(i), top, edge(i + 1) - edge(i), frame.height / BINS, { fill, opacity });
        });
      });
    }
    for (const label of [1, 0]) {
      const medians = film.steps.map((_, i) => film.median("norm", i, label) / this.unit(i));
      const [xs, ys] = frame.all(film.steps, medians);
      paint.path(xs, ys, { stroke: theme.background, width: 4.5 });
      const stroke = label ? theme.anomalous : theme.normal;
      paint.path(xs, ys, { stroke, width: 2.2, dash: label ? [5, 3] : [] });
    }
    this.player.drawInstant(paint, frame);
  }

  overlap() {
    const [normal, anomalous] = this.shares(this.player.frame);
    return normal.reduce((sum, share, bin) => sum + Math.min(share, anomalous[bin]), 0);
  }

  words() {
    if (this.state.norms === "heat")
      return (
        "Each column is a snapshot, darker where more samples are; lines are the medians of normal " +
        "(solid) and anomalous samples (dashed). A gap that opens is the targeted collapse."
      );
    const auroc = this.film.auroc("norm", this.player.frame);
    return (
      `The two histograms overlap by ${percent(this.overlap())}; AUROC of ‖z‖ alone ` +
      `${auroc.toFixed(3)} (0.5 is guessing). Both use the anomaly labels of the probe samples. ` +
      "The axis stays the same over the film."
    );
  }

  table() {
    const axis = this.axis();
    if (this.state.norms === "heat") {
      const { film } = this;
      const of = (label) => film.steps.map((_, i) => film.median("norm", i, label));
      return { step: film.steps, median_normal: of(0), median_anomalous: of(1) };
    }
    const [normal, anomalous] = this.shares(this.player.frame);
    const edges = Array.from({ length: BINS }, (_, bin) => axis.value(bin / BINS));
    const ends = edges.map((_, bin) => axis.value((bin + 1) / BINS));
    return { from: edges, to: ends, share_normal: normal, share_anomalous: anomalous };
  }
}
