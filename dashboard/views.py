"""Views of a run that more than one page composes: loaded data into captioned charts."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import loading
from dashboard.chart import show
from dashboard.charts import curves, norms, space, style
from toll.data import DATASETS, OneClassSplit
from toll.evaluation import event_horizon, separation
from toll.narration import alarm, instant, narrate
from toll.runs import Run, Snapshot

UNITS = {
    "relative": "‖z‖ / median normal ‖z‖ (unitless)",
    "absolute": "‖z‖ (unitless)",
}


@dataclass(frozen=True)
class Frame:
    """What black-hole plots that are to be compared have in common.

    reach: how far the axes go, on a `scale` that is a key of UNITS; height: in pixels.
    """

    reach: float
    scale: str
    height: int = 400


def legend(*, with_hole: bool = True) -> None:
    """The legend of charts of latent space, once for all that stand side by side."""
    marks = {"●": (style.NORMAL, "normal"), "◇": (style.ANOMALOUS, "anomalous")}
    if with_hole:
        marks |= {"✚": ("gray", "origin"), "- - -": (style.HORIZON, "event horizon")}
    entries = (
        f'<span style="color:{color}">{mark}</span> {name}' for mark, (color, name) in marks.items()
    )
    st.html(f'<div style="font-size:.82rem">{" &ensp; ".join(entries)}</div>')


def loss_chart(run: Run) -> None:
    """The loss and its two parts, on one axis and on their own."""
    config = run.config()
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
        st.caption("The first validation has not been made yet.")
        return
    show(curves.validation_curves(validation, run.config().niter), "validation")
    st.caption(
        "Left: how well the whole score and each part alone tell anomalies from normal samples; 1 "
        "is perfect, 0.5 is guessing. Right: how many times farther from the origin the median "
        "anomaly lies than the median normal sample; above 1 the collapse is targeted. Both use "
        "the anomaly labels of the validation samples."
    )


def norm_chart(snapshot: Snapshot, labels: np.ndarray, scale: str, key: str) -> None:
    """Histogram of the latent norms in a snapshot."""
    horizon = event_horizon(snapshot.latent_norm[labels == 0])
    figure = norms.norm_histogram(snapshot.latent_norm, labels, scale, horizon)
    show(figure, f"latent norms, {scale} {key}")


def reach(run: Run, steps: Iterable[int], scale: str) -> float:
    """How far the axes of black-hole plots must go to show 98 % of the samples at all `steps`."""
    split = loading.split_of(run.config())
    seen = [loading.snapshot(run, step) for step in steps]
    return max(
        float(np.quantile(each.latent_norm, 0.98)) / unit(each, split, scale) for each in seen
    )


def black_hole_chart(run: Run, steps: tuple[int, ...], step: int, frame: Frame) -> None:
    """The black-hole plot at `step`, in the plane that suits all of `steps`."""
    split, snapshot = loading.split_of(run.config()), loading.snapshot(run, step)
    labels, radius_unit = split.labels(snapshot.ids), unit(snapshot, split, frame.scale)
    horizon = event_horizon(snapshot.latent_norm[labels == 0]) / radius_unit
    points = loading.black_hole_points(run, steps)[step] / radius_unit
    figure = space.black_hole_plot(
        samples(split, snapshot, points), 1.08 * frame.reach, horizon, UNITS[frame.scale]
    )
    figure.update_layout(height=frame.height)
    key = f"black hole {run.id} {steps.index(step)}"
    show(figure, f"black hole of {run.id} at step {step}", key=key)


def umap_chart(run: Run, step: int, points: np.ndarray) -> None:
    split = loading.split_of(run.config())
    cloud = samples(split, loading.snapshot(run, step), points)
    show(space.umap_plot(cloud), f"UMAP at step {step}")


def unit(snapshot: Snapshot, split: OneClassSplit, scale: str) -> float:
    """What a radius is divided by."""
    if scale == "absolute":
        return 1.0
    return float(np.median(snapshot.latent_norm[split.labels(snapshot.ids) == 0])) or 1.0


def samples(split: OneClassSplit, snapshot: Snapshot, points: np.ndarray) -> space.Cloud:
    """A snapshot's samples at `points`, with what the mouse shows of each."""
    spec, labels = split.dataset.spec, split.labels(snapshot.ids)
    classes = split.dataset.classes[snapshot.ids]
    parts = zip(
        snapshot.ids, classes, snapshot.latent_norm, snapshot.reconstruction_error, strict=True
    )
    texts = [
        f"sample {sample}: {spec.class_names[index]}<br>‖z‖ = {norm:.3g}<br>‖x − x̂‖ = {error:.3g}"
        for sample, index, norm, error in parts
    ]
    return space.Cloud(points, labels, texts, snapshot.ids)


def separation_at(run: Run, step: int) -> float:
    snapshot, split = loading.snapshot(run, step), loading.split_of(run.config())
    return separation(split.labels(snapshot.ids), snapshot.latent_norm)


def narration(run: Run, step: int) -> None:
    """The instant in words, with a switch, and an alarm where the collapse goes wrong."""
    steps, split = run.snapshot_steps(), loading.split_of(run.config())
    start, now = (
        instant(each, split.labels(seen.ids), seen.latent_norm)
        for each, seen in ((each, loading.snapshot(run, each)) for each in (steps[0], step))
    )
    if st.toggle("Say what is seen", value=True, key="narration", persist_state="session"):
        st.markdown(narrate(start, now))
    if warning := alarm(start, now):
        st.warning(warning)


def normal_name(run: Run) -> str:
    config = run.config()
    return DATASETS[config.dataset].class_names[config.normal_class]
