// Where the player meets the page that shows it: the dashboard, an exported document, a test.

import { unpack } from "./film/container.js";
import { Player } from "./player.js";

/** @import { Seen } from "./link.js" */

/**
 * What a page may say when it mounts a film.
 *
 * @typedef {object} Options
 * @property {(run: string) => Partial<Seen>} [lastSeen]  where the viewer of this run was before,
 *   and goes on; at the beginning if it says nothing
 * @property {(seen: Seen, run: string) => void} [changed]  hears when the film comes to rest at
 *   another instant or the choice of samples is another
 */

/**
 * A film that is shown.
 *
 * @typedef {object} Mounted
 * @property {Player} player
 * @property {(bytes: Uint8Array) => void} replace  shows a later state of the same run, or another
 *   run; nothing happens if these bytes are shown already
 */

/**
 * Shows a film in an element, in place of what was there.
 *
 * @param {HTMLElement} element  its CSS property `--player-background` is the colour behind it
 * @param {Uint8Array} bytes  as `toll/film/container.py` packs them
 * @param {Options} [options]
 * @returns {Mounted}
 */
export function mount(element, bytes, options = {}) {
  const player = new Player(element, bytes, options);
  /** @param {Uint8Array} later */
  const replace = (later) => {
    if (unpack(later).header.digest !== player.film.header.digest) player.replace(later);
  };
  return { player, replace };
}
