// The threshold console: one threshold, and everything that it decides, at once.

import { element } from "../kit/page.js";
import { button, range } from "../kit/inputs.js";
import { percent } from "../kit/axes.js";
import { themeOf } from "../kit/theme.js";
import { ByClass } from "./by_class.js";
import { PrecisionRecall, Roc } from "./curves.js";
import { Horizon } from "./horizon.js";
import { ratesOf } from "./judged.js";
import { Matrix } from "./matrix.js";
import { Scores } from "./scores.js";

/** @import { Theme } from "../kit/theme.js" */
/** @import { Judged } from "./judged.js" */

const STEPS = 2000; // of the slider

/** All views of a threshold, and the slider that moves it. */
export class Console {
  /**
   * @param {HTMLElement} root  that the console fills
   * @param {Judged} judged
   * @param {object} options
   * @param {number | null} options.threshold  set by hand before; null: that of the rule
   * @param {Uint8Array | null} options.sheet  a PNG file of the pictures
   * @param {(threshold: number | null) => void} options.settled  called when the viewer has moved
   *   the threshold; null: back to that of the rule
   */
  constructor(root, judged, { threshold, sheet, settled }) {
    this.root = root;
    this.judged = judged;
    this.settled = settled;
    /** @type {Theme} */
    this.theme = themeOf(root);
    /** @type {number | null} */
    this.due = null;
    /** @type {ImageBitmap | null} */
    this.sheet = null;
    this.places = new Map(judged.told.pictured.map((row, place) => [row, place]));
    this.threshold = Math.fround(threshold ?? judged.told.threshold);
    this.isByHand = threshold !== null;
    const make = [Horizon, Scores, Roc, PrecisionRecall];
    this.cards = make.map((View) => new View(this));
    this.tables = [new Matrix(this), new ByClass(this)];
    const [horizon, scores, roc, precision] = this.cards.map((card) => card.root);
    const [matrix, classes] = this.tables.map((table) => table.root);
    const grid = element("div", { class: "grid" });
    grid.append(horizon, scores, matrix, roc, precision, classes);
    root.classList.add("toll-player", "toll-console");
    root.replaceChildren(this.makeControls(), grid);
    if (sheet) this.decode(sheet);
    this.requestRedraw();
  }

  /** @private */
  makeControls() {
    const { judged } = this;
    const words = { "aria-label": "Threshold", min: 0, max: STEPS, step: 1 };
    this.slider = range(words);
    this.slider.oninput = () => this.move(judged.axis.value(Number(this.slider?.value) / STEPS));
    this.slider.onchange = () => this.settle();
    this.number = element("output", { class: "step" });
    this.reset = button(
      "Back to the threshold that it was",
      judged.told.isKept ? "as kept" : "as the rule says",
      () => {
        this.move(judged.told.threshold);
        this.isByHand = false;
        this.settled(null);
      },
    );
    this.told = element("p", { class: "verdict" });
    this.source = element("p", { class: "narration" });
    const row = element("div", { class: "bar-row" }, "Threshold", this.slider, this.number);
    row.append(this.reset);
    return element("div", { class: "controls" }, row, this.told, this.source);
  }

  /** @private @param {Uint8Array} sheet */
  async decode(sheet) {
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (sheet);
    this.sheet = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    this.requestRedraw();
  }

  /**
   * Moves the threshold by hand.
   *
   * @param {number} threshold
   */
  move(threshold) {
    this.threshold = Math.fround(threshold);
    this.isByHand = true;
    this.requestRedraw();
  }

  /** The viewer has let go of the threshold. */
  settle() {
    this.settled(this.threshold);
  }

  /**
   * The name of a chart's file.
   *
   * @param {string} title
   */
  fileName(title) {
    return `${this.judged.told.run} ${title}`;
  }

  /** Has all drawn before the next frame of the screen, once, however often it is asked for. */
  requestRedraw() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      this.redraw();
    });
  }

  /** Draws everything. */
  redraw() {
    this.theme = themeOf(this.root);
    this.tell();
    for (const card of this.cards) card.redraw();
    for (const table of this.tables) table.redraw();
  }

  /** @private */
  tell() {
    const { judged, threshold, slider, number, reset, told, source } = this;
    if (!slider || !number || !reset || !told || !source) return;
    const { recall, falseAlarms, precision } = ratesOf(judged.counts(threshold));
    const value = threshold.toPrecision(4);
    slider.value = String(Math.round(STEPS * judged.axis.place(threshold)));
    slider.setAttribute("aria-valuetext", value);
    number.textContent = value;
    reset.disabled = !this.isByHand;
    const flagged = Number.isNaN(precision) ? "none is flagged" : `precision ${percent(precision)}`;
    told.textContent =
      `${percent(recall)} of the anomalies are found, with ${percent(falseAlarms)} false alarms; ` +
      `${flagged}.`;
    source.textContent = this.isByHand
      ? "Set by hand, with the labels of the test samples in sight: what is found on them now " +
        "flatters it. A rule chooses from other samples."
      : judged.told.rule;
  }
}
