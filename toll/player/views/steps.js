// The axis of training steps, as the timeline shows them.

import { Axis } from "../kit/axes.js";

/** @import { Paint } from "../kit/paint.js" */
/** @import { PlotArea } from "../kit/plot_area.js" */
/** @import { Player } from "../player.js" */

/**
 * The axis of training steps, to the run's end; while it trains, to where it is.
 *
 * @param {Player} player
 * @returns {Axis}
 */
export function stepAxis({ ladder, timeline, state }) {
  const { steps } = timeline;
  const last = ladder.isTraining ? steps[steps.length - 1] || 1 : ladder.header.niter;
  return new Axis(0, last, "training step", state.timeline === "log" ? "log1p" : "linear");
}

/**
 * Marks the instant in a chart over training steps.
 *
 * @param {Player} player
 * @param {Paint} paint
 * @param {PlotArea} area
 */
export function drawInstant(player, paint, area) {
  const x = area.px(player.stepNow);
  paint.line(x, area.top - 2, x, area.bottom, {
    stroke: paint.theme.text,
    width: 1.4,
    opacity: 0.7,
  });
}
