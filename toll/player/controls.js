// The bar over all views: the timeline with its buttons, what is seen in words, and the choices
// that concern more than one view.

import { SCALES } from "./views/black_hole.js";
import { element } from "./kit/page.js";
import { mark } from "./views/panel.js";

const SPEEDS = { 0.5: "½×", 1: "1×", 2: "2×", 4: "4×" };
const FINE = 1000; // places of the scrubber
const ONE_PICTURE = 0.1; // share of the inputs' variety below which reconstructions look the same
const ONE_PICTURE_ALARM =
  "The reconstructions have become almost one picture: the pull is so strong that z says little of a " +
  "sample, and its score is mostly its distance from that picture. Try a smaller β.";

export class Controls {
  constructor(player) {
    this.player = player;
    this.root = element("div", { class: "controls" });
    this.root.append(this.bar(), this.words(), this.options(), this.legend());
  }

  bar() {
    const { player } = this;
    const bar = element("div", { class: "bar-row" });
    const button = (label, words, act) => {
      const made = element("button", { type: "button", "aria-label": label, title: label }, words);
      made.onclick = act;
      bar.append(made);
      return made;
    };
    button("Previous snapshot", "‹", () => player.forward(-1));
    this.playButton = button("Play", "▶", () => player.play());
    this.playButton.classList.add("primary");
    button("Next snapshot", "›", () => player.forward(1));
    this.scrubber = element("input", {
      type: "range",
      class: "scrubber",
      min: 0,
      max: FINE,
      step: 1,
      "aria-label": "Training step",
    });
    this.scrubber.oninput = () => player.goTo(player.timeline.nearest(this.scrubber.value / FINE));
    this.ticks = element("div", { class: "ticks" });
    bar.append(element("div", { class: "track" }, this.scrubber, this.ticks));
    this.step = element("output", { class: "step" });
    bar.append(this.step);
    bar.append(this.select("speed", "Speed", SPEEDS, Number));
    bar.append(this.select("timeline", "Steps", { log: "log steps", linear: "linear steps" }));
    if (player.film.about.training) {
      const box = element("input", { type: "checkbox" });
      box.checked = player.state.follow;
      box.onchange = () => player.state.set({ follow: box.checked });
      bar.append(element("label", { class: "check" }, box, "follow live"));
    }
    return bar;
  }

  words() {
    this.narration = element("p", { class: "narration", "aria-live": "polite" });
    this.alarm = element("p", { class: "alarm", role: "alert" });
    this.alarm.hidden = true;
    return element("div", { class: "words" }, this.narration, this.alarm);
  }

  options() {
    const { player } = this;
    const row = element("div", { class: "options" });
    row.append(this.group("scale", "Distance", SCALES));
    this.angle = this.select("angle", "Angle", {});
    this.angleLabel = element("label", {}, "Angle ", this.angle);
    row.append(this.angleLabel);
    this.refill();
    row.append(this.group("threshold", "Event horizon on", { norm: "‖z‖", score: "Score" }));
    this.share = element("input", { type: "range", min: 50, max: 99.5, step: 0.5, "aria-label": "Share of the normal samples inside the event horizon" });
    this.share.oninput = () => player.state.set({ share: this.share.value / 100 });
    this.shareWords = element("span");
    row.append(element("label", { class: "share" }, this.share, this.shareWords));
    const box = element("input", { type: "checkbox" });
    box.checked = player.state.narration;
    box.onchange = () => player.state.set({ narration: box.checked });
    row.append(element("label", { class: "check" }, box, "say what is seen"));
    return row;
  }

  // What a later state of the film may have more of.
  refill() {
    const { angles } = this.player.film.about;
    this.angle.replaceChildren(...angles.map(({ array, title }) => new Option(title, array)));
    this.angleLabel.hidden = angles.length < 2;
    if (!angles.some(({ array }) => array === this.player.state.angle)) this.player.state.angle = "angle";
    this.angle.value = this.player.state.angle;
  }

  // The classes, normal first; a click lights one up in all views.
  legend() {
    const { film, state } = this.player;
    const row = element("div", { class: "legend" });
    const present = [...new Set(film.classes)].sort((a, b) => a - b);
    const { normal_class: normal } = film.about;
    this.chips = [normal, ...present.filter((each) => each !== normal)].map((each) => {
      const kind = each === normal ? "normal" : "anomalous";
      const words = each === normal ? `${film.about.class_names[each]} (normal)` : film.about.class_names[each];
      const chip = element("button", { type: "button", class: "chip", title: `Light up ${words} in all charts` });
      chip.append(mark(kind), ` ${words}`);
      chip.onclick = () => {
        const lit = new Set(state.lit);
        if (!lit.delete(each)) lit.add(each);
        state.set({ lit });
      };
      chip.dataset.index = each;
      return chip;
    });
    row.append(...this.chips);
    row.append(element("span", { class: "key" }, "✚ origin"), element("span", { class: "key horizon" }, "┄ event horizon"));
    row.append(element("span", { class: "key" }, "▶ plays, ← and → go step by step"));
    return row;
  }

