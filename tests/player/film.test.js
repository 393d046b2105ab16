// A film's metrics are those of the library, which wrote them down beside it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { unpack } from "../../toll/player/film/container.js";
import { RunFilm } from "../../toll/player/film/film.js";
import { RadialScale, RIM } from "../../toll/player/film/radial_scale.js";
import { BYTES, METRICS, isNear, smallFilm } from "./small.js";

test("packed bytes are read wherever they lie in memory", () => {
  const { header, arrays } = unpack(BYTES);
  assert.equal(header.rungs[0].run, "small");
  assert.equal(new TextDecoder().decode(arrays.odd), "odd");
  assert.ok(arrays.id instanceof Int32Array && arrays["rung 0 norm"] instanceof Float32Array);
  assert.deepEqual([...arrays.id], [100, 101, 102, 103, 104, 105, 106, 107, 108]);
  assert.equal(arrays["rung 0 norm"].length, 4 * 9);
});

test("bytes at a good address are looked at and not copied", () => {
  const whole = BYTES.slice();
  assert.equal(unpack(whole).arrays.id.buffer, whole.buffer);
});

test("samples have the labels of their classes", () => {
  const film = smallFilm();
  assert.deepEqual([...film.labels], METRICS.labels);
  assert.deepEqual(film.shownClasses(), [8, 3, 5]);
  assert.deepEqual([film.className(1), film.kind(1), film.kind(0)], ["3", "anomalous", "normal"]);
});

test("several classes may be normal", () => {
  const { header, arrays } = unpack(BYTES);
  const film = new RunFilm(
    { ...header, ...header.rungs[0], normal_classes: [3, 8] },
    arrays,
    "rung 0 ",
  );
  assert.deepEqual([...film.labels], [0, 0, 0, 0, 0, 0, 1, 0, 0]);
  assert.deepEqual(film.shownClasses(), [3, 8, 5]);
});

METRICS.frames.forEach((wanted, frame) => {
  test(`metrics of frame ${frame} are those of the library`, () => {
    const film = smallFilm();
    assert.deepEqual([...film.scores(frame)], wanted.scores);
    for (const [name, auroc] of Object.entries(wanted.auroc))
      assert.ok(isNear(film.auroc(name, frame), auroc), name);
    assert.ok(isNear(film.separation(frame), wanted.separation));
    assert.ok(isNear(film.quantile("norm", frame, 0.95, 0), wanted.horizon));
    const { falsePositive, truePositive } = film.roc("score", frame);
    const points = falsePositive.map((x, i) => `${x.toFixed(6)} ${truePositive[i].toFixed(6)}`);
    wanted.roc.false.forEach((x, i) =>
      assert.ok(points.includes(`${x.toFixed(6)} ${wanted.roc.true[i].toFixed(6)}`)),
    );
  });

  test(`ranks of frame ${frame} follow the scores`, () => {
    const film = smallFilm();
    const [scores, ranks] = [film.scores(frame), film.ranks(frame)];
    assert.deepEqual(
      [...ranks].sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    ranks.forEach((rank, row) => {
      const higher = scores.filter((score) => score > scores[row]).length;
      const equal = scores.filter((score) => score === scores[row]).length;
      assert.ok(rank > higher && rank <= higher + equal);
    });
    assert.equal(film.order(frame)[0], ranks.indexOf(1));
  });
});

test("the separation of samples that have all fallen in is 1", () => {
  const film = smallFilm();
  film.at("norm", 3).fill(0);
  assert.equal(film.separation(3), 1);
  film.kept.clear();
  film.anomalous.forEach((row) => (film.at("norm", 3)[row] = 2));
  assert.equal(film.separation(3), Infinity);
});

for (const kind of /** @type {const} */ (["log", "linear", "relative"])) {
  test(`the ${kind} scale puts what is farther out farther out, and the farthest on the rim`, () => {
    const film = smallFilm();
    const scale = new RadialScale(kind, [film]);
    const radii = [0, 0.1, 1, 2, 1000].map((norm) => scale.radius(norm));
    assert.deepEqual(
      radii,
      [...radii].sort((a, b) => a - b),
    );
    assert.equal(radii[0], 0);
    assert.equal(radii[4], RIM);
    const unit = scale.unit(film, film.at("norm", 2));
    assert.equal(unit, kind === "relative" ? film.median("norm", 2, 0) : 1);
  });
}
