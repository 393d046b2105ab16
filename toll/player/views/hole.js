// Inside the hole: what the decoder makes of the origin, and of points along a ray through z.

import { element } from "../kit/page.js";
import { show } from "../film/pictures.js";

export class Hole {
  constructor(player) {
    this.player = player;
    this.root = element("section", { class: "card hole", "aria-label": "Inside the hole" });
    this.rays = element("div", { class: "rays" });
    this.guides = element("div", { class: "thumbs" });
    this.root.append(element("header", {}, element("h3", {}, "Inside the hole")), this.rays, this.guides);
    this.root.append(
      element(
        "p",
        { class: "caption" },
        "Left, decode(0): the decoder's picture of the origin, where all that is normal falls. Then " +
          "decode(α·z) along the ray of the sample chosen below; at α = 1 it is its reconstruction. ",
        (this.variety = element("span")),
      ),
    );
  }

  redraw() {
    const { film, frame, pictures, state } = this.player;
    if (!pictures.index) {
      this.rays.replaceChildren(element("p", { class: "hint" }, "This run has kept no pictures."));
      return;
    }
    if (!this.guides.children.length) this.fill(film, pictures);
    const guide = pictures.guides.includes(state.guide) ? state.guide : pictures.guides[0];
    const fresh = this.drawn !== pictures.sheets.size;
    this.drawn = pictures.sheets.size;
    for (const button of this.guides.children) {
      const row = Number(button.dataset.row);
      button.classList.toggle("focus", row === guide);
      if (fresh) show(button.firstChild, pictures.input(row), pictures.size(pictures.isStripe ? 60 : 30));
    }
    const shown = [["0", pictures.origin(frame)]];
    pictures.index.alphas.forEach((alpha, place) => shown.push([`${alpha} z`, pictures.ray(guide, place, frame)]));
    if (this.rays.children.length !== shown.length)
      this.rays.replaceChildren(
        ...shown.map(([words]) => {
          const canvas = element("canvas", { role: "img", "aria-label": `decode(${words})` });
          return element("figure", {}, canvas, element("figcaption", {}, words));
        }),
      );
    const room = this.rays.clientWidth / shown.length - 6;
    const size = pictures.size(Math.max(20, Math.min(64, room)));
    shown.forEach(([, tile], i) => show(this.rays.children[i].firstChild, tile, size));
    if (!state.playing) this.tellVariety(pictures.variety(frame));
  }

  tellVariety(share) {
    if (share === null) return;
    const much = `${Number((100 * share).toPrecision(2))} %`;
    this.variety.textContent = `The reconstructions of normal samples now differ ${much} as much as the samples themselves.`;
  }

  fill(film, pictures) {
    this.guides.replaceChildren(
      ...pictures.guides.map((row) => {
        const kind = film.labels[row] ? "anomalous" : "normal";
        const label = `ray of ${kind} ${film.className(row)}, sample ${film.ids[row]}`;
        const button = element(
          "button",
          { type: "button", class: `thumb ${kind}`, "data-row": row, "aria-label": label, title: label },
          element("canvas"),
        );
        button.onclick = () => this.player.state.set({ guide: row });
        return button;
      }),
    );
  }
}
