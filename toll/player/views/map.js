// Maps of latent space: UMAP, PCA, or z itself, in the plane or turning in space.

import { Axis, plain } from "../kit/axes.js";
import { PointCard } from "./point_card.js";
import { between } from "../film/time.js";

export class MapCard extends PointCard {
  constructor(player, area) {
    super(player, area, "Map of latent space");
    this.turn = [0.6, 0.35]; // radians about the upright and the sideways axis
    this.select = document.createElement("select");
    this.select.setAttribute("aria-label", "Kind of map");
    this.select.onchange = () => this.state.set({ map: this.select.value });
    this.choices.append(this.select);
    this.refill();
  }

  // The maps of a film, which may have more than the one before.
  refill() {
    const { maps } = this.film.about;
    this.select.replaceChildren(...maps.map(({ array, title }) => new Option(title, array)));
    if (!maps.some(({ array }) => array === this.state.map)) this.state.map = maps[0].array;
    this.select.value = this.state.map;
  }

  get map() {
    return this.film.about.maps.find(({ array }) => array === this.state.map);
  }

  draw(paint, width, height) {
    this.select.value = this.state.map;
    const { array, dimensions, kind } = this.map;
    const points = between(this.film, array, this.state.time);
    const unit = this.unit(kind);
    const reach = this.reach(array, kind) * 1.04;
    const box = { left: 6, top: 4, width: width - 12, height: height - 8 };
    const flat = dimensions === 2 ? points : this.turned(points);
    const wide = reach * Math.max(1, box.width / box.height);
    const high = reach * Math.max(1, box.height / box.width);
    const [cx, cy] = this.centre(array, kind);
    const xs = new Float32Array(this.film.size);
    const ys = new Float32Array(this.film.size);
    for (let row = 0; row < this.film.size; row++) {
      xs[row] = box.left + (box.width * (1 + (flat[2 * row] / unit - cx) / wide)) / 2;
      ys[row] = box.top + (box.height * (1 - (flat[2 * row + 1] / unit - cy) / high)) / 2;
    }
    this.missing = !(xs[0] > -1e6);
    this.drawGrid(paint, box, { wide, high, cx, cy, kind, dimensions });
    if (this.missing) {
      const { text } = paint.theme;
      paint.text("This instant is still being computed.", width / 2, height / 2, { align: "center", fill: text });
      this.shown = null;
    } else this.drawSamples(paint, { xs, ys });
    this.drawLasso(paint);
  }

  drawGrid(paint, box, { wide, high, cx, cy, kind, dimensions }) {
    const { grid, text } = paint.theme;
    paint.rect(box.left, box.top, box.width, box.height, { stroke: grid });
    const small = { size: 10.5, opacity: 0.85, fill: text };
    if (dimensions === 3) {
      this.drawAxes(paint, box, wide, high);
      paint.text("drag to turn, Shift and drag to select", box.left + 6, box.top + box.height - 7, small);
      return;
    }
    const names = kind === "umap" ? ["UMAP 1", "UMAP 2"] : ["axis 1", "axis 2"];
    const [x, y] = [new Axis(cx - wide, cx + wide, ""), new Axis(cy - high, cy + high, "")];
    for (const tick of x.ticks(4)) {
      const px = box.left + box.width * x.place(tick);
      paint.line(px, box.top, px, box.top + box.height, { stroke: grid });
      paint.text(plain(tick), px + 2, box.top + box.height - 4, { ...small, size: 9.5 });
    }
    for (const tick of y.ticks(4)) {
      const py = box.top + box.height * (1 - y.place(tick));
      paint.line(box.left, py, box.left + box.width, py, { stroke: grid });
      if (py > box.top + 26) paint.text(plain(tick), box.left + 3, py - 2, { ...small, size: 9.5 });
    }
    paint.text(`${names[0]} ${this.unitWords(kind)} →`, box.left + box.width - 6, box.top + 13, { align: "right", ...small });
    paint.text(`↑ ${names[1]}`, box.left + 6, box.top + 13, small);
  }

