"""How far from the origin normal and anomalous samples lie, on three scales."""

import streamlit as st

from dashboard import components, loading, views
from toll.evaluation import auroc

st.title("Latent norms")
run = components.require_run()
components.run_header(run)
steps = run.snapshot_steps()
if not steps:
    components.empty_state("This run has not kept a snapshot yet.")
step = steps[-1]
if len(steps) > 1:
    step = st.select_slider(
        "Training step", steps, value=steps[-1], format_func=lambda step: f"{step:,}"
    )
snapshot = loading.snapshot(run, step)
labels = loading.split_of(run.config()).labels(snapshot.ids)

views.narration(run, step)

columns = st.columns(4)
columns[0].metric("Separation", f"{views.separation_at(run, step):.2f}")
columns[1].metric("AUROC of ‖z‖ alone", f"{auroc(labels, snapshot.latent_norm):.3f}")
columns[2].metric("Normal samples", f"{(labels == 0).sum():,}")
columns[3].metric("Anomalous samples", f"{(labels == 1).sum():,}")
st.caption(
    f"Probe samples from the test part at step {step:,}, not trained on. Separation (median "
    "anomalous over median normal ‖z‖) and AUROC use their labels; the event horizon, inside which "
    "95 % of the normal samples lie, uses the normal ones only."
)
views.norm_chart(snapshot, labels, "relative", "page")
st.caption(
    "Relative to the median normal sample. This scale compares runs: the decoder can undo a "
    "shrunken latent space, so absolute distances of two values of β cannot be compared."
)
left, right = st.columns(2)
with left:
    views.norm_chart(snapshot, labels, "absolute", "page")
    st.caption("As they are: move the step and watch the scale of the axis shrink.")
with right:
    views.norm_chart(snapshot, labels, "log", "page")
    st.caption("On a logarithmic axis equal ratios look equally wide, however small the norms.")
