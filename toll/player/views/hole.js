// Inside the hole: what the decoder makes of the origin, and of points along a ray through z.

import { element } from "../kit/page.js";
import { show } from "../film/pictures.js";
import { Thumbs } from "./thumbs.js";

/** @import { Player } from "../player.js" */

const TITLE = "Inside the hole";
const GUIDE = 30; // width of a guide's picture, in pixels
const GAP = 6; // pixels between pictures

/** The decoder's pictures of the origin and of a ray. */
export class Hole {
  /**
   * @param {Player} player
   * @param {boolean} [isBeside]  whether it shows the side that is compared with
   */
  constructor(player, isBeside = false) {
    this.player = player;
    this.side = isBeside ? player.beside : player.main;
    const { state } = player;
    const { pictures } = this.side;
    this.guides = new Thumbs(player, {
      width: GUIDE,
      ofWhat: "ray of ",
      choose: (guide) => state.set({ guide }),
    });
    // The origin is the point of every ray where α is 0.
    const alphas = pictures.index?.alphas ?? [];
    this.figures = ["0", ...alphas.map((alpha) => `${alpha} z`)].map((words) => {
      const canvas = element("canvas", { role: "img", "aria-label": `decode(${words})` });
      return { canvas, figure: element("figure", {}, canvas, element("figcaption", {}, words)) };
    });
    this.rays = element("div", { class: "rays" });
    if (pictures.index) this.rays.append(...this.figures.map(({ figure }) => figure));
    else this.rays.append(element("p", { class: "hint" }, "This run has kept no pictures."));
    this.variety = element("span");
    const caption = element(
      "p",
      { class: "caption" },
      "Left, decode(0): the decoder's picture of the origin, where all that is normal falls. Then " +
        "decode(α·z) along the ray of the sample chosen below; at α = 1 it is its reconstruction. ",
      this.variety,
    );
    this.rungName = element("span", { class: "rung" });
    const head = element("header", {}, element("h3", {}, TITLE, this.rungName));
    this.root = element("section", { class: "card hole", "aria-label": TITLE });
    this.root.append(head, this.rays, this.guides.root, caption);
  }

  /** Shows the instant. */
  redraw() {
    const { state, sides } = this.player;
    const { frame, pictures } = this.side;
    this.rungName.textContent = sides.length > 1 ? ` · ${this.side.label}` : "";
    this.root.setAttribute("aria-label", TITLE + this.rungName.textContent);
    if (!pictures.index) return;
    const isGuide = state.guide !== null && pictures.guides.includes(state.guide);
    const guide = isGuide ? /** @type {number} */ (state.guide) : pictures.guides[0];
    this.guides.draw(pictures.guides, guide);
    const room = this.rays.clientWidth / this.figures.length - GAP;
    const size = pictures.size(Math.max(20, Math.min(64, room)));
    this.figures.forEach(({ canvas }, place) => {
      const picture = place ? pictures.ray(guide, place - 1, frame) : pictures.origin(frame);
      show(canvas, picture, size);
    });
    if (!state.playing) this.tellVariety(pictures.variety(frame));
  }

  /**
   * @private
   * @param {number | null} share
   */
  tellVariety(share) {
    if (share === null) return;
    const much = `${Number((100 * share).toPrecision(2))} %`;
    this.variety.textContent = `The reconstructions of normal samples now differ ${much} as much as the samples themselves.`;
  }
}
