// The weight of ‖z‖ in the score: its axis, and what each detects.

import assert from "node:assert/strict";
import { test } from "node:test";
import { aurocsBy, betterScore, scoringAxis } from "../../toll/player/film/scoring.js";
import { isNear, smallLadder } from "./small.js";

test("the axis begins with the reconstruction error alone and ends with the norm alone", () => {
  const axis = scoringAxis(smallLadder());
  assert.deepEqual([axis.place(0), axis.place(Infinity)], [0, 1]);
  assert.deepEqual([axis.value(0), axis.value(1)], [0, Infinity]);
  assert.deepEqual(axis.ticks().filter((tick) => tick === 0 || tick === Infinity).length, 2);
  assert.deepEqual([0, Infinity, 10].map(axis.format), ["0", "∞", "10"]);
});

test("weights between lead to places and back", () => {
  const axis = scoringAxis(smallLadder());
  for (const weight of [axis.least, 0.5, 1, 2, axis.most])
    assert.ok(isNear(axis.value(axis.place(weight)), weight), String(weight));
  assert.ok(axis.place(axis.least) > axis.place(0) && axis.place(axis.most) < 1);
  assert.ok(axis.least < 2 && axis.most > 2);
});

test("AUROC goes from that of the error to that of the norm", () => {
  const ladder = smallLadder();
  const film = ladder.rungs[1];
  const { weights, aurocs } = aurocsBy(film, scoringAxis(ladder), 2);
  assert.equal(weights.length, aurocs.length);
  assert.ok(isNear(aurocs[0], film.auroc("error", 2)));
  assert.ok(isNear(aurocs[aurocs.length - 1], film.auroc("norm", 2)));
});

test("a weight that detects much better than the run's own is named", () => {
  const ladder = smallLadder();
  const [film] = ladder.rungs;
  film.at("error", 0).fill(1);
  film.labels.forEach((label, row) => (film.at("norm", 0)[row] = 1 + label));
  const axis = scoringAxis(ladder);
  const said = betterScore(film, axis, 0);
  assert.match(said ?? "", /^‖z‖ alone detects better .* 100 against 50 of 100 comparisons/);
  film.at("norm", 1).fill(1);
  assert.equal(betterScore(film, axis, 1), null);
});
