// Keeps the browser's history to steps that a person has made.
//
// The server writes into a page's link what is selected, where the link does not say so yet: after
// a change of page, and at the first visit. Streamlit has the browser take that for a step of its
// own, and Back would lead to the same page without a selection, which the server would fill in
// again. So whatever fills in a link takes the place of the link that lacked it.

const SELECTED = "run";

/** @typedef {{ filled?: boolean }} Marked */

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

/** Goes over the address of a first visit, which was filled in before this could see to it. */
function skipBlank() {
  const [visit] = performance.getEntriesByType("navigation");
  const opened = new URL(visit?.name ?? location.href);
  if (!fillsIn(opened, new URL(location.href))) return;
  addEventListener("popstate", () => {
    if (location.href === opened.href) history.back();
  });
}

/** Called by Streamlit whenever the page's script has run; there is one history in a tab. */
export default function () {
  const seen = /** @type {History & Marked} */ (history);
  if (seen.filled) return;
  seen.filled = true;
  skipBlank();
  const push = history.pushState.bind(history);
  history.pushState = (data, unused, address) => {
    const here = new URL(location.href);
    const filled = fillsIn(here, new URL(address ?? here, here));
    if (filled) history.replaceState(data, unused, address);
    else push(data, unused, address);
  };
}
