// Figures that follow from numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  areaUnder,
  descending,
  histogram,
  medianOf,
  mix,
  quantile,
  roc,
  rowsWith,
  turn,
} from "../../toll/player/film/metrics.js";
import { isNear } from "./small.js";

test("values are mixed evenly, and distances in ratios as long as both are positive", () => {
  assert.equal(mix(2, 4, 0.5), 3);
  assert.ok(isNear(mix(1, 100, 0.5, true), 10));
  assert.equal(mix(0, 4, 0.25, true), 1);
  assert.deepEqual([mix(2, 8, 0, true), mix(2, 8, 1, true)], [2, 8]);
});

test("angles take the shorter way", () => {
  assert.ok(isNear(turn(0, Math.PI / 2, 0.5), Math.PI / 4));
  const across = turn(3, -3, 0.5); // over π and not over 0
  assert.ok(isNear(Math.cos(across), -1));
  assert.ok(isNear(turn(-3, 3, 1), -3 - (2 * Math.PI - 6)));
});

test("quantiles lie between two values", () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.deepEqual([quantile([1, 2, 9], 0), quantile([1, 2, 9], 1)], [1, 9]);
  assert.equal(quantile([7], 0.3), 7);
  assert.equal(medianOf([9, 0, 5, 7], [0, 2, 3]), 7);
});

test("equal values keep their order", () => {
  assert.deepEqual([...descending([1, 3, 3, 2])], [1, 2, 3, 0]);
});

test("a ROC curve of perfect, useless and reversed scores", () => {
  const labels = [0, 0, 1, 1];
  assert.equal(roc([1, 2, 3, 4], labels).auroc, 1);
  assert.equal(roc([4, 3, 2, 1], labels).auroc, 0);
  const same = roc([5, 5, 5, 5], labels);
  assert.deepEqual(same, { falsePositive: [0, 1], truePositive: [0, 1], auroc: 0.5 });
});

test("equal scores are flagged together", () => {
  const curve = roc([3, 2, 2, 2, 1], [1, 1, 0, 1, 0]);
  assert.deepEqual(curve.falsePositive, [0, 0, 0.5, 1]);
  assert.deepEqual(curve.truePositive, [0, 1 / 3, 1, 1]);
  assert.ok(isNear(curve.auroc, (0.5 * (1 / 3 + 1)) / 2 + 0.5));
});

test("the area under the curve is the share of pairs in the right order, equal ones half", () => {
  assert.equal(areaUnder([1, 2], [3, 4]), 1);
  assert.equal(areaUnder([1, 2, 2], [2]), (1 + 0.5 + 0.5) / 3);
  const [scores, labels] = [
    [3, 2, 2, 2, 1, 0, 5],
    [1, 1, 0, 1, 0, 1, 0],
  ];
  const of = [0, 1].map((label) => scores.filter((_, i) => labels[i] === label).sort());
  assert.ok(isNear(areaUnder(of[0], of[1]), roc(scores, labels).auroc));
});

test("values of either sign are put in order", () => {
  assert.deepEqual([...descending([-1, 2, -3, 0, 0.5])], [1, 4, 3, 0, 2]);
});

test("rows are found by their label", () => {
  assert.deepEqual([...rowsWith(Uint8Array.of(0, 1, 0, 1), 1)], [1, 3]);
});

test("a histogram counts what lies beyond its axis in the outer bins", () => {
  const places = [-1, 0.1, 0.6, 5];
  const shares = histogram([0, 1, 2, 3], (row) => places[row], 4);
  assert.deepEqual([...shares], [0.5, 0, 0.25, 0.25]);
});
