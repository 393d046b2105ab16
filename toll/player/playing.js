// What moves by itself: the instant along the timeline, and the way from one β to another.

import { SECONDS } from "./film/time.js";

/** @import { Instant } from "./instant.js" */

const GLIDE_MS = 250; // that a change of β takes
const LIVE_SECONDS = 2; // in which what has come of a training is played: until there is more
const LEAST_LIVE_FRAMES = 2; // a second

/** Whether the viewer has asked their system for less movement. */
export function isStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Moves the instant at every frame of the screen, until the film ends or is no longer to play. A
 * film that is still growing waits at its end for more, and goes evenly through what comes.
 *
 * @param {Instant} player
 */
export function keepPlaying(player) {
  let last = performance.now();
  /** @param {number} now */
  const tick = (now) => {
    if (!player.state.playing || !player.root.isConnected) return;
    const seconds = Math.max(now - last, 0) / 1000;
    last = now;
    const time = player.isLive ? liveTime(player, seconds) : playedTime(player, seconds);
    if (time < player.lastFrame) player.state.set({ time });
    else if (player.isLive) player.state.set({ time: player.lastFrame });
    else return player.goTo(player.lastFrame);
    player.tellMeanwhile();
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

/**
 * @param {Instant} player
 * @param {number} seconds  that have passed
 */
function playedTime(player, seconds) {
  const place = player.place + (seconds / SECONDS) * player.state.speed;
  return place >= 1 ? player.lastFrame : player.timeline.timeAt(place);
}

/**
 * @param {Instant} player
 * @param {number} seconds
 */
function liveTime(player, seconds) {
  const rate = Math.max(player.pending / LIVE_SECONDS, LEAST_LIVE_FRAMES);
  return player.state.time + rate * seconds;
}

/**
 * Takes every view from the rung that is shown to another one.
 *
 * @param {Instant} player
 * @param {number} rung
 */
export function glide(player, rung) {
  const from = player.state.rung;
  const began = performance.now();
  const number = ++player.glides;
  if (isStill() || from === rung) return player.state.set({ rung });
  /** @param {number} now */
  const tick = (now) => {
    if (number !== player.glides || !player.root.isConnected) return;
    const part = Math.min(Math.max(now - began, 0) / GLIDE_MS, 1);
    const eased = part * part * (3 - 2 * part);
    player.state.set({ rung: part < 1 ? from + eased * (rung - from) : rung });
    if (part < 1) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}
