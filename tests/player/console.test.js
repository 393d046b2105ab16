// What a threshold does to samples: counts, rates, classes, and which samples lie nearest to it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Judged, ratesOf, upTo } from "../../toll/player/console/judged.js";

const SCORES = [1, 2, 3, 4, 3, 5, 6, 2.5];
const LABELS = [0, 0, 0, 0, 1, 1, 1, 1];
const CLASSES = [0, 0, 0, 0, 1, 1, 2, 2];

/**
 * @param {number[]} [score]
 * @param {number} [threshold]
 */
function judged(score = SCORES, threshold = 3.5) {
  const told = {
    run: "run",
    digest: "",
    classNames: ["zero", "one", "two"],
    threshold,
    isKept: false,
    rule: "",
    band: { rate: [], lower: [], upper: [], auroc: /** @type {[number, number]} */ ([0, 1]) },
    pictured: [0, 2, 3, 4, 6, 7],
    tile: null,
    columns: 5,
  };
  const norm = score.map((each) => each / 2);
  const id = score.map((_, row) => 100 + row);
  return new Judged(told, { score, norm, label: LABELS, class: CLASSES, id });
}

test("samples above the threshold are flagged, and those that equal it are not", () => {
  assert.deepEqual(judged().counts(3), { found: 2, missed: 2, mistaken: 1, passed: 3 });
  assert.deepEqual(judged().counts(0), { found: 4, missed: 0, mistaken: 4, passed: 0 });
  assert.deepEqual(judged().counts(6), { found: 0, missed: 4, mistaken: 0, passed: 4 });
  assert.equal(judged().cellOf(4, 3), "missed");
  assert.equal(judged().cellOf(3, 3), "mistaken");
});

test("rates are shares of each kind, and precision is unknown where nothing is flagged", () => {
  const rates = ratesOf(judged().counts(3));
  assert.deepEqual(rates, { recall: 0.5, falseAlarms: 0.25, precision: 2 / 3 });
  assert.ok(Number.isNaN(ratesOf(judged().counts(6)).precision));
});

test("curves go through the point of every threshold, and equal scores are flagged together", () => {
  const { curves } = judged();
  const points = curves.found.map((each, i) => `${curves.mistaken[i]} ${each}`);
  for (const threshold of [0, 1, 2, 2.5, 3, 4, 5, 6]) {
    const { recall, falseAlarms } = ratesOf(judged().counts(threshold));
    assert.ok(points.includes(`${falseAlarms} ${recall}`), `at ${threshold}`);
  }
  assert.equal(points.length, 8); // seven scores, of which one is there twice, and the beginning
  assert.equal(curves.precision[0], curves.precision[1]);
});

test("the hardest anomalous class comes first, and has a share that is missed", () => {
  const [one, two] = judged().groups;
  assert.deepEqual([one.name, two.name], ["two", "one"]);
  assert.deepEqual([one.auroc, two.auroc], [(4 + 2) / 8, (2.5 + 4) / 8]);
  assert.deepEqual([judged().missedOf(one, 3), judged().missedOf(two, 3)], [0.5, 0.5]);
});

test("in each cell the samples nearest to the threshold come first", () => {
  const { found, missed, mistaken, passed } = judged().nearest(3.4);
  assert.deepEqual([found, missed, mistaken, passed], [[6], [4, 7], [3], [2, 0]]);
});

test("the axis of scores holds the threshold, and is logarithmic where few are far away", () => {
  const { axis } = judged(SCORES, 9);
  assert.ok(axis.least <= 1 && axis.most >= 9 && axis.scale === "linear");
  assert.equal(judged([1, 2, 3, 4, 3, 500, 6, 2000]).axis.scale, "log");
  const same = judged(SCORES.map(() => 2)).axis;
  assert.ok(same.most > same.least);
});

test("rising values are counted up to one, itself included", () => {
  assert.deepEqual(
    [0, 1, 1.5, 2, 9].map((value) => upTo([1, 2, 2, 3], value)),
    [0, 1, 1, 3, 4],
  );
  assert.equal(upTo([], 1), 0);
});
