// A card on the page: one chart with a title, choices of its own, a caption, and ways to take it
// along as PNG, SVG or CSV. The base of all views.

import { CanvasPaint, SvgPaint } from "./paint.js";
import { element, save } from "./page.js";

export class Card {
  // film and state are the player's; `area` names the card's place in the page's grid.
  constructor(player, area, title) {
    this.player = player;
    this.title = title;
    this.root = element("section", { class: `card ${area}`, "aria-label": title });
    this.head = element("header");
    this.head.append(element("h3", {}, title), (this.choices = element("span", { class: "choices" })));
    this.head.append(this.menu());
    this.canvas = element("canvas", { role: "img", "aria-label": title });
    this.caption = element("p", { class: "caption" });
    this.frame = element("div", { class: "canvas" }, this.canvas);
    this.root.append(this.head, this.frame, this.caption);
    this.seen = false;
    new IntersectionObserver(([entry]) => {
      this.seen = entry.isIntersecting;
      if (this.seen) player.soon();
    }).observe(this.root);
    new ResizeObserver(() => player.soon()).observe(this.frame);
  }

  get film() {
    return this.player.film;
  }

  get state() {
    return this.player.state;
  }

  // A row of buttons of which one is pressed: {value: words}.
  choose(name, options) {
    const group = element("span", { class: "group", role: "group" });
    for (const [value, words] of Object.entries(options)) {
      const button = element("button", { type: "button" }, words);
      button.onclick = () => this.state.set({ [name]: value });
      group.append(button);
      const press = () => button.setAttribute("aria-pressed", this.state[name] === value);
      press();
      this.state.listeners.add(press);
    }
    this.choices.append(group);
    return group;
  }

  redraw() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    if (!this.seen || !width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      [this.canvas.width, this.canvas.height] = [w, h];
      // Not stretched when the card changes its size before it is drawn again.
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.paint ??= new CanvasPaint(context, this.player.theme);
    this.paint.context = context;
    this.paint.theme = this.player.theme;
    this.draw(this.paint, width, height);
    const words = this.words();
    if (this.caption.textContent !== words) this.caption.textContent = words;
  }

  // What to look for, in a sentence or two; also what a screen reader is told.
  words() {
    return "";
  }

  menu() {
    const menu = element("details", { class: "menu" });
    menu.append(element("summary", { title: "Save this figure", "aria-label": `Save ${this.title}` }, "⤓"));
    const list = element("div");
    const kinds = { PNG: () => this.png(), SVG: () => this.svg(), CSV: () => this.csv() };
    for (const [kind, content] of Object.entries(kinds)) {
      const button = element("button", { type: "button" }, kind);
      button.onclick = async () => {
        menu.open = false;
        const name = `${this.film.about.run} ${this.title} step ${this.player.step}`;
        save(await content(), `${name.replaceAll(/[^\w.-]+/g, "-")}.${kind.toLowerCase()}`);
      };
      list.append(button);
    }
    menu.append(list);
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
    });
    return menu;
  }

  svg() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    const paint = new SvgPaint(width, height, this.player.theme);
    this.draw(paint, width, height);
    return new Blob([paint.toString()], { type: "image/svg+xml" });
  }

  // Twice the size on the screen, on the page's background.
  async png() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    const canvas = element("canvas", { width: 2 * width, height: 2 * height });
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    context.fillStyle = this.player.theme.background;
    context.fillRect(0, 0, width, height);
    this.draw(new CanvasPaint(context, this.player.theme), width, height);
    return new Promise((resolve) => canvas.toBlob(resolve));
  }

  csv() {
    const columns = Object.entries(this.table());
    const lines = [columns.map(([name]) => name)];
    const length = Math.max(...columns.map(([, values]) => values.length));
    for (let i = 0; i < length; i++) lines.push(columns.map(([, values]) => values[i] ?? ""));
    const text = lines.map((line) => line.map(quoted).join(",")).join("\r\n");
    return new Blob([`${text}\r\n`], { type: "text/csv" });
  }

  // The columns that a table of all samples begins with.
  sampleColumns(film = this.film) {
    const all = Array.from({ length: film.size }, (_, row) => row);
    return {
      sample: film.ids,
      class: all.map((row) => film.className(row)),
      anomalous: film.labels,
      step: all.map(() => this.player.step),
    };
  }
}

function quoted(value) {
  const text = typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
