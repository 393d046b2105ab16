// What becomes a step that Back goes over, in a tab whose address the server writes.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import keepToSteps from "../../dashboard/history.js";

/** As much of a browser's tab as there is to its history. */
class Tab {
  /** @param {string[]} visits */
  constructor(...visits) {
    this.visits = visits.map((each) => new URL(each, "http://host").href);
    this.at = this.visits.length - 1;
    /** @type {Map<string, (event: { stopImmediatePropagation: () => void }) => void>} */
    this.listeners = new Map();
    this.asked = 0; // how often the page gone to was asked of the server
  }

  get href() {
    return this.visits[this.at];
  }

  get pathname() {
    return new URL(this.href).pathname;
  }

  /** The addresses, that of the page which is shown among them in brackets. */
  get shown() {
    const paths = this.visits.map((each) => each.replace("http://host", ""));
    return paths.map((each, index) => (index === this.at ? `[${each}]` : each)).join(" ");
  }

  /** @type {History["pushState"]} */
  pushState(_data, _unused, address) {
    const next = new URL(address ?? "", this.href).href;
    this.visits.splice(++this.at, Infinity, next);
  }

  /** @type {History["replaceState"]} */
  replaceState(_data, _unused, address) {
    this.visits[this.at] = new URL(address ?? "", this.href).href;
  }

  back() {
    this.go(-1);
  }

  /** @param {number} steps */
  go(steps) {
    this.at += steps;
    let heard = true;
    this.listeners.get("popstate")?.({ stopImmediatePropagation: () => (heard = false) });
    if (heard) this.asked += 1;
  }

  click() {
    this.listeners.get("click")?.({ stopImmediatePropagation: () => undefined });
  }
}

/** @type {Tab} */
let tab;

/**
 * A tab that went to these addresses, the last of which was opened as `opened`.
 *
 * @param {string[]} visits
 * @param {string} [opened]
 */
function open(visits, opened = visits[visits.length - 1]) {
  tab = new Tab(...visits);
  const name = new URL(opened, "http://host").href;
  const stood = {
    history: tab,
    location: tab,
    addEventListener: tab.listeners.set.bind(tab.listeners),
    performance: { getEntriesByType: () => [{ name }] },
  };
  for (const [key, value] of Object.entries(stood))
    Object.defineProperty(globalThis, key, { value, configurable: true });
  keepToSteps();
}

beforeEach(() => open(["/", "/losses?run=a"]));

test("what fills in a link takes the place of the link that lacked it", () => {
  tab.pushState({}, "", "/detection");
  tab.pushState({}, "", "/detection?run=a");
  assert.equal(tab.shown, "/ /losses?run=a [/detection?run=a]");
});

test("another choice is a step, and so is another page", () => {
  tab.pushState({}, "", "/losses?run=b");
  tab.pushState({}, "", "/detection?run=b");
  assert.equal(tab.shown, "/ /losses?run=a /losses?run=b [/detection?run=b]");
});

test("it is set up once, however often the page's script runs", () => {
  keepToSteps();
  keepToSteps();
  tab.pushState({}, "", "/losses?run=b");
  assert.equal(tab.shown, "/ /losses?run=a [/losses?run=b]");
});

test("late word of a page that was left again does not take the place of what lies ahead", () => {
  tab.pushState({}, "", "/detection?run=a");
  tab.go(-1);
  tab.go(-1);
  tab.pushState({}, "", "/losses?run=a");
  assert.equal(tab.shown, "[/] /losses?run=a /detection?run=a");
  tab.go(1);
  tab.go(1);
  tab.pushState({}, "", "/losses?run=a");
  assert.equal(tab.shown, "/ /losses?run=a [/detection?run=a]");
});

test("after a step back, a page that is asked for comes, and a choice on this one", () => {
  tab.go(-1);
  tab.pushState({}, "", "/?run=a&step=3");
  tab.click();
  tab.pushState({}, "", "/detection?run=a");
  assert.equal(tab.shown, "/?run=a&step=3 [/detection?run=a]");
});

test("back goes over the address of a first visit that was filled in, and asks for nothing", () => {
  open(["/elsewhere", "/", "/?run=a"], "/");
  tab.go(-1);
  assert.equal(tab.shown, "[/elsewhere] / /?run=a");
  assert.equal(tab.asked, 1); // which a browser does not do for another document
  open(["/elsewhere", "/", "/?run=b"], "/?run=b");
  tab.go(-1);
  assert.equal(tab.shown, "/elsewhere [/] /?run=b");
});
