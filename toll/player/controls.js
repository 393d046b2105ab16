// The bar over all views: the timeline with its buttons, the slider over β, what is seen in words,
// and the choices that concern more than one view.

import { grouped } from "./kit/axes.js";
import { ButtonGroup } from "./kit/button_group.js";
import { button, checkbox, range, select } from "./kit/inputs.js";
import { element } from "./kit/page.js";
import { SCALES } from "./film/radial_scale.js";
import { Gravity } from "./gravity.js";
import { Legend } from "./legend.js";
import { Words } from "./words.js";

/** @import { Player } from "./player.js" */

const SPEEDS = { 0.5: "½×", 1: "1×", 2: "2×", 4: "4×" };
const TIMELINES = { log: "log steps", linear: "linear steps" };
const THRESHOLDS = { norm: "‖z‖", score: "Score" };
const FINE = 1000; // places of the scrubber

/** The bar. */
export class Controls {
  /** @param {Player} player */
  constructor(player) {
    const { state } = player;
    this.player = player;

    this.playButton = button("Play", "▶", () => player.play());
    this.playButton.classList.add("primary");
    this.scrubber = range({ min: 0, max: FINE, step: 1, "aria-label": "Training step" });
    this.scrubber.classList.add("scrubber");
    this.scrubber.oninput = () =>
      player.goTo(player.timeline.nearest(this.scrubber.valueAsNumber / FINE));
    this.ticks = element("div", { class: "ticks" });
    this.timeline = this.drawTicks();
    this.step = element("output", { class: "step" });
    this.speed = select("Speed", SPEEDS, (value) => state.set({ speed: Number(value) }));
    this.steps = select("Steps", TIMELINES, (timeline) => state.set({ timeline }));
    this.follow = checkbox("follow live", state.follow, (follow) => player.followLive(follow));
    this.gravity = new Gravity(player);
    this.words = new Words(player);

    this.scale = new ButtonGroup(SCALES, (scale) => state.set({ scale }), {
      "aria-label": "Distance",
    });
    this.angle = select("Angle", {}, (angle) => state.set({ angle }));
    this.angleLabel = element("label", {}, "Angle ", this.angle);
    this.threshold = new ButtonGroup(THRESHOLDS, (threshold) => state.set({ threshold }), {
      "aria-label": "Event horizon on",
    });
    const shareWords = "Share of the normal samples inside the event horizon";
    this.share = range({ min: 50, max: 99.5, step: 0.5, "aria-label": shareWords });
    this.share.oninput = () => state.set({ share: this.share.valueAsNumber / 100 });
    this.shareWords = element("span");
    this.legend = new Legend(player);

    this.root = element("div", { class: "controls" }, this.bar(), this.words.root);
    // Where there is little room the choices are there when they are asked for.
    const more = button("Show or hide all choices", "Choices …", () => {
      const isOpen = this.root.classList.toggle("open");
      more.setAttribute("aria-expanded", String(isOpen));
    });
    more.className = "more";
    more.setAttribute("aria-expanded", "false");
    this.root.append(more, this.options(), this.legend.root);
    this.refill();
  }

  /** @private */
  bar() {
    const { player } = this;
    const bar = element("div", { class: "bar-row" });
    bar.append(
      button("Previous snapshot", "‹", () => player.forward(-1)),
      this.playButton,
      button("Next snapshot", "›", () => player.forward(1)),
      element("div", { class: "track" }, this.scrubber, this.ticks),
      this.step,
      this.gravity.root,
    );
    return bar;
  }

  /** @private */
  options() {
    const { ladder, state } = this.player;
    const row = element("div", { class: "options" });
    row.append(
      element("span", { class: "named" }, "Distance ", this.scale.root),
      this.angleLabel,
      element("span", { class: "named" }, "Event horizon on ", this.threshold.root),
      element("label", { class: "share" }, this.share, this.shareWords),
      checkbox("describe what is seen", state.narration, (narration) => state.set({ narration })),
      this.speed,
      this.steps,
    );
    if (ladder.isTraining) row.append(this.follow);
    return row;
  }

  /** Takes up what a later state of the film may have more of. */
  refill() {
    const { ladder, state } = this.player;
    const angles = new Map(
      ladder.rungs.flatMap(({ about }) => about.angles.map(({ array, title }) => [array, title])),
    );
    this.angle.replaceChildren(...Array.from(angles, ([array, title]) => new Option(title, array)));
    this.angleLabel.hidden = angles.size < 2;
    if (!angles.has(state.angle)) state.angle = "angle";
    this.angle.value = state.angle;
    this.words.refill();
  }

  /** Shows the instant and what has been chosen. */
  redraw() {
    const { player } = this;
    const { state, ladder } = player;
    this.playButton.textContent = state.playing ? "❚❚" : "▶";
    this.playButton.setAttribute("aria-label", state.playing ? "Pause" : "Play");
    this.scrubber.value = String(Math.round(FINE * player.place));
    this.scrubber.setAttribute("aria-valuetext", `step ${player.step}`);
    const step = grouped(Math.round(player.stepNow));
    this.step.textContent = `step ${step} of ${grouped(ladder.header.niter)}`;
    this.gravity.redraw();
    this.words.redraw();
    this.share.value = String(100 * state.share);
    this.shareWords.textContent = `${Number((100 * state.share).toFixed(1))} % of the normal samples`;
    this.legend.redraw();
    this.scale.press(state.scale);
    this.threshold.press(state.threshold);
    const [box] = this.follow.getElementsByTagName("input");
    box.checked = state.follow;
    this.speed.value = String(state.speed);
    this.steps.value = state.timeline;
    this.angle.value = state.angle;
    if (this.timeline !== player.timeline) this.timeline = this.drawTicks();
  }

  /**
   * Marks the snapshots along the scrubber; gives the timeline that is drawn.
   *
   * @private
   */
  drawTicks() {
    const { timeline } = this.player;
    this.ticks.replaceChildren(
      ...timeline.places.map((place, frame) =>
        element("i", { style: `left:${100 * place}%`, title: `step ${timeline.steps[frame]}` }),
      ),
    );
    return timeline;
  }
}
