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
import { Scoring } from "./scoring.js";
import { ScorePlane } from "./score_plane.js";
import { TimeBeta } from "./time_beta.js";
import { Separation } from "./separation.js";

/** @import { Player } from "../player.js" */
/** @import { FilmCard } from "./film_card.js" */

const UNLABELLED =
  "These samples have no labels: all count as normal. ROC curve, separation, and the charts of how " +
  "well a score or a β detects need labels, and are not here.";

/** The views of the film that a player shows. */
export class Views {
  /** @param {Player} player */
  constructor(player) {
    const sides = player.sides.map((_, place) => place > 0);
    const [blackHole, ...besideHoles] = sides.map(
      (isBeside) => new BlackHole(player, isBeside ? "blackhole beside" : "blackhole", isBeside),
    );
    this.maps = sides.map((isBeside) => new MapCard(player, "map", isBeside));
    const { isLabelled } = player.film;
    const scoring = isLabelled ? [new Scoring(player, "weights"), ...timeBeta(player)] : [];
    const roc = isLabelled ? [new Roc(player, "roc")] : [];
    const separation = isLabelled ? [new Separation(player, "separation")] : [];
    const pairs = {
      norms: sides.map((isBeside) => new Norms(player, "norms", isBeside)),
      losses: sides.map((isBeside) => new Losses(player, "losses", isBeside)),
      plane: sides.map((isBeside) => new ScorePlane(player, "plane", isBeside)),
      gradients: sides.map((isBeside) => new Gradients(player, "gradients", isBeside)),
      ranks: sides.map((isBeside) => new Ranks(player, "ranks", isBeside)),
    };
    const { norms, losses, plane, gradients, ranks } = pairs;
    /** @type {FilmCard[]} */
    const others =
      sides.length > 1
        ? [
            ...roc,
            ...separation,
            ...norms,
            ...plane,
            ...scoring,
            ...this.maps,
            ...losses,
            ...gradients,
            ...ranks,
          ]
        : [
            ...norms,
            ...losses,
            ...this.maps,
            ...roc,
            ...plane,
            ...scoring,
            ...separation,
            ...gradients,
            ...ranks,
          ];
    /** All charts, in the order in which they stand on the page. */
    this.cards = [blackHole, ...besideHoles, ...others];
    this.panel = new Panel(player);
    this.holes = sides.map((isBeside) => new Hole(player, isBeside));
    this.pins = new Pins(player);
    this.root = element("div", { class: sides.length > 1 ? "grid compared" : "grid" });
    this.root.append(blackHole.root, ...besideHoles.map((card) => card.root), this.panel.root);
    this.root.append(...[...others, ...this.holes, this.pins].map((card) => card.root));
    if (!isLabelled) this.root.append(element("p", { class: "caption unlabelled" }, UNLABELLED));
  }

  /** The map of latent space on the side that is shown. */
  get map() {
    return this.maps[0];
  }

  /** Takes up what a later state of the film may have more of. */
  refill() {
    for (const map of this.maps) map.refill();
  }

  /**
   * Draws them at the instant.
   *
   * @param {boolean} [ofScore]  those alone that show something of the score
   */
  redraw(ofScore = false) {
    const cards = ofScore ? this.cards.filter(({ showsScore }) => showsScore) : this.cards;
    const others = ofScore ? [this.panel] : [this.panel, this.pins, ...this.holes];
    for (const each of [...others, ...cards]) each.redraw();
  }
}

/**
 * The map of time and β, which one rung alone has not.
 *
 * @param {Player} player
 */
function timeBeta(player) {
  return player.ladder.size > 1 ? [new TimeBeta(player, "timebeta")] : [];
}
