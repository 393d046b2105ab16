// Pinned samples: each with a strip of its reconstructions over training.

import { element } from "../kit/page.js";
import { show } from "../film/pictures.js";
import { MOST_PINS } from "./samples.js";

/** @import { Player } from "../player.js" */

const NAME = 125; // pixels of a strip that its name and its button take
const GAP = 7; // pixels between pictures
const PINNED_WORDS =
  "First the input, then its reconstruction at every snapshot; the instant is framed. Orbits in " +
  "the black hole have the same numbers and colours.";
const NONE_WORDS =
  `Pin up to ${MOST_PINS} samples from the panel: their orbit through the black hole, their ` +
  "reconstructions over training and their rank appear.";

/** The pinned samples. */
export class Pins {
  /** @param {Player} player */
  constructor(player) {
    this.player = player;
    this.list = element("div", { class: "strips" });
    this.hint = element("p", { class: "caption" });
    this.root = element(
      "section",
      { class: "card pins", "aria-label": "Pinned samples" },
      element("header", {}, element("h3", {}, "Pinned samples over training")),
      this.list,
      this.hint,
    );
    this.built = "";
    /** @type {{ canvas: HTMLCanvasElement, frame: number }[]} */
    this.reconstructions = [];
  }

  /** Shows the instant. */
  redraw() {
    const { film, frame, pictures, state } = this.player;
    this.hint.textContent = state.pins.length ? PINNED_WORDS : NONE_WORDS;
    // Strips are built anew only when what they show has changed.
    const shown = [state.pins, film.frames, pictures.sheets.size, this.list.clientWidth];
    const key = JSON.stringify(shown);
    if (key !== this.built) this.build();
    this.built = key;
    for (const { canvas, frame: each } of this.reconstructions)
      canvas.classList.toggle("now", each === frame);
  }

  /** @private */
  build() {
    this.reconstructions = [];
    const { pins } = this.player.state;
    this.list.replaceChildren(...pins.map((row, place) => this.strip(row, place)));
  }

  /**
   * @private
   * @param {number} row
   * @param {number} place  among the pinned samples
   */
  strip(row, place) {
    const { film, pictures, theme } = this.player;
    const number = element("b", { style: `color:${theme.pins[place]}` }, String(place + 1));
    const name = element("span", { class: "name" }, number, ` ${film.className(row)}`);
    const strip = element("div", { class: "strip" }, name);
    if (pictures.hasReconstructions(row)) this.addPictures(strip, row);
    else strip.append(element("span", { class: "hint" }, "no reconstructions were kept for it"));
    const label = `Unpin sample ${film.ids[row]}`;
    const remove = element("button", { type: "button", "aria-label": label }, "×");
    remove.onclick = () => this.player.pin(row);
    strip.append(remove);
    return strip;
  }

  /**
   * @private
   * @param {HTMLElement} strip
   * @param {number} row
   */
  addPictures(strip, row) {
    const { film, pictures } = this.player;
    const room = (this.list.clientWidth - NAME) / (film.frames + 1) - GAP;
    const size = pictures.size(Math.max(16, Math.min(40, room)));
    /** @type {(picture: HTMLCanvasElement | null, words: string) => HTMLCanvasElement} */
    const add = (picture, words) => {
      const canvas = element("canvas", { role: "img", "aria-label": words, title: words });
      show(canvas, picture, size);
      strip.append(canvas);
      return canvas;
    };
    add(pictures.input(row), "input");
    film.steps.forEach((step, frame) => {
      const picture = pictures.reconstruction(row, frame);
      const canvas = add(picture, `reconstruction at step ${step}`);
      canvas.onclick = () => this.player.goTo(frame);
      this.reconstructions.push({ canvas, frame });
    });
  }
}
