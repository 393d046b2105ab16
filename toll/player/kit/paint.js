// Drawing on a canvas or into an SVG file with the same few strokes: a view is written once.
// Coordinates are CSS pixels. A style is {stroke, fill, width, dash, opacity}.

export class CanvasPaint {
  constructor(context, theme) {
    this.context = context;
    this.theme = theme;
    this.stamps = new Map();
  }

  line(x1, y1, x2, y2, style) {
    this.path([x1, x2], [y1, y2], style);
  }

  path(xs, ys, { closed = false, ...style }) {
    const c = this.context;
    c.beginPath();
    for (let i = 0; i < xs.length; i++) i ? c.lineTo(xs[i], ys[i]) : c.moveTo(xs[i], ys[i]);
    if (closed) c.closePath();
    this.ink(style);
  }

  rect(x, y, width, height, style) {
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.ink(style);
  }

  circle(x, y, radius, style) {
    this.context.beginPath();
    this.context.arc(x, y, Math.max(radius, 0), 0, 2 * Math.PI);
    this.ink(style);
  }

  text(text, x, y, { align = "start", baseline = "alphabetic", size = 11, turned, ...style } = {}) {
    const c = this.context;
    c.save();
    c.translate(x, y);
    if (turned) c.rotate(-Math.PI / 2);
    c.font = `${style.bold ? "600 " : ""}${size}px ${this.theme.font}`;
    c.textAlign = align;
    c.textBaseline = baseline;
    c.globalAlpha = style.opacity ?? 1;
    c.fillStyle = style.fill ?? this.theme.text;
    c.fillText(text, 0, 0);
    c.restore();
  }

  // Marks of one look at (xs[row], ys[row]) of the rows. Each look is drawn once and then stamped.
  marks(xs, ys, rows, look) {
    const c = this.context;
    const stamp = this.stamp(look);
    const half = stamp.extent / 2;
    c.globalAlpha = look.opacity ?? 1;
    for (const row of rows) {
      if (!(xs[row] > -1e6)) continue; // also what is not a number
      c.drawImage(stamp.canvas, xs[row] - half, ys[row] - half, stamp.extent, stamp.extent);
    }
    c.globalAlpha = 1;
  }

  stamp(look) {
    const ratio = window.devicePixelRatio || 1;
    const key = `${look.shape} ${look.color} ${look.size} ${ratio}`;
    if (!this.stamps.has(key)) {
      const extent = look.size + 4;
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = Math.ceil(extent * ratio);
      const paint = new CanvasPaint(canvas.getContext("2d"), this.theme);
      paint.context.scale(ratio, ratio);
      drawMark(paint, extent / 2, extent / 2, look);
      this.stamps.set(key, { canvas, extent });
    }
    return this.stamps.get(key);
  }

  image(image, x, y, width, height) {
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(image, x, y, width, height);
  }

  clipped(x, y, width, height, draw) {
    const c = this.context;
    c.save();
    c.beginPath();
    c.rect(x, y, width, height);
    c.clip();
    draw();
    c.restore();
  }

  ink({ fill, stroke, width = 1, dash = [], opacity = 1 }) {
    const c = this.context;
    c.globalAlpha = opacity;
    if (fill) {
      c.fillStyle = fill;
      c.fill();
    }
    if (stroke) {
      c.strokeStyle = stroke;
      c.lineWidth = width;
      c.setLineDash(dash);
      c.lineJoin = "round";
      c.stroke();
      c.setLineDash([]);
    }
    c.globalAlpha = 1;
  }
}

export class SvgPaint {
  constructor(width, height, theme) {
    this.theme = theme;
    this.size = [width, height];
    this.parts = [];
    this.clips = 0;
  }

  line(x1, y1, x2, y2, style) {
    this.path([x1, x2], [y1, y2], style);
  }

  path(xs, ys, { closed = false, ...style }) {
    const points = Array.from(xs, (x, i) => `${short(x)} ${short(ys[i])}`);
    if (points.length) this.add("path", { d: `M${points.join("L")}${closed ? "Z" : ""}` }, style);
  }

  rect(x, y, width, height, style) {
    this.add("rect", { x: short(x), y: short(y), width: short(width), height: short(height) }, style);
  }

  circle(x, y, radius, style) {
    this.add("circle", { cx: short(x), cy: short(y), r: short(Math.max(radius, 0)) }, style);
  }

  text(text, x, y, { align = "start", baseline = "alphabetic", size = 11, turned, ...style } = {}) {
    const down = { middle: 0.35, top: 0.8, bottom: -0.2 }[baseline] ?? 0;
    const turn = turned ? ` rotate(-90)` : "";
    const attributes = {
      transform: `translate(${short(x)} ${short(y)})${turn}`,
      dy: `${down}em`,
      "font-size": size,
      "font-weight": style.bold ? 600 : 400,
      "text-anchor": { center: "middle", right: "end", end: "end" }[align] ?? "start",
    };
    this.add("text", attributes, { fill: style.fill ?? this.theme.text, ...style }, escaped(text));
  }

  marks(xs, ys, rows, look) {
    for (const row of rows) if (xs[row] > -1e6) drawMark(this, xs[row], ys[row], look);
  }

  image(image, x, y, width, height) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    const place = { x: short(x), y: short(y), width: short(width), height: short(height) };
    const looks = { style: "image-rendering:pixelated", preserveAspectRatio: "none" };
    this.add("image", { ...place, ...looks, href: canvas.toDataURL() }, {});
  }

  clipped(x, y, width, height, draw) {
    const id = `clip${++this.clips}`;
    const box = [x, y, width, height].map(short);
    this.parts.push(
      `<clipPath id="${id}"><rect x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}"/>` +
        `</clipPath><g clip-path="url(#${id})">`,
    );
    draw();
    this.parts.push("</g>");
  }

  add(name, attributes, { fill, stroke, width = 1, dash, opacity }, content = "") {
    const all = { ...attributes, fill: fill ?? "none" };
    if (stroke) Object.assign(all, { stroke, "stroke-width": width });
    if (stroke && dash?.length) all["stroke-dasharray"] = dash.join(" ");
    if (opacity !== undefined && opacity !== 1) all.opacity = short(opacity);
    const list = Object.entries(all).map(([key, value]) => `${key}="${value}"`);
    this.parts.push(`<${name} ${list.join(" ")}${content ? `>${content}</${name}>` : "/>"}`);
  }

  toString() {
    const [width, height] = this.size;
    const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" ${box} font-family="${escaped(this.theme.font)}">` +
      `<rect width="100%" height="100%" fill="${this.theme.background}"/>${this.parts.join("")}</svg>`
    );
  }
}

// One mark with its middle at (x, y). Kinds differ in shape besides colour.
function drawMark(paint, x, y, { shape, color, size, opacity }) {
  const r = size / 2;
  if (shape === "circle") paint.circle(x, y, r, { fill: color, opacity });
  else if (shape === "ring") paint.circle(x, y, r, { stroke: color, width: 2, opacity });
  else {
    const style = { stroke: color, width: 1.4, closed: true, opacity };
    paint.path([x, x + r, x, x - r], [y - r, y, y + r, y], style);
  }
}

function short(number) {
  return Math.round(number * 100) / 100;
}

export function escaped(text) {
  const named = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text).replace(/[&<>"]/g, (each) => named[each]);
}
