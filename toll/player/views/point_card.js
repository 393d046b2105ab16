// The base of views with one point a sample: the mouse tells what a point is, a click or a lasso
// selects, and what is selected or pinned stands out in all of them.

import { Card } from "../kit/card.js";

const NEAR = 12; // pixels from a point within which it is meant

export class PointCard extends Card {
  constructor(player, area, title) {
    super(player, area, title);
    this.lasso = null;
    this.canvas.style.cursor = "crosshair";
    this.listen();
  }

  // Subclasses call this with the places of the film's rows, (xs, ys) in pixels, NaN for none.
  drawSamples(paint, { xs, ys }, film = this.film) {
    this.shown = { xs, ys, film };
    const { theme } = this.player;
    const [size, opacity] = lookFor(film.size);
    const lit = this.state.lit;
    const faint = (row) => lit.size > 0 && !lit.has(film.classes[row]);
    const kinds = [
      [film.anomalous, { shape: "diamond", color: theme.anomalous, size: size + 1 }],
      [film.normal, { shape: "circle", color: theme.normal, size }],
    ];
    // Anomalies first: the few normal samples at the centre are not to be hidden below them.
    for (const [rows, look] of kinds) {
      if (lit.size) paint.marks(xs, ys, rows.filter(faint), { ...look, opacity: 0.08 });
      const bright = lit.size ? rows.filter((row) => !faint(row)) : rows;
      paint.marks(xs, ys, bright, { ...look, opacity });
    }
    if (film !== this.film) return;
    const ring = { shape: "ring", color: theme.text, size: size + 7 };
    paint.marks(xs, ys, this.state.selected, ring);
    this.state.pins.forEach((row, place) => {
      const color = theme.pins[place];
      paint.marks(xs, ys, [row], { shape: "ring", color, size: size + 7 });
      if (xs[row] > -1e6)
        paint.text(String(place + 1), xs[row] + size, ys[row] - size, { fill: color, bold: true, size: 12 });
    });
  }

  drawLasso(paint) {
    if (!this.lasso) return;
    const { text, lasso } = this.player.theme;
    const style = { stroke: text, width: 1.2, dash: [4, 3], fill: lasso };
    paint.path(this.lasso.xs, this.lasso.ys, { closed: true, ...style });
  }

  nearest(x, y) {
    if (!this.shown || this.shown.film !== this.film) return null;
    const { xs, ys } = this.shown;
    let [best, distance] = [null, NEAR];
    for (let row = 0; row < xs.length; row++) {
      const away = Math.hypot(xs[row] - x, ys[row] - y);
      if (away < distance) [best, distance] = [row, away];
    }
    return best;
  }

  inside({ xs: px, ys: py }) {
    const { xs, ys } = this.shown;
    const within = (x, y) => {
      let odd = false;
      for (let i = 0, j = px.length - 1; i < px.length; j = i++) {
        const crosses = py[i] > y !== py[j] > y;
        if (crosses && x < ((px[j] - px[i]) * (y - py[i])) / (py[j] - py[i]) + px[i]) odd = !odd;
      }
      return odd;
    };
    return Array.from(xs.keys()).filter((row) => within(xs[row], ys[row]));
  }

  listen() {
    const at = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    let from = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      from = at(event);
      this.grasped = this.grasp(...from);
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const [x, y] = at(event);
      if (!from) return this.player.tip.show(this.nearest(x, y), event);
      if (Math.hypot(x - from[0], y - from[1]) < 4 && !this.lasso && !this.dragged) return;
      this.player.tip.show(null);
      this.dragged = true;
      if (this.grasped) return this.grasped(x, y, event);
      this.lasso ??= { xs: [from[0]], ys: [from[1]] };
      this.lasso.xs.push(x);
      this.lasso.ys.push(y);
      this.redraw();
    });
    const end = (event) => {
      if (!from) return;
      const [x, y] = at(event);
      if (this.lasso) this.player.select(this.inside(this.lasso), event.shiftKey);
      else if (!this.dragged) {
        const row = this.nearest(x, y);
        this.player.select(row === null ? [] : [row], event.shiftKey);
      }
      [from, this.lasso, this.grasped, this.dragged] = [null, null, null, false];
      this.redraw();
    };
    this.canvas.addEventListener("pointerup", end);
    this.canvas.addEventListener("pointercancel", end);
    this.canvas.addEventListener("pointerleave", () => this.player.tip.show(null));
  }

  // Subclasses may take hold of something below the mouse: a function that is called as it moves.
  grasp() {
    return null;
  }
}

// Size in pixels and opacity that keep so many points legible.
function lookFor(count) {
  if (count <= 800) return [7, 0.8];
  return count <= 3000 ? [6, 0.65] : [4, 0.4];
}
