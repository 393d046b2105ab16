// The film's pictures: inputs, reconstructions at every snapshot, and what the decoder makes of
// points along a ray from the origin. They lie as tiles in sheets, one PNG file a snapshot; where one
// has none, the one before is shown.

import { contextOf, element, fit } from "../kit/page.js";
import { colorAt, rgb } from "../kit/theme.js";
import { spreadOf } from "./variety.js";

/** @import { PictureIndex } from "./container.js" */
/** @import { RunFilm } from "./film.js" */

// The names of their sheets, as they are kept here.
const INPUTS = "inputs";
const EXTREMES = "extremes";
const LONG = 4; // tiles this many times as wide as high are stripes: tables, a feature a column

/** The pictures of a run's film; those of one that has kept none have no index. */
export class Pictures {
  /**
   * @param {RunFilm} film
   * @param {Pictures} [before]  of an earlier state of the same run, whose sheets need not be
   *   decoded again
   */
  constructor(film, before) {
    this.film = film;
    this.index = film.about.pictures;
    /** @type {Map<string, ImageBitmap>} */
    this.sheets = new Map();
    this.inputs = placesOf(this.index?.inputs);
    this.rebuilt = placesOf(this.index?.rows);
    this.guides = this.index?.guides ?? [];
    this.extremes = placesOf(this.index?.extremes?.rows);
    /** Frames that have a sheet of their own. */
    this.frames = film.steps.map((_, frame) => frame).filter((frame) => film.has(sheetOf(frame)));
    for (const [name, sheet] of before?.sheets ?? [])
      if (before?.bytesIn(name)?.length === this.bytesIn(name)?.length)
        this.sheets.set(name, sheet);
  }

