// Shows the player in a Streamlit page. The instant and the samples stand in the page's link, so
// that the same link shows the same picture; the server need not hear of them.

import { LINKED, readLink } from "./link.js";
import { mount } from "./mount.js";

/** @import { Seen } from "./link.js" */
/** @import { Mounted } from "./mount.js" */

/**
 * Where the viewer was: as the link says, or else as they left this run on their way to other pages.
 *
 * @param {string} run
 * @returns {Partial<Seen>}
 */
function lastSeen(run) {
  const link = readLink(new URLSearchParams(location.search));
  return link ?? JSON.parse(sessionStorage.getItem(`film ${run}`) ?? "{}");
}

/**
 * @param {Seen} seen
 * @param {string} run
 */
function remember(seen, run) {
  const url = new URL(location.href);
  for (const name of LINKED) {
    const value = String(seen[name]);
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  history.replaceState(history.state, "", url);
  sessionStorage.setItem(`film ${run}`, JSON.stringify(seen));
}

/**
 * Called by Streamlit whenever the page's script has run; the element stays from one to the next.
 *
 * @param {{ data: Uint8Array, parentElement: HTMLElement }} component  data: the packed film
 */
export default function ({ data, parentElement }) {
  const place = /** @type {HTMLElement & { mounted?: Mounted }} */ (
    parentElement.querySelector(".toll-film")
  );
  place.style.setProperty("--player-background", "var(--st-background-color)");
  if (place.mounted?.player.root.isConnected) place.mounted.replace(data);
  else {
    place.mounted = mount(place, data, { lastSeen, changed: remember });
    place.mounted.player.tell();
  }
}
