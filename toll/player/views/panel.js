// The panel beside the black hole: what is selected, and what scores highest at the instant.

import { grouped, plain } from "../kit/axes.js";
import { element } from "../kit/page.js";
import { betaWords } from "../film/ladder.js";
import { show } from "../film/pictures.js";
import { mark, MOST_PINS } from "./samples.js";
import { Thumbs } from "./thumbs.js";

/** @import { Side } from "../film/side.js" */
/** @import { Player } from "../player.js" */

const TOP = 12; // samples with the highest scores
const MOST_SHOWN = 24; // samples of a selection
const THUMB = 36; // widths of pictures, in pixels
const PICTURE = 74;
const STRIPE = 230;

/** The panel. */
export class Panel {
  /** @param {Player} player */
  constructor(player) {
    this.player = player;
    /** @type {(row: number, event: MouseEvent) => void} */
    const choose = (row, event) => player.focus(row, event.shiftKey);
    this.chosen = element("div", { class: "chosen" });
    this.selection = new Thumbs(player, { width: THUMB, choose });
    this.top = new Thumbs(player, { width: THUMB, choose });
    this.root = element(
      "section",
      { class: "card panel", "aria-label": "Samples" },
      element("header", {}, element("h3", {}, "Selected sample")),
      this.chosen,
      this.selection.root,
      element("h3", {}, "Highest scores at this instant"),
      this.top.root,
    );
  }

  /** Shows the instant. */
  redraw() {
    const { film, frame, state } = this.player;
    const scores = film.scores(frame);
    const ordered = [...state.selected].sort((a, b) => scores[b] - scores[a]);
    const isFocused = state.focus !== null && ordered.includes(state.focus);
    const row = isFocused ? state.focus : (ordered[0] ?? null);
    if (row === null) this.drawHint();
    else this.drawChosen(row, ordered.length);
    this.selection.draw(ordered.length > 1 ? ordered.slice(0, MOST_SHOWN) : [], state.focus);
    this.top.draw([...film.order(frame).subarray(0, TOP)], state.focus);
  }

  /** @private */
  drawHint() {
    if (this.chosen.querySelector(".nothing")) return;
    const words = "Click a point in any chart, or draw a lasso around some, to see what they are.";
    this.chosen.replaceChildren(element("p", { class: "hint nothing" }, words));
  }

  /**
   * @private
   * @param {number} row
   * @param {number} selected  how many samples are
   */
  drawChosen(row, selected) {
    const { film, pictures } = this.player;
    const kind = film.kind(row);
    const name = element("b", {}, film.className(row));
    const title = element("p", { class: "title" }, mark(kind), ` ${kind}: `, name);
    title.append(` · sample ${film.ids[row]}`);
    /** @type {HTMLElement[]} */
    const content = [title];
    if (pictures.hasInput(row)) content.push(this.pictures(row));
    if (!pictures.hasReconstructions(row)) content.push(hint(this.whyNone(row)));
    content.push(...this.score(row), this.pinButton(row));
    if (selected > 1)
      content.push(hint(`${selected} samples are selected, the highest score first:`));
    this.chosen.replaceChildren(...content);
  }

  /**
   * @private
   * @param {number} row
   */
  whyNone(row) {
    const { pictures } = this.player;
    if (pictures.isExtreme(row))
      return "Of this sample a reconstruction was kept for the last step only.";
    return pictures.index
      ? `Reconstructions were kept for ${grouped(pictures.rebuilt.size)} samples, not for this one.`
      : "This run has kept no pictures.";
  }

  /**
   * Input, reconstruction at this instant, and where they differ.
   *
   * @private
   * @param {number} row
   */
  pictures(row) {
    const { pictures, frame, theme, sides } = this.player;
    const group = element("div", { class: pictures.isStripe ? "stripes" : "three" });
    const size = pictures.size(pictures.isStripe ? STRIPE : PICTURE);
    /** @type {Record<string, HTMLCanvasElement | null>} */
    const shown = { input: pictures.input(row) };
    for (const { pictures: own, frame: at, film } of sides) {
      const name = sides.length > 1 ? `with ${betaWords(film.beta)}` : "reconstruction";
      shown[name] = own.reconstruction(row, at);
    }
    if (sides.length < 2) shown.error = pictures.error(row, frame, theme.errorRamp);
    for (const [name, picture] of Object.entries(shown)) {
      if (!picture) continue;
      const canvas = element("canvas", { role: "img", "aria-label": name });
      show(canvas, picture, size);
      group.append(element("figure", {}, canvas, element("figcaption", {}, name)));
    }
    return group;
  }

  /**
   * The score, and which part makes it up.
   *
   * @private
   * @param {number} row
   */
  score(row) {
    const { film, frame, theme } = this.player;
    const norm = film.at("norm", frame)[row];
    const isNorm = film.weight === Infinity;
    const error = isNorm ? 0 : film.at("error", frame)[row];
    const pull = isNorm ? norm : film.weight * norm;
    const whole = error + pull || 1;
    const bar = element("div", { class: "bar", title: "Which part makes up the score" });
    const share = (100 * error) / whole;
    bar.append(element("i", { style: `width:${share}%;background:${theme.error}` }));
    bar.append(element("i", { style: `flex:1;background:${theme.norm}` }));
    const rank = grouped(film.ranks(frame)[row]);
    const text = element(
      "p",
      { class: "parts" },
      isNorm
        ? `score ${plain(whole)} = ‖z‖ alone`
        : `score ${plain(whole)} = ‖x − x̂‖ ${plain(error)} + β‖z‖ ${plain(pull)}`,
      element("br"),
      `rank ${rank} of ${grouped(film.size)} · ‖z‖ ${plain(norm)}`,
    );
    for (const side of this.player.sides.slice(1))
      text.append(element("br"), this.besideWords(side, row));
    return [bar, text];
  }

  /**
   * A sample's numbers on the side that is compared with.
   *
   * @private
   * @param {Side} side
   * @param {number} row
   */
  besideWords({ film, frame, label }, row) {
    const [score, error, norm] = ["score", "error", "norm"].map((name) =>
      plain(film.at(name, frame)[row]),
    );
    const rank = grouped(film.ranks(frame)[row]);
    return `${label}: score ${score}, rank ${rank} · ‖x − x̂‖ ${error} · ‖z‖ ${norm}`;
  }

  /**
   * @private
   * @param {number} row
   */
  pinButton(row) {
    const { pins } = this.player.state;
    const isPinned = pins.includes(row);
    const isFull = !isPinned && pins.length >= MOST_PINS;
    const full = `${MOST_PINS} samples are pinned already`;
    const words = isPinned ? "Unpin" : isFull ? full : "Pin: follow its orbit";
    const button = element("button", { type: "button", class: "wide" }, words);
    button.disabled = isFull;
    button.onclick = () => this.player.pin(row);
    return button;
  }
}

/** @param {string} words */
function hint(words) {
  return element("p", { class: "hint" }, words);
}
