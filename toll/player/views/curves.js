// Curves over training: the loss and its parts, how well the scores separate, the tug of war of the
// two terms, and the ranks of single samples. All share the timeline's axis and mark the instant.

import { Axis, Frame, LEFT, RIGHT } from "../kit/axes.js";
import { Card } from "../kit/card.js";

class Curves extends Card {
  // One frame of curves: [{xs, ys, color, dash, name}], with a legend inside its top.
  drawCurves(paint, box, yAxis, curves, { xTitle = true, dots = false } = {}) {
    const frame = new Frame(box, this.player.stepAxis(), yAxis);
    frame.draw(paint, { xTitle, yTicks: box.height < 90 ? 3 : 4 });
    paint.clipped(frame.left, frame.top - 3, frame.width + 4, frame.height + 6, () => {
      for (const { xs, ys, color, dash = [] } of curves) {
        const [px, py] = frame.all(xs, ys);
        paint.path(px, py, { stroke: color, width: 2, dash });
        if (dots || px.length === 1)
          paint.marks(px, py, px.map((_, i) => i), { shape: "circle", color, size: 4.5 });
      }
    });
    this.player.drawInstant(paint, frame);
    return frame;
  }

  // A row of names at the height y.
  legend(paint, entries, y = 7) {
    let x = LEFT;
    for (const { name, color, dash = [] } of entries) {
      paint.line(x, y, x + 16, y, { stroke: color, width: 2, dash });
      paint.text(name, x + 20, y, { size: 10.5, baseline: "middle", opacity: 0.9 });
      x += 32 + 5.4 * name.length;
    }
  }
}

export class Losses extends Curves {
  constructor(player, area) {
    super(player, area, "Loss curves");
  }

  curves() {
    const { step, loss, reconstruction_error: error, latent_norm: norm } = this.film.about.curves.history;
    const { theme } = this.player;
    const { beta } = this.film;
    const pull = norm.map((each) => (beta || 1) * each);
    return [
      { name: "loss", color: theme.score, xs: step, ys: loss },
      { name: "‖x − x̂‖", color: theme.error, dash: [6, 3], xs: step, ys: error },
      { name: beta ? "β‖z‖" : "‖z‖ (β = 0)", color: theme.norm, dash: [2, 3], xs: step, ys: pull },
    ];
  }

  draw(paint, width, height) {
    const curves = this.curves();
    const values = curves.flatMap(({ ys }) => ys).filter((each) => each > 0);
    const range = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, 0]);
    const axis = new Axis(range[0] / 1.1, range[1] * 1.1, "batch mean (log)", "log");
    const box = { left: LEFT, top: 18, width: width - LEFT - RIGHT, height: height - 54 };
    this.drawCurves(paint, box, axis, curves);
    this.legend(paint, curves);
  }

  words() {
    return (
      "What training lowers: the loss is the reconstruction error plus β times the latent norm, " +
      "means over each step's batch of normal samples. A falling pink curve is the pull."
    );
  }

  table() {
    const { history } = this.film.about.curves;
    return { ...history };
  }
}

export class Separation extends Curves {
  constructor(player, area) {
    super(player, area, "Separation and AUROC");
  }

  curves() {
    const { film } = this;
    const { theme } = this.player;
    const each = (value) => film.steps.map((_, frame) => value(frame));
    const auroc = (name) => each((frame) => film.auroc(name, frame));
    return film.keep("separation curves", () => ({
      separation: { name: "separation", color: theme.horizon, xs: film.steps, ys: each((f) => film.separation(f)) },
      parts: [
        { name: "score", color: theme.score, xs: film.steps, ys: auroc("score") },
        { name: "‖x − x̂‖", color: theme.error, dash: [6, 3], xs: film.steps, ys: auroc("error") },
        { name: "‖z‖", color: theme.norm, dash: [2, 3], xs: film.steps, ys: auroc("norm") },
      ],
    }));
  }

  draw(paint, width, height) {
    const { separation, parts } = this.curves();
    const half = (height - 74) / 2;
    const box = { left: LEFT, width: width - LEFT - RIGHT };
    const finite = separation.ys.filter(Number.isFinite);
    const axis = new Axis(0, Math.max(1.2, ...finite) * 1.08, "separation");
    const upper = this.drawCurves(paint, { ...box, top: 6, height: half }, axis, [separation], { xTitle: false, dots: true });
    const level = { stroke: paint.theme.guide, dash: [2, 3] };
    paint.line(upper.left, upper.py(1), upper.left + upper.width, upper.py(1), level);
    const lower = this.drawCurves(paint, { ...box, top: 38 + half, height: half }, new Axis(0, 1.02, "AUROC"), parts);
    paint.line(lower.left, lower.py(0.5), lower.left + lower.width, lower.py(0.5), level);
    this.legend(paint, parts, 29 + half);
  }

