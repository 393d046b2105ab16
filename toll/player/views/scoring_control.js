// The slider for the weight of ‖z‖ in the score. It changes no training, and every view follows.

import { element } from "../kit/page.js";
import { range } from "../kit/inputs.js";
import { plain } from "../kit/axes.js";
import { scoringAxis } from "../film/scoring.js";

/** @import { Player } from "../player.js" */

const FINE = 1000; // places of the slider
const MEANING =
  "β has two roles: in training it is the pull, and in the score the weight of ‖z‖. This one is the " +
  "score's alone: left the reconstruction error alone, right ‖z‖ alone.";

/** The slider with its value, and a button that goes back to the run's own weight. */
export class ScoringControl {
  /** @param {Player} player */
  constructor(player) {
    this.player = player;
    const { state } = player;
    this.slider = range({ min: 0, max: FINE, step: 1, "aria-label": "Scoring β" });
    this.slider.oninput = () =>
      state.set({ scoring: scoringAxis(player.ladder).value(this.slider.valueAsNumber / FINE) });
    this.value = element("output");
    this.own = element("button", { type: "button" }, "as trained");
    this.own.onclick = () => state.set({ scoring: null });
    this.root = element("div", { class: "scoring", title: MEANING }, "scoring β ");
    this.root.append(this.slider, this.value, this.own);
  }

  /** Shows the weight. */
  redraw() {
    const { film, ladder, state } = this.player;
    const place = scoringAxis(ladder).place(film.weight);
    this.slider.value = String(Math.round(FINE * place));
    const words = film.weight === Infinity ? "∞" : plain(film.weight);
    this.slider.setAttribute("aria-valuetext", words);
    this.value.textContent = words;
    this.own.setAttribute("aria-pressed", String(state.scoring === null));
  }
}
