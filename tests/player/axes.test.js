// Axes: values and places, round numbers, and how they are written.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Axis, grouped, percent, plain } from "../../toll/player/kit/axes.js";
import { PlotArea } from "../../toll/player/kit/plot_area.js";
import { isNear } from "./small.js";

/** @type {[Axis, number][]} */
const AXES = [
  [new Axis(-2, 6, ""), 2],
  [new Axis(0.01, 100, "", "log"), 1],
  [new Axis(0, 999, "", "log1p"), 10 ** 1.5 - 1],
];

for (const [axis, middle] of AXES) {
  test(`a ${axis.scale} axis leads from values to places and back`, () => {
    assert.equal(axis.place(axis.least), 0);
    assert.equal(axis.place(axis.most), 1);
    assert.ok(isNear(axis.place(middle), 0.5));
    for (const place of [0, 0.3, 1]) assert.ok(isNear(axis.place(axis.value(place)), place));
  });

  test(`ticks of a ${axis.scale} axis rise and lie on it`, () => {
    const ticks = axis.ticks(5);
    assert.ok(ticks.length >= 2 && ticks.length <= 12, String(ticks));
    assert.deepEqual(
      ticks,
      [...ticks].sort((a, b) => a - b),
    );
    for (const tick of ticks) assert.ok(axis.place(tick) > -0.001 && axis.place(tick) < 1.001);
  });
}

test("ticks stand at round numbers", () => {
  assert.deepEqual(new Axis(0, 1, "").ticks(5).map(plain), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assert.deepEqual(new Axis(3, 47, "").ticks(4), [20, 40]);
  assert.deepEqual(new Axis(0.01, 100, "", "log").ticks(3).map(plain), [
    "0.01",
    "0.1",
    "1",
    "10",
    "100",
  ]);
  assert.deepEqual(new Axis(0, 500, "", "log1p").ticks(5), [0, 1, 3, 10, 30, 100, 300]);
});

test("a logarithmic axis within one decade has even ticks", () => {
  assert.deepEqual(new Axis(2.1, 2.9, "", "log").ticks(4).map(plain), ["2.2", "2.4", "2.6", "2.8"]);
});

test("an axis of one value, or of none, still has a length", () => {
  assert.deepEqual([new Axis(3, 3, "").least, new Axis(3, 3, "").most], [2.5, 3.5]);
  assert.equal(new Axis(3, 3, "").place(3), 0.5);
  assert.deepEqual([new Axis(Infinity, -Infinity, "").least], [0]);
  const log = new Axis(4, 4, "", "log");
  assert.ok(log.least < 4 && log.most > 4 && isNear(log.place(4), 0.5));
  assert.ok(Number.isFinite(new Axis(0, 0, "", "log").place(0)));
});

test("a reversed axis has its least value at the far end", () => {
  const axis = new Axis(1, 5, "");
  const reversed = axis.reversed();
  assert.deepEqual(
    [1, 3, 4].map((value) => reversed.place(value)),
    [1, 0.5, 0.25],
  );
  assert.equal(reversed.value(1), 1);
  assert.equal(axis.place(1), 0);
});

test("numbers are written in few digits", () => {
  const written = {
    0: "0",
    0.12345: "0.123",
    "-12.345": "-12.3",
    1234.5: "1235",
    100000: "10⁵",
    2500000: "2.5·10⁶",
    0.00042: "4.2·10⁻⁴",
  };
  for (const [value, words] of Object.entries(written)) assert.equal(plain(Number(value)), words);
  assert.equal(percent(0.12345), "12.3 %");
  assert.equal(grouped(1234567), "1,234,567");
});

test("a plot area leads from values to pixels", () => {
  const box = { left: 10, top: 20, width: 100, height: 50 };
  const area = new PlotArea(box, new Axis(0, 10, ""), new Axis(0, 1, ""));
  assert.deepEqual([area.px(0), area.px(10), area.py(0), area.py(1)], [10, 110, 70, 20]);
  assert.deepEqual(area.all([5], [0.5]), [[60], [45]]);
  assert.ok(area.contains(110, 70) && !area.contains(111, 70) && !area.contains(60, 19));
});
