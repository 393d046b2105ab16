// The confusion matrix: how many samples of each kind lie on each side of the threshold, and which
// of them lie nearest to it.

import { grouped, percent } from "../kit/axes.js";
import { contextOf, element, fit } from "../kit/page.js";
import { mark } from "../views/samples.js";

/** @import { Cell } from "./judged.js" */
/** @import { Console } from "./console.js" */

const SHOWN = 8; // samples of a cell
const TALL = 34; // height of a picture, in pixels
const WIDEST = 110; // of a stripe, which a row of a table is drawn as

/** @type {Record<Cell, { title: string, kind: "normal" | "anomalous", of: string }>} */
const CELLS = {
  found: { title: "found", kind: "anomalous", of: "of the anomalies" },
  missed: { title: "missed", kind: "anomalous", of: "of the anomalies" },
  mistaken: { title: "false alarms", kind: "normal", of: "of the normal samples" },
  passed: { title: "passed", kind: "normal", of: "of the normal samples" },
};

/** Four cells with their numbers and samples. */
export class Matrix {
  /** @param {Console} console */
  constructor(console) {
    this.console = console;
    this.cells = Object.entries(CELLS).map(([name, { title, kind, of }]) => {
      const count = element("b");
      const share = element("span", { class: "share-of" });
      const noun = element("span");
      const head = element("div", { class: "head" }, mark(kind), count, noun, share);
      const thumbs = element("div", { class: "near" });
      const root = element("div", { class: "cell" }, head, thumbs);
      const cell = { of, title, root, count, noun, share, thumbs, shown: "" };
      return { name: /** @type {Cell} */ (name), ...cell };
    });
    const across = ["flagged", "not flagged"].map((words) =>
      element("div", { class: "side" }, words),
    );
    const grid = element("div", { class: "matrix" }, ...across);
    grid.append(...this.cells.map(({ root }) => root));
    const words =
      "In each cell the samples nearest to the threshold come first: they are the first to change " +
      `sides. ${few(console)}`;
    this.root = element("section", { class: "card matrix-card", "aria-label": "Confusion matrix" });
    const header = element("header", {}, element("h3", {}, "Confusion matrix"));
    this.root.append(header, grid, element("p", { class: "caption" }, words));
  }

  /** Fills in what the threshold changes. */
  redraw() {
    const { judged, threshold, sheet } = this.console;
    const counts = judged.counts(threshold);
    const nearest = judged.nearest(threshold);
    const [normal, anomalous] = judged.rows.map((rows) => rows.length);
    for (const cell of this.cells) {
      const { name, of, title, count, noun, share, thumbs } = cell;
      const whole = CELLS[name].kind === "normal" ? normal : anomalous;
      count.textContent = ` ${grouped(counts[name])}`;
      noun.textContent = ` ${counts[name] === 1 ? title.replace("alarms", "alarm") : title}`;
      share.textContent = `${percent(counts[name] / whole)} ${of}`;
      const rows = nearest[name].slice(0, SHOWN);
      const shown = `${sheet ? "" : "no "}${rows.join()}`;
      if (cell.shown === shown) continue;
      cell.shown = shown;
      thumbs.replaceChildren(...rows.map((row) => this.thumb(row)));
    }
  }

  /**
   * A sample that has no picture.
   *
   * @private
   * @param {number} row
   */
  chip(row) {
    const { judged } = this.console;
    const name = `${judged.className(row)}, score ${judged.scores[row].toPrecision(4)}`;
    return element("span", { class: "chip", title: name }, `sample ${judged.ids[row]}`);
  }

  /**
   * A sample's picture.
   *
   * @private
   * @param {number} row
   */
  thumb(row) {
    const { judged, sheet, places } = this.console;
    if (!judged.told.tile) return this.chip(row);
    const [height, width] = judged.told.tile;
    const wide = Math.min(Math.max((TALL * width) / height, 4), WIDEST);
    const tall = Math.min(TALL, Math.max((wide * height) / width, 12));
    const score = judged.scores[row].toPrecision(4);
    const name = `${judged.className(row)}, sample ${judged.ids[row]}, score ${score}`;
    const canvas = element("canvas", { role: "img", "aria-label": name, title: name });
    fit(canvas, wide, tall);
    const place = places.get(row);
    if (sheet && place !== undefined) {
      const { columns } = judged.told;
      const context = contextOf(canvas);
      context.imageSmoothingEnabled = false;
      const [x, y] = [(place % columns) * width, Math.floor(place / columns) * height];
      context.drawImage(sheet, x, y, width, height, 0, 0, canvas.width, canvas.height);
    }
    return canvas;
  }
}

/**
 * Says so where not all samples can be looked at.
 *
 * @param {Console} console
 */
function few({ judged }) {
  const { length } = judged.told.pictured;
  return length < judged.size ? `${grouped(length)} of ${grouped(judged.size)} can be shown.` : "";
}
