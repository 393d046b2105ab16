// A map of latent space: UMAP, PCA, or z itself, in the plane or turning in space.

import { Axis, plain } from "../kit/axes.js";
import { element } from "../kit/page.js";
import { hasPlace } from "../kit/paint.js";
import { centreOf, drawnRadius, reachOf, turned } from "../film/maps.js";
import { mix } from "../film/metrics.js";
import { PointCard } from "./point_card.js";
import { sampleColumns } from "./samples.js";

/** @import { Paint } from "../kit/paint.js" */
/** @import { Box } from "../kit/plot_area.js" */
/** @import { Columns, Draw } from "../kit/saving.js" */
/** @import { MapEntry } from "../film/container.js" */
/** @import { Pair } from "../film/maps.js" */
/** @import { Player } from "../player.js" */
/** @import { Grip } from "./point_card.js" */

/**
 * The part of the map that is seen: from its middle, in the map's units.
 *
 * @typedef {{ centre: Pair, wide: number, high: number }} Sight
 */

const SMALL = { size: 10.5, opacity: 0.85 };
const AXES = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

/** The map that the viewer has chosen. */
export class MapCard extends PointCard {
  /**
   * @param {Player} player
   * @param {string} area
   * @param {boolean} [isBeside]
   */
  constructor(player, area, isBeside) {
    super(player, area, "Map of latent space", isBeside);
    /** @type {Pair} */
    this.turn = [0.6, 0.35]; // radians about the upright axis and the one across
    this.select = element("select", { "aria-label": "Kind of map" });
    this.select.onchange = () => this.state.set({ map: this.select.value });
    this.choices.append(this.select);
    this.refill();
  }

  /** Takes up the maps of a film, which may have more than the one before. */
  refill() {
    const maps = new Map(
      this.player.ladder.rungs.flatMap(({ about }) =>
        about.maps.map(({ array, title }) => [array, title]),
      ),
    );
    const options = Array.from(maps, ([array, title]) => new Option(title, array));
    this.select.replaceChildren(...options);
    if (!maps.has(this.state.map)) this.state.map = options[0].value;
    this.select.value = this.state.map;
  }

  /**
   * What the film says of the chosen map; of the first one where this rung does not have it.
   *
   * @returns {MapEntry}
   */
  get map() {
    const { maps } = this.film.about;
    return maps.find(({ array }) => array === this.state.map) ?? maps[0];
  }

  /** Whether coordinates are shown in median normal latent norms. UMAP keeps no scale to do so. */
  get isRelative() {
    return this.map.kind !== "umap" && this.state.scale === "relative";
  }

  /** @returns {boolean} */
  get showsScore() {
    return false;
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    const { film, map } = this;
    this.select.value = this.state.map;
    const points = this.side.between(map.array);
    const unit = this.isRelative ? this.side.medianNorm : 1;
    const reach = this.reach(map) * 1.04;
    const box = { left: 6, top: 4, width: width - 12, height: height - 8 };
    const centre = centreOf(film, map);
    const wide = reach * Math.max(1, box.width / box.height);
    const high = reach * Math.max(1, box.height / box.width);
    const flat = map.dimensions === 2 ? points : turned(points, this.turn);
    const xs = new Float32Array(film.size);
    const ys = new Float32Array(film.size);
    for (let row = 0; row < film.size; row++) {
      xs[row] = box.left + (box.width * (1 + (flat[2 * row] / unit - centre[0]) / wide)) / 2;
      ys[row] = box.top + (box.height * (1 - (flat[2 * row + 1] / unit - centre[1]) / high)) / 2;
    }
    paint.rect(box.left, box.top, box.width, box.height, { stroke: paint.theme.grid });
    if (map.dimensions === 3) this.drawAxes(paint, box, { centre, wide, high });
    else this.drawGrid(paint, box, { centre, wide, high });
    if (hasPlace(xs[0])) this.drawSamples(paint, { xs, ys });
    else {
      const words = "This instant is still being computed.";
      paint.text(words, width / 2, height / 2, { align: "center" });
      this.shown = null;
    }
    this.drawLasso(paint);
  }

  /**
   * How far from its middle the map is seen: from rung to rung in ratios.
   *
   * @private
   * @param {MapEntry} map
   * @returns {number}
   */
  reach(map) {
    const { low, high, part } = this.side.ends(map.array);
    const [a, b] = [low, high].map((film) => reachOf(film, map, this.isRelative));
    return mix(a, b, part, true);
  }

