// All views of a film, and where they stand on the page.

import { element } from "../kit/page.js";
import { BlackHole } from "./black_hole.js";
import { Gradients } from "./gradients.js";
import { Hole } from "./hole.js";
import { Losses } from "./losses.js";
import { MapCard } from "./map.js";
import { Norms } from "./norms.js";
import { Panel } from "./panel.js";
import { Pins } from "./pins.js";
import { Ranks } from "./ranks.js";
import { Roc } from "./roc.js";
import { ScorePlane } from "./score_plane.js";
import { Separation } from "./separation.js";

/** @import { Player } from "../player.js" */
/** @import { FilmCard } from "./film_card.js" */

/** The views of the film that a player shows. */
export class Views {
  /** @param {Player} player */
  constructor(player) {
    const { contrast, beta } = player.film;
    const title = contrast ? `Black hole, β = ${beta}` : "Black hole";
    const blackHole = new BlackHole(player, "blackhole", title);
    this.map = new MapCard(player, "map");
    /** @type {FilmCard[]} */
    const others = [
      new Norms(player, "norms"),
      new Losses(player, "losses"),
      this.map,
      new Roc(player, "roc"),
      new ScorePlane(player, "plane"),
      new Separation(player, "separation"),
      new Gradients(player, "gradients"),
      new Ranks(player, "ranks"),
    ];
    if (contrast) {
      const words = `Compared with β = ${contrast.beta}`;
      others.unshift(new BlackHole(player, "contrast", words, (film) => film.contrast ?? film));
    }
    /** All charts, in the order in which they stand on the page. */
    this.cards = [blackHole, ...others];
    this.panel = new Panel(player);
    this.hole = new Hole(player);
    this.pins = new Pins(player);
    this.root = element("div", { class: contrast ? "grid compared" : "grid" });
    this.root.append(blackHole.root, this.panel.root, ...others.map((card) => card.root));
    this.root.append(this.hole.root, this.pins.root);
  }

  /** Draws all of them at the instant. */
  redraw() {
    for (const each of [this.panel, this.pins, this.hole, ...this.cards]) each.redraw();
  }
}
