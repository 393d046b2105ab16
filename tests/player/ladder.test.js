// A ladder: where its rungs are, what they are called, and what lies between two.

import assert from "node:assert/strict";
import { test } from "node:test";
import { betaWords, placesOf } from "../../toll/player/film/ladder.js";
import { MEASURES, Measured } from "../../toll/player/film/measures.js";
import { Pictures } from "../../toll/player/film/pictures.js";
import { Side } from "../../toll/player/film/side.js";
import { isNear, smallFilm, smallLadder } from "./small.js";

/** @import { Ladder } from "../../toll/player/film/ladder.js" */

/**
 * @param {Ladder} ladder
 * @param {number} rung
 * @param {number} step
 */
function sideOf(ladder, rung, step) {
  const state = { threshold: /** @type {const} */ ("norm"), share: 0.9 };
  const allPictures = ladder.rungs.map((film) => new Pictures(film));
  return new Side({ ladder, stepNow: step, state, allPictures }, () => rung);
}

test("rungs lie by the logarithm of β, with a place for 0 below the least", () => {
  assert.deepEqual(placesOf([5]), [0]);
  const places = placesOf([0, 1, 10, 1000]);
  assert.deepEqual([places[0], places[3]], [0, 1]);
  assert.ok(isNear(places[2] - places[1], 1 / 4.5) && isNear(places[3] - places[2], 2 / 4.5));
});

test("rungs that would lie too close are evenly apart", () => {
  assert.deepEqual(placesOf([1, 1, 100]), [0, 0.5, 1]);
  assert.deepEqual(placesOf([0, 0]), [0, 1]);
});

test("a film of a study's runs is called as the study, whichever of them it opens on", () => {
  const ladder = smallLadder();
  const named = (/** @type {string[]} */ ...runs) => {
    ladder.header.rungs.forEach((each, number) => (each.run = runs[number]));
    return [0, 1].map((rung) => ((ladder.header.rung = rung), ladder.name));
  };
  assert.deepEqual(named("one/0-0", "one/2-0"), ["one", "one"]);
  assert.deepEqual(named("one/0-0", "other"), ["one/0-0", "other"]);
  assert.deepEqual(named("alone", "other"), ["alone", "other"]);
});

test("a rung without a pull is called so, and is the one to compare with", () => {
  const ladder = smallLadder();
  assert.deepEqual(ladder.labels, ["β = 0 (no pull)", "β = 2"]);
  assert.deepEqual([ladder.versus, ladder.nearest(1.9), ladder.nearest(0.1)], [0, 1, 0]);
  assert.equal(betaWords(1000), "β = 1000");
});

test("on a rung a side has its numbers, between two it has them mixed", () => {
  const ladder = smallLadder();
  const [low, high] = ladder.rungs;
  assert.deepEqual(sideOf(ladder, 1, 10).between("norm", true), high.at("norm", 2));
  const half = sideOf(ladder, 0.5, 10);
  const [norms, errors] = [half.between("norm", true), half.between("error")];
  for (let row = 0; row < low.size; row++) {
    const [a, b] = [low, high].map((film) => film.at("norm", 2)[row]);
    assert.ok(isNear(norms[row], Math.sqrt(a * b), 5));
    const [c, d] = [low, high].map((film) => film.at("error", 2)[row]);
    assert.ok(isNear(errors[row], (c + d) / 2, 5));
  }
  const turned = half.turning("angle");
  assert.ok(isNear(turned[4], low.at("angle", 2)[4] + 0.5, 5));
  assert.ok(isNear(half.orbit(4, "angle", 2).turn, turned[4], 5));
  assert.ok(isNear(half.orbit(4, "angle", 2).norm, norms[4], 5));
});

test("a side has the figures of the rung that is nearer, and its label", () => {
  const ladder = smallLadder();
  assert.deepEqual(
    [0, 0.4, 0.6, 1].map((rung) => sideOf(ladder, rung, 1).rung),
    [0, 0, 1, 1],
  );
  assert.equal(sideOf(ladder, 0.6, 1).label, "β = 2");
  assert.deepEqual([sideOf(ladder, 1, 99).frame, sideOf(ladder, 1, 99).step], [2, 10]);
});

test("what one rung lacks is shown of the nearer one", () => {
  const ladder = smallLadder();
  ladder.rungs[0].arrays["rung 1 umap"] = new Float32Array(4 * 9).fill(3);
  assert.equal(sideOf(ladder, 0.7, 1).between("umap")[0], 3);
});

test("scores weigh the norm as they are told, and each run's own way without", () => {
  const ladder = smallLadder();
  const [plain, pulled] = ladder.rungs;
  const own = plain.auroc("score", 3);
  assert.equal(own, plain.auroc("error", 3));
  ladder.weigh(Infinity);
  assert.equal(plain.auroc("score", 3), plain.auroc("norm", 3));
  assert.deepEqual(pulled.scores(2), pulled.at("norm", 2));
  ladder.weigh(1);
  assert.equal(pulled.scores(2)[4], pulled.at("norm", 2)[4] + pulled.at("error", 2)[4]);
  ladder.weigh(null);
  assert.equal(plain.auroc("score", 3), own);
});

test("figures of time and β come from the film, and of several seeds as means from the table", () => {
  const ladder = smallLadder();
  const measured = new Measured(
    ladder,
    ladder.rungs.map((film) => new Pictures(film)),
  );
  assert.equal(measured.at("auroc", 1, 2), ladder.rungs[1].auroc("score", 2));
  assert.equal(measured.at("error", 0, 1), ladder.rungs[0].median("error", 1, 0));
  assert.equal(measured.at("variety", 0, 1), null);
  const rows = [0.25, 0.75].map((value, seed) => ({ beta: 2, seed, step: 10, separation: value }));
  ladder.header.table = [...rows, { beta: 2, seed: 2, step: 10, separation: null }];
  assert.equal(measured.at("separation", 1, 2), 0.5);
  assert.equal(measured.at("separation", 1, 3), ladder.rungs[1].separation(3));
  assert.equal(measured.seeds, 3);
});

test("the figures that need no labels are marked", () => {
  const without = Object.entries(MEASURES).filter(([, { usesLabels }]) => !usesLabels);
  assert.deepEqual(
    without.map(([name]) => name),
    ["error", "variety"],
  );
});

test("pictures of a snapshot without a sheet are those of the one before", () => {
  const film = smallFilm();
  film.arrays["rung 0 pictures 0"] = film.arrays["rung 0 pictures 2"] = new Uint8Array(1);
  const pictures = new Pictures(film);
  assert.deepEqual(
    [0, 1, 2, 3].map((frame) => pictures.shownAt(frame)),
    [0, 0, 2, 2],
  );
});
