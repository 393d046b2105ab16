// Things to choose with: buttons, sliders, ticks and lists.

import { element } from "./page.js";

/**
 * A button.
 *
 * @param {string} label  for screen readers and the mouse
 * @param {string} words  on it
 * @param {() => void} act
 * @returns {HTMLButtonElement}
 */
export function button(label, words, act) {
  const made = element("button", { type: "button", "aria-label": label, title: label }, words);
  made.onclick = act;
  return made;
}

/**
 * A slider.
 *
 * @param {Record<string, string | number>} attributes
 * @returns {HTMLInputElement}
 */
export function range(attributes) {
  return element("input", { type: "range", ...attributes });
}

/**
 * A box to tick, with words beside it.
 *
 * @param {string} words
 * @param {boolean} isChecked
 * @param {(isChecked: boolean) => void} choose
 * @returns {HTMLLabelElement}
 */
export function checkbox(words, isChecked, choose) {
  const box = element("input", { type: "checkbox" });
  box.checked = isChecked;
  box.onchange = () => choose(box.checked);
  return element("label", { class: "check" }, box, words);
}

/**
 * A list to choose one from.
 *
 * @template {string} Value
 * @param {string} words  for screen readers
 * @param {Record<Value, string>} options  words by value
 * @param {(value: Value) => void} choose
 * @returns {HTMLSelectElement}
 */
export function select(words, options, choose) {
  const made = element("select", { "aria-label": words });
  for (const value in options) made.append(new Option(options[value], value));
  made.onchange = () => choose(/** @type {Value} */ (made.value));
  return made;
}
