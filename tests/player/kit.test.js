// Small parts: tables as text, colours, maps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { centreOf, drawnRadius, reachOf, turned } from "../../toll/player/film/maps.js";
import { csvText } from "../../toll/player/kit/saving.js";
import { colorAt, rgb } from "../../toll/player/kit/theme.js";
import { isNear, smallFilm } from "./small.js";

test("a table is written with its names, short columns end in empty cells", () => {
  const text = csvText({ step: [0, 1], "a,b": ['say "x"'], norm: Float32Array.of(0.1, 1 / 3) });
  assert.equal(text, 'step,"a,b",norm\r\n0,"say ""x""",0.1\r\n1,,0.3333333\r\n');
});

test("a colour lies on the ramp between its neighbours, and beyond its end is the last", () => {
  const ramp = ["#000000", "#ff0080", "#ffffff"].map(rgb);
  assert.deepEqual(ramp[1], [255, 0, 128]);
  assert.deepEqual(colorAt(ramp, 0), [0, 0, 0]);
  assert.deepEqual(colorAt(ramp, 0.25), [127.5, 0, 64]);
  assert.deepEqual(colorAt(ramp, 7), [255, 255, 255]);
});

test("a turned map keeps distances from the axis of turning", () => {
  const points = Float32Array.of(1, 2, 3);
  assert.deepEqual([...turned(points, [0, 0])], [1, 2]);
  const [x, y] = turned(points, [Math.PI / 2, 0]);
  assert.ok(isNear(x, 3, 5) && isNear(y, 2, 5));
});

test("a map of true distances is drawn about the origin, in one scale for the whole film", () => {
  const film = smallFilm();
  const [map] = film.about.maps;
  const all = film.steps.flatMap((_, frame) => [...film.at(map.array, frame)]);
  assert.ok(reachOf(film, map, false) <= Math.max(...all));
  assert.deepEqual(centreOf(film, map), [0, 0]);
  assert.ok(drawnRadius(film, map, 0) > 0);
});

test("a UMAP has no origin and is drawn about its middle, without what is not computed yet", () => {
  const film = smallFilm();
  const map = /** @type {const} */ ({ array: "umap", title: "", kind: "umap", dimensions: 2 });
  film.arrays["rung 0 umap"] = new Float32Array(film.frames * film.size * 2).fill(NaN);
  film.arrays["rung 0 umap"].set([1, 10, 5, 30]);
  assert.deepEqual(centreOf(film, map), [3, 20]);
  assert.equal(reachOf(film, map, false), 10);
});
