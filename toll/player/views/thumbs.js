// Small pictures of samples in a row, each a button.

import { element } from "../kit/page.js";
import { show } from "../film/pictures.js";
import { nameOf } from "./samples.js";

/** @import { Player } from "../player.js" */

/**
 * @typedef {object} Thumb
 * @property {HTMLButtonElement} button
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} words  shown where there is no picture
 * @property {string} drawn  what is shown, so that it is not drawn again
 */

/**
 * @typedef {object} ThumbOptions
 * @property {number} width  of a picture, in pixels; stripes have a width of their own
 * @property {string} [ofWhat]  what a button stands for, such as “ray of ”, in words for the mouse
 *   and screen readers; without it for the sample itself, and the mouse is shown the sample
 * @property {(row: number, event: MouseEvent) => void} choose  called when one is clicked
 */

const STRIPE = 60; // width of a stripe, in pixels

/** A row of small pictures, which are used again for other samples. */
export class Thumbs {
  /**
   * @param {Player} player
   * @param {ThumbOptions} options
   */
  constructor(player, options) {
    this.player = player;
    this.options = options;
    this.root = element("div", { class: "thumbs" });
    /** @type {number[]} */
    this.rows = [];
    /** @type {Thumb[]} */
    this.thumbs = [];
  }

  /**
   * Shows these samples, one of them framed.
   *
   * @param {number[]} rows
   * @param {number | null} focus
   */
  draw(rows, focus) {
    const { film, pictures } = this.player;
    this.rows = rows;
    while (this.thumbs.length > rows.length) this.thumbs.pop()?.button.remove();
    while (this.thumbs.length < rows.length) this.thumbs.push(this.add(this.thumbs.length));
    rows.forEach((row, place) => {
      const thumb = this.thumbs[place];
      thumb.button.className = `thumb ${film.kind(row)}${row === focus ? " focus" : ""}`;
      const drawn = `${row} ${pictures.sheets.size}`;
      if (thumb.drawn !== drawn) this.drawThumb(thumb, row);
      thumb.drawn = drawn;
    });
  }

  /**
   * @private
   * @param {Thumb} thumb
   * @param {number} row
   */
  drawThumb({ button, canvas, words }, row) {
    const { film, pictures } = this.player;
    const { ofWhat, width } = this.options;
    const label = `${ofWhat ?? ""}${nameOf(film, row)}`;
    button.setAttribute("aria-label", label);
    if (ofWhat) button.title = label;
    const picture = pictures.input(row);
    canvas.hidden = !picture;
    words.textContent = picture ? "" : film.className(row);
    if (picture) show(canvas, picture, pictures.size(pictures.isStripe ? STRIPE : width));
  }

  /**
   * @private
   * @param {number} place
   * @returns {Thumb}
   */
  add(place) {
    const { tip } = this.player;
    const [canvas, words] = [element("canvas"), element("span")];
    const button = element("button", { type: "button", class: "thumb" }, canvas, words);
    button.onclick = (event) => this.options.choose(this.rows[place], event);
    if (!this.options.ofWhat) {
      button.onpointermove = (event) => tip.show(this.rows[place], event);
      button.onpointerleave = () => tip.hide();
    }
    this.root.append(button);
    return { button, canvas, words, drawn: "" };
  }
}
