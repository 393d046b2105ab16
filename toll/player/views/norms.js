// Latent norms: the histogram at the instant, or all instants at once as a heat map of ‖z‖ × step.

import { Axis, percent } from "../kit/axes.js";
import { BOTTOM, LEFT, PlotArea, RIGHT } from "../kit/plot_area.js";
import { histogram } from "../film/metrics.js";
import { unitAt } from "../film/radial_scale.js";
import { FilmCard } from "./film_card.js";
import { colorOf, DASHES } from "./samples.js";
import { drawInstant, stepAxis } from "./steps.js";

/** @import { Paint } from "../kit/paint.js" */
/** @import { Box } from "../kit/plot_area.js" */
/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { RunFilm } from "../film/film.js" */
/** @import { Player } from "../player.js" */

const TOP = 8;
const BINS = 36;
const TALLEST = 0.4; // share of samples at which bars are cut: before training all lie in few bins
const DARKEST = 0.3; // share of samples from which on a bin of the heat map is no darker
const WIDE_RANGE = 4; // from this ratio of largest to smallest median on, a linear axis hides much
const NARROW = 0.25; // spread over mean, below which a linear axis from zero hides the shape
const SPREADS = 3.3; // standard deviations between the 5 % and the 95 % quantile, if normal

/** The latent norms of all samples. */
export class Norms extends FilmCard {
  /**
   * @param {Player} player
   * @param {string} area
   * @param {boolean} [isBeside]
   */
  constructor(player, area, isBeside) {
    super(player, area, "Latent norms", isBeside);
    const options = { histogram: "Instant", heat: "Over time" };
    this.offer(
      options,
      () => this.state.norms,
      (norms) => this.state.set({ norms }),
    );
  }

  /** @returns {boolean} */
  get showsScore() {
    return this.state.threshold === "score"; // the horizon's
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const [across, up] = [width - LEFT - RIGHT, height - TOP - BOTTOM];
    const box = { left: LEFT, top: TOP, width: across, height: up };
    if (this.state.norms === "heat") this.drawHeat(paint, box);
    else this.drawHistogram(paint, box);
  }

  /**
   * The axis of ‖z‖, the same over the whole film and for all rungs. Logarithmic where the norms
   * change by much, or where their spread is small against their mean.
   *
   * @private
   * @returns {Axis}
   */
  axis() {
    const { ladder } = this.player;
    const { scale } = this.state;
    return ladder.keep(`norm axis ${scale}`, () => {
      /** @param {number} share */
      const of = (share) =>
        ladder.rungs.flatMap((film) =>
          film.steps.map((_, f) => film.quantile("norm", f, share) / this.unit(film, f)),
        );
      const [low, high] = [Math.min(...of(0.005)), Math.max(...of(0.995))];
      const [lower, medians, upper] = [of(0.05), of(0.5), of(0.95)];
      const spreads = upper.map((each, f) => (each - lower[f]) / SPREADS / (medians[f] || 1));
      const isWide = Math.max(...medians) > WIDE_RANGE * Math.min(...medians);
      const hides = isWide || Math.max(...spreads) < NARROW;
      const isLog = low > 0 && (scale === "log" || (hides && scale !== "linear"));
      const words = scale === "relative" ? "‖z‖ / median normal ‖z‖" : "‖z‖";
      const title = `${words} (unitless${isLog ? ", log" : ""})`;
      return isLog
        ? new Axis(low / 1.1, high * 1.1, title, "log")
        : new Axis(0, high * 1.02 || 1, title);
    });
  }

  /**
   * What norms are divided by at a frame.
   *
   * @private
   * @param {RunFilm} film
   * @param {number} frame
   */
  unit(film, frame) {
    return this.state.scale === "relative" ? unitAt(film, frame) : 1;
  }

  /**
   * Shares of the normal and of the anomalous samples by bin: [normal, anomalous], each BINS long.
   *
   * @private
   * @param {number} frame
   * @param {RunFilm} [film]
   * @returns {[Float32Array, Float32Array]}
   */
  shares(frame, film = this.film) {
    return film.keep(`shares ${this.state.scale} ${frame}`, () => {
      const axis = this.axis();
      const unit = this.unit(film, frame);
      const norms = film.at("norm", frame);
      /** @param {number} row */
      const place = (row) => axis.place(norms[row] / unit);
      return [histogram(film.normal, place, BINS), histogram(film.anomalous, place, BINS)];
    });
  }

  /**
   * The largest share in any bin of any frame of any rung.
   *
   * @private
   * @returns {number}
   */
  peak() {
    const { ladder } = this.player;
    return ladder.keep(`peak ${this.state.scale}`, () => {
      /** @param {RunFilm} film */
      const tallest = (film) =>
        film.steps.flatMap((_, f) => this.shares(f, film).map((each) => Math.max(...each)));
      return Math.max(...ladder.rungs.flatMap(tallest));
    });
  }

