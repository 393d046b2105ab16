// Films of samples without labels: they have what needs none.

import test from "node:test";
import assert from "node:assert/strict";
import { unpack } from "../../toll/player/film/container.js";
import { RunFilm } from "../../toll/player/film/film.js";
import { histogram } from "../../toll/player/film/metrics.js";
import { BYTES, smallFilm } from "./small.js";

function unlabelled() {
  const { header, arrays } = unpack(BYTES);
  const normal_classes = header.class_names.map((_, index) => index);
  return new RunFilm({ ...header, ...header.rungs[0], normal_classes }, arrays, "rung 0 ");
}

test("a film knows whether any of its samples is labelled anomalous", () => {
  assert.equal(smallFilm().isLabelled, true);
  assert.equal(unlabelled().isLabelled, false);
});

test("all of its samples count as normal, and are ranked all the same", () => {
  const film = unlabelled();
  assert.equal(film.normal.length, film.size);
  assert.deepEqual([...film.ranks(0)].sort(), [...smallFilm().ranks(0)].sort());
});

test("a histogram of no samples is flat, not without numbers", () => {
  assert.deepEqual([...histogram([], () => 0, 3)], [0, 0, 0]);
});
