// Colours and letters: those of the page around the player, and the palette, palette.css.

/**
 * CSS colours, and the font of the page.
 *
 * @typedef {object} Theme
 * @property {string} text
 * @property {string} font  names, as in `font-family`
 * @property {string} background
 * @property {string} grid
 * @property {string} guide  lines to compare with
 * @property {string} lasso
 * @property {string} normal
 * @property {string} anomalous
 * @property {string} horizon
 * @property {string} score
 * @property {string} error  the reconstruction error
 * @property {string} norm  the latent norm
 * @property {string[]} pins  in the order in which samples were pinned
 * @property {string[]} errorRamp  of error maps, from no error to the largest
 */

const PINS = [1, 2, 3, 4, 5, 6];

/**
 * The theme at a place in the page.
 *
 * @param {Element} place
 * @returns {Theme}
 */
export function themeOf(place) {
  const style = getComputedStyle(place);
  /** @param {string} name */
  const color = (name) => style.getPropertyValue(`--toll-${name}`).trim();
  return {
    text: style.color,
    font: style.fontFamily,
    background: style.getPropertyValue("--player-background").trim() || "#ffffff",
    grid: color("film-grid"),
    guide: color("guide"),
    lasso: color("lasso"),
    normal: color("normal"),
    anomalous: color("anomalous"),
    horizon: color("horizon"),
    score: color("score"),
    error: color("reconstruction-error"),
    norm: color("latent-norm"),
    pins: PINS.map((number) => color(`pin-${number}`)),
    errorRamp: ["none", "middle", "most"].map((name) => color(`error-${name}`)),
  };
}

/**
 * Red, green and blue, 0 to 255, of a colour written as “#rrggbb”.
 *
 * @param {string} color
 * @returns {number[]}
 */
export function rgb(color) {
  const value = parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * The colour, as red, green and blue, at a place between 0 and 1 on a ramp of colours that lie
 * evenly along it. Beyond 1 it is the last.
 *
 * @param {number[][]} ramp
 * @param {number} place
 * @returns {number[]}
 */
export function colorAt(ramp, place) {
  const along = Math.min(place, 1) * (ramp.length - 1);
  const low = Math.min(Math.floor(along), ramp.length - 2);
  return ramp[low].map((c, i) => c + (along - low) * (ramp[low + 1][i] - c));
}