  /**
   * Decodes all sheets, one after another, so that playing never waits for one.
   *
   * @param {() => void} changed  called when a sheet has been decoded
   */
  async decode(changed) {
    if (!this.index) return;
    for (const name of [INPUTS, ...this.frames.map(sheetOf), EXTREMES]) {
      const bytes = this.bytesIn(name);
      if (!bytes || this.sheets.has(name)) continue;
      const file = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], {
        type: "image/png",
      });
      this.sheets.set(name, await createImageBitmap(file));
      changed();
    }
  }

  /**
   * A sheet's file; undefined if there is none.
   *
   * @private
   * @param {string} name
   */
  bytesIn(name) {
    const { arrays, prefix } = this.film;
    return arrays[name === INPUTS ? (this.index?.sheet ?? "") : prefix + name];
  }

  /**
   * The frame whose sheet is shown at a frame.
   *
   * @param {number} frame
   * @returns {number}
   */
  shownAt(frame) {
    return this.frames.filter((each) => each <= frame).pop() ?? this.frames[0] ?? frame;
  }

  /** Whether pictures are stripes: the rows of a table. */
  get isStripe() {
    const [height, width] = this.known.tile;
    return width >= LONG * height;
  }

  /**
   * Width and height of a picture that is drawn so wide, in pixels.
   *
   * @param {number} width
   * @returns {[number, number]}
   */
  size(width) {
    const [high, wide] = this.known.tile;
    return this.isStripe ? [width, Math.max(8, width / 7)] : [width, (width * high) / wide];
  }

  /**
   * Whether there is an input of this sample.
   *
   * @param {number} row
   */
  hasInput(row) {
    return this.inputs.has(row) || this.extremes.has(row);
  }

  /**
   * Whether there are reconstructions of this sample at every frame.
   *
   * @param {number} row
   */
  hasReconstructions(row) {
    return this.rebuilt.has(row);
  }

  /**
   * A sample's input; null while its sheet is not there.
   *
   * @param {number} row
   */
  input(row) {
    if (this.inputs.has(row)) return this.tile(INPUTS, this.inputs.get(row));
    return this.tile(EXTREMES, this.extremes.get(row));
  }

  /**
   * Whether there is a reconstruction of this sample at one frame only.
   *
   * @param {number} row
   */
  isExtreme(row) {
    return this.extremes.has(row);
  }

  /**
   * A sample's reconstruction; null while its sheet is not there, or where there is none.
   *
   * @param {number} row
   * @param {number} frame
   */
  reconstruction(row, frame) {
    const extreme = this.extremes.get(row);
    if (extreme === undefined)
      return this.tile(sheetOf(this.shownAt(frame)), this.rebuilt.get(row));
    const isThere = frame === this.known.extremes?.frame;
    return isThere ? this.tile(EXTREMES, this.extremes.size + extreme) : null;
  }

  /**
   * decode(0); null while its sheet is not there.
   *
   * @param {number} frame
   */
  origin(frame) {
    return this.tile(sheetOf(this.shownAt(frame)), this.rebuilt.size);
  }

  /**
   * decode(α·z) of a guide; null while its sheet is not there.
   *
   * @param {number} guide  a sample
   * @param {number} alpha  the place of α in the index
   * @param {number} frame
   */
  ray(guide, alpha, frame) {
    const before = this.rebuilt.size + 1;
    const place = before + this.guides.indexOf(guide) * this.known.alphas.length + alpha;
    return this.tile(sheetOf(this.shownAt(frame)), place);
  }

  /**
   * Where things stand in the sheets.
   *
   * @private
   * @returns {PictureIndex}
   */
  get known() {
    if (!this.index) throw new Error("This run has kept no pictures.");
    return this.index;
  }

  /**
   * A tile as a canvas of its own size.
   *
   * @private
   * @param {string} name  of its sheet
   * @param {number | undefined} place  in the sheet
   * @returns {HTMLCanvasElement | null}
   */
  tile(name, place) {
    const sheet = this.sheets.get(name);
    if (!sheet || place === undefined) return null;
    const { columns, tile } = this.known;
    const [height, width] = tile;
    const canvas = element("canvas", { width, height });
    const [x, y] = [(place % columns) * width, Math.floor(place / columns) * height];
    contextOf(canvas).drawImage(sheet, x, y, width, height, 0, 0, width, height);
    return canvas;
  }

  /**
   * How much the reconstructions of normal samples differ among themselves, as a share of how much
   * the inputs do: near 0 they have become one picture. Null while a sheet is not there.
   *
   * @param {number} frame
   * @returns {number | null}
   */
  variety(frame) {
    const shown = this.shownAt(frame);
    if (!this.index || !this.sheets.has(INPUTS) || !this.sheets.has(sheetOf(shown))) return null;
    return this.film.keep(`variety ${shown}`, () => {
      const rows = this.known.rows.filter((row) => !this.film.labels[row]);
      /** @type {(name: string, places: Map<number, number>) => number} */
      const spread = (name, places) => {
        const sheet = /** @type {ImageBitmap} */ (this.sheets.get(name));
        const numbers = rows.map((row) => /** @type {number} */ (places.get(row)));
        return spreadOf(sheet, this.known, numbers);
      };
      return spread(sheetOf(shown), this.rebuilt) / (spread(INPUTS, this.inputs) || 1);
    });
  }

  /**
   * |input − reconstruction| in the colours of a ramp; null while one of them is not there.
   *
   * @param {number} row
   * @param {number} frame
   * @param {string[]} ramp
   * @returns {HTMLCanvasElement | null}
   */
  error(row, frame, ramp) {
    const [shown, rebuilt] = [this.input(row), this.reconstruction(row, frame)];
    if (!shown || !rebuilt) return null;
    const colors = ramp.map(rgb);
    const [pixels, others] = [pixelsOf(shown), pixelsOf(rebuilt)];
    for (let i = 0; i < pixels.data.length; i += 4) {
      let sum = 0;
      for (let c = 0; c < 3; c++) sum += Math.abs(pixels.data[i + c] - others.data[i + c]);
      pixels.data.set(colorAt(colors, sum / 3 / 255), i);
    }
    contextOf(shown).putImageData(pixels, 0, 0);
    return shown;
  }
}

/** @param {number} frame */
function sheetOf(frame) {
  return `pictures ${frame}`;
}

/**
 * Places by sample.
 *
 * @param {number[]} [rows]
 * @returns {Map<number, number>}
 */
function placesOf(rows = []) {
  return new Map(rows.map((row, place) => [row, place]));
}

/** @param {HTMLCanvasElement} canvas */
function pixelsOf(canvas) {
  return contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * Draws a picture into a canvas of the page, enlarged without blur; clears it where there is none.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement | null} picture
 * @param {[number, number]} size  width and height on the page, in pixels
 */
export function show(canvas, picture, [width, height]) {
  fit(canvas, width, height);
  const context = contextOf(canvas);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  if (picture) context.drawImage(picture, 0, 0, canvas.width, canvas.height);
}
