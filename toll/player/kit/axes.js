// Axes: from values to places, round numbers along them, and how numbers are written.

/** @typedef {"linear" | "log" | "log1p"} Scale  log1p: for training steps, whose axis has a zero */

/**
 * How a number is written at an axis.
 *
 * @typedef {(value: number) => string} Format
 */

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const LEAST_LOGARITHM = 1e-30;

/** One axis of a chart: maps values to places, 0 at its least value and 1 at its greatest. */
export class Axis {
  /**
   * @param {number} least
   * @param {number} most
   * @param {string} title  with the unit
   * @param {Scale} [scale]
   * @param {Format} [format]
   */
  constructor(least, most, title, scale = "linear", format = plain) {
    this.scale = scale;
    this.title = title;
    this.format = format;
    const [low, high] = widened(least, most, scale);
    this.least = low;
    this.most = high;
    this.low = this.scaled(this.least);
    this.span = this.scaled(this.most) - this.low || 1;
  }

  /**
   * The value as it counts along the axis.
   *
   * @param {number} value
   * @returns {number}
   */
  scaled(value) {
    if (this.scale === "log") return Math.log10(Math.max(value, this.least / 1e3));
    return this.scale === "log1p" ? Math.log10(1 + Math.max(value, 0)) : value;
  }

  /**
   * The axis with its least value at the far end.
   *
   * @returns {Axis}
   */
  reversed() {
    const turned = new Axis(this.least, this.most, this.title, this.scale, this.format);
    [turned.low, turned.span] = [this.low + this.span, -this.span];
    return turned;
  }

  /**
   * Where a value is along the axis: 0 at the least, 1 at the greatest.
   *
   * @param {number} value
   * @returns {number}
   */
  place(value) {
    return (this.scaled(value) - this.low) / this.span;
  }

  /**
   * The value at a place.
   *
   * @param {number} place
   * @returns {number}
   */
  value(place) {
    const scaled = this.low + place * this.span;
    if (this.scale === "log") return 10 ** scaled;
    return this.scale === "log1p" ? 10 ** scaled - 1 : scaled;
  }

  /**
   * About so many ticks, at round numbers.
   *
   * @param {number} [about]
   * @returns {number[]}
   */
  ticks(about = 5) {
    if (this.scale === "linear") return evenTicks(this.least, this.most, about);
    const from = this.scale === "log1p" ? 1 : this.least;
    const marks = decades(from, this.most, about);
    if (marks.length < 2) return evenTicks(this.least, this.most, about);
    return this.scale === "log1p" && this.least <= 0 ? [0, ...marks] : marks;
  }
}

/**
 * An interval that is not empty.
 *
 * @param {number} least
 * @param {number} most
 * @param {Scale} scale
 * @returns {[number, number]}
 */
function widened(least, most, scale) {
  if (!(most >= least)) return scale === "log" ? [0.1, 1] : [0, 1];
  if (scale === "log") {
    const [low, high] = [Math.max(least, LEAST_LOGARITHM), Math.max(most, LEAST_LOGARITHM)];
    return high > low * 1.0001 ? [low, high] : [low / 1.5, high * 1.5];
  }
  return most > least ? [least, most] : [least - 0.5, most + 0.5];
}

/**
 * @param {number} least
 * @param {number} most
 * @param {number} about
 * @returns {number[]}
 */
function evenTicks(least, most, about) {
  const rough = (most - least) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((each) => each * power >= rough) ?? 10);
  const found = [];
  for (let n = Math.ceil(least / step - 1e-9); n * step <= most + step * 1e-9; n++)
    found.push(n * step);
  return found;
}

/**
 * Powers of ten, and where there is room some of their multiples.
 *
 * @param {number} least
 * @param {number} most
 * @param {number} about
 * @returns {number[]}
 */
function decades(least, most, about) {
  const span = Math.log10(most / least);
  const leads = span > about ? [1] : span > about / 2 ? [1, 3] : [1, 2, 5];
  const stride = Math.max(1, Math.round(span / about / 1.2));
  const found = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
    if (power % stride) continue;
    for (const lead of leads) {
      const value = lead * 10 ** power;
      if (value >= least * 0.999 && value <= most * 1.001) found.push(value);
    }
  }
  return found;
}

/**
 * A number in few digits, very large and very small ones with a power of ten.
 *
 * @param {number} value
 * @returns {string}
 */
export function plain(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e5 || size < 1e-3) {
    const power = Math.floor(Math.log10(size) + 1e-9);
    const lead = Number((value / 10 ** power).toPrecision(2));
    const raised = String(Math.abs(power)).replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
    return `${lead === 1 ? "" : `${lead}·`}10${power < 0 ? "⁻" : ""}${raised}`;
  }
  return String(Number(value.toPrecision(size >= 100 ? 4 : 3)));
}

/**
 * A share in percent.
 *
 * @param {number} value  0 to 1
 * @returns {string}
 */
export function percent(value) {
  return `${Number((100 * value).toPrecision(3))} %`;
}

/**
 * A whole number with its thousands apart.
 *
 * @param {number} value
 * @returns {string}
 */
export function grouped(value) {
  return value.toLocaleString("en");
}
