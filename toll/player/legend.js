// The legend below the timeline: the classes, each of which can be lit up, and what the signs mean.

import { element } from "./kit/page.js";
import { mark } from "./views/samples.js";

/** @import { Player } from "./player.js" */

/** The classes, normal ones first, and what the other signs mean. */
export class Legend {
  /** @param {Player} player */
  constructor(player) {
    this.player = player;
    const classes = player.ladder.rungs[0].shownClasses();
    this.chips = classes.map((index) => ({ index, chip: this.chip(index) }));
    const keys = player.ladder.size > 1 ? "↑ and ↓ from β to β" : "";
    this.root = element("div", { class: "legend" });
    this.root.append(
      ...this.chips.map(({ chip }) => chip),
      element("span", { class: "key" }, "✚ origin"),
      element("span", { class: "key horizon" }, "┄ event horizon"),
      element("span", { class: "key" }, "▶ plays, ← and → go step by step"),
      element("span", { class: "key" }, keys),
    );
  }

  /**
   * A class; a click lights it up in all views.
   *
   * @private
   * @param {number} index
   */
  chip(index) {
    const { ladder, state } = this.player;
    const film = ladder.rungs[0];
    const isNormal = film.isNormal(index);
    const name = film.about.class_names[index];
    const words = isNormal ? `${name} (normal)` : name;
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

  /** Shows what is lit up. */
  redraw() {
    for (const { index, chip } of this.chips)
      chip.setAttribute("aria-pressed", String(this.player.state.lit.has(index)));
  }
}
