// The player: a run's film with one timeline for every view.

import { Axis } from "./kit/axes.js";
import { BlackHole, RadialScale } from "./views/black_hole.js";
import { Controls, listenToKeys } from "./controls.js";
import { Losses, Ranks, Separation, Tug } from "./views/curves.js";
import { Roc, ScorePlane } from "./views/score_plane.js";
import { Film } from "./film/film.js";
import { Hole } from "./views/hole.js";
import { Horizon } from "./film/horizon.js";
import { MapCard } from "./views/map.js";
import { Norms } from "./views/norms.js";
import { element } from "./kit/page.js";
import { themeOf } from "./kit/theme.js";
import { Pictures } from "./film/pictures.js";
import { MOST_PINS, Panel, Pins } from "./views/panel.js";
import { SECONDS, State, Timeline } from "./film/time.js";
import { Tip } from "./views/tip.js";

// What a viewer may choose, as it is at first. Those in LINKED stand in the page's link.
const CHOICES = {
  time: 0, // frames, with a fraction between two
  playing: false,
  speed: 1,
  timeline: "log",
  follow: true,
  scale: "log",
  angle: "angle",
  map: "pca 2",
  norms: "histogram",
  plane: "film",
  threshold: "norm",
  share: 0.95,
  narration: true,
  selected: [],
  focus: null,
  pins: [],
  guide: null,
  lit: new Set(),
};

export class Player {
  // options: those of `mount` in mount.js.
  constructor(root, bytes, { lastSeen = () => ({}), changed = () => {} } = {}) {
    root.classList.add("toll-player");
    this.root = root;
    this.changed = changed;
    this.state = new State({ ...CHOICES });
    this.open(bytes);
    const { step, samples, pins } = lastSeen(this.film.about.run);
    if (step !== undefined) this.state.time = this.timeline.frameOf(step);
    this.state.selected = this.rowsOf(samples);
    this.state.focus = this.state.selected[0] ?? null;
    this.state.pins = this.rowsOf(pins).slice(0, MOST_PINS);
    this.theme = themeOf(root);
    this.horizon = new Horizon(this);
    this.tip = new Tip(this);
    this.build();
    listenToKeys(this);
  }

  open(bytes) {
    this.film = Film.open(bytes);
    this.pictures = new Pictures(this.film, () => this.soon(), this.pictures);
    this.timeline = new Timeline(this.film.steps, this.state.timeline === "log");
    this.rows = new Map(Array.from(this.film.ids, (id, row) => [id, row]));
    this.scales = new Map();
  }

  // A later state of the same run, or another one. The viewer stays where they are, unless they
  // follow the training.
  replace(bytes) {
    const before = this.film;
    const atEnd = this.state.time >= before.frames - 1;
    const step = this.stepNow;
    this.open(bytes);
    if (before.about.run !== this.film.about.run) {
      Object.assign(this.state, { selected: [], pins: [], focus: null, guide: null, lit: new Set(), time: 0 });
      this.pictures = new Pictures(this.film, () => this.soon());
      this.tell();
    } else if (atEnd && this.state.follow && this.film.about.training) this.state.time = this.film.frames - 1;
    else this.state.time = this.film.timeAt(step);
    const shape = ({ about, contrast }) => [about.run, about.training, contrast?.about.run].join();
    if (shape(before) === shape(this.film)) {
      this.map.refill();
      this.controls.refill();
      this.soon();
    } else this.build();
  }

  build() {
    const { film } = this;
    this.state.listeners = new Set([(names) => this.follow(names)]);
    this.controls = new Controls(this);
    this.panel = new Panel(this);
    this.pins = new Pins(this);
    this.map = new MapCard(this, "map");
    this.cards = [
      new BlackHole(this, "blackhole", film.contrast ? `Black hole, β = ${film.beta}` : "Black hole"),
      new Norms(this, "norms"),
      new Losses(this, "losses"),
      this.map,
      new Roc(this, "roc"),
      new ScorePlane(this, "plane"),
      new Separation(this, "separation"),
      new Tug(this, "tug"),
      new Ranks(this, "ranks"),
    ];
    if (film.contrast) {
      const title = `Compared with β = ${film.contrast.beta}`;
      this.cards.splice(1, 0, new BlackHole(this, "contrast", title, (each) => each.contrast));
    }
    this.others = [this.controls, this.panel, this.pins, new Hole(this)];
    const grid = element("div", { class: film.contrast ? "grid compared" : "grid" });
    const [first, ...rest] = this.cards.map((card) => card.root);
    grid.append(first, this.panel.root, ...rest, this.others[3].root, this.pins.root);
    this.root.replaceChildren(this.controls.root, grid, this.tip.root);
    this.soon();
  }

