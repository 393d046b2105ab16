// The event horizon: a threshold, on ‖z‖ or on the score, that a share of the normal samples lies
// within. No anomaly labels are used to set it.

import { quantile } from "./film.js";
import { between } from "./time.js";

export class Horizon {
  constructor(player) {
    this.player = player;
  }

  // The threshold at the shown snapshot.
  get threshold() {
    const { film, frame, state } = this.player;
    return film.quantile(state.threshold, frame, state.share, 0);
  }

  // Its radius in a film at a time; null where there is none. On the score it is where a sample
  // that is rebuilt as well as the median normal one would reach the threshold.
  radius(film, time) {
    const { threshold, share } = this.player.state;
    const norms = between(film, "norm", time, true);
    const of = (values, part) => quantile(Float32Array.from(film.normal, (row) => values[row]).sort(), part);
    if (threshold === "norm") return of(norms, share);
    if (!film.beta) return null;
    const errors = between(film, "error", time);
    const scores = errors.map((error, row) => error + film.beta * norms[row]);
    return Math.max(0, (of(scores, share) - of(errors, 0.5)) / film.beta);
  }

  // Shares of the anomalous and of the normal samples beyond it.
  flagged() {
    return this.beyond(this.player.state.threshold, (value) => value > this.threshold);
  }

  // The same for the threshold on the score that just flags one sample.
  flaggedWith(row) {
    const { film, frame } = this.player;
    const score = film.scores(frame)[row];
    return this.beyond("score", (value) => value >= score);
  }

  beyond(name, isBeyond) {
    const { film, frame } = this.player;
    const values = film.at(name, frame);
    const share = (rows) => rows.reduce((sum, row) => sum + isBeyond(values[row]), 0) / rows.length;
    return { caught: share(film.anomalous), mistaken: share(film.normal) };
  }
}