  // The three axes from the origin, so that the eye sees how the space is turned.
  drawAxes(paint, box, wide, high) {
    const ends = this.turned(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
    const [x0, y0] = [box.left + box.width / 2, box.top + box.height / 2];
    for (let axis = 0; axis < 3; axis++) {
      const x = x0 + (0.42 * box.width * ends[2 * axis] * Math.min(wide, high)) / wide;
      const y = y0 - (0.42 * box.height * ends[2 * axis + 1] * Math.min(wide, high)) / high;
      paint.line(x0, y0, x, y, { stroke: paint.theme.guide, opacity: 0.6 });
      paint.text(String(axis + 1), x, y, { size: 10.5, opacity: 0.85, align: "center" });
    }
  }

  unitWords(kind) {
    if (kind === "umap") return "(unitless)";
    return this.state.scale === "relative" ? "(in median normal ‖z‖)" : "(unitless)";
  }

  // Points (n × 3) as they are seen: (n × 2).
  turned(points) {
    const [a, b] = this.turn;
    const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
    const flat = new Float32Array((points.length / 3) * 2);
    for (let i = 0; i < points.length / 3; i++) {
      const [x, y, z] = [points[3 * i], points[3 * i + 1], points[3 * i + 2]];
      flat[2 * i] = ca * x + sa * z;
      flat[2 * i + 1] = cb * y - sb * (ca * z - sa * x);
    }
    return flat;
  }

  unit(kind) {
    return kind !== "umap" && this.state.scale === "relative"
      ? this.film.mixedMedian(this.state.time)
      : 1;
  }

  // The largest coordinate about the centre over the whole film, but for the farthest 1 %.
  reach(array, kind) {
    const relative = kind !== "umap" && this.state.scale === "relative";
    const centre = this.centre(array, kind);
    return this.film.keep(`reach ${array} ${relative}`, () => {
      let most = 0;
      for (let frame = 0; frame < this.film.frames; frame++) {
        const unit = relative ? this.film.median("norm", frame, 0) || 1 : 1;
        const width = this.map.dimensions;
        const sizes = this.film
          .at(array, frame)
          .map((value, i) => Math.abs(value / unit - (width === 2 ? centre[i % 2] : 0)))
          .filter((size) => size >= 0)
          .sort();
        if (sizes.length) most = Math.max(most, sizes[Math.floor(0.995 * (sizes.length - 1))]);
      }
      return most || 1;
    });
  }

  // PCA and z are drawn about the origin; UMAP has none, so it is drawn about its middle.
  centre(array, kind) {
    if (kind !== "umap" || this.map.dimensions === 3) return [0, 0];
    return this.film.keep(`centre ${array}`, () => {
      const ends = [Infinity, Infinity, -Infinity, -Infinity];
      for (let frame = 0; frame < this.film.frames; frame++) {
        this.film.at(array, frame).forEach((value, i) => {
          if (!(Math.abs(value) < 1e9)) return;
          ends[i % 2] = Math.min(ends[i % 2], value);
          ends[2 + (i % 2)] = Math.max(ends[2 + (i % 2)], value);
        });
      }
      return ends[0] < Infinity ? [(ends[0] + ends[2]) / 2, (ends[1] + ends[3]) / 2] : [0, 0];
    });
  }

  grasp(x, y) {
    if (this.map.dimensions === 2) return null;
    let [lastX, lastY] = [x, y];
    return (nowX, nowY, event) => {
      if (event.shiftKey) {
        this.grasped = null;
        this.lasso = { xs: [x], ys: [y] };
        return;
      }
      this.turn = [this.turn[0] + (nowX - lastX) / 120, this.turn[1] + (nowY - lastY) / 120];
      [lastX, lastY] = [nowX, nowY];
      this.redraw();
    };
  }

  words() {
    const { kind } = this.map;
    const norm = plain(this.film.median("norm", this.player.frame, 0));
    if (kind !== "umap")
      return (
        "Directions in which latent space is widest over the whole film; the axes stay, so " +
        `shrinking is seen${this.state.scale === "relative" ? " relative to the median normal sample" : ""}. ` +
        `Median normal ‖z‖ now: ${norm}.`
      );
    return (
      "UMAP shows who is near whom, and throws scale away: here the median normal sample is drawn " +
      `${plain(this.drawnRadius())} from the middle, while its true ‖z‖ is ${norm}. Distances and ` +
      "sizes of clusters mean nothing."
    );
  }

  // Median distance of the drawn normal samples from the middle of all.
  drawnRadius() {
    const { array, dimensions } = this.map;
    const points = this.film.at(array, this.player.frame);
    const mean = Array.from({ length: dimensions }, () => 0);
    for (let i = 0; i < points.length; i++) mean[i % dimensions] += points[i] / this.film.size;
    const away = Float32Array.from(this.film.normal, (row) =>
      Math.hypot(...mean.map((m, axis) => points[dimensions * row + axis] - m)),
    ).sort();
    return away[away.length >> 1];
  }

  table() {
    const { array, dimensions } = this.map;
    const points = this.film.at(array, this.player.frame);
    const columns = this.sampleColumns();
    for (let axis = 0; axis < dimensions; axis++)
      columns[`axis_${axis + 1}`] = points.filter((_, i) => i % dimensions === axis);
    return columns;
  }
}