  // The instant

  // The snapshot whose numbers are shown: the last one that the film has come to.
  get frame() {
    return Math.min(Math.floor(this.state.time + 1e-6), this.film.frames - 1);
  }

  get step() {
    return this.film.steps[this.frame];
  }

  // The training step at this instant, between two snapshots too.
  get stepNow() {
    const low = this.frame;
    const high = Math.min(low + 1, this.film.frames - 1);
    return this.film.steps[low] + (this.state.time - low) * (this.film.steps[high] - this.film.steps[low]);
  }

  get place() {
    const { places } = this.timeline;
    const low = this.frame;
    const high = Math.min(low + 1, places.length - 1);
    return places[low] + (this.state.time - low) * (places[high] - places[low]);
  }

  goTo(frame) {
    const time = Math.min(Math.max(frame, 0), this.film.frames - 1);
    this.state.set({ playing: false, time });
    this.tell();
  }

  forward(by) {
    const { time } = this.state;
    this.goTo(by > 0 ? Math.floor(time) + by : Math.ceil(time) + by);
  }

  play() {
    if (this.film.frames < 2) return;
    if (this.state.playing) {
      this.goTo(Math.round(this.state.time));
      return;
    }
    if (this.state.time >= this.film.frames - 1) this.state.set({ time: 0 });
    this.state.set({ playing: true });
    let last = performance.now();
    const tick = (now) => {
      if (!this.state.playing || !this.root.isConnected) return;
      const place = this.place + ((now - last) / 1000 / SECONDS) * this.state.speed;
      last = now;
      if (place >= 1) return this.goTo(this.film.frames - 1);
      this.state.set({ time: this.timeline.frameAt(place) });
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  // Samples

  select(rows, more = false) {
    const before = more ? this.state.selected : [];
    const added = rows.filter((row) => !before.includes(row));
    const selected = more && !added.length ? before.filter((row) => !rows.includes(row)) : [...before, ...added];
    this.state.set({ selected, focus: added[0] ?? selected[0] ?? null });
    this.guideBy(this.state.focus);
    this.tell();
  }

  // Show one sample in the panel; it stays among the selected ones.
  focus(row, more) {
    if (!this.state.selected.includes(row)) return this.select([row], more);
    this.state.set({ focus: row });
    this.guideBy(row);
  }

  guideBy(row) {
    if (this.pictures.guides.includes(row)) this.state.set({ guide: row });
  }

  pin(row) {
    const { pins } = this.state;
    const others = pins.filter((each) => each !== row);
    this.state.set({ pins: others.length < pins.length ? others : [...pins, row].slice(0, MOST_PINS) });
    this.tell();
  }

  rowsOf(ids = []) {
    return ids.map((id) => this.rows.get(id)).filter((row) => row !== undefined);
  }

  tell() {
    const ids = (rows) => rows.slice(0, 40).map((row) => this.film.ids[row]);
    const { selected, pins } = this.state;
    this.changed({ step: this.step, samples: ids(selected), pins: ids(pins) }, this.film.about.run);
  }

  // What several views need

  get radialScale() {
    const { scale } = this.state;
    if (!this.scales.has(scale)) {
      const films = [this.film, this.film.contrast].filter(Boolean);
      this.scales.set(scale, new RadialScale(scale, films));
    }
    return this.scales.get(scale);
  }

  stepAxis() {
    const scale = this.state.timeline === "log" ? "log1p" : "linear";
    return new Axis(0, this.film.about.training ? this.film.steps.at(-1) || 1 : this.film.about.niter, "training step", scale);
  }

  drawInstant(paint, frame) {
    const x = frame.px(this.stepNow);
    paint.line(x, frame.top - 2, x, frame.top + frame.height, { stroke: paint.theme.text, width: 1.4, opacity: 0.7 });
  }

  // Drawing

  follow(names) {
    if (names.has("timeline")) this.timeline = new Timeline(this.film.steps, this.state.timeline === "log");
    this.soon();
  }

  // Everything is drawn anew before the next frame of the screen, once, however much has changed.
  soon() {
    if (this.due) return;
    this.due = requestAnimationFrame(() => {
      this.due = null;
      this.theme = themeOf(this.root);
      for (const each of [...this.others, ...this.cards]) each.redraw();
    });
  }
}
