// The film from the keyboard.

/** @import { Player } from "./player.js" */

// Where arrow keys mean something else.
const TYPING =
  "input:not(.scrubber, .gravity), textarea, select, [role=slider], [role=combobox], [role=radio]";

/**
 * Left and right go from snapshot to snapshot wherever the focus is, unless a key means something
 * there; up and down from β to β where it is in the player, and left and right on the slider over β. It ends by itself once the player is no longer on the page.
 *
 * @param {Player} player
 */
export function listenToKeys(player) {
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    const { key } = event;
    const target = event.target instanceof Element ? event.target : document.body;
    if (!player.root.isConnected) return stop();
    if (event.altKey || event.ctrlKey || event.metaKey || target.closest(TYPING)) return;
    const isInside = player.root.contains(target);
    const isLadder = isInside && player.ladder.size > 1;
    const isPull = isLadder && target.classList.contains("gravity");
    const stronger = key === "ArrowUp" || (key === "ArrowRight" && isPull);
    const weaker = key === "ArrowDown" || (key === "ArrowLeft" && isPull);
    if (stronger && isLadder) player.goToRung(player.main.rung + 1);
    else if (weaker && isLadder) player.goToRung(player.main.rung - 1);
    else if (key === "ArrowLeft") player.forward(-1);
    else if (key === "ArrowRight") player.forward(1);
    else if (key === "Home" && isInside) player.goTo(0);
    else if (key === "End" && isInside) player.goTo(player.lastFrame);
    else if (key === " " && target.classList.contains("scrubber")) player.play();
    else return;
    event.preventDefault();
  };
  const stop = () => document.removeEventListener("keydown", pressed);
  document.addEventListener("keydown", pressed);
}
