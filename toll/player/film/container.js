// The one file of named arrays that `toll/film/container.py` packs, read in a browser, and what
// `toll/film/frames.py` writes into its header.

/**
 * What all rungs of a ladder share.
 *
 * @typedef {object} Shared
 * @property {string} dataset  in words
 * @property {string[]} class_names
 * @property {number[]} normal_classes  rising
 * @property {string} normal_name  in words
 * @property {boolean} is_image
 * @property {number} z_dim
 * @property {number} niter  training steps that the longest run is to make
 */

/**
 * What a rung has of its own.
 *
 * @typedef {object} RungEntry
 * @property {string} run  its name
 * @property {number} beta
 * @property {number} seed
 * @property {boolean} training  whether it is being made
 * @property {number[]} steps  training steps of its snapshots, rising
 * @property {string[]} narration  a sentence for each snapshot
 * @property {(string | null)[]} alarm  a warning for each snapshot that wants one
 * @property {CurveTables} curves
 * @property {Projection[]} angles
 * @property {MapEntry[]} maps
 * @property {PictureIndex | null} pictures
 * @property {string[]} left_out  what is damaged and so not in the film
 */

/** @typedef {Shared & RungEntry} About  what a rung is of */

/**
 * A kind of angle, or a map of latent space.
 *
 * @typedef {object} Projection
 * @property {string} array  the name of its numbers
 * @property {string} title
 */

/**
 * A map of latent space: points (frames, n, dimensions).
 *
 * @typedef {Projection & { kind: "true" | "umap", dimensions: 2 | 3 }} MapEntry
 */

/**
 * Where in the sheets of pictures what stands. Samples are rows of the film.
 *
 * @typedef {object} PictureIndex
 * @property {string} sheet  the name of the sheet of inputs, which rungs may share
 * @property {number[]} inputs  samples of which there are inputs
 * @property {number[]} rows  samples of which there are reconstructions
 * @property {number[]} guides  samples whose rays were decoded
 * @property {number[]} alphas  places on a ray: decode(α·z)
 * @property {[number, number]} tile  height and width of a picture, in pixels
 * @property {number} columns  pictures side by side in a sheet
 * @property {{ rows: number[], frame: number } | null} [extremes]  samples of which there are an input
 *   and a reconstruction at one frame only, for having the highest or the lowest scores
 */

/**
 * Curves over training: columns of equal length.
 *
 * @typedef {object} CurveTables
 * @property {{ step: number[], loss: number[], reconstruction_error: number[], latent_norm: number[] }} history
 * @property {{ step: number[], error_gradient: number[], pull_gradient: number[], cosine: number[] }} gradients
 *   lengths of the gradients of the two terms of the loss at z, and the cosine between them
 */

/**
 * What a run of the ladder's table gave at a step; some figures may be missing.
 *
 * @typedef {{ beta: number, seed: number, step: number } & Record<string, number | null>} TableRow
 */

/**
 * @typedef {object} ArrayPlace
 * @property {number} offset  in bytes, from the end of the header
 * @property {number} length  in bytes
 * @property {"float32" | "int32" | "uint8"} type
 */

/**
 * The whole header.
 *
 * @typedef {Shared & HeaderParts} Header
 */

/**
 * @typedef {object} HeaderParts
 * @property {string} digest  tells two films apart
 * @property {number[]} steps  training steps at which any rung has a snapshot, rising
 * @property {RungEntry[]} rungs  by rising β
 * @property {number} rung  the one that the film opens on
 * @property {number | null} versus  the one to show beside it, if one was asked for
 * @property {TableRow[] | null} table  what several seeds gave
 * @property {Record<string, ArrayPlace>} arrays
 */

/** @typedef {Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>} TypedArray */

/**
 * @typedef {object} Unpacked
 * @property {Header} header
 * @property {Record<string, TypedArray>} arrays  flat, by name
 */

const TYPES = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };
const ALIGNMENT = 4;

/**
 * Header and arrays of the packed bytes. The arrays are views of the bytes, not copies.
 *
 * @param {Uint8Array} bytes
 * @returns {Unpacked}
 */
export function unpack(bytes) {
  // Typed arrays want addresses that are multiples of 4.
  const whole = bytes.byteOffset % ALIGNMENT ? bytes.slice() : bytes;
  const buffer = /** @type {ArrayBuffer} */ (whole.buffer);
  const start = ALIGNMENT + new DataView(buffer, whole.byteOffset).getUint32(0, true);
  /** @type {Header} */
  const header = JSON.parse(new TextDecoder().decode(whole.subarray(ALIGNMENT, start)));
  /** @type {Record<string, TypedArray>} */
  const arrays = {};
  for (const [name, { offset, length, type }] of Object.entries(header.arrays)) {
    const Type = TYPES[type];
    const place = whole.byteOffset + start + offset;
    arrays[name] = new Type(buffer, place, length / Type.BYTES_PER_ELEMENT);
  }
  return { header, arrays };
}
