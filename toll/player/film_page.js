// The exported document: its film lies in the page itself, with where its viewer was when it was
// made, and its link keeps where they go.

import { linkText, readLink } from "./link.js";
import { faultsOf } from "./link_faults.js";
import { mount } from "./mount.js";

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const film = /** @type {HTMLElement} */ (document.getElementById("film"));
const packed = atob(film.textContent ?? "");

const { player } = mount(
  main,
  Uint8Array.from(packed, (letter) => letter.charCodeAt(0)),
  {
    lastSeen: () =>
      readLink(new URLSearchParams(location.hash.slice(1))) ??
      readLink(new URLSearchParams(film.dataset.link)) ??
      {},
    changed: (seen) => history.replaceState(null, "", `#${linkText(seen)}`),
    live: false,
  },
);
player.controls.words.warn(faultsOf(player.ladder, new URLSearchParams(location.hash.slice(1))));

// For whoever looks into the page from the browser's console.
window.player = player;
