// What is said of two sides, of a fault and of a state.

import assert from "node:assert/strict";
import { test } from "node:test";
import { noticeOf, verdict } from "../../toll/player/film/verdict.js";

/**
 * @param {number} beta
 * @param {number} auroc
 */
function side(beta, auroc) {
  return { beta, auroc, label: beta ? `β = ${beta}` : "β = 0 (no pull)" };
}

test("a pull that helps is told in comparisons, whichever side it is on", () => {
  const wanted = "With the pull (β = 100) 92 of 100 comparisons come out right, without it 86.";
  assert.equal(verdict(side(100, 0.92), side(0, 0.861)), wanted);
  assert.equal(verdict(side(0, 0.861), side(100, 0.92)), wanted);
});

test("a pull that makes no difference or does harm is told as plainly", () => {
  assert.match(
    verdict(side(10, 0.983), side(0, 0.98)),
    /^Here a plain autoencoder detects as well/,
  );
  assert.match(verdict(side(10, 0.8), side(0, 0.98)), /^Here the pull does harm: with the pull/);
});

test("of two pulls each is named", () => {
  assert.equal(
    verdict(side(1, 0.7), side(10, 0.9)),
    "With β = 10 90 of 100 comparisons come out right, with β = 1 70.",
  );
  assert.match(verdict(side(1, 0.9), side(10, 0.9)), /^Both detect equally well/);
  assert.match(verdict(side(10, 0.6), side(1, 0.9)), /^Here the stronger pull does harm/);
  assert.match(verdict(side(1, 0.6), side(1, 0.6)), /^Both sides show β = 1/);
  assert.match(
    verdict(side(10, 0.2), side(0, 0.2), { isTrained: false }),
    /^Nothing has been trained yet: with/,
  );
});

test("scored with another weight, β = 0 is not called the pull's absence", () => {
  assert.equal(
    verdict(side(100, 0.94), side(0, 0.11), { isOwn: false }),
    "With β = 100 94 of 100 comparisons come out right, with β = 0 (no pull) 11.",
  );
});

const CALM = { alarm: null, variety: 0.02, auroc: 0.9, separation: 2, better: null };

test("one picture for everything is a state where the norm tells, by either figure", () => {
  assert.equal(noticeOf(CALM)?.isFault, false);
  assert.equal(noticeOf({ ...CALM, auroc: 0.5 })?.isFault, false);
  assert.equal(noticeOf({ ...CALM, separation: 1 })?.isFault, false);
});

test("one picture for everything is a fault where the norm tells nothing", () => {
  const notice = noticeOf({ ...CALM, auroc: 0.59, separation: 1.09 });
  assert.ok(notice?.isFault && /Try a smaller β/.test(notice.words));
});

test("an alarm of the film goes before, and nothing is said where nothing is", () => {
  assert.deepEqual(noticeOf({ ...CALM, alarm: "Ring" }), { words: "Ring", isFault: true });
  assert.equal(noticeOf({ ...CALM, variety: 0.5 }), null);
  assert.equal(noticeOf({ ...CALM, variety: null }), null);
  assert.deepEqual(noticeOf({ ...CALM, variety: null, better: "B." }), {
    words: "B.",
    isFault: false,
  });
});
