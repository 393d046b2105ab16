// Pinned samples: each with a strip of its reconstructions over training.

import { element } from "../kit/page.js";
import { betaWords } from "../film/ladder.js";
import { show } from "../film/pictures.js";
import { MOST_PINS } from "./samples.js";

/** @import { Side } from "../film/side.js" */
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
    /** @type {{ canvas: HTMLCanvasElement, frame: number, side: Side }[]} */
    this.reconstructions = [];
  }

  /** Shows the instant. */
  redraw() {
    const { sides, state } = this.player;
    this.hint.textContent = state.pins.length ? PINNED_WORDS : NONE_WORDS;
    // Strips are built anew only when what they show has changed.
    const films = sides.map(({ film, pictures }) => [
      film.about.run,
      film.frames,
      pictures.sheets.size,
    ]);
    const key = JSON.stringify([state.pins, films, this.list.clientWidth]);
    if (key !== this.built) this.build();
    this.built = key;
    for (const { canvas, frame, side } of this.reconstructions)
      canvas.classList.toggle("now", frame === side.pictures.shownAt(side.frame));
  }

  /** @private */
  build() {
    this.reconstructions = [];
    const { sides, state } = this.player;
    const strips = state.pins.map((row, place) =>
      sides.map((side) => this.strip(side, row, place)),
    );
    this.list.replaceChildren(...strips.flat());
  }

  /**
   * @private
   * @param {Side} side
   * @param {number} row
   * @param {number} place  among the pinned samples
   */
  strip(side, row, place) {
    const { theme, sides } = this.player;
    const { film, pictures } = side;
    const number = element("b", { style: `color:${theme.pins[place]}` }, String(place + 1));
    const words =
      sides.length > 1 ? `${film.className(row)}, ${betaWords(film.beta)}` : film.className(row);
    const name = element("span", { class: "name", title: words }, number, ` ${words}`);
    const strip = element("div", { class: "strip" }, name);
    if (pictures.hasReconstructions(row)) this.addPictures(side, strip, row);
    else strip.append(element("span", { class: "hint" }, "no reconstructions were kept for it"));
    const label = `Unpin sample ${film.ids[row]}`;
    const remove = element("button", { type: "button", "aria-label": label }, "×");
    remove.onclick = () => this.player.pin(row);
    if (side === this.player.main) strip.append(remove);
    return strip;
  }

  /**
   * @private
   * @param {Side} side
   * @param {HTMLElement} strip
   * @param {number} row
   */
  addPictures(side, strip, row) {
    const { film, pictures } = side;
    const room = (this.list.clientWidth - NAME) / (pictures.frames.length + 1) - GAP;
    const size = pictures.size(Math.max(16, Math.min(40, room)));
    /** @type {(picture: HTMLCanvasElement | null, words: string) => HTMLCanvasElement} */
    const add = (picture, words) => {
      const canvas = element("canvas", { role: "img", "aria-label": words, title: words });
      show(canvas, picture, size);
      strip.append(canvas);
      return canvas;
    };
    add(pictures.input(row), "input");
    for (const frame of pictures.frames) {
      const step = film.steps[frame];
      const canvas = add(pictures.reconstruction(row, frame), `reconstruction at step ${step}`);
      canvas.onclick = () => this.player.goTo(this.player.timeline.frameOf(step));
      this.reconstructions.push({ canvas, frame, side });
    }
  }
}
