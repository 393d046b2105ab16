// The base of charts of curves over training. All share the timeline's axis and mark the instant.

import { LEFT, PlotArea } from "../kit/plot_area.js";
import { FilmCard } from "./film_card.js";
import { drawInstant, stepAxis } from "./steps.js";

/** @import { Axis } from "../kit/axes.js" */
/** @import { Paint } from "../kit/paint.js" */
/** @import { Box } from "../kit/plot_area.js" */
/** @import { Line } from "./parts.js" */

/**
 * A curve: xs are training steps, ys are as long.
 *
 * @typedef {Line & { xs: number[], ys: number[], thin?: boolean }} Curve  thin: of the side that is
 *   compared with
 */

/** Width of lines of the side that is shown, in pixels. */
export const THICK = 2.4;

/** Width of lines of the side that it is compared with. */
export const THIN = 1.1;

/** Pixels above a plot area that has its legend there. */
export const LEGEND = 18;

/** A chart of curves over training. */
export class Curves extends FilmCard {
  /**
   * Draws curves into a box; gives its plot area.
   *
   * @param {Paint} paint
   * @param {Box} box
   * @param {Axis} yAxis
   * @param {Curve[]} curves
   * @param {{ xTitle?: boolean, dots?: boolean }} [options]  xTitle: as in `PlotArea`; dots: whether
   *   each value is marked
   * @returns {PlotArea}
   */
  drawCurves(paint, box, yAxis, curves, { xTitle = true, dots = false } = {}) {
    const area = new PlotArea(box, stepAxis(this.player), yAxis);
    area.draw(paint, { xTitle, yTicks: box.height < 90 ? 3 : 4 });
    // A little more than the area, for the width of lines and dots at its edges.
    paint.clipped(area.left, area.top - 3, area.width + 4, area.height + 6, () => {
      for (const { xs, ys, color, dash = [], thin = false } of curves) {
        const [px, py] = area.all(xs, ys);
        paint.path(px, py, { stroke: color, width: thin ? THIN : THICK, dash });
        if (dots || px.length === 1) {
          const shape = thin ? "ring" : "circle";
          paint.marks(px, py, px.keys(), { shape, color, size: 4.5 });
        }
      }
    });
    drawInstant(this.player, paint, area);
    return area;
  }

  /**
   * Draws a row of names.
   *
   * @param {Paint} paint
   * @param {Line[]} lines
   * @param {number} [y]  its height, in pixels from the top
   */
  drawLegend(paint, lines, y = 7) {
    let x = LEFT;
    for (const { name, color, dash = [] } of lines) {
      paint.line(x, y, x + 16, y, { stroke: color, width: 2, dash });
      paint.text(name, x + 20, y, { size: 10.5, baseline: "middle", opacity: 0.9 });
      x += 32 + 5.4 * name.length;
    }
  }

  /**
   * Says which side has thick lines, and which thin ones; nothing where there is one side.
   *
   * @param {Paint} paint
   * @param {PlotArea} area
   * @param {number} y  in pixels
   */
  drawSides(paint, area, y) {
    if (!this.isDoubled) return;
    const { text } = paint.theme;
    this.player.sides.forEach(({ label }, place) => {
      const x = area.left + (place * area.width) / 2;
      paint.line(x, y, x + 16, y, { stroke: text, width: place ? THIN : THICK, opacity: 0.8 });
      paint.text(label, x + 20, y, { size: 10.5, baseline: "middle", opacity: 0.9 });
    });
  }
}