  /**
   * @private
   * @param {Paint} paint
   * @param {Box} box
   * @param {Sight} sight
   */
  drawGrid(paint, box, { centre: [cx, cy], wide, high }) {
    const { grid } = paint.theme;
    const [right, bottom] = [box.left + box.width, box.top + box.height];
    const [x, y] = [new Axis(cx - wide, cx + wide, ""), new Axis(cy - high, cy + high, "")];
    for (const tick of x.ticks(4)) {
      const px = box.left + box.width * x.place(tick);
      paint.line(px, box.top, px, bottom, { stroke: grid });
      paint.text(plain(tick), px + 2, bottom - 4, { ...SMALL, size: 9.5 });
    }
    for (const tick of y.ticks(4)) {
      const py = bottom - box.height * y.place(tick);
      paint.line(box.left, py, right, py, { stroke: grid });
      if (py > box.top + 26) paint.text(plain(tick), box.left + 3, py - 2, { ...SMALL, size: 9.5 });
    }
    const name = this.map.kind === "umap" ? "UMAP" : "axis";
    const unit = this.isRelative ? "(in median normal ‖z‖)" : "(unitless)";
    paint.text(`${name} 1 ${unit} →`, right - 6, box.top + 13, { align: "right", ...SMALL });
    paint.text(`↑ ${name} 2`, box.left + 6, box.top + 13, SMALL);
  }

  /**
   * The three axes from the origin, so that the eye sees how the space is turned.
   *
   * @private
   * @param {Paint} paint
   * @param {Box} box
   * @param {Sight} sight
   */
  drawAxes(paint, box, { wide, high }) {
    const ends = turned(AXES, this.turn);
    const [x0, y0] = [box.left + box.width / 2, box.top + box.height / 2];
    for (let axis = 0; axis < 3; axis++) {
      const x = x0 + (0.42 * box.width * ends[2 * axis] * Math.min(wide, high)) / wide;
      const y = y0 - (0.42 * box.height * ends[2 * axis + 1] * Math.min(wide, high)) / high;
      paint.line(x0, y0, x, y, { stroke: paint.theme.guide, opacity: 0.6 });
      paint.text(String(axis + 1), x, y, { ...SMALL, align: "center" });
    }
    const hint = "drag to turn, Shift and drag to select";
    paint.text(hint, box.left + 6, box.top + box.height - 7, SMALL);
  }

  /**
   * A map in space is turned by dragging it.
   *
   * @param {number} x
   * @param {number} y
   * @returns {Grip | null}
   */
  grasp(x, y) {
    if (this.map.dimensions === 2) return null;
    let [lastX, lastY] = [x, y];
    return (nowX, nowY, event) => {
      if (event.shiftKey) return { xs: [x], ys: [y] };
      this.turn = [this.turn[0] + (nowX - lastX) / 120, this.turn[1] + (nowY - lastY) / 120];
      [lastX, lastY] = [nowX, nowY];
      this.redraw();
    };
  }

  /** @returns {string} */
  words() {
    const { film, frame, map } = this;
    const norm = plain(film.median("norm", frame, 0));
    const isOther = map.array !== this.state.map;
    const lacking = isOther ? "The chosen map has not been computed for this β. " : "";
    if (map.kind !== "umap")
      return (
        lacking +
        "Directions in which latent space is widest over the whole film; the axes stay, so " +
        `shrinking is seen${this.isRelative ? " relative to the median normal sample" : ""}. ` +
        `Median normal ‖z‖ now: ${norm}.`
      );
    const drawn = drawnRadius(film, map, frame);
    if (Number.isNaN(drawn)) return "The UMAP of this step has not been computed yet.";
    return (
      "UMAP shows who is near whom, and throws scale away: here the median normal sample is drawn " +
      `${plain(drawn)} from the middle, while its true ‖z‖ is ${norm}. ` +
      "Distances and sizes of clusters mean nothing."
    );
  }

  /** @returns {Columns} */
  columns() {
    const { array, dimensions } = this.map;
    const points = this.film.at(array, this.frame);
    const axes = Array.from({ length: dimensions }, (_, axis) => [
      `axis_${axis + 1}`,
      points.filter((_, i) => i % dimensions === axis),
    ]);
    return { ...sampleColumns(this.film, this.side.step), ...Object.fromEntries(axes) };
  }
}
