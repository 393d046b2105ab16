// What a ladder shows at each training step and β: one number for each snapshot of each rung, from
// the film itself or, where several seeds were trained, the mean over them from its table.

/** @import { Ladder } from "./ladder.js" */
/** @import { Pictures } from "./pictures.js" */

/**
 * A figure that a map of time and β shows.
 *
 * @typedef {object} Measure
 * @property {string} name  in a list
 * @property {string} words  what it is, in a sentence
 * @property {string} column  of the table
 * @property {boolean} usesLabels  whether it needs to know which samples are anomalous
 */

/** @typedef {"auroc" | "separation" | "error" | "variety"} MeasureName */

/** @type {Record<MeasureName, Measure>} */
export const MEASURES = {
  auroc: {
    name: "AUROC of the score",
    words: "AUROC of the score: 1 is perfect, 0.5 guessing",
    column: "auroc_score",
    usesLabels: true,
  },
  separation: {
    name: "Separation",
    words:
      "the separation: how many times as far out the median anomaly lies as the median normal sample",
    column: "separation",
    usesLabels: true,
  },
  error: {
    name: "Reconstruction error",
    words: "the median reconstruction error of normal samples: what the pull costs",
    column: "reconstruction_error",
    usesLabels: false,
  },
  variety: {
    name: "Variety",
    words:
      "how much reconstructions of normal samples differ, as a share of how much the samples do: near 0 " +
      "the decoder shows one picture for everything",
    column: "variety",
    usesLabels: false,
  },
};

/** Whether a figure of a snapshot is known without computing it for long. */
export class Measured {
  /**
   * @param {Ladder} ladder
   * @param {Pictures[]} pictures  by rung
   */
  constructor(ladder, pictures) {
    this.ladder = ladder;
    this.pictures = pictures;
  }

  /**
   * A figure at a snapshot; null where it is not known, or not yet.
   *
   * @param {MeasureName} name
   * @param {number} rung
   * @param {number} frame
   * @returns {number | null}
   */
  at(name, rung, frame) {
    const film = this.ladder.rungs[rung];
    // The table's scores are weighed as they were trained.
    if (this.ladder.header.table && !(name === "auroc" && film.weight !== film.beta)) {
      const mean = this.means(name).get(`${film.beta} ${film.steps[frame]}`);
      if (mean !== undefined) return mean;
    }
    if (name === "auroc") return film.auroc("score", frame);
    if (name === "separation") return film.separation(frame);
    if (name === "error") return film.median("error", frame, 0);
    return this.pictures[rung].variety(frame);
  }

  /**
   * Means of the table's rows over seeds, by β and step.
   *
   * @private
   * @param {MeasureName} name
   * @returns {Map<string, number>}
   */
  means(name) {
    return this.ladder.keep(`means of ${name}`, () => {
      /** @type {Map<string, number[]>} */
      const all = new Map();
      for (const row of this.ladder.header.table ?? []) {
        const value = row[MEASURES[name].column];
        if (value === null || value === undefined) continue;
        const key = `${row.beta} ${row.step}`;
        all.set(key, [...(all.get(key) ?? []), value]);
      }
      /** @param {number[]} values */
      const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
      return new Map(Array.from(all, ([key, values]) => [key, mean(values)]));
    });
  }

  /** How many seeds the figures are means over. */
  get seeds() {
    return new Set((this.ladder.header.table ?? []).map(({ seed }) => seed)).size || 1;
  }
}
