// Shows the player in a Streamlit page. The instant and the samples stand in the page's link, so
// that the same link shows the same picture; the server need not hear of them.

import { LINKED, linkText, readLink } from "./link.js";
import { faultsOf } from "./link_faults.js";
import { mount } from "./mount.js";

/** @import { Seen } from "./link.js" */
/** @import { Mounted } from "./mount.js" */

// The height of what stands over the black hole on a page of the dashboard, and below it.
const ABOVE = "480px";

/**
 * Where the viewer was: as the link says, or else as they left this film on their way to other pages.
 *
 * @param {string} name
 * @returns {Partial<Seen>}
 */
function lastSeen(name) {
  const before = sessionStorage.getItem(`film ${name}`) ?? "";
  const links = [location.search, before].map((text) => readLink(new URLSearchParams(text)));
  return links[0] ?? links[1] ?? {};
}

/**
 * @param {Seen} seen
 * @param {string} film  its name
 */
function remember(seen, film) {
  const url = new URL(location.href);
  for (const name of LINKED) {
    const value = String(seen[name] ?? "");
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  history.replaceState(history.state, "", url);
  sessionStorage.setItem(`film ${film}`, linkText(seen));
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
  place.style.setProperty("--player-above", ABOVE);
  if (place.mounted?.player.root.isConnected) place.mounted.replace(data);
  else {
    const autoplay = place.hasAttribute("data-autoplay");
    const link = new URLSearchParams(location.search);
    place.mounted = mount(place, data, { lastSeen, changed: remember, autoplay });
    const { player } = place.mounted;
    player.controls.words.warn(faultsOf(player.ladder, link));
    player.tell();
  }
}
