// The bar over all views: the timeline with its buttons, what is seen in words, and the choices
// that concern more than one view.

import { grouped } from "./kit/axes.js";
import { ButtonGroup } from "./kit/button_group.js";
import { element } from "./kit/page.js";
import { SCALES } from "./film/radial_scale.js";
import { mark } from "./views/samples.js";

/** @import { Player } from "./player.js" */

const SPEEDS = { 0.5: "½×", 1: "1×", 2: "2×", 4: "4×" };
const TIMELINES = { log: "log steps", linear: "linear steps" };
const THRESHOLDS = { norm: "‖z‖", score: "Score" };
const FINE = 1000; // places of the scrubber
const ONE_PICTURE = 0.1; // share of the inputs' variety below which reconstructions look the same
const ONE_PICTURE_ALARM =
  "The reconstructions have become almost one picture: the pull is so strong that z says little " +
  "about a sample, and its score is mostly its distance from that picture. Try a smaller β.";

/** The bar. */
export class Controls {
  /** @param {Player} player */
  constructor(player) {
    const { state, film } = player;
    this.player = player;
    this.onePicture = false;

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

    this.narration = element("p", { class: "narration", "aria-live": "polite" });
    this.room = element("p", { class: "room", "aria-hidden": "true" });
    this.alarm = element("p", { class: "alarm", role: "alert", hidden: "" });

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
    this.chips = film.shownClasses().map((index) => ({ index, chip: this.chip(index) }));

    this.root = element("div", { class: "controls" }, this.bar());
    this.root.append(element("div", { class: "words" }, this.room, this.narration, this.alarm));
    this.root.append(this.options(), this.legend());
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
      this.speed,
      this.steps,
    );
    if (player.film.about.training)
      bar.append(
        checkbox("follow live", player.state.follow, (follow) => player.state.set({ follow })),
      );
    return bar;
  }

  /** @private */
  options() {
    const { state } = this.player;
    const row = element("div", { class: "options" });
    row.append(
      element("span", { class: "named" }, "Distance ", this.scale.root),
      this.angleLabel,
      element("span", { class: "named" }, "Event horizon on ", this.threshold.root),
      element("label", { class: "share" }, this.share, this.shareWords),
      checkbox("describe what is seen", state.narration, (narration) => state.set({ narration })),
    );
    return row;
  }

  /** Takes up what a later state of the film may have more of. */
  refill() {
    const { film, state } = this.player;
    const { angles, narration } = film.header;
    // As much room as the longest sentence takes, so that nothing below moves when it changes.
    this.room.textContent = narration.reduce((a, b) => (b.length > a.length ? b : a), "");
    this.angle.replaceChildren(...angles.map(({ array, title }) => new Option(title, array)));
    this.angleLabel.hidden = angles.length < 2;
    if (!angles.some(({ array }) => array === state.angle)) state.angle = "angle";
    this.angle.value = state.angle;
  }

  /**
   * The classes, normal first, and what the other signs mean.
   *
   * @private
   */
  legend() {
    const row = element("div", { class: "legend" });
    row.append(
      ...this.chips.map(({ chip }) => chip),
      element("span", { class: "key" }, "✚ origin"),
      element("span", { class: "key horizon" }, "┄ event horizon"),
      element("span", { class: "key" }, "▶ plays, ← and → go step by step"),
    );
    return row;
  }

  /**
   * A class; a click lights it up in all views.
   *
   * @private
   * @param {number} index
   */
  chip(index) {
    const { film, state } = this.player;
    const { class_names: names, normal_classes: normal } = film.about;
    const isNormal = normal.includes(index);
    const words = isNormal ? `${names[index]} (normal)` : names[index];
    const chip = element("button", { type: "button", class: "chip" });
    chip.title = `Light up ${words} in all charts`;
    chip.append(mark(isNormal ? "normal" : "anomalous"), ` ${words}`);
    chip.onclick = () => {
      const lit = new Set(state.lit);
      if (!lit.delete(index)) lit.add(index);
      state.set({ lit });
    };
    return chip;
  }

  /** Shows the instant and what has been chosen. */
  redraw() {
    const { player } = this;
    const { state, film, frame } = player;
    this.playButton.textContent = state.playing ? "❚❚" : "▶";
    this.playButton.setAttribute("aria-label", state.playing ? "Pause" : "Play");
    this.scrubber.value = String(Math.round(FINE * player.place));
    this.scrubber.setAttribute("aria-valuetext", `step ${player.step}`);
    const step = grouped(Math.round(player.stepNow));
    this.step.textContent = `step ${step} of ${grouped(film.about.niter)}`;
    this.narration.textContent = film.header.narration[frame];
    this.narration.hidden = this.room.hidden = !state.narration;
    if (!state.playing) this.onePicture = this.isOnePicture();
    const alarms = [film.header.alarm[frame], this.onePicture && ONE_PICTURE_ALARM].filter(Boolean);
    this.alarm.textContent = alarms.join(" ");
    this.alarm.hidden = !alarms.length;
    this.share.value = String(100 * state.share);
    this.shareWords.textContent = `${Number((100 * state.share).toFixed(1))} % of the normal samples`;
    for (const { index, chip } of this.chips)
      chip.setAttribute("aria-pressed", String(state.lit.has(index)));
    this.scale.press(state.scale);
    this.threshold.press(state.threshold);
    this.speed.value = String(state.speed);
    this.steps.value = state.timeline;
    this.angle.value = state.angle;
    if (this.timeline !== player.timeline) this.timeline = this.drawTicks();
  }

  /**
   * Whether training has made the reconstructions of normal samples all look the same.
   *
   * @private
   */
  isOnePicture() {
    const { film, frame, pictures } = this.player;
    if (!pictures.index || frame < film.frames / 2) return false;
    const variety = pictures.variety(frame);
    return variety !== null && variety < ONE_PICTURE;
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

/**
 * @param {string} label  for screen readers
 * @param {string} words
 * @param {() => void} act
 */
function button(label, words, act) {
  const made = element("button", { type: "button", "aria-label": label, title: label }, words);
  made.onclick = act;
  return made;
}

/** @param {Record<string, string | number>} attributes */
function range(attributes) {
  return element("input", { type: "range", ...attributes });
}

/**
 * @param {string} words
 * @param {boolean} isChecked
 * @param {(isChecked: boolean) => void} choose
 */
function checkbox(words, isChecked, choose) {
  const box = element("input", { type: "checkbox" });
  box.checked = isChecked;
  box.onchange = () => choose(box.checked);
  return element("label", { class: "check" }, box, words);
}

/**
 * @template {string} Value
 * @param {string} words  for screen readers
 * @param {Record<Value, string>} options  words by value
 * @param {(value: Value) => void} choose
 */
function select(words, options, choose) {
  const made = element("select", { "aria-label": words });
  for (const value in options) made.append(new Option(options[value], value));
  made.onchange = () => choose(/** @type {Value} */ (made.value));
  return made;
}
