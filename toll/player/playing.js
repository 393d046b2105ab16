// The film plays: the instant moves along the timeline with the time that passes.

import { SECONDS } from "./film/time.js";

/** @import { Player } from "./player.js" */

/**
 * Moves the instant at every frame of the screen, until the film ends or is no longer to play.
 *
 * @param {Player} player
 */
export function keepPlaying(player) {
  let last = performance.now();
  /** @param {number} now */
  const tick = (now) => {
    if (!player.state.playing || !player.root.isConnected) return;
    const place = player.place + ((now - last) / 1000 / SECONDS) * player.state.speed;
    last = now;
    if (place >= 1) return player.goTo(player.film.frames - 1);
    player.state.set({ time: player.timeline.timeAt(place) });
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}
