// The film in small that a page shows over and over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SECONDS } from "../../toll/player/film/time.js";
import { placeAfter } from "../../toll/player/preview.js";

test("it plays as long as a film does, rests at the end, and begins again", () => {
  const parts = [0, 0.5, 1, 1.2, 1.34, 1.36];
  const places = parts.map((part) => placeAfter(part * SECONDS));
  assert.deepEqual(places.slice(0, 5), [0, 0.5, 1, 1, 1]);
  assert.ok(places[5] < 0.02);
});
