// What a chart is drawn with: a few strokes, for a canvas or for an SVG file, so that each chart is
// written once. Coordinates are CSS pixels, from the upper left corner.

/** @import { Theme } from "./theme.js" */

/**
 * How a shape is drawn.
 *
 * @typedef {object} Style
 * @property {string} [stroke]  colour of its line; none without one
 * @property {string} [fill]  colour of its inside; none without one
 * @property {number} [width]  of its line, in pixels
 * @property {number[]} [dash]  lengths of dashes and gaps, in pixels
 * @property {number} [opacity]  0 to 1
 */

/**
 * How words are drawn.
 *
 * @typedef {object} TextStyle
 * @property {"start" | "center" | "right"} [align]
 * @property {"alphabetic" | "middle" | "top" | "bottom"} [baseline]
 * @property {number} [size]  of the font, in pixels
 * @property {boolean} [turned]  read from below
 * @property {boolean} [bold]
 * @property {string} [fill]  colour; that of the page's text without one
 * @property {number} [opacity]  0 to 1
 */

/**
 * How samples are marked.
 *
 * @typedef {object} Look
 * @property {"circle" | "ring" | "diamond"} shape
 * @property {string} color
 * @property {number} size  in pixels
 * @property {number} [opacity]  0 to 1
 */

/**
 * Pixels that are copied into a chart.
 *
 * @typedef {HTMLCanvasElement | ImageBitmap} Picture
 */

/**
 * @typedef {object} Paint
 * @property {Theme} theme
 * @property {(x1: number, y1: number, x2: number, y2: number, style: Style) => void} line
 * @property {(xs: ArrayLike<number>, ys: ArrayLike<number>, style: Style & { closed?: boolean }) => void} path
 *   lines from each point to the next
 * @property {(x: number, y: number, width: number, height: number, style: Style) => void} rect
 * @property {(x: number, y: number, radius: number, style: Style) => void} circle
 * @property {(text: string, x: number, y: number, style?: TextStyle) => void} text
 * @property {(xs: ArrayLike<number>, ys: ArrayLike<number>, rows: Iterable<number>, look: Look) => void} marks
 *   a mark at (xs[row], ys[row]) of each of the rows that has a place there
 * @property {(image: Picture, x: number, y: number, width: number, height: number) => void} image
 *   enlarged without blur
 * @property {(x: number, y: number, width: number, height: number, draw: () => void) => void} clipped
 *   draws only inside this box
 */

/**
 * Whether a point can be drawn: not where its coordinate is not a number, or endlessly far away.
 *
 * @param {number} x
 * @returns {boolean}
 */
export function hasPlace(x) {
  return x > -1e6;
}

/**
 * Draws one mark with its middle at (x, y). Kinds of samples differ in shape, not in colour alone.
 *
 * @param {Paint} paint
 * @param {number} x
 * @param {number} y
 * @param {Look} look
 */
export function drawMark(paint, x, y, { shape, color, size, opacity }) {
  const r = size / 2;
  if (shape === "circle") paint.circle(x, y, r, { fill: color, opacity });
  else if (shape === "ring") paint.circle(x, y, r, { stroke: color, width: 2, opacity });
  else {
    const style = { stroke: color, width: 1.4, closed: true, opacity };
    paint.path([x, x + r, x, x - r], [y - r, y, y + r, y], style);
  }
}
