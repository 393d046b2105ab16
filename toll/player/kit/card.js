// A card on the page: one chart with a title, choices of its own, a caption, and a menu to save it.
// The base of all charts.

import { CanvasPaint } from "./canvas_paint.js";
import { contextOf, element, fit, pixelRatio } from "./page.js";
import { csvFile, pngFile, savingMenu, svgFile } from "./saving.js";

/** @import { Paint } from "./paint.js" */
/** @import { Columns } from "./saving.js" */
/** @import { Theme } from "./theme.js" */

/**
 * What a card needs of the page it stands on.
 *
 * @typedef {object} Host
 * @property {Theme} theme
 * @property {() => void} requestRedraw  has every card drawn before the next frame of the screen
 * @property {(title: string) => string} fileName  of a chart with this title that is saved
 */

/** One chart. Subclasses say what is drawn, what is written below it, and what its numbers are. */
export class Card {
  /**
   * @param {Host} host
   * @param {string} area  the class by which the page's grid places the card
   * @param {string} title
   */
  constructor(host, area, title) {
    this.host = host;
    this.title = title;
    this.canvas = element("canvas", { role: "img", "aria-label": title });
    this.place = element("div", { class: "canvas" }, this.canvas);
    this.choices = element("span", { class: "choices" });
    this.caption = element("p", { class: "caption" });
    this.paint = new CanvasPaint(contextOf(this.canvas), host.theme);
    const files = { PNG: () => this.png(), SVG: () => this.svg(), CSV: () => this.csv() };
    const menu = savingMenu(title, files, () => host.fileName(title));
    this.heading = element("h3", {}, title);
    const head = element("header", {}, this.heading, this.choices, menu);
    this.root = element("section", { class: `card ${area}`, "aria-label": title });
    this.root.append(head, this.place, this.caption);
    // Only what is on the screen is drawn.
    this.isSeen = false;
    new IntersectionObserver(([entry]) => {
      this.isSeen = entry.isIntersecting;
      if (this.isSeen) host.requestRedraw();
    }).observe(this.root);
    new ResizeObserver(() => host.requestRedraw()).observe(this.place);
  }

  /**
   * Tells screen readers what the card shows now.
   *
   * @param {string} name
   */
  rename(name) {
    this.root.setAttribute("aria-label", name);
    this.canvas.setAttribute("aria-label", name);
  }

  /** The size of the chart, in pixels. */
  get size() {
    return { width: this.place.clientWidth, height: this.place.clientHeight };
  }

  /** Draws the chart and its caption anew. */
  redraw() {
    const { width, height } = this.size;
    if (!this.isSeen || !width || !height) return;
    fit(this.canvas, width, height);
    const { context } = this.paint;
    context.setTransform(pixelRatio(), 0, 0, pixelRatio(), 0, 0);
    context.clearRect(0, 0, width, height);
    this.paint.theme = this.host.theme;
    this.draw(this.paint, width, height);
    const words = this.words();
    if (this.caption.textContent === words) return;
    this.caption.textContent = words;
    // A longer caption, here or in a card beside it, leaves the chart another height than it had.
    const now = this.size;
    if (now.width !== width || now.height !== height) this.host.requestRedraw();
  }

  /**
   * Draws the chart.
   *
   * @param {Paint} _paint
   * @param {number} _width  in pixels
   * @param {number} _height
   */
  draw(_paint, _width, _height) {
    throw new Error("A card draws something.");
  }

  /**
   * What to look for, in a sentence or two; also what a screen reader is told.
   *
   * @returns {string}
   */
  words() {
    return "";
  }

  /**
   * The numbers that the chart shows.
   *
   * @returns {Columns}
   */
  columns() {
    return {};
  }

  /**
   * The chart as a PNG file.
   *
   * @returns {Promise<Blob>}
   */
  png() {
    return pngFile(this.draw.bind(this), this.size, this.host.theme);
  }

  /**
   * The chart as an SVG file.
   *
   * @returns {Blob}
   */
  svg() {
    return svgFile(this.draw.bind(this), this.size, this.host.theme);
  }

  /**
   * The numbers of the chart as a CSV file.
   *
   * @returns {Blob}
   */
  csv() {
    return csvFile(this.columns());
  }
}
