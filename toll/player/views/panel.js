// Single samples: what is selected, what scores highest at the instant, and what is pinned.

import { plain } from "../kit/axes.js";
import { element } from "../kit/page.js";
import { show } from "../film/pictures.js";

export const MOST_PINS = 6;
const TOP = 12;
const MOST_SHOWN = 24; // of a selection, as small pictures

// The panel beside the black hole.
export class Panel {
  constructor(player) {
    this.player = player;
    this.root = element("section", { class: "card panel", "aria-label": "Samples" });
    this.chosen = element("div", { class: "chosen" });
    this.others = element("div", { class: "thumbs" });
    this.top = element("div", { class: "thumbs" });
    this.topHead = element("h3", {}, "Highest scores at this instant");
    this.root.append(element("header", {}, element("h3", {}, "Selected sample")));
    this.root.append(this.chosen, this.others, this.topHead, this.top);
  }

  redraw() {
    const { player } = this;
    const { selected } = player.state;
    const scores = player.film.scores(player.frame);
    const ordered = [...selected].sort((a, b) => scores[b] - scores[a]);
    this.drawChosen(ordered);
    this.drawThumbs(this.others, ordered.length > 1 ? ordered.slice(0, MOST_SHOWN) : []);
    this.drawThumbs(this.top, player.film.order(player.frame).slice(0, TOP));
  }

  drawChosen(ordered) {
    const { player } = this;
    const row = ordered.includes(player.state.focus) ? player.state.focus : ordered[0];
    if (row === undefined) {
      if (!this.chosen.querySelector(".nothing"))
        this.chosen.replaceChildren(
          element("p", { class: "hint nothing" }, "Click a point in any chart, or draw a lasso around some, to see what they are."),
        );
      return;
    }
    const { film, frame, pictures } = player;
    const kind = film.labels[row] ? "anomalous" : "normal";
    const parts = [film.at("error", frame)[row], film.beta * film.at("norm", frame)[row]];
    const whole = parts[0] + parts[1] || 1;
    const title = element("p", { class: "title" });
    title.append(mark(kind), ` ${kind}: `, element("b", {}, film.className(row)), ` · sample ${film.ids[row]}`);
    const content = [title];
    if (pictures.hasInput(row)) content.push(this.three(row));
    if (!pictures.hasReconstructions(row)) {
      const kept = pictures.rebuilt.size.toLocaleString("en");
      const words = pictures.index
        ? `Reconstructions were kept of ${kept} samples, not of this one.`
        : "This run has kept no pictures.";
      content.push(element("p", { class: "hint" }, words));
    }
    const bar = element("div", { class: "bar", title: "Which part makes up the score" });
    const share = (100 * parts[0]) / whole;
    bar.append(element("i", { style: `width:${share}%;background:${player.theme.error}` }));
    bar.append(element("i", { style: `flex:1;background:${player.theme.norm}` }));
    const rank = film.ranks(frame)[row].toLocaleString("en");
    const text = element("p", { class: "parts" });
    text.append(
      `score ${plain(whole)} = ‖x − x̂‖ ${plain(parts[0])} + β‖z‖ ${plain(parts[1])}`,
      element("br"),
      `rank ${rank} of ${film.size.toLocaleString("en")} · ‖z‖ ${plain(film.at("norm", frame)[row])}`,
    );
    content.push(bar, text, this.pinButton(row));
    if (ordered.length > 1)
      content.push(element("p", { class: "hint" }, `${ordered.length} samples are selected, the highest score first:`));
    this.chosen.replaceChildren(...content);
  }

  // Input, reconstruction at this instant, and where they differ.
  three(row) {
    const { pictures, frame } = this.player;
    const group = element("div", { class: pictures.isStripe ? "stripes" : "three" });
    const size = pictures.size(pictures.isStripe ? 230 : 74);
    const tiles = {
      input: pictures.input(row),
      reconstruction: pictures.reconstruction(row, frame),
      error: pictures.error(row, frame, this.player.theme.errorRamp),
    };
    for (const [name, tile] of Object.entries(tiles)) {
      if (!tile) continue;
      const canvas = element("canvas", { role: "img", "aria-label": name });
      show(canvas, tile, size);
      group.append(element("figure", {}, canvas, element("figcaption", {}, name)));
    }
    return group;
  }

