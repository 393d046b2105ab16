// The exported document: its film lies in the page itself, and its link keeps the instant.

import { readLink } from "./link.js";
import { mount } from "./mount.js";

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const packed = atob(document.getElementById("film")?.textContent ?? "");

const { player } = mount(
  main,
  Uint8Array.from(packed, (letter) => letter.charCodeAt(0)),
  {
    lastSeen: () => readLink(new URLSearchParams(location.hash.slice(1))) ?? {},
    changed: ({ step, samples, pins }) =>
      history.replaceState(null, "", `#step=${step}&samples=${samples}&pins=${pins}`),
  },
);

// For whoever looks into the page from the browser's console.
window.player = player;
