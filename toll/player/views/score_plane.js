// The plane of the score's two parts, in which the score and its threshold are straight lines.

import { Axis, plain } from "../kit/axes.js";
import { BOTTOM, LEFT, PlotArea } from "../kit/plot_area.js";
import { histogram, mix, quantile, sortedOf } from "../film/metrics.js";
import { ScoringControl } from "./scoring_control.js";
import { PointCard } from "./point_card.js";
import { colorOf, sampleColumns } from "./samples.js";

/** @import { Paint, Style } from "../kit/paint.js" */
/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { RunFilm } from "../film/film.js" */
/** @import { Player } from "../player.js" */
/** @import { Grip } from "./point_card.js" */

const MARGIN = 34; // pixels that a histogram along an edge takes
const EDGE_BINS = 30;
const TALLEST = 1 / 3; // share of samples at which bars along an edge are cut
const NEAR = 7; // pixels from the threshold's line within which it is meant
const LEAST_SHARE = 0.5; // of the normal samples within the threshold, as far as it can be dragged
const MOST_SHARE = 0.995;

/** The reconstruction error across, the latent norm up. */
export class ScorePlane extends PointCard {
  /**
   * @param {Player} player
   * @param {string} area
   * @param {boolean} [isBeside]
   */
  constructor(player, area, isBeside) {
    super(player, area, "Score plane", isBeside);
    /** @type {PlotArea | null} */
    this.plane = null;
    this.control = new ScoringControl(player);
    this.caption.before(this.control.root);
    // Beside another plane one slider is enough; its room is kept, so that both are as large.
    if (isBeside) this.control.root.style.visibility = "hidden";
    this.offer(
      { film: "Whole film", instant: "This instant" },
      () => this.state.plane,
      (plane) => this.state.set({ plane }),
    );
  }

  /**
   * The two axes: fixed over the film, or fitted to the instant. From rung to rung they glide.
   *
   * @private
   * @returns {[Axis, Axis]}
   */
  axes() {
    const { low, high, part } = this.side.ends();
    const [a, b] = [low, high].map((film) => this.endsOf(film));
    const [least, most, norm] = a.map((end, i) => mix(end, b[i], part, true));
    return [new Axis(least, most, "‖x − x̂‖ (data units)"), new Axis(0, norm, "‖z‖ (unitless)")];
  }

  /**
   * The least and the most error, and the most norm, on the axes of a rung.
   *
   * @private
   * @param {RunFilm} film
   * @returns {[number, number, number]}
   */
  endsOf(film) {
    const now = film.frameAt(film.timeAt(this.player.stepNow));
    const frames = this.state.plane === "film" ? [...film.steps.keys()] : [now];
    /** @type {(name: string, share: number) => number[]} */
    const all = (name, share) => frames.map((frame) => film.quantile(name, frame, share));
    /** @param {string} name */
    const ends = (name) => {
      const [least, most] = [Math.min(...all(name, 0.002)), Math.max(...all(name, 0.995))];
      const room = 0.04 * (most - least);
      return [Math.max(0, least - room), most + room];
    };
    return film.keep(`plane ${frames}`, () => {
      const [least, most] = ends("error");
      return [least, most, ends("norm")[1]];
    });
  }

  /** Draws the plane, and shows the weight of ‖z‖ in the score. */
  redraw() {
    this.control.redraw();
    super.redraw();
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const top = 6 + MARGIN;
    const [across, up] = [width - LEFT - 8 - MARGIN, height - top - BOTTOM];
    const area = new PlotArea({ left: LEFT, top, width: across, height: up }, ...this.axes());
    this.plane = area;
    area.draw(paint, { xTicks: 4, yTicks: 4 });
    const errors = this.side.between("error");
    const norms = this.side.between("norm", true);
    const xs = errors.map((value) => clamp(area.px(value), area.left, area.right));
    const ys = norms.map((value) => clamp(area.py(value), area.top, area.bottom));
    paint.clipped(area.left, area.top, area.width, area.height, () => this.drawLines(paint, area));
    this.drawSamples(paint, { xs, ys });
    this.drawMargins(paint, area, errors, norms);
    this.drawLasso(paint);
  }

