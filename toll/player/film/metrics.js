// Figures that follow from a film's numbers. Numbers in, numbers out: they know no film and no page.

/**
 * A ROC curve, anomalies being positives.
 *
 * @typedef {object} RocCurve
 * @property {number[]} falsePositive  rates, from 0 to 1
 * @property {number[]} truePositive  rates, from 0 to 1
 * @property {number} auroc  the area under the curve
 */

/**
 * A value on the way from a to b.
 *
 * @param {number} a
 * @param {number} b
 * @param {number} part  0 at a, 1 at b
 * @param {boolean} [ratios]  whether equal parts are equal ratios, as long as both are positive:
 *   so a distance never passes through zero
 * @returns {number}
 */
export function mix(a, b, part, ratios = false) {
  return ratios && a > 0 && b > 0 ? a ** (1 - part) * b ** part : a + part * (b - a);
}

/**
 * An angle on the shorter way from a to b, in radians.
 *
 * @param {number} a
 * @param {number} b
 * @param {number} part  0 at a, 1 at b
 * @returns {number}
 */
export function turn(a, b, part) {
  const whole = 2 * Math.PI;
  const way = ((((b - a + Math.PI) % whole) + whole) % whole) - Math.PI;
  return a + part * way;
}

/**
 * A value between that of a frame and that of the next, at a time.
 *
 * @param {number[]} values  one a frame
 * @param {number} frame
 * @param {number} time
 * @returns {number}
 */
export function alongside(values, frame, time) {
  const next = Math.min(frame + 1, values.length - 1);
  return values[frame] + (time - frame) * (values[next] - values[frame]);
}

/**
 * A quantile of sorted values, linear between two of them.
 *
 * @param {ArrayLike<number>} sorted  rising
 * @param {number} share  0 to 1
 * @returns {number}
 */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

const ROWS = 2 ** 21; // more than there are samples: a number and its row fit into 53 bits

/**
 * Where the order of values by size puts each place: places from the highest value to the lowest,
 * equal ones as they stand. Numbers are sorted as bits with their row behind them, which takes a
 * tenth of the time of comparing them one by one.
 *
 * @param {ArrayLike<number>} values  as exact as 32 bits
 * @returns {Uint32Array}
 */
export function descending(values) {
  const bits = new Int32Array(Float32Array.from(values).buffer);
  const keys = new Float64Array(values.length);
  for (let row = 0; row < keys.length; row++) {
    const rising = bits[row] < 0 ? -(bits[row] & 0x7fffffff) : bits[row];
    keys[row] = row - rising * ROWS;
  }
  keys.sort();
  return Uint32Array.from(keys, (key) => ((key % ROWS) + ROWS) % ROWS);
}

/**
 * The ROC curve, from (0, 0) to (1, 1). Equal scores are flagged together.
 *
 * @param {ArrayLike<number>} scores  higher means more anomalous
 * @param {ArrayLike<number>} labels  0 = normal, 1 = anomalous
 * @returns {RocCurve}
 */
export function roc(scores, labels) {
  const order = descending(scores);
  let positives = 0;
  for (let row = 0; row < labels.length; row++) positives += labels[row];
  const negatives = labels.length - positives;
  const [falsePositive, truePositive] = [[0], [0]];
  let [area, found, mistaken, x, y] = [0, 0, 0, 0, 0];
  for (let place = 0; place < order.length; place++) {
    const row = order[place];
    if (labels[row]) found++;
    else mistaken++;
    const isLast = place + 1 === order.length;
    if (!isLast && scores[order[place + 1]] === scores[row]) continue;
    const [nextX, nextY] = [mistaken / negatives, found / positives];
    area += ((nextX - x) * (nextY + y)) / 2;
    [x, y] = [nextX, nextY];
    falsePositive.push(x);
    truePositive.push(y);
  }
  return { falsePositive, truePositive, auroc: area };
}

/**
 * The area under the ROC curve: the share of pairs of a normal and an anomalous sample of which the
 * anomalous one has the higher score; where both are equal half a pair.
 *
 * @param {ArrayLike<number>} normal  scores, rising
 * @param {ArrayLike<number>} anomalous  scores, rising
 * @returns {number}
 */
export function areaUnder(normal, anomalous) {
  let [below, upTo, pairs] = [0, 0, 0];
  for (let i = 0; i < anomalous.length; i++) {
    while (below < normal.length && normal[below] < anomalous[i]) below++;
    while (upTo < normal.length && normal[upTo] <= anomalous[i]) upTo++;
    pairs += (below + upTo) / 2;
  }
  return pairs / (normal.length * anomalous.length);
}

/**
 * The rows that have this label.
 *
 * @param {Uint8Array} labels
 * @param {0 | 1} label
 * @returns {Int32Array}
 */
export function rowsWith(labels, label) {
  return Int32Array.from(Array.from(labels.keys()).filter((row) => labels[row] === label));
}

/**
 * The values of some rows, rising.
 *
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} rows
 * @returns {Float32Array}
 */
export function sortedOf(values, rows) {
  return Float32Array.from(rows, (row) => values[row]).sort();
}

/**
 * The value at the middle of some rows' values.
 *
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} rows
 * @returns {number}
 */
export function medianOf(values, rows) {
  return quantile(sortedOf(values, rows), 0.5);
}

/**
 * Shares of some rows' values by bin along an axis; values beyond its ends count in the outer bins.
 *
 * @param {ArrayLike<number>} rows
 * @param {(row: number) => number} place  of a row's value along the axis, 0 to 1
 * @param {number} bins
 * @returns {Float32Array}  as long as there are bins; the sum is 1
 */
export function histogram(rows, place, bins) {
  const shares = new Float32Array(bins);
  for (let i = 0; i < rows.length; i++) {
    const bin = Math.floor(bins * place(rows[i]));
    shares[Math.min(Math.max(bin, 0), bins - 1)] += 1 / rows.length;
  }
  return shares;
}