  words() {
    const now = this.film.separation(this.player.frame);
    return (
      `Now the median anomaly lies ${now.toFixed(2)} times as far out as the median normal sample: ` +
      "above 1 the collapse is targeted, whatever the scale of z. AUROC: 1 is perfect, 0.5 guessing. " +
      "Both use the anomaly labels of the probe samples."
    );
  }

  table() {
    const { separation, parts } = this.curves();
    const [score, error, norm] = parts.map(({ ys }) => ys);
    return {
      step: this.film.steps,
      separation: separation.ys,
      auroc_score: score,
      auroc_reconstruction_error: error,
      auroc_latent_norm: norm,
    };
  }
}

export class Tug extends Curves {
  constructor(player, area) {
    super(player, area, "Tug of war");
  }

  draw(paint, width, height) {
    const { tug } = this.film.about.curves;
    const { theme } = paint;
    if (!tug.step.length) {
      paint.text("This run has kept no gradients.", width / 2, height / 2, { align: "center" });
      return;
    }
    const sides = [
      { name: "rebuilding", color: theme.error, dash: [6, 3], xs: tug.step, ys: tug.error_gradient },
      { name: "the pull", color: theme.norm, dash: [2, 3], xs: tug.step, ys: tug.pull_gradient },
    ];
    const positive = sides.flatMap(({ ys }) => ys).filter((each) => each > 0);
    const axis = new Axis(Math.min(...positive) / 1.3, Math.max(...positive) * 1.3, "gradient (log)", "log");
    const half = (height - 74) / 2;
    const box = { left: LEFT, width: width - LEFT - RIGHT };
    const shown = sides.filter(({ ys }) => ys.some((each) => each > 0));
    this.drawCurves(paint, { ...box, top: 18, height: half }, axis, shown, { xTitle: false, dots: true });
    const cosine = { name: "cosine", color: theme.horizon, xs: tug.step, ys: tug.cosine };
    const lower = this.drawCurves(paint, { ...box, top: 38 + half, height: half }, new Axis(-1.05, 1.05, "cosine"), [cosine], { dots: true });
    paint.line(lower.left, lower.py(0), lower.left + lower.width, lower.py(0), { stroke: theme.guide, dash: [2, 3] });
    this.legend(paint, shown);
  }

  words() {
    return (
      "How hard the two terms of the loss pull at z (lengths of ∂‖x − x̂‖/∂z and ∂β‖z‖/∂z, normal " +
      "probe samples): rebuilding well against lying close to the origin. Where the cosine nears −1 they pull against each other, " +
      "and the collapse stops where they are equally strong."
    );
  }

  table() {
    return { ...this.film.about.curves.tug };
  }
}

export class Ranks extends Curves {
  constructor(player, area) {
    super(player, area, "Rank over time");
  }

  curves() {
    const { film } = this;
    return this.state.pins.map((row, place) => ({
      name: `${place + 1}: ${film.className(row)}`,
      color: this.player.theme.pins[place],
      xs: film.steps,
      ys: film.steps.map((_, frame) => film.ranks(frame)[row]),
    }));
  }

  draw(paint, width, height) {
    const curves = this.curves();
    const axis = new Axis(1, this.film.size, "rank").reversed(); // the first rank is on top
    const box = { left: LEFT, top: 18, width: width - LEFT - RIGHT, height: height - 54 };
    this.drawCurves(paint, box, axis, curves, { dots: true });
    this.legend(paint, curves);
    if (!curves.length)
      paint.text("Pin a sample to follow its rank.", width / 2, height / 2, { align: "center" });
  }

  words() {
    return (
      `Rank by anomaly score among the ${this.film.size.toLocaleString("en")} probe samples; 1, on ` +
      "top, is the most anomalous. Pin samples from the panel beside the black hole."
    );
  }

  table() {
    const columns = { step: this.film.steps };
    for (const row of this.state.pins)
      columns[`sample_${this.film.ids[row]}`] = this.film.steps.map((_, frame) => this.film.ranks(frame)[row]);
    return columns;
  }
}
