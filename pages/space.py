"""Latent space at the beginning, middle and end of training: black-hole plot beside UMAP."""

import streamlit as st

from dashboard import components, loading, projections, state, views
from toll.runs import Run, RunSummary

SCALES = {"relative": "Relative to the median normal", "absolute": "As it is"}


def moments(run: Run) -> dict[str, int]:
    """Beginning, middle and end, as far as the run has come."""
    steps = run.snapshot_steps()
    if len(steps) < 3:
        return dict(zip(("Beginning", "End"), steps, strict=False))
    middle = min(steps, key=lambda step: abs(step - steps[-1] / 2))
    return {"Beginning": steps[0], "Middle": middle, "End": steps[-1]}


def contrast_picker(run: Run) -> Run | None:
    """Another run of the same normal class to see beside this one, β = 0 first."""
    own = run.config()
    others: dict[str, RunSummary] = {}
    for each in loading.runs():
        other = each.config
        same = other and (other.dataset, other.normal_class) == (own.dataset, own.normal_class)
        if same and each.run.id != run.id and each.run.snapshot_steps():
            others[each.run.id] = each
    pulls = {run_id: each.run.config().beta for run_id, each in others.items()}
    if own.beta > 0 and 0.0 not in pulls.values():
        if st.button("Train the contrast: the same without the pull (β = 0)"):
            state.select(loading.launcher().start(own.replace(beta=0.0)))
            st.switch_page(components.PAGES / "train.py")
    if not others:
        return None
    chosen = st.selectbox(
        "Compare with",
        ["", *sorted(others, key=pulls.__getitem__)],
        index=1 if own.beta > 0 and 0.0 in pulls.values() else 0,
        format_func=lambda run_id: components.run_label(others[run_id]) if run_id else "nothing",
    )
    return others[chosen].run if chosen else None


def show_black_holes(run: Run, frame: views.Frame) -> None:
    at = moments(run)
    for column, (moment, step) in zip(st.columns(3), at.items(), strict=False):
        with column:
            separation = views.separation_at(run, step)
            st.markdown(f"**{moment}**, step {step:,}: separation **{separation:.2f}**")
            views.black_hole_chart(run, tuple(at.values()), step, frame)


st.title("Latent space")
run = components.require_run()
components.run_header(run)
if not run.snapshot_steps():
    components.empty_state("This run has not kept a snapshot yet.")

st.subheader("The black hole")
left, right = st.columns(2, vertical_alignment="bottom")
scale = left.segmented_control(
    "Distance from the centre",
    list(views.UNITS),
    default="relative",
    required=True,
    format_func=SCALES.__getitem__,
)
with right:
    other = contrast_picker(run)
shown = [run] if other is None else [run, other]
reach = max(views.reach(each, moments(each).values(), scale or "relative") for each in shown)
frame = views.Frame(reach, scale or "relative", height=330)
views.legend()
show_black_holes(run, frame)
views.narration(run, run.snapshot_steps()[-1])
if other is not None:
    components.run_header(other)
    show_black_holes(other, frame)
st.caption(
    "Distance from the centre is the true ‖z‖; the angle is how the direction of z departs from "
    "the mean direction, in the plane in which directions vary most (PCA of z/‖z‖). Watch the "
    "normal samples stay inside the event horizon (95 % of them lie in it) while anomalies move "
    "out of it. Axes are the same for all plots here; the farthest 2 % of the samples may lie "
    "beyond them. Separation uses the labels of the test samples."
)

st.subheader("UMAP")
projections.umap_row(run, moments(run))
