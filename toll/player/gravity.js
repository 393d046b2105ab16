// The gravity slider: through the βs of a ladder as the timeline goes through time, and the choice of
// one to compare with.

import { nearestTo, numberAt, placeOf } from "./film/places.js";
import { range, select } from "./kit/inputs.js";
import { element } from "./kit/page.js";

/** @import { Player } from "./player.js" */

const FINE = 1000; // places of the slider
const ALONE = "alone"; // the choice not to compare

/** The slider over β; not to be seen where there is one rung. */
export class Gravity {
  /** @param {Player} player */
  constructor(player) {
    this.player = player;
    const { ladder } = player;
    this.slider = range({ min: 0, max: FINE, step: 1, "aria-label": "β, the pull" });
    this.slider.classList.add("gravity");
    this.slider.oninput = () => player.slide(numberAt(ladder.places, this.place));
    this.slider.onchange = () => player.goToRung(nearestTo(this.place, ladder.places));
    this.ticks = element("div", { class: "ticks" });
    this.ticks.append(
      ...ladder.places.map((place, rung) =>
        element("i", { style: `left:${100 * place}%`, title: ladder.labels[rung] }),
      ),
    );
    this.label = element("output", { class: "beta" });
    /** @type {Record<string, string>} */
    const options = { [ALONE]: "alone" };
    ladder.labels.forEach((label, rung) => (options[String(rung)] = `beside ${label}`));
    this.versus = select("Compare with", options, (chosen) =>
      player.compareWith(chosen === ALONE ? null : Number(chosen)),
    );
    // As wide as the longest name, so that nothing moves when another is shown.
    const longest = Math.max(...ladder.labels.map((label) => label.length));
    this.label.style.minWidth = `${0.58 * longest}em`;
    this.root = element("div", { class: "pull", title: "The pull: ↑ and ↓ go from β to β" });
    this.root.append(element("div", { class: "track" }, this.slider, this.ticks), this.label);
    this.root.append(this.versus);
    this.root.hidden = ladder.size < 2;
  }

  /**
   * Where the slider is, 0 to 1.
   *
   * @private
   */
  get place() {
    return this.slider.valueAsNumber / FINE;
  }

  /** Shows which rung is chosen. */
  redraw() {
    const { ladder, main, state } = this.player;
    this.slider.value = String(Math.round(FINE * placeOf(ladder.places, state.rung)));
    this.slider.setAttribute("aria-valuetext", main.label);
    this.label.textContent = main.label;
    this.versus.value = state.versus === null ? ALONE : String(state.versus);
  }
}
