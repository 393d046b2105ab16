// Many figures, of which each drawing computes as many as it has time for. Until all are new, the
// others are shown as they were.

/** Figures by name, the last that was known of each. */
export class Patience {
  /**
   * @param {number} milliseconds  that a drawing may take to compute figures
   */
  constructor(milliseconds) {
    this.milliseconds = milliseconds;
    this.until = 0;
    /** Whether some figures had to be left to the next drawing. */
    this.isLate = false;
    /** @type {Map<string, number | null>} */
    this.known = new Map();
  }

  /** A drawing begins. */
  begin() {
    this.until = performance.now() + this.milliseconds;
    this.isLate = false;
  }

  /**
   * A figure; null where it is not known, or not yet.
   *
   * @param {string} name
   * @param {() => number | null} compute  takes no time where it has been computed before
   * @returns {number | null}
   */
  figure(name, compute) {
    this.isLate ||= performance.now() > this.until;
    if (!this.isLate) this.known.set(name, compute());
    return this.known.get(name) ?? null;
  }
}
