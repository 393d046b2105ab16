// Keeps the browser's history to steps that a person has made.
//
// The server writes into a page's link what is selected, where the link does not say so yet: after
// a change of page, and at the first visit. Streamlit has the browser take that for a step of its
// own, and Back would lead to the same page without a selection, which the server would fill in
// again. So whatever fills in a link takes the place of the link that lacked it.
//
// Who goes back twice in a hurry has left the page between before the server's word of it arrives.
// Streamlit would put that page's address on top of the one gone to, and everything ahead would be
// lost. So after a step back or forth no other page follows until the person clicks on something.

const SELECTED = "run";

/** @typedef {{ watched?: boolean }} Watched */

/**
 * Whether going from one address to another only fills in what is selected.
 *
 * @param {URL} before
 * @param {URL} after
 */
function fillsIn(before, after) {
  const lacking = !before.searchParams.has(SELECTED) && after.searchParams.has(SELECTED);
  return before.pathname === after.pathname && lacking;
}

/** The address of a first visit, if it was filled in before this could see to it. */
function openedBlank() {
  const [visit] = performance.getEntriesByType("navigation");
  const opened = new URL(visit?.name ?? location.href);
  return fillsIn(opened, new URL(location.href)) ? opened.href : null;
}

/** Called by Streamlit whenever the page's script has run; there is one history in a tab. */
export default function () {
  const seen = /** @type {History & Watched} */ (history);
  if (seen.watched) return;
  seen.watched = true;
  const blank = openedBlank();
  /** @type {string | null} */
  let wentTo = null; // the path of the page that Back or Forward led to
  const go = (/** @type {PopStateEvent} */ event) => {
    wentTo = location.pathname;
    if (location.href !== blank) return;
    event.stopImmediatePropagation(); // nothing is asked of the server on the way over it
    history.back();
  };
  addEventListener("popstate", go, true);
  addEventListener("click", () => (wentTo = null), true);
  const push = history.pushState.bind(history);
  history.pushState = (data, unused, address) => {
    const here = new URL(location.href);
    const there = new URL(address ?? here, here);
    if (wentTo !== null && there.pathname !== wentTo) return;
    if (fillsIn(here, there)) history.replaceState(data, unused, address);
    else push(data, unused, address);
  };
}
