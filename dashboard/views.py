"""Views of a run that more than one page composes: loaded data into captioned charts."""

import html

import numpy as np
import streamlit as st

from dashboard import loading
from dashboard.chart import show
from dashboard.charts import curves, norms, space, style
from toll.data import DATASETS, NO_LABELS, OneClassSplit, class_noun
from toll.evaluation.metrics import event_horizon, separation
from toll.runs.run import Run
from toll.runs.snapshots import Snapshot


def legend() -> None:
    """The legend of the black-hole plot, above it."""
    marks = {
        "●": (style.COLORS.normal, "normal"),
        "◇": (style.COLORS.anomalous, "anomalous"),
        "✚": ("gray", "origin"),
        "- - -": (style.HORIZON, "event horizon"),
    }
    entries = (
        f'<span style="color:{style.ink(color)}">{mark}</span> {name}'
        for mark, (color, name) in marks.items()
    )
    st.html(f'<div style="font-size:.82rem">{" &ensp; ".join(entries)}</div>')


def loss_chart(run: Run) -> None:
    """The loss and its two parts, on one axis and on their own."""
    config = run.config
    show(curves.loss_curves(loading.history(run), config.beta, config.niter), "loss curves")
    st.caption(
        "What training lowers: the loss is the reconstruction error plus β times the latent norm. "
        "Left, all on one axis: which part is the loss mostly made of? Right, each part on its own "
        "axis: a falling lower curve is the pull of the black hole."
    )


def validation_chart(run: Run) -> None:
    """AUROC and separation on the validation samples, over training."""
    validation = loading.validation(run)
    if validation.empty:
        st.caption("There has been no validation yet.")
        return
    if not DATASETS[run.config.dataset].labelled:
        st.caption(f"{NO_LABELS} So there is no AUROC and no separation over training.")
        return
    show(curves.validation_curves(validation, run.config.niter), "validation")
    st.caption(
        "Left: how well the whole score and each part alone tell anomalies from normal samples; 1 "
        "is perfect, 0.5 is guessing. Right: how many times farther from the origin the median "
        "anomaly lies than the median normal sample; above 1 the collapse is targeted. Both use "
        "the anomaly labels of the validation samples."
    )


def norm_chart(snapshot: Snapshot, labels: np.ndarray) -> None:
    """Histogram of the latent norms in a snapshot."""
    horizon = event_horizon(snapshot.latent_norm[labels == 0])
    show(norms.norm_histogram(snapshot.latent_norm, labels, horizon), "latent norms")


def black_hole_chart(run: Run, step: int) -> None:
    """The black-hole plot at `step`, on axes that suit the run from its beginning to there.

    Distances are relative to the median normal sample; the farthest 2 % may lie beyond the axes.
    """
    split, steps = loading.split_of(run.config), (loading.snapshots(run).steps[0], step)
    snapshots = [loading.snapshot(run, each) for each in steps]
    units = [_median_normal_norm(each, split) for each in snapshots]
    reaches = [
        float(np.quantile(each.latent_norm, 0.98)) / unit
        for each, unit in zip(snapshots, units, strict=True)
    ]
    snapshot, unit = snapshots[-1], units[-1]
    horizon = event_horizon(snapshot.latent_norm[split.labels(snapshot.ids) == 0]) / unit
    points = loading.black_hole_points(run, steps)[step] / unit
    figure = space.black_hole_plot(samples(split, snapshot, points), 1.08 * max(reaches), horizon)
    show(figure, f"black hole of {run.id} at step {step}", key=f"black hole {run.id}")


def _median_normal_norm(snapshot: Snapshot, split: OneClassSplit) -> float:
    return float(np.median(snapshot.latent_norm[split.labels(snapshot.ids) == 0])) or 1.0


def samples(split: OneClassSplit, snapshot: Snapshot, points: np.ndarray) -> space.Cloud:
    """A snapshot's samples at `points`, with the text that each shows on hover."""
    spec, labels = split.dataset.spec, split.labels(snapshot.ids)
    names = [html.escape(spec.class_names[each]) for each in split.dataset.classes[snapshot.ids]]
    parts = zip(
        snapshot.ids, names, snapshot.latent_norm, snapshot.reconstruction_error, strict=True
    )
    texts = [
        f"sample {sample}: {name}<br>‖z‖ = {norm:.3g}<br>‖x − x̂‖ = {error:.3g}"
        for sample, name, norm, error in parts
    ]
    return space.Cloud(points, labels, texts, snapshot.ids)


def separation_at(run: Run, step: int) -> float | None:
    """The separation of the probe samples; None of data without labels."""
    if not DATASETS[run.config.dataset].labelled:
        return None
    snapshot, split = loading.snapshot(run, step), loading.split_of(run.config)
    return separation(split.labels(snapshot.ids), snapshot.latent_norm)


def normal_name(run: Run) -> str:
    """What is normal, for a caption: `class “8”` or `classes “all but 1”`."""
    classes = run.config.normal_classes
    return f"{class_noun(classes)} “{DATASETS[run.config.dataset].classes_name(classes)}”"
