// What the modules leave on a page's window, or expect there.

import type { Player } from "./player.js";

declare global {
  interface Window {
    /** The player of an exported document. */
    player?: Player;
    /** The chart library, once the dashboard has loaded it. */
    Plotly?: Plotly;
  }

  /** What the dashboard needs of the chart library. */
  interface Plotly {
    react(place: HTMLElement, traces: object[], layout: object, config: object): Promise<unknown>;
  }
}