  /**
   * @private
   * @param {Paint} paint
   * @param {Box} box
   */
  drawHistogram(paint, box) {
    const { theme } = paint;
    const { film, frame } = this;
    const unit = this.unit(film, frame);
    const most = Math.min(TALLEST, 1.05 * this.peak());
    const shareAxis = new Axis(0, most, "share of samples (%)", "linear", percent);
    const area = new PlotArea(box, this.axis(), shareAxis);
    area.draw(paint, { yTicks: 4 });
    this.shares(frame).forEach((share, label) => {
      const [xs, ys] = outline(area, share);
      paint.clipped(area.left, area.top, area.width, area.height + 1, () => {
        const color = colorOf(theme, label);
        paint.path(xs, ys, { fill: color, opacity: 0.28 });
        paint.path(xs, ys, { stroke: color, width: 1.8, dash: DASHES[label] });
      });
    });
    /** @type {(norm: number, stroke: string, dash?: number[]) => void} */
    const drawLine = (norm, stroke, dash) => {
      const x = area.px(norm / unit);
      if (x < area.left || x > area.right) return;
      paint.line(x, area.top, x, area.bottom, { stroke, width: 2, dash });
    };
    const horizon = this.side.horizon.radius;
    if (horizon !== null) drawLine(horizon, theme.horizon, [6, 4]);
    const norms = film.at("norm", frame);
    this.state.pins.forEach((row, place) => drawLine(norms[row], theme.pins[place]));
    // What is selected stands as short strokes on the axis.
    for (const row of this.state.selected) {
      const x = area.px(norms[row] / unit);
      const style = { stroke: theme.text, width: 1.2, opacity: 0.8 };
      paint.line(x, area.bottom - 9, x, area.bottom, style);
    }
  }

  /**
   * @private
   * @param {Paint} paint
   * @param {Box} box
   */
  drawHeat(paint, box) {
    const { film } = this;
    const { theme } = paint;
    const area = new PlotArea(box, stepAxis(this.player), this.axis());
    area.draw(paint);
    const centres = film.steps.map((step) => area.px(step));
    const between = centres.slice(1).map((x, i) => (x + centres[i]) / 2);
    const edges = [area.left, ...between, area.right];
    const darkest = Math.min(this.peak(), DARKEST);
    const tall = area.height / BINS;
    film.steps.forEach((_, frame) => {
      const [left, right] = [edges[frame], edges[frame + 1]];
      this.shares(frame).forEach((shares, label) => {
        const fill = colorOf(theme, label);
        shares.forEach((share, bin) => {
          if (!share) return;
          const opacity = 0.08 + 0.72 * Math.min(share / darkest, 1);
          paint.rect(left, area.bottom - (bin + 1) * tall, right - left, tall, { fill, opacity });
        });
      });
    });
    for (const label of film.isLabelled ? [1, 0] : [0]) {
      const medians = this.medians(label).map((norm, frame) => norm / this.unit(film, frame));
      const [xs, ys] = area.all(film.steps, medians);
      paint.path(xs, ys, { stroke: theme.background, width: 4.5 });
      paint.path(xs, ys, { stroke: colorOf(theme, label), width: 2.2, dash: DASHES[label] });
    }
    drawInstant(this.player, paint, area);
  }

  /**
   * The median norm of the samples with a label, one value a snapshot.
   *
   * @private
   * @param {number} label
   */
  medians(label) {
    return this.film.steps.map((_, frame) => this.film.median("norm", frame, label));
  }

  /** @returns {string} */
  words() {
    if (!this.film.isLabelled)
      return (
        "The share of samples by how far they lie from the origin. Training draws them in; those that " +
        "stay farthest out are the likeliest anomalies."
      );
    if (this.state.norms === "heat")
      return (
        "Each column is a snapshot, darker where more samples are; lines are the medians of normal " +
        "(solid) and anomalous samples (dashed). A gap that opens is the targeted collapse."
      );
    const [normal, anomalous] = this.shares(this.frame);
    const overlap = normal.reduce((sum, share, bin) => sum + Math.min(share, anomalous[bin]), 0);
    const auroc = this.film.auroc("norm", this.frame);
    return (
      `The two histograms overlap by ${percent(overlap)}; AUROC of ‖z‖ alone ` +
      `${auroc.toFixed(3)} (0.5 is guessing). Both use the anomaly labels of the probe samples. ` +
      "The axis stays the same over the film."
    );
  }

  /** @returns {Columns} */
  columns() {
    if (this.state.norms === "heat")
      return {
        step: this.film.steps,
        median_normal: this.medians(0),
        median_anomalous: this.medians(1),
      };
    const axis = this.axis();
    const edges = Array.from({ length: BINS + 1 }, (_, bin) => axis.value(bin / BINS));
    const [normal, anomalous] = this.shares(this.frame);
    return {
      from: edges.slice(0, -1),
      to: edges.slice(1),
      share_normal: normal,
      share_anomalous: anomalous,
    };
  }
}

/**
 * The outline of bars, in pixels.
 *
 * @param {PlotArea} area
 * @param {Float32Array} shares
 * @returns {[number[], number[]]}
 */
function outline(area, shares) {
  const [xs, ys] = [[area.left], [area.py(0)]];
  shares.forEach((share, bin) => {
    const [left, right] = [bin, bin + 1].map((edge) => area.left + (area.width * edge) / BINS);
    xs.push(left, right);
    ys.push(area.py(share), area.py(share));
  });
  xs.push(area.right);
  ys.push(area.py(0));
  return [xs, ys];
}
