// Each anomalous class by itself: how well it is told from the normal samples, and how much of it the
// threshold misses.

import { percent } from "../kit/axes.js";
import { element } from "../kit/page.js";
import { medianOf } from "../film/metrics.js";

/** @import { Console } from "./console.js" */

const TITLES = ["anomalous class", "samples", "AUROC", "median ‖z‖", "missed"];

/** A table of the anomalous classes, the hardest first. */
export class ByClass {
  /** @param {Console} console */
  constructor(console) {
    this.console = console;
    const { judged } = console;
    const usual = medianOf(judged.norms, judged.rows[0]);
    this.rows = judged.groups.map((group) => {
      const [bar, words] = [element("i"), element("span")];
      const norm = usual ? (medianOf(judged.norms, group.rows) / usual).toFixed(2) : "–";
      const cells = [group.name, String(group.rows.length), group.auroc.toFixed(3), norm];
      const track = element("span", { class: "track" }, bar);
      const missed = element("td", { class: "missed" }, element("div", {}, track, words));
      const row = element("tr", {}, ...cells.map((text) => element("td", {}, text)), missed);
      return { group, row, bar, words };
    });
    const head = element(
      "tr",
      {},
      ...TITLES.map((title) => element("th", { scope: "col" }, title)),
    );
    const table = element("table", {}, element("thead", {}, head));
    table.append(element("tbody", {}, ...this.rows.map(({ row }) => row)));
    const place = element("div", { class: "scrolled", tabindex: "0" }, table);
    this.root = element("section", { class: "card by-class", "aria-label": "By class" });
    const header = element("header", {}, element("h3", {}, "Which anomalies are found?"));
    const words =
      "Each class against the normal samples, the hardest first. Median ‖z‖: that of the normal " +
      "samples is 1. Missed: the share of its samples that the threshold does not flag.";
    this.root.append(header, place, element("p", { class: "caption" }, words));
  }

  /** Fills in what the threshold changes. */
  redraw() {
    for (const { group, bar, words } of this.rows) {
      const missed = this.console.judged.missedOf(group, this.console.threshold);
      bar.style.width = `${100 * missed}%`;
      words.textContent = percent(missed);
    }
  }
}
