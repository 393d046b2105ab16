// Where the player meets the page that shows it: the dashboard, an exported document, a test.

import { unpack } from "./film/container.js";
import { Player } from "./player.js";

/** @import { Seen } from "./link.js" */

/**
 * What a page may say when it mounts a film.
 *
 * @typedef {object} Options
 * @property {(name: string) => Partial<Seen>} [lastSeen]  where the viewer of this film was before,
 *   and goes on; at the beginning if it says nothing. A film is named by the run that it opens on
 * @property {(seen: Seen, name: string) => void} [changed]  hears when the film comes to rest at
 *   another instant or β, or the choice of samples or of a score is another
 * @property {boolean} [autoplay]  plays by itself when it opens at its beginning, unless the viewer
 *   has asked their system for less movement
 * @property {boolean} [live]  whether a film that is still being made is followed: it plays evenly
 *   through what `replace` brings. So it does unless this is false, as for a film in a file
 */

/**
 * A film that is shown.
 *
 * @typedef {object} Mounted
 * @property {Player} player
 * @property {(bytes: Uint8Array) => void} replace  shows a later state of the same ladder, or
 *   another one; nothing happens if these bytes are shown already
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
    if (unpack(later).header.digest !== player.ladder.header.digest) player.replace(later);
  };
  return { player, replace };
}
