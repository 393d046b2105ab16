// Axes: from values to pixels, and the grid, numbers and titles of a chart's frame.

// Pixels beside a frame: for numbers and a title, and for half of the last number below it.
export const LEFT = 52;
export const RIGHT = 15;

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// scale: "linear", "log", or "log1p" for training steps, whose axis has a zero.
export class Axis {
  constructor(least, most, title, scale = "linear", format = plain) {
    this.scale = scale;
    this.title = title;
    this.format = format;
    [this.least, this.most] = widened(least, most, scale);
    this.low = this.scaled(this.least);
    this.span = this.scaled(this.most) - this.low || 1;
  }

  scaled(value) {
    if (this.scale === "log") return Math.log10(Math.max(value, this.least / 1e3));
    return this.scale === "log1p" ? Math.log10(1 + Math.max(value, 0)) : value;
  }

  // The same with its least value at the far end.
  reversed() {
    [this.low, this.span] = [this.low + this.span, -this.span];
    return this;
  }

  // 0 at the least and 1 at the greatest value of the axis.
  place(value) {
    return (this.scaled(value) - this.low) / this.span;
  }

  value(place) {
    const scaled = this.low + place * this.span;
    if (this.scale === "log") return 10 ** scaled;
    return this.scale === "log1p" ? 10 ** scaled - 1 : scaled;
  }

  // About so many ticks, at round numbers.
  ticks(about = 5) {
    if (this.scale === "linear") return evenTicks(this.least, this.most, about);
    const from = this.scale === "log1p" ? 1 : this.least;
    const marks = decades(from, this.most, about);
    if (marks.length < 2) return evenTicks(this.least, this.most, about);
    return this.scale === "log1p" && this.least <= 0 ? [0, ...marks] : marks;
  }
}

function widened(least, most, scale) {
  if (!(most >= least)) return scale === "log" ? [0.1, 1] : [0, 1];
  if (scale === "log") {
    const [low, high] = [Math.max(least, 1e-30), Math.max(most, 1e-30)];
    return high > low * 1.0001 ? [low, high] : [low / 1.5, high * 1.5];
  }
  return most > least ? [least, most] : [least - 0.5, most + 0.5];
}

function evenTicks(least, most, about) {
  const rough = (most - least) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((each) => each * power >= rough);
  const found = [];
  for (let n = Math.ceil(least / step - 1e-9); n * step <= most + step * 1e-9; n++) found.push(n * step);
  return found;
}

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

export function plain(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e5 || size < 1e-3) {
    const power = Math.floor(Math.log10(size) + 1e-9);
    const lead = Number((value / 10 ** power).toPrecision(2));
    const raised = String(Math.abs(power)).replace(/\d/g, (digit) => SUPERSCRIPTS[digit]);
    return `${lead === 1 ? "" : `${lead}·`}10${power < 0 ? "⁻" : ""}${raised}`;
  }
  return String(Number(value.toPrecision(size >= 100 ? 4 : 3)));
}

export function percent(value) {
  return `${Number((100 * value).toPrecision(3))} %`;
}

// A rectangle of a chart with its two axes.
export class Frame {
  constructor(box, x, y) {
    Object.assign(this, box); // left, top, width, height
    this.x = x;
    this.y = y;
  }

  px(value) {
    return this.left + this.width * this.x.place(value);
  }

  py(value) {
    return this.top + this.height * (1 - this.y.place(value));
  }

  all(xs, ys) {
    return [Array.from(xs, (x) => this.px(x)), Array.from(ys, (y) => this.py(y))];
  }

  contains(x, y) {
    const [right, bottom] = [this.left + this.width, this.top + this.height];
    return x >= this.left && x <= right && y >= this.top && y <= bottom;
  }

  draw(paint, { xTicks = 5, yTicks = 5, xTitle = true } = {}) {
    const { grid, text } = paint.theme;
    const bottom = this.top + this.height;
    const small = { size: 10.5, fill: text, opacity: 0.85 };
    for (const tick of this.x.ticks(xTicks)) {
      const x = this.px(tick);
      paint.line(x, this.top, x, bottom, { stroke: grid });
      if (xTitle) paint.text(this.x.format(tick), x, bottom + 13, { align: "center", ...small });
    }
    for (const tick of this.y.ticks(yTicks)) {
      const y = this.py(tick);
      paint.line(this.left, y, this.left + this.width, y, { stroke: grid });
      paint.text(this.y.format(tick), this.left - 5, y, { align: "right", baseline: "middle", ...small });
    }
    const [middle, centre] = [this.left + this.width / 2, this.top + this.height / 2];
    if (xTitle) paint.text(this.x.title, middle, bottom + 28, { align: "center", size: 11 });
    paint.text(this.y.title, 12, centre, { align: "center", size: 11, turned: true });
  }
}
