// A choice of one among a few: a row of buttons of which one is pressed.

import { element } from "./page.js";

/**
 * A row of buttons. `press` shows which is chosen.
 *
 * @template {string} Value
 */
export class ButtonGroup {
  /**
   * @param {Record<Value, string>} options  words on the buttons, by value
   * @param {(value: Value) => void} choose  called with the value of a button that is clicked
   * @param {Record<string, string>} [attributes]  of the row
   */
  constructor(options, choose, attributes = {}) {
    this.root = element("span", { class: "group", role: "group", ...attributes });
    /** @type {Map<Value, HTMLButtonElement>} */
    this.buttons = new Map();
    for (const value in options) {
      const button = element("button", { type: "button", "data-value": value }, options[value]);
      button.onclick = () => choose(value);
      this.buttons.set(value, button);
      this.root.append(button);
    }
  }

  /**
   * Shows this value as the chosen one.
   *
   * @param {Value} value
   */
  press(value) {
    for (const [each, button] of this.buttons)
      button.setAttribute("aria-pressed", String(each === value));
  }
}
