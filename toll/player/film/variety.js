// How much pictures differ among themselves: near 0 they are one picture.

import { contextOf, element } from "../kit/page.js";

/** @import { PictureIndex } from "./container.js" */

/**
 * The root of the variances of all pixels of some of a sheet's tiles, summed.
 *
 * @param {ImageBitmap} sheet
 * @param {Pick<PictureIndex, "columns" | "tile">} index
 * @param {number[]} tiles  their numbers
 * @returns {number}
 */
export function spreadOf(sheet, { columns, tile: [height, width] }, tiles) {
  const canvas = element("canvas", { width: sheet.width, height: sheet.height });
  const context = contextOf(canvas);
  context.drawImage(sheet, 0, 0);
  const { data } = context.getImageData(0, 0, sheet.width, sheet.height);
  const [sums, squares] = [0, 1].map(() => new Float64Array(height * width * 3));
  for (const tile of tiles) {
    const [x, y] = [(tile % columns) * width, Math.floor(tile / columns) * height];
    for (let pixel = 0; pixel < height * width; pixel++) {
      const [px, py] = [x + (pixel % width), y + Math.floor(pixel / width)];
      const from = 4 * (py * sheet.width + px);
      for (let color = 0; color < 3; color++) {
        const value = data[from + color];
        sums[3 * pixel + color] += value;
        squares[3 * pixel + color] += value * value;
      }
    }
  }
  const n = tiles.length || 1;
  return Math.sqrt(sums.reduce((all, sum, i) => all + squares[i] / n - (sum / n) ** 2, 0));
}
