// What a link keeps of a film, and what it does with values that mean nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesOf, linkText, nameOfRung, readLink, rowsOf } from "../../toll/player/link.js";
import { smallFilm, smallLadder } from "./small.js";

/** @param {string} text */
function read(text) {
  const found = Object.entries(readLink(new URLSearchParams(text)) ?? {});
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

test("a link says where the viewer was", () => {
  assert.deepEqual(read("run=x&step=20&pins=7,9"), { step: 20, samples: [], pins: [7, 9] });
  assert.deepEqual(read("samples=3"), { samples: [3], pins: [] });
  assert.equal(readLink(new URLSearchParams("run=x")), null);
});

test("a link has β, what it is compared with, the scoring and the threshold", () => {
  const text =
    "step=5&beta=100&versus=none&scoring=Infinity&threshold=score&share=80&samples=&pins=";
  const seen = read(text);
  assert.equal(linkText({ ...seen, samples: [], pins: [] }), text);
  assert.deepEqual([seen.beta, seen.scoring, seen.share], ["100", Infinity, 80]);
});

test("values that mean nothing are passed over", () => {
  const text = "step=abc&scoring=-1&threshold=up&share=1000&samples=a,3,-1&pins=1e3,2.5";
  assert.deepEqual(read(text), { samples: [3], pins: [] });
  assert.deepEqual(read("step=&scoring="), { samples: [], pins: [] });
});

test("a ladder opens as the link says, and otherwise on its own rung beside one without a pull", () => {
  const ladder = smallLadder();
  const { rung, versus } = choicesOf(ladder, {});
  assert.deepEqual([rung, versus], [1, 0]);
  const chosen = choicesOf(ladder, { beta: "0", versus: "none" });
  assert.deepEqual([chosen.rung, chosen.versus], [0, null]);
  const unknown = choicesOf(ladder, { beta: "7", versus: "8", pins: [101, 7] });
  assert.deepEqual([unknown.rung, unknown.versus, unknown.pins], [1, 0, [1]]);
  assert.equal(nameOfRung(ladder, 1), "2");
});

test("samples of a link are found in the film by their ids, and those of another film are not", () => {
  assert.deepEqual(rowsOf(smallFilm(), [104, 7, 100]), [4, 0]);
  assert.deepEqual(rowsOf(smallFilm()), []);
});