  /**
   * Draws lines of equal score, of slope −1/β, and the threshold: on the score or on ‖z‖ alone.
   *
   * @private
   * @param {Paint} paint
   * @param {PlotArea} area
   */
  drawLines(paint, area) {
    const { weight } = this.film;
    const { theme } = paint;
    /** @type {(score: number, style: Style) => void} */
    const drawScore = (score, style) => {
      const ends = [area.x.least, area.x.most];
      const [across, up] = [area.px(score), area.py(score)];
      if (weight === Infinity) paint.line(area.left, up, area.right, up, style);
      else if (weight) {
        const norms = ends.map((error) => (score - error) / weight);
        paint.path(...area.all(ends, norms), style);
      } else paint.line(across, area.top, across, area.bottom, style);
    };
    const isNorm = weight === Infinity;
    const reach = isNorm ? area.y.most : area.x.most + weight * area.y.most;
    const scores = new Axis(isNorm ? 0 : area.x.least, reach, "");
    for (const score of scores.ticks(7)) drawScore(score, { stroke: theme.guide, opacity: 0.45 });
    const style = { stroke: theme.horizon, width: 2.2, dash: [6, 4] };
    const { threshold } = this.side.horizon;
    const y = area.py(threshold);
    if (this.state.threshold === "norm") paint.line(area.left, y, area.right, y, style);
    else drawScore(threshold, style);
  }

  /**
   * Draws histograms of both parts along the edges.
   *
   * @private
   * @param {Paint} paint
   * @param {PlotArea} area
   * @param {Float32Array} errors
   * @param {Float32Array} norms
   */
  drawMargins(paint, area, errors, norms) {
    const { film } = this;
    const [wide, tall] = [area.width / EDGE_BINS, area.height / EDGE_BINS];
    /** @param {number} share */
    const long = (share) => Math.min(share / TALLEST, 1) * (MARGIN - 4);
    for (const label of [1, 0]) {
      const rows = label ? film.anomalous : film.normal;
      const style = { fill: colorOf(paint.theme, label), opacity: 0.45 };
      histogram(rows, (row) => area.x.place(errors[row]), EDGE_BINS).forEach((share, bin) => {
        const left = area.left + bin * wide;
        paint.rect(left, area.top - 2 - long(share), wide, long(share), style);
      });
      histogram(rows, (row) => area.y.place(norms[row]), EDGE_BINS).forEach((share, bin) => {
        const top = area.bottom - (bin + 1) * tall;
        paint.rect(area.right + 2, top, long(share), tall, style);
      });
    }
  }

  /**
   * The threshold's line can be taken hold of and moved.
   *
   * @param {number} x
   * @param {number} y
   * @returns {Grip | null}
   */
  grasp(x, y) {
    const area = this.plane;
    if (!area?.contains(x, y)) return null;
    const { film } = this;
    const { threshold } = this.state;
    // What the threshold is on, at a point of the plane.
    /** @type {(px: number, py: number) => number} */
    const valueAt = (px, py) => {
      const error = area.x.value((px - area.left) / area.width);
      const norm = area.y.value(1 - (py - area.top) / area.height);
      return threshold === "norm" || film.weight === Infinity ? norm : error + film.weight * norm;
    };
    const here = valueAt(x, y);
    const pixel = Math.max(Math.abs(valueAt(x + 1, y - 1) - here), 1e-12);
    if (Math.abs(here - this.side.horizon.threshold) / pixel > NEAR) return null;
    return (nowX, nowY) => {
      const values = sortedOf(film.at(threshold, this.frame), film.normal);
      const wanted = valueAt(nowX, nowY);
      const within = values.filter((value) => value <= wanted).length / values.length;
      const share = wanted < quantile(values, 0.5) ? LEAST_SHARE : within;
      this.state.set({ share: clamp(share, LEAST_SHARE, MOST_SHARE) });
    };
  }

  /** @returns {string} */
  words() {
    const { weight } = this.film;
    const what = this.state.threshold === "norm" ? "‖z‖" : "the score";
    const slope =
      weight && weight < Infinity ? `; their slope is −1/β = −${plain(1 / weight)}` : "";
    return (
      `Grey lines join samples of equal score${slope}. The violet line is the threshold on ${what}: ` +
      "drag it. Along the edges, histograms of both parts; samples beyond the axes are drawn at the " +
      "edge."
    );
  }

  /** @returns {Columns} */
  columns() {
    const { film, frame } = this;
    return {
      ...sampleColumns(film, this.side.step),
      reconstruction_error: film.at("error", frame),
      latent_norm: film.at("norm", frame),
      score: film.scores(frame),
    };
  }
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
