// The event horizon and what lies beyond it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Horizon } from "../../toll/player/film/horizon.js";
import { between } from "../../toll/player/film/time.js";
import { METRICS, isNear, smallFilm } from "./small.js";

/** @import { Samples } from "../../toll/player/film/horizon.js" */

/**
 * @param {"norm" | "score"} threshold
 * @param {number} share
 * @param {number} frame
 */
function horizonOn(threshold, share, frame) {
  const film = smallFilm();
  /** @type {Samples["between"]} */
  const at = (name, ratios) => between(film, name, frame, ratios);
  const shown = { film, frame, state: { threshold, share }, between: at };
  return { film, horizon: new Horizon(shown) };
}

test("on the norm its radius is its threshold, and the library's", () => {
  METRICS.frames.forEach((wanted, frame) => {
    const { horizon } = horizonOn("norm", 0.95, frame);
    assert.ok(isNear(horizon.threshold, wanted.horizon));
    assert.ok(isNear(horizon.radius ?? NaN, wanted.horizon));
  });
});

test("on the score a sample at its radius, rebuilt as the median normal one, is at the threshold", () => {
  const { film, horizon } = horizonOn("score", 0.8, 1);
  const radius = horizon.radius ?? NaN;
  const score = film.median("error", 1, 0) + film.beta * radius;
  assert.ok(isNear(score, horizon.threshold));
});

test("without a pull the score has no horizon in latent space", () => {
  const { film, horizon } = horizonOn("score", 0.8, 1);
  film.weigh(0);
  assert.equal(horizon.radius, null);
});

test("what lies beyond the threshold is counted by its kind", () => {
  for (const name of /** @type {const} */ (["norm", "score"])) {
    const { film, horizon } = horizonOn(name, 0.6, 2);
    const values = film.at(name, 2);
    /** @param {Int32Array} rows */
    const share = (rows) =>
      [...rows].filter((row) => values[row] > horizon.threshold).length / rows.length;
    assert.deepEqual(horizon.flagged(), {
      caught: share(film.anomalous),
      mistaken: share(film.normal),
    });
  }
});

test("the threshold that just flags a sample flags all of its score and above", () => {
  const { film, horizon } = horizonOn("norm", 0.95, 2);
  const [first, last] = [film.order(2)[0], film.order(2)[film.size - 1]];
  assert.deepEqual(horizon.flaggedWith(last), { caught: 1, mistaken: 1 });
  const { caught, mistaken } = horizon.flaggedWith(first);
  assert.ok(caught + mistaken > 0 && caught + mistaken < 1);
});
