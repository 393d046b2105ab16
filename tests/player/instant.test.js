// Where a film stands, and how one moves through time and from β to β.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Instant } from "../../toll/player/instant.js";
import { smallLadder } from "./small.js";

/** @param {Partial<{ training: boolean }>} [options] */
function instantOf({ training = false } = {}) {
  const ladder = smallLadder();
  ladder.header.rungs[0].training = training;
  if (training) Object.assign(ladder.rungs[0], { steps: [0, 1], frames: 2 });
  const told = /** @type {number[]} */ ([]);
  const place = /** @type {HTMLElement} */ (/** @type {unknown} */ ({ isConnected: false }));
  const instant = new Instant(place, ladder, true);
  instant.tell = () => told.push(instant.state.time);
  instant.state.rung = 1;
  instant.timeline = instant.openTimeline();
  return { instant, told };
}

test("one goes to a snapshot, and not beyond the film", () => {
  const { instant, told } = instantOf();
  instant.goTo(99);
  assert.deepEqual([instant.frame, instant.step, instant.place], [3, 100, 1]);
  instant.goTo(-1);
  assert.deepEqual([instant.frame, told], [0, [3, 0]]);
});

test("between two snapshots one goes on to the next and back to the last", () => {
  const { instant } = instantOf();
  instant.state.set({ time: 1.4 });
  instant.forward(1);
  assert.equal(instant.state.time, 2);
  instant.state.set({ time: 1.4 });
  instant.forward(-1);
  assert.equal(instant.state.time, 1);
});

test("while rungs train, those that are shown go in step with the one that has come least far", () => {
  const { instant } = instantOf({ training: true });
  assert.deepEqual([instant.isLive, instant.lastFrame], [true, 3]);
  instant.state.versus = 0;
  instant.timeline = instant.openTimeline();
  assert.equal(instant.lastFrame, 1);
  instant.goTo(99);
  assert.deepEqual(
    instant.sides.map(({ step }) => step),
    [1, 1],
  );
});

test("the slider stays on the ladder", () => {
  const { instant } = instantOf();
  instant.slide(7);
  assert.equal(instant.state.rung, 1);
  instant.slide(-1);
  assert.deepEqual([instant.state.rung, instant.film.beta], [0, 0]);
});

test("one side is shown alone, and two beside each other", () => {
  const { instant } = instantOf();
  assert.equal(instant.sides.length, 1);
  instant.compareWith(0);
  assert.deepEqual(
    instant.sides.map(({ label }) => label),
    ["β = 2", "β = 0 (no pull)"],
  );
});
