// Shows the threshold console in a Streamlit page. A threshold that was set by hand stands in the
// page's link; the server hears of it when the viewer has let go of it.

import { Console } from "./console/console.js";
import { Judged } from "./console/judged.js";
import { unpack } from "./film/container.js";

/** @import { Told } from "./console/judged.js" */

const CUT = "cut";

/** @typedef {HTMLElement & { console?: Console }} Place */

/** The threshold that the link has; null where it has none that means anything. */
function cutOfLink() {
  const text = new URLSearchParams(location.search).get(CUT);
  const value = text ? Number(text) : NaN;
  return Number.isFinite(value) ? value : null;
}

/** @param {number | null} threshold */
function keepInLink(threshold) {
  const url = new URL(location.href);
  if (threshold === null) url.searchParams.delete(CUT);
  else url.searchParams.set(CUT, String(threshold));
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

/**
 * Called by Streamlit whenever the page's script has run; the element stays from one to the next.
 *
 * @param {object} component
 * @param {Uint8Array} component.data  as `dashboard/console.py` packs it
 * @param {HTMLElement} component.parentElement
 * @param {(name: string, value: unknown) => void} component.setStateValue
 */
export default function ({ data, parentElement, setStateValue }) {
  const place = /** @type {Place} */ (parentElement.querySelector(".toll-console"));
  const { header, arrays } = unpack(data);
  const told = /** @type {Told} */ (/** @type {unknown} */ (header));
  const before = place.childElementCount ? place.console : undefined;
  if (before?.judged.told.digest === told.digest) return;
  place.style.setProperty("--player-background", "var(--st-background-color)");
  // Another run or another rule comes with a threshold of its own.
  const isOther = before !== undefined && nameOf(before.judged.told) !== nameOf(told);
  const byHand = before?.isByHand ? before.threshold : null;
  const threshold = before ? (isOther ? null : byHand) : cutOfLink();
  const settled = (/** @type {number | null} */ moved) => {
    keepInLink(moved);
    setStateValue("threshold", moved);
  };
  const sheet = told.tile ? /** @type {Uint8Array} */ (arrays.sheet) : null;
  place.console = new Console(place, new Judged(told, arrays), { threshold, sheet, settled });
  if (isOther ? byHand !== null : !before && threshold !== null) settled(threshold);
}

/**
 * What a threshold is of.
 *
 * @param {Told} told
 */
function nameOf({ run, rule, threshold }) {
  return JSON.stringify([run, rule, threshold]);
}
