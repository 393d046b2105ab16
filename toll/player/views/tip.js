// What the mouse is over: a sample's picture and numbers, beside the mouse.

import { element } from "../kit/page.js";
import { show } from "../film/pictures.js";

export class Tip {
  constructor(player) {
    this.player = player;
    this.root = element("div", { class: "tip", hidden: "" });
  }

  // row: of the sample, null for none.
  show(row, event) {
    this.root.hidden = row === null;
    if (this.root.hidden) return;
    const { film, frame, pictures } = this.player;
    const [norm, error] = ["norm", "error"].map((name) => film.at(name, frame)[row].toPrecision(3));
    const lines = [
      `${film.labels[row] ? "◇ anomalous" : "● normal"}: ${film.className(row)}, sample ${film.ids[row]}`,
      `‖z‖ ${norm} · ‖x − x̂‖ ${error}`,
      `rank ${film.ranks(frame)[row]} of ${film.size}`,
    ];
    const text = element("span");
    lines.forEach((line, i) => text.append(...(i ? [element("br")] : []), line));
    const tile = pictures.input(row);
    const canvas = element("canvas");
    if (tile) show(canvas, tile, pictures.size(pictures.isStripe ? 120 : 44));
    this.root.replaceChildren(...(tile ? [canvas] : []), text);
    const box = this.player.root.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 14, box.width - this.root.offsetWidth - 4);
    this.root.style.transform = `translate(${Math.max(left, 0)}px, ${event.clientY - box.top + 14}px)`;
  }
}
