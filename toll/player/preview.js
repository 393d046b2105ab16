// A film in small, for a page that invites to it: the black holes of its two sides, over and over.

import { CanvasPaint } from "./kit/canvas_paint.js";
import { contextOf, element, fit, pixelRatio } from "./kit/page.js";
import { themeOf } from "./kit/theme.js";
import { placeOf } from "./film/places.js";
import { RadialScale, RIM } from "./film/radial_scale.js";
import { Side } from "./film/side.js";
import { SECONDS, Timeline } from "./film/time.js";
import { isStill } from "./playing.js";
import { State } from "./state.js";

/** @import { Ladder } from "./film/ladder.js" */
/** @import { Look } from "./kit/paint.js" */

const REST = 0.35; // how long the end is shown, in parts of the whole way
const WIDEST = 280; // pixels
const MARK = 4;

/**
 * How far a film that is played over and over has come after some seconds, 0 to 1.
 *
 * @param {number} seconds
 * @returns {number}
 */
export function placeAfter(seconds) {
  return Math.min((seconds / SECONDS) % (1 + REST), 1);
}

/** Two black holes beside each other, at the same instant; one where there is only one rung. */
export class Preview {
  /**
   * @param {HTMLElement} root  that the preview fills
   * @param {Ladder} ladder
   */
  constructor(root, ladder) {
    this.root = root;
    this.ladder = ladder;
    this.state = new State();
    /** What sides ask for and a preview has none of. @type {never[]} */
    this.allPictures = [];
    this.timeline = new Timeline(ladder.steps, true);
    this.scale = new RadialScale("log", ladder.rungs);
    const { rung } = ladder.header;
    const shown = ladder.versus === null ? [rung] : [ladder.versus, rung];
    this.holes = shown.map((number) => {
      const side = new Side(this, () => number);
      const canvas = element("canvas", { role: "img", "aria-label": `Black hole, ${side.label}` });
      return { side, canvas, paint: new CanvasPaint(contextOf(canvas), themeOf(root)) };
    });
    const figures = this.holes.map(({ side, canvas }) =>
      element("figure", {}, canvas, element("figcaption", {}, side.label)),
    );
    root.classList.add("toll-preview");
    root.replaceChildren(...figures);
    this.began = performance.now();
    this.keepPlaying();
  }

  /** The training step at the instant. */
  get stepNow() {
    return placeOf(this.timeline.steps, this.state.time);
  }

  /** Draws again and again while the page is there; only the end for those who want less movement. */
  keepPlaying() {
    /** @param {number} now */
    const tick = (now) => {
      if (!this.root.isConnected) return;
      this.draw(placeAfter((now - this.began) / 1000));
      requestAnimationFrame(tick);
    };
    if (isStill()) requestAnimationFrame(() => this.draw(1));
    else requestAnimationFrame(tick);
  }

  /**
   * Draws both holes.
   *
   * @param {number} place  0 to 1
   */
  draw(place) {
    this.state.time = this.timeline.timeAt(place);
    for (const { side, canvas, paint } of this.holes) {
      const figure = /** @type {HTMLElement} */ (canvas.parentElement);
      const size = Math.min(figure.clientWidth, WIDEST);
      fit(canvas, size, size);
      const context = paint.context;
      context.setTransform(pixelRatio(), 0, 0, pixelRatio(), 0, 0);
      context.clearRect(0, 0, size, size);
      paint.theme = themeOf(this.root);
      this.drawHole(paint, side, size / 2);
    }
  }

  /**
   * @private
   * @param {CanvasPaint} paint
   * @param {Side} side
   * @param {number} middle  in pixels
   */
  drawHole(paint, side, middle) {
    const { normal, anomalous, grid, horizon, text } = paint.theme;
    const full = middle / (RIM + 0.04);
    const norms = side.between("norm", true);
    const turns = side.turning("angle");
    const radii = norms.map((norm) => full * this.scale.radius(norm));
    const xs = radii.map((radius, row) => middle + radius * Math.cos(turns[row]));
    const ys = radii.map((radius, row) => middle - radius * Math.sin(turns[row]));
    paint.circle(middle, middle, full, { stroke: grid, width: 1.5 });
    const edge = side.horizon.radius;
    if (edge !== null) {
      const style = { stroke: horizon, width: 2, dash: [6, 4] };
      paint.circle(middle, middle, full * this.scale.radius(edge), style);
    }
    /** @type {[Int32Array, Look][]} */
    const kinds = [
      [side.film.anomalous, { shape: "diamond", color: anomalous, size: MARK + 1, opacity: 0.8 }],
      [side.film.normal, { shape: "circle", color: normal, size: MARK, opacity: 0.8 }],
    ];
    for (const [rows, look] of kinds) paint.marks(xs, ys, rows, look);
    const cross = { stroke: text, width: 1.4 };
    paint.line(middle - 4, middle, middle + 4, middle, cross);
    paint.line(middle, middle - 4, middle, middle + 4, cross);
  }
}
