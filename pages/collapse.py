"""The film of the collapse: one timeline for every view of the selected run."""

import streamlit as st

from dashboard import components, film, loading, permission, projections, state
from toll.paths import runs_dir
from toll.runs.run import Run
from toll.runs.store import RunSummary


def contrast_picker(run: Run) -> Run | None:
    """Another run of the same normal class to see beside this one, β = 0 first."""
    own = run.config
    others: dict[str, RunSummary] = {}
    for each in loading.runs():
        other = each.config
        same = other and (other.dataset, other.normal_class) == (own.dataset, own.normal_class)
        if same and each.run.id != run.id and each.run.snapshot_steps():
            others[each.run.id] = each
    pulls = {run_id: each.run.config.beta for run_id, each in others.items()}
    if own.beta > 0 and 0.0 not in pulls.values():
        if permission.button("Train the contrast: no pull (β = 0)", runs_dir()):
            state.select(loading.launcher().start(own.replace(beta=0.0)))
            st.switch_page(components.PAGES / "train.py")
    if not others:
        return None
    chosen = st.selectbox(
        "Compare with",
        ["", *sorted(others, key=pulls.__getitem__)],
        format_func=lambda run_id: (
            f"Beside it: {components.run_label(others[run_id])}" if run_id else "Compare with …"
        ),
        label_visibility="collapsed",
        width=320,
        help="Another run of the same normal class, whose black hole is shown beside this one's.",
    )
    return others[chosen].run if chosen else None


st.title("Watch the collapse")
run = components.require_run()
components.run_header(run)
if not loading.snapshots(run).steps:
    components.empty_state("This run has not kept a snapshot yet.")
with st.container(horizontal=True, vertical_alignment="center"):
    umaps = projections.chosen(run)
    other = contrast_picker(run)
    film.export_button(run, umaps, other)
film.follow(run, umaps, other)
