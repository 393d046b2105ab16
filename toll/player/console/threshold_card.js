// The base of the console's charts: they show the same samples, under the same threshold. What does
// not depend on the threshold is drawn once and copied from then on, so that moving it is smooth.

import { CanvasPaint } from "../kit/canvas_paint.js";
import { Card } from "../kit/card.js";
import { contextOf, element, pixelRatio } from "../kit/page.js";

/** @import { Paint } from "../kit/paint.js" */
/** @import { Draw } from "../kit/saving.js" */
/** @import { Console } from "./console.js" */

/** A chart of all samples under the threshold. */
export class ThresholdCard extends Card {
  /**
   * @param {Console} console
   * @param {string} area
   * @param {string} title
   */
  constructor(console, area, title) {
    super(console, area, title);
    this.console = console;
    this.still = element("canvas");
    this.stillOf = ""; // at what size, and in which colours, it was drawn
  }

  /** @type {Draw} */
  draw(paint, width, height) {
    if (paint === this.paint) this.copyStill(width, height);
    else this.drawStill(paint, width, height);
    this.drawThreshold(paint, width, height);
  }

  /**
   * @private
   * @param {number} width
   * @param {number} height
   */
  copyStill(width, height) {
    const { theme } = this.host;
    const wanted = JSON.stringify([width, height, pixelRatio(), theme]);
    if (wanted !== this.stillOf) {
      this.stillOf = wanted;
      Object.assign(this.still, { width: this.canvas.width, height: this.canvas.height });
      const context = contextOf(this.still);
      context.scale(pixelRatio(), pixelRatio());
      this.drawStill(new CanvasPaint(context, theme), width, height);
    }
    this.paint.context.drawImage(this.still, 0, 0, width, height);
  }

  /**
   * Draws what does not depend on the threshold.
   *
   * @param {Paint} _paint
   * @param {number} _width  in pixels
   * @param {number} _height
   */
  drawStill(_paint, _width, _height) {
    throw new Error("A chart has samples in it.");
  }

  /**
   * Draws where the threshold is.
   *
   * @param {Paint} _paint
   * @param {number} _width  in pixels
   * @param {number} _height
   */
  drawThreshold(_paint, _width, _height) {
    throw new Error("A chart shows the threshold.");
  }

  /** The samples. */
  get judged() {
    return this.console.judged;
  }

  /** Samples that score above it are flagged. */
  get threshold() {
    return this.console.threshold;
  }

  /**
   * Lets the threshold be moved in the chart, by mouse or finger.
   *
   * @param {(x: number, y: number) => number | null} valueAt  the threshold at a place in the chart
   */
  offerMove(valueAt) {
    const { canvas } = this;
    canvas.style.cursor = "ew-resize";
    const move = (/** @type {PointerEvent} */ event) => {
      const { left, top } = canvas.getBoundingClientRect();
      const value = valueAt(event.clientX - left, event.clientY - top);
      if (value !== null) this.console.move(value);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) move(event);
    });
    canvas.addEventListener("pointerup", () => this.console.settle());
  }
}