  redraw() {
    const { player } = this;
    const { state, film, frame } = player;
    this.playButton.textContent = state.playing ? "❚❚" : "▶";
    this.playButton.setAttribute("aria-label", state.playing ? "Pause" : "Play");
    this.scrubber.value = Math.round(FINE * player.place);
    this.scrubber.setAttribute("aria-valuetext", `step ${player.step}`);
    this.step.textContent = `step ${Math.round(player.stepNow).toLocaleString("en")} of ${film.about.niter.toLocaleString("en")}`;
    this.narration.textContent = film.about.narration[frame];
    this.narration.hidden = !state.narration;
    if (!state.playing) this.onePicture = this.isOnePicture();
    const alarms = [film.about.alarm[frame], this.onePicture && ONE_PICTURE_ALARM].filter(Boolean);
    this.alarm.textContent = alarms.join(" ");
    this.alarm.hidden = !alarms.length;
    this.share.value = 100 * state.share;
    this.shareWords.textContent = `${Number((100 * state.share).toFixed(1))} % of the normal samples`;
    for (const chip of this.chips) chip.setAttribute("aria-pressed", state.lit.has(Number(chip.dataset.index)));
    for (const refresh of this.refreshers ?? []) refresh();
    this.drawTicks();
  }

  // Whether training has made the reconstructions of normal samples look all the same.
  isOnePicture() {
    const { film, frame, pictures } = this.player;
    if (!pictures.index || frame < film.frames / 2) return false;
    const variety = pictures.variety(frame);
    return variety !== null && variety < ONE_PICTURE;
  }

  drawTicks() {
    const { timeline } = this.player;
    if (this.drawn === timeline) return;
    this.drawn = timeline;
    this.ticks.replaceChildren(
      ...timeline.places.map((place, frame) => {
        const tick = element("i", { style: `left:${100 * place}%`, title: `step ${timeline.steps[frame]}` });
        return tick;
      }),
    );
  }

  group(name, words, options) {
    const { state } = this.player;
    const group = element("span", { class: "group", role: "group", "aria-label": words });
    const buttons = Object.entries(options).map(([value, title]) => {
      const button = element("button", { type: "button", "data-value": value }, title);
      button.onclick = () => state.set({ [name]: value });
      return button;
    });
    group.append(...buttons);
    this.onRedraw(() => {
      for (const button of buttons) button.setAttribute("aria-pressed", state[name] === button.dataset.value);
    });
    return element("span", { class: "named" }, `${words} `, group);
  }

  select(name, words, options, read = String) {
    const { state } = this.player;
    const select = element("select", { "aria-label": words });
    // Numbers as keys of an object come in their own order.
    for (const [value, title] of Object.entries(options)) select.append(new Option(title, value));
    select.onchange = () => state.set({ [name]: read(select.value) });
    this.onRedraw(() => (select.value = String(state[name])));
    return select;
  }

  onRedraw(refresh) {
    this.refreshers ??= [];
    this.refreshers.push(refresh);
  }
}

const TYPING = "input:not(.scrubber), textarea, select, [role=slider], [role=combobox], [role=radio]";

// Left and right go from snapshot to snapshot wherever the focus is, unless a key means something
// there. It ends by itself once the player is no longer on the page.
export function listenToKeys(player) {
  const heard = (event) => {
    const { key, target } = event;
    if (!player.root.isConnected) return stop();
    if (event.altKey || event.ctrlKey || event.metaKey || target.closest?.(TYPING)) return;
    if (key === "ArrowLeft") player.forward(-1);
    else if (key === "ArrowRight") player.forward(1);
    else if (key === "Home" && player.root.contains(target)) player.goTo(0);
    else if (key === "End" && player.root.contains(target)) player.goTo(player.film.frames - 1);
    else if (key === " " && target.classList?.contains("scrubber")) player.play();
    else return;
    event.preventDefault();
  };
  const stop = () => document.removeEventListener("keydown", heard);
  document.addEventListener("keydown", heard);
}
