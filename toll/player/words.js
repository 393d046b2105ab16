// What is seen at the instant, in words: what the points do, what the pull is worth, what is wrong.
// Each sentence has a room of its own, so that nothing below moves when it changes.

import { element } from "./kit/page.js";
import { betterScore, scoringAxis, weightWords } from "./film/scoring.js";
import { COMPARISON, LONGEST_NOTICE, noticeOf, verdict } from "./film/verdict.js";

/** @import { Side } from "./film/side.js" */
/** @import { Player } from "./player.js" */

const WHY = "what is this?";

/** The sentences. */
export class Words {
  /** @param {Player} player */
  constructor(player) {
    this.player = player;
    this.narration = element("p", { class: "narration", "aria-live": "polite" });
    this.room = element("p", { class: "room", "aria-hidden": "true" });
    this.verdict = element("span", { "aria-live": "polite" });
    const why = element("details", { class: "why" });
    why.append(element("summary", { title: COMPARISON }, WHY));
    why.append(element("span", { class: "explained" }, COMPARISON));
    this.verdictRoom = element("p", { class: "verdict room", "aria-hidden": "true" });
    const said = element("p", { class: "verdict" }, this.verdict, why);
    this.verdictRow = element("div", { class: "told" }, this.verdictRoom, said);
    this.notice = element("p", { class: "notice" });
    this.alarm = element("p", { class: "notice alarm", role: "alert", hidden: "" });
    this.noticeRoom = element("p", { class: "notice room", "aria-hidden": "true" });
    this.warning = element("p", { class: "notice alarm", role: "status", hidden: "" });
    const told = element("div", { class: "told" }, this.room, this.narration);
    const warned = element("div", { class: "told" }, this.noticeRoom, this.notice, this.alarm);
    const parts = [this.warning, this.verdictRow, told, warned];
    this.root = element("div", { class: "words" }, ...parts);
    this.refill();
  }

  /** Takes up what a later state of the film may have more of. */
  refill() {
    const { rungs } = this.player.ladder.header;
    this.room.textContent = longest(rungs.flatMap(({ narration }) => narration));
    const alarms = rungs.flatMap(({ alarm }) => alarm).filter((each) => each !== null);
    if (this.player.film.isLabelled && rungs.some(({ pictures }) => pictures))
      alarms.push(LONGEST_NOTICE);
    this.noticeRoom.textContent = longest(alarms);
    const said = rungs.flatMap((one, i) =>
      rungs.slice(i + 1).map((other, j) => {
        const [a, b] = [i, i + 1 + j].map((rung) => this.player.ladder.labels[rung]);
        const alike = { auroc: 0.98 };
        return verdict({ ...one, ...alike, label: a }, { ...other, ...alike, label: b });
      }),
    );
    this.verdictRoom.textContent = `${longest(said)} ${WHY}`;
  }

  /**
   * Says what in the viewer's link means nothing here, until they go elsewhere.
   *
   * @param {string[]} faults  in sentences
   */
  warn(faults) {
    this.warning.textContent = faults.join(" ");
    this.warning.hidden = !faults.length;
  }

  /** Shows the instant. */
  redraw() {
    const { film, frame, sides, state } = this.player;
    this.narration.textContent = film.about.narration[frame];
    this.narration.hidden = this.room.hidden = !state.narration;
    this.verdictRow.hidden = sides.length < 2 || !film.isLabelled;
    if (sides.length === 2 && film.isLabelled) {
      const [one, other] = sides.map(detected);
      const isOwn = state.scoring === null;
      const how = { isTrained: this.player.step > 0, isOwn };
      const scoring = isOwn ? "" : ` ${scoringWords(sides, state.scoring ?? 0)}`;
      setText(this.verdict, verdict(one, other, how) + scoring);
    }
    this.tellNotice();
  }

  /** @private */
  tellNotice() {
    const { film, frame, pictures, ladder, main, state } = this.player;
    // Variety is looked at from the middle on: untrained networks show one picture too.
    const isLate = 2 * frame >= film.frames;
    // What there is to notice is told by labels.
    const notice =
      film.isLabelled &&
      noticeOf({
        alarm: film.about.alarm[frame],
        variety: isLate && !state.playing ? pictures.variety(frame) : null,
        auroc: film.auroc("norm", frame),
        separation: film.separation(frame),
        better: state.playing ? null : betterScore(film, scoringAxis(ladder), frame),
      });
    const of = ladder.size > 1 && notice ? `${main.label}: ` : "";
    const [fault, calm] = [
      notice && notice.isFault ? notice.words : "",
      notice && !notice.isFault ? notice.words : "",
    ];
    setText(this.alarm, fault && of + fault);
    this.alarm.hidden = !fault;
    setText(this.notice, calm ? of + calm : "");
    this.notice.hidden = !calm;
  }
}

/**
 * Sets an element's text where it is another: what has not changed is not read out again.
 *
 * @param {HTMLElement} place
 * @param {string} text
 */
function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** @param {string[]} sentences */
function longest(sentences) {
  return sentences.reduce((a, b) => (b.length > a.length ? b : a), "");
}

/**
 * What a verdict is of where both sides are scored with one weight of ‖z‖, and what the score of a
 * plain autoencoder among them gives as it is.
 *
 * @param {Side[]} sides
 * @param {number} weight
 */
function scoringWords(sides, weight) {
  const both = `Both are scored with ${weightWords(weight)}.`;
  const plainSide = sides.find(({ film }) => film.beta === 0);
  if (!plainSide || weight === 0) return both;
  const own = Math.round(100 * plainSide.film.aurocWith(0, plainSide.frame));
  return `${both} A plain autoencoder’s own score, ‖x − x̂‖: ${own}.`;
}

/** @param {Side} side */
function detected({ film, frame, label }) {
  return { beta: film.beta, auroc: film.auroc("score", frame), label };
}
