// The film's time: where on the timeline the instant is, and how it moves while the film plays.

import { mix, turn } from "./film.js";

export const SECONDS = 9; // that the whole film takes at speed 1

// Maps training steps to places 0…1 on the timeline. Logarithmic, early steps have room: there the
// collapse happens.
export class Timeline {
  constructor(steps, logarithmic) {
    this.steps = steps;
    this.logarithmic = logarithmic;
    const scaled = steps.map((step) => this.scaled(step));
    const span = scaled.at(-1) - scaled[0] || 1;
    this.places = scaled.map((each) => (each - scaled[0]) / span);
  }

  scaled(step) {
    return this.logarithmic ? Math.log10(1 + step) : step;
  }

  // The frame at a place, as a number between two frames where it lies between them.
  frameAt(place) {
    const last = this.places.length - 1;
    const after = this.places.findIndex((each) => each > place);
    if (after < 0) return last;
    if (after === 0) return 0;
    const [low, high] = [this.places[after - 1], this.places[after]];
    return after - 1 + (place - low) / (high - low);
  }

  nearest(place) {
    const distances = this.places.map((each) => Math.abs(each - place));
    return distances.indexOf(Math.min(...distances));
  }

  frameOf(step) {
    const distances = this.steps.map((each) => Math.abs(each - step));
    return distances.indexOf(Math.min(...distances));
  }
}

// What the viewer has chosen and where the film stands. Whoever listens hears of every change.
export class State {
  constructor(choices) {
    Object.assign(this, choices);
    this.listeners = new Set();
  }

  set(changes) {
    const changed = Object.keys(changes).filter((name) => this[name] !== changes[name]);
    if (!changed.length) return;
    Object.assign(this, changes);
    for (const listener of this.listeners) listener(new Set(changed));
  }
}

// Values of two frames, mixed: what lies between two snapshots is drawn on the way from one to the
// next.
export function between(film, name, time, ratios = false) {
  return mixed(film, name, time, (a, b, part) => mix(a, b, part, ratios));
}

export function turning(film, name, time) {
  return mixed(film, name, time, turn);
}

function mixed(film, name, time, blend) {
  const low = Math.min(Math.floor(time), film.frames - 1);
  const part = time - low;
  const a = film.at(name, low);
  if (part < 1e-6 || low + 1 >= film.frames) return a;
  const b = film.at(name, low + 1);
  return a.map((value, i) => blend(value, b[i], part));
}
