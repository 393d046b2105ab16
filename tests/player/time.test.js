// The timeline, and what lies between two snapshots.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  angleOf,
  between,
  medianNorm,
  normOf,
  Timeline,
  turning,
} from "../../toll/player/film/time.js";
import { isNear, smallFilm } from "./small.js";

const STEPS = [0, 1, 9, 99];

test("early steps have room on a logarithmic timeline", () => {
  assert.deepEqual(new Timeline(STEPS, false).places, [0, 1 / 99, 9 / 99, 1]);
  const { places } = new Timeline(STEPS, true);
  assert.deepEqual(places.slice(2), [0.5, 1]);
  assert.ok(isNear(places[1], Math.log10(2) / 2));
});

test("a timeline of one snapshot is a point", () => {
  const timeline = new Timeline([7], true);
  assert.deepEqual(timeline.places, [0]);
  assert.equal(timeline.placeAt(0), 0);
  assert.equal(timeline.timeAt(0.5), 0);
});

test("times lead to places and back", () => {
  const timeline = new Timeline(STEPS, true);
  for (const time of [0, 0.25, 1, 2.5, 3])
    assert.ok(isNear(timeline.timeAt(timeline.placeAt(time)), time), String(time));
  assert.equal(timeline.timeAt(-1), 0);
  assert.equal(timeline.timeAt(2), 3);
});

test("the nearest snapshot is found by its place and by its step", () => {
  const timeline = new Timeline(STEPS, true);
  assert.equal(timeline.nearest(0.6), 2);
  assert.equal(timeline.nearest(0.8), 3);
  assert.deepEqual([timeline.frameOf(4), timeline.frameOf(60), timeline.frameOf(1e6)], [1, 3, 3]);
});

test("a film's steps and times lead to each other", () => {
  const film = smallFilm(); // steps 0, 1, 10, 100
  assert.equal(film.stepAt(1.5), 5.5);
  assert.equal(film.timeAt(5.5), 1.5);
  assert.deepEqual([film.timeAt(-1), film.timeAt(1e6)], [0, 3]);
  assert.deepEqual(
    [0, 0.9, 1.9999999, 3].map((time) => film.frameAt(time)),
    [0, 0, 2, 3],
  );
});

test("at a snapshot all samples are where it says", () => {
  const film = smallFilm();
  assert.deepEqual(between(film, "norm", 2), film.at("norm", 2));
  assert.deepEqual(between(film, "norm", 3), film.at("norm", 3));
});

test("between two snapshots distances are mixed in ratios and other numbers evenly", () => {
  const film = smallFilm();
  const [before, after] = [film.at("norm", 0), film.at("norm", 1)];
  const [even, ratios] = [between(film, "norm", 0.5), between(film, "norm", 0.5, true)];
  before.forEach((norm, row) => {
    assert.ok(isNear(even[row], (norm + after[row]) / 2, 5));
    assert.ok(isNear(ratios[row], Math.sqrt(norm * after[row]), 5));
  });
});

test("one sample is mixed as all of them are", () => {
  const film = smallFilm();
  for (const time of [0, 0.3, 1.75, 3]) {
    assert.ok(isNear(normOf(film, 4, time), between(film, "norm", time, true)[4], 5));
    assert.ok(isNear(angleOf(film, "angle", 4, time), turning(film, "angle", time)[4], 5));
  }
});

test("the median normal norm at a snapshot is the film's", () => {
  const film = smallFilm();
  assert.equal(medianNorm(film, 2), film.median("norm", 2, 0));
  film.normal.forEach((row) => (film.at("norm", 1)[row] = 0));
  film.kept.clear();
  assert.equal(medianNorm(film, 1), 1);
});