  pinButton(row) {
    const { state } = this.player;
    const pinned = state.pins.includes(row);
    const full = !pinned && state.pins.length >= MOST_PINS;
    const words = pinned ? "Unpin" : full ? `${MOST_PINS} samples are pinned already` : "Pin: follow its orbit";
    const button = element("button", { type: "button", class: "wide" }, words);
    button.disabled = full;
    button.onclick = () => this.player.pin(row);
    return button;
  }

  // Buttons with small pictures; those that are there already are used again.
  drawThumbs(place, rows) {
    const { player } = this;
    while (place.children.length > rows.length) place.lastChild.remove();
    while (place.children.length < rows.length) {
      const button = element("button", { type: "button", class: "thumb" }, element("canvas"), element("span"));
      button.onclick = (event) => player.focus(Number(button.dataset.row), event.shiftKey);
      button.onpointermove = (event) => player.tip.show(Number(button.dataset.row), event);
      button.onpointerleave = () => player.tip.show(null);
      place.append(button);
    }
    rows.forEach((row, i) => {
      const button = place.children[i];
      button.dataset.row = row;
      const kind = player.film.labels[row] ? "anomalous" : "normal";
      button.className = `thumb ${kind}${row === player.state.focus ? " focus" : ""}`;
      button.setAttribute("aria-label", `${kind} ${player.film.className(row)}, sample ${player.film.ids[row]}`);
      const { pictures } = player;
      const tile = pictures.input(row);
      button.firstChild.hidden = !tile;
      button.lastChild.textContent = tile ? "" : player.film.className(row);
      if (tile) show(button.firstChild, tile, pictures.size(pictures.isStripe ? 60 : 36));
    });
  }
}

// Pinned samples: each with a strip of its reconstructions over training.
export class Pins {
  constructor(player) {
    this.player = player;
    this.root = element("section", { class: "card pins", "aria-label": "Pinned samples" });
    this.list = element("div", { class: "strips" });
    this.hint = element("p", { class: "caption" });
    this.root.append(element("header", {}, element("h3", {}, "Pinned samples over training")), this.list, this.hint);
  }

  redraw() {
    const { film, frame, pictures, state, theme } = this.player;
    this.hint.textContent = state.pins.length
      ? "First the input, then its reconstruction at every snapshot; the instant is framed. Orbits in the black hole have the same numbers and colours."
      : `Pin up to ${MOST_PINS} samples from the panel: their orbit through the black hole, their reconstructions over training and their rank appear.`;
    const key = JSON.stringify([state.pins, film.frames, pictures.sheets.size, this.list.clientWidth]);
    if (key !== this.key) this.build(film, pictures, state, theme);
    this.key = key;
    for (const strip of this.list.children)
      [...strip.querySelectorAll("[data-frame]")].forEach((each) =>
        each.classList.toggle("now", Number(each.dataset.frame) === frame),
      );
  }

  build(film, pictures, state, theme) {
    const width = pictures.index ? Math.max(16, Math.min(40, (this.list.clientWidth - 125) / (film.frames + 1) - 7)) : 0;
    this.list.replaceChildren(
      ...state.pins.map((row, place) => {
        const strip = element("div", { class: "strip" });
        const name = element("b", { style: `color:${theme.pins[place]}` }, String(place + 1));
        strip.append(element("span", { class: "name" }, name, ` ${film.className(row)}`));
        if (pictures.hasReconstructions(row)) {
          const add = (tile, words, extra) => {
            const canvas = element("canvas", { role: "img", "aria-label": words, title: words, ...extra });
            show(canvas, tile, pictures.size(width));
            if (extra) canvas.onclick = () => this.player.goTo(Number(extra["data-frame"]));
            strip.append(canvas);
          };
          add(pictures.input(row), "input");
          film.steps.forEach((step, f) =>
            add(pictures.reconstruction(row, f), `reconstruction at step ${step}`, { "data-frame": f }),
          );
        } else strip.append(element("span", { class: "hint" }, "no reconstructions were kept of it"));
        const remove = element("button", { type: "button", "aria-label": `Unpin sample ${film.ids[row]}` }, "×");
        remove.onclick = () => this.player.pin(row);
        strip.append(remove);
        return strip;
      }),
    );
  }
}

export function mark(kind) {
  return element("span", { class: `mark ${kind}` }, kind === "normal" ? "●" : "◇");
}
