// The base of all charts of a film.

import { ButtonGroup } from "../kit/button_group.js";
import { Card } from "../kit/card.js";
import { element } from "../kit/page.js";

/** @import { Player } from "../player.js" */

/** A chart of the player's film at the instant. */
export class FilmCard extends Card {
  /**
   * @param {Player} player
   * @param {string} area  the class by which the page's grid places the card
   * @param {string} title
   * @param {boolean} [isBeside]  whether it shows the side that is compared with
   */
  constructor(player, area, title, isBeside = false) {
    super(player, area, title);
    this.player = player;
    this.side = isBeside ? player.beside : player.main;
    this.isBeside = isBeside;
    this.rungName = element("span", { class: "rung" });
    this.heading.append(this.rungName);
  }

  /** The samples of the rung that is shown now. */
  get film() {
    return this.side.film;
  }

  /** The snapshot of them whose numbers are shown. */
  get frame() {
    return this.side.frame;
  }

  /**
   * Whether the card stands beside another one like it, of another rung.
   *
   * @returns {boolean}
   */
  get isDoubled() {
    return this.player.sides.length > 1;
  }

  /**
   * Whether it shows anything of the score, and so follows when that is weighed another way.
   *
   * @returns {boolean}
   */
  get showsScore() {
    return true;
  }

  /**
   * Whether it shows both sides in one chart.
   *
   * @returns {boolean}
   */
  get showsBoth() {
    return false;
  }

  /** Draws the chart and its caption anew, and says which rung it shows. */
  redraw() {
    const words = this.isDoubled && !this.showsBoth ? ` · ${this.side.label}` : "";
    if (this.rungName.textContent !== words) {
      this.rungName.textContent = words;
      this.rename(this.title + words);
    }
    super.redraw();
  }

  /** What the viewer has chosen. */
  get state() {
    return this.player.state;
  }

  /**
   * Offers a choice in the card's head.
   *
   * @template {string} Value
   * @param {Record<Value, string>} options  words by value
   * @param {() => Value} now  what is chosen
   * @param {(value: Value) => void} choose
   */
  offer(options, now, choose) {
    const group = new ButtonGroup(options, choose);
    group.press(now());
    this.state.listeners.add(() => group.press(now()));
    this.choices.append(group.root);
  }
}
