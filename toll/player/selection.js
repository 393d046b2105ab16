// Which samples are selected, shown in the panel, and pinned.

import { MOST_PINS } from "./views/samples.js";

/** @import { State } from "./state.js" */
/** @import { Pictures } from "./film/pictures.js" */

/** What the viewer does with samples: the part of the player that concerns them. */
export class Selection {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
  }

  /**
   * The pictures that rays are shown of.
   *
   * @returns {Pictures}
   */
  get pictures() {
    throw new Error("A player has pictures.");
  }

  /** Tells the page where the viewer is. */
  tell() {
    throw new Error("A player tells the page.");
  }

  /**
   * Selects these samples.
   *
   * @param {number[]} rows
   * @param {boolean} [more]  besides those that are selected; these alone are selected already: they
   *   no longer are
   */
  select(rows, more = false) {
    const before = more ? this.state.selected : [];
    const added = rows.filter((row) => !before.includes(row));
    const selected =
      more && !added.length ? before.filter((row) => !rows.includes(row)) : [...before, ...added];
    this.state.set({ selected, focus: added[0] ?? selected[0] ?? null });
    this.guideBy(this.state.focus);
    this.tell();
  }

  /**
   * Shows one sample in the panel; it stays among the selected ones.
   *
   * @param {number} row
   * @param {boolean} [more]  as in `select`, if it is not one of them
   */
  focus(row, more) {
    if (!this.state.selected.includes(row)) return this.select([row], more);
    this.state.set({ focus: row });
    this.guideBy(row);
  }

  /**
   * @private
   * @param {number | null} row
   */
  guideBy(row) {
    if (row !== null && this.pictures.guides.includes(row)) this.state.set({ guide: row });
  }

  /**
   * Pins a sample, or unpins it if it is pinned.
   *
   * @param {number} row
   */
  pin(row) {
    const { pins } = this.state;
    const others = pins.filter((each) => each !== row);
    const isPinned = others.length < pins.length;
    this.state.set({ pins: isPinned ? others : [...pins, row].slice(0, MOST_PINS) });
    this.tell();
  }
}
