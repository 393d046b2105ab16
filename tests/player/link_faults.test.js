// What is said of a damaged link.

import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "../../toll/player/link_faults.js";
import { smallLadder } from "./small.js";

test("what means nothing in a link is named with what would", () => {
  const id = smallLadder().rungs[0].ids[0];
  /** @param {string} text */
  const faults = (text) => faultsOf(smallLadder(), new URLSearchParams(text));
  assert.deepEqual(
    faults(`step=20&beta=2&versus=none&samples=${id}&pins=&share=80&scoring=Infinity`),
    [],
  );
  assert.deepEqual(faults("step=abc"), [
    "The link has step = abc; a training step is a number from 0 to 100.",
  ]);
  assert.match(faults("beta=xx")[0], /^The link has beta = xx; valid are 0, 2\.$/);
  assert.equal(faults("step=101&scoring=-1&threshold=up&share=1&versus=7").length, 5);
  assert.match(faults("pins=1e3")[0], /pins = 1e3, which is no sample of this film/);
});
