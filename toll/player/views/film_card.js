// The base of all charts of a film.

import { ButtonGroup } from "../kit/button_group.js";
import { Card } from "../kit/card.js";

/** @import { Player } from "../player.js" */

/** A chart of the player's film at the instant. */
export class FilmCard extends Card {
  /**
   * @param {Player} player
   * @param {string} area  the class by which the page's grid places the card
   * @param {string} title
   */
  constructor(player, area, title) {
    super(player, area, title);
    this.player = player;
  }

  /** The film that the player shows now. */
  get film() {
    return this.player.film;
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
