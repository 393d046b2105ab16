// The film's pictures: inputs, reconstructions at every snapshot, and what the decoder makes of
// points along a ray from the origin. They lie as tiles in sheets, one PNG file a snapshot.

import { colorAt, rgb } from "../kit/theme.js";

const LONG = 4; // tiles this many times as wide as high are stripes: tables, a feature a column

export class Pictures {
  // changed: called when a sheet has been decoded. before: of an earlier state of the same run,
  // whose sheets need not be decoded again.
  constructor(film, changed, before) {
    this.film = film;
    this.index = film.about.pictures;
    this.changed = changed;
    this.sheets = new Map();
    const placesOf = (rows) => new Map(rows?.map((row, place) => [row, place]));
    this.inputs = placesOf(this.index?.inputs);
    this.rebuilt = placesOf(this.index?.rows);
    this.guides = this.index?.guides ?? [];
    for (const [name, sheet] of before?.sheets ?? [])
      if (before.film.arrays[name].length === film.arrays[name]?.length) this.sheets.set(name, sheet);
    if (this.index) this.fetch();
  }

  // Decode all sheets, one after another, so that playing never waits for one.
  async fetch() {
    const names = ["inputs", ...this.film.steps.map((_, frame) => `pictures ${frame}`)];
    for (const name of names) {
      const bytes = this.film.arrays[name];
      if (!bytes || this.sheets.has(name)) continue;
      this.sheets.set(name, await createImageBitmap(new Blob([bytes], { type: "image/png" })));
      this.changed();
    }
  }

  get isStripe() {
    const [height, width] = this.index.tile;
    return width >= LONG * height;
  }

  // Width and height of a tile that is drawn so wide.
  size(width) {
    const [high, wide] = this.index.tile;
    return this.isStripe ? [width, Math.max(8, width / 7)] : [width, (width * high) / wide];
  }

  // Of which samples there are inputs, and of which reconstructions too.
  hasInput(row) {
    return this.inputs.has(row);
  }

  hasReconstructions(row) {
    return this.rebuilt.has(row);
  }

  input(row) {
    return this.tile("inputs", this.inputs.get(row));
  }

  reconstruction(row, frame) {
    return this.tile(`pictures ${frame}`, this.rebuilt.get(row));
  }

  origin(frame) {
    return this.tile(`pictures ${frame}`, this.index.rows.length);
  }

  // decode(α·z) of a guide, for the α of this place in the index.
  ray(guide, alpha, frame) {
    const before = this.index.rows.length + 1;
    const place = before + this.guides.indexOf(guide) * this.index.alphas.length + alpha;
    return this.tile(`pictures ${frame}`, place);
  }

  // A tile as a canvas of its own size; null while its sheet is not there.
  tile(name, place) {
    const sheet = this.sheets.get(name);
    if (!sheet || place === undefined) return null;
    const [height, width] = this.index.tile;
    const { columns } = this.index;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const [x, y] = [(place % columns) * width, Math.floor(place / columns) * height];
    canvas.getContext("2d").drawImage(sheet, x, y, width, height, 0, 0, width, height);
    return canvas;
  }

  // How much the reconstructions of normal samples differ among themselves, as a share of how much
  // the inputs do: near 0 they have become one picture. Null while a sheet is not there.
  variety(frame) {
    return this.film.keep(`variety ${frame} ${this.sheets.size}`, () => {
      const rows = this.index.rows.filter((row) => !this.film.labels[row]);
      const spread = (tile) => {
        const [sums, squares] = [[], []];
        for (const row of rows) {
          const canvas = tile(row);
          if (!canvas) return null;
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          data.forEach((value, i) => {
            sums[i] = (sums[i] ?? 0) + value;
            squares[i] = (squares[i] ?? 0) + value * value;
          });
        }
        const n = rows.length;
        return Math.sqrt(sums.reduce((all, sum, i) => all + squares[i] / n - (sum / n) ** 2, 0));
      };
      const rebuilt = spread((row) => this.reconstruction(row, frame));
      const inputs = spread((row) => this.input(row));
      return rebuilt === null || inputs === null ? null : rebuilt / (inputs || 1);
    });
  }

  // |input − reconstruction| in the colours of a ramp; null while one of them is not there.
  error(row, frame, ramp) {
    const [a, b] = [this.input(row), this.reconstruction(row, frame)];
    if (!a || !b) return null;
    const colors = ramp.map(rgb);
    const [width, height] = [a.width, a.height];
    const [first, second] = [a, b].map((c) => c.getContext("2d").getImageData(0, 0, width, height));
    for (let i = 0; i < first.data.length; i += 4) {
      let sum = 0;
      for (let c = 0; c < 3; c++) sum += Math.abs(first.data[i + c] - second.data[i + c]);
      const color = colorAt(colors, sum / 3 / 255);
      for (let c = 0; c < 3; c++) first.data[i + c] = color[c];
    }
    a.getContext("2d").putImageData(first, 0, 0);
    return a;
  }
}

// Draw a tile into an element's canvas, enlarged without blur; nothing where there is none.
export function show(canvas, tile, [width, height]) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    [canvas.width, canvas.height] = [w, h];
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, w, h);
  context.imageSmoothingEnabled = false;
  if (tile) context.drawImage(tile, 0, 0, w, h);
}
