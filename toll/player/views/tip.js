// What the mouse is over: a sample's picture and numbers, beside the mouse.

import { element } from "../kit/page.js";
import { show } from "../film/pictures.js";

/** @import { Side } from "../film/side.js" */
/** @import { Player } from "../player.js" */

const PICTURE = 44; // widths, in pixels
const STRIPE = 120;

/** The box beside the mouse. */
export class Tip {
  /** @param {Player} player */
  constructor(player) {
    this.player = player;
    this.root = element("div", { class: "tip", hidden: "" });
  }

  /** Nothing is under the mouse. */
  hide() {
    this.root.hidden = true;
  }

  /**
   * Shows a sample where the mouse is; nothing if there is none.
   *
   * @param {number | null} row
   * @param {MouseEvent} event
   * @param {Side} [side]  whose numbers are told
   */
  show(row, event, side = this.player.main) {
    if (row === null) return this.hide();
    this.root.hidden = false;
    const { film, frame, pictures } = side;
    const [norm, error] = ["norm", "error"].map((name) => film.at(name, frame)[row].toPrecision(3));
    const kind = film.labels[row] ? "◇ anomalous" : "● normal";
    const text = element(
      "span",
      {},
      `${kind}: ${film.className(row)}, sample ${film.ids[row]}`,
      element("br"),
      `‖z‖ ${norm} · ‖x − x̂‖ ${error}`,
      element("br"),
      `rank ${film.ranks(frame)[row]} of ${film.size}`,
    );
    const picture = pictures.input(row);
    const canvas = element("canvas");
    if (picture) show(canvas, picture, pictures.size(pictures.isStripe ? STRIPE : PICTURE));
    this.root.replaceChildren(...(picture ? [canvas] : []), text);
    const box = this.player.root.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 14, box.width - this.root.offsetWidth - 4);
    const top = event.clientY - box.top + 14;
    this.root.style.transform = `translate(${Math.max(left, 0)}px, ${top}px)`;
  }
}
