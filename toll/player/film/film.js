// A run's film, and the figures that follow from its numbers.
// A sample is named by its row: 0 to film.size - 1, the same in every frame.

import { unpack } from "./container.js";

export class Film {
  // prefix: of the names of the arrays, for the run that is shown beside the first.
  constructor({ header, arrays }, prefix = "") {
    this.about = prefix ? header.contrast : header;
    this.arrays = arrays;
    this.prefix = prefix;
    this.steps = this.about.steps;
    this.frames = this.steps.length;
    this.ids = arrays[prefix + "id"];
    this.classes = arrays[prefix + "class"];
    this.size = this.ids.length;
    this.labels = Uint8Array.from(this.classes, (each) => +(each !== this.about.normal_class));
    this.normal = rows(this.labels, 0);
    this.anomalous = rows(this.labels, 1);
    this.kept = new Map();
  }

  static open(bytes) {
    const unpacked = unpack(bytes);
    const film = new Film(unpacked);
    film.contrast = unpacked.header.contrast ? new Film(unpacked, "contrast ") : null;
    return film;
  }

  get beta() {
    return this.about.beta;
  }

  className(row) {
    return this.about.class_names[this.classes[row]];
  }

  // The values of all samples at a frame: "norm", "error", "score", an angle, or a map's points.
  at(name, frame) {
    if (name === "score") return this.scores(frame);
    const array = this.arrays[this.prefix + name];
    const width = array.length / this.frames;
    return array.subarray(frame * width, (frame + 1) * width);
  }

  scores(frame) {
    return this.keep(`score ${frame}`, () => {
      const [norm, error] = [this.at("norm", frame), this.at("error", frame)];
      return error.map((each, row) => each + this.beta * norm[row]);
    });
  }

  // Rank of each sample by score, 1 = the most anomalous.
  ranks(frame) {
    return this.keep(`rank ${frame}`, () => {
      const ranks = new Int32Array(this.size);
      this.order(frame).forEach((row, place) => (ranks[row] = place + 1));
      return ranks;
    });
  }

  // Rows from the highest score to the lowest.
  order(frame) {
    return this.keep(`order ${frame}`, () => {
      const scores = this.scores(frame);
      return Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
    });
  }

  median(name, frame, label) {
    return this.quantile(name, frame, 0.5, label);
  }

  // Quantile of the samples with this label; of all without one. Linear between two values.
  quantile(name, frame, share, label) {
    const sorted = this.keep(`sorted ${name} ${frame} ${label}`, () => {
      const values = this.at(name, frame);
      const chosen = label === undefined ? values : pick(values, label ? this.anomalous : this.normal);
      return Float32Array.from(chosen).sort();
    });
    return quantile(sorted, share);
  }

  // The value of one sample between two frames, as `between` in time.js mixes them.
  mixed(name, row, time, ratios = false) {
    const low = Math.min(Math.floor(time), this.frames - 1);
    const a = this.at(name, low)[row];
    if (low + 1 >= this.frames) return a;
    return mix(a, this.at(name, low + 1)[row], time - low, ratios);
  }

  mixedAngle(name, row, time) {
    const low = Math.min(Math.floor(time), this.frames - 1);
    const a = this.at(name, low)[row];
    return low + 1 < this.frames ? turn(a, this.at(name, low + 1)[row], time - low) : a;
  }

  mixedMedian(time) {
    const low = Math.min(Math.floor(time), this.frames - 1);
    const a = this.median("norm", low, 0);
    const b = low + 1 < this.frames ? this.median("norm", low + 1, 0) : a;
    return mix(a, b, time - low, true) || 1;
  }

  // The time, counted in frames, at a training step.
  timeAt(step) {
    const after = this.steps.findIndex((each) => each > step);
    if (after < 0) return this.frames - 1;
    if (after === 0) return 0;
    const [low, high] = [this.steps[after - 1], this.steps[after]];
    return after - 1 + (step - low) / (high - low);
  }

  separation(frame) {
    const [normal, anomalous] = [0, 1].map((label) => this.median("norm", frame, label));
    return normal > 0 ? anomalous / normal : anomalous > 0 ? Infinity : 1;
  }

  auroc(name, frame) {
    return this.keep(`auroc ${name} ${frame}`, () => roc(this.at(name, frame), this.labels).auroc);
  }

  roc(name, frame) {
    return this.keep(`roc ${name} ${frame}`, () => roc(this.at(name, frame), this.labels));
  }

  keep(name, compute) {
    if (!this.kept.has(name)) this.kept.set(name, compute());
    return this.kept.get(name);
  }
}

// A value on the way from a to b. Distances are mixed in ratios, so that none passes through zero.
export function mix(a, b, part, ratios = false) {
  return ratios && a > 0 && b > 0 ? a ** (1 - part) * b ** part : a + part * (b - a);
}

// An angle on the shorter way from a to b.
export function turn(a, b, part) {
  const whole = 2 * Math.PI;
  const way = ((((b - a + Math.PI) % whole) + whole) % whole) - Math.PI;
  return a + part * way;
}

export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

// The ROC curve, anomalies being positives: rates from (0, 0) to (1, 1), and the area under it.
// Equal scores are flagged together.
export function roc(scores, labels) {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  const curve = { falsePositive: [0], truePositive: [0], auroc: 0 };
  let [found, mistaken] = [0, 0];
  order.forEach((row, place) => {
    if (labels[row]) found++;
    else mistaken++;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[row]) return;
    const [x, y] = [mistaken / negatives, found / positives];
    const [before, below] = [curve.falsePositive.at(-1), curve.truePositive.at(-1)];
    curve.auroc += ((x - before) * (y + below)) / 2;
    curve.falsePositive.push(x);
    curve.truePositive.push(y);
  });
  return curve;
}

export function rows(labels, label) {
  return Int32Array.from(Array.from(labels.keys()).filter((row) => labels[row] === label));
}

export function pick(values, chosen) {
  return Float32Array.from(chosen, (row) => values[row]);
}
