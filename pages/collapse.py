"""The film of the collapse: one timeline for every view of the selected run or ladder."""

from functools import partial

import streamlit as st

from dashboard import components, film, ladder_view, loading, permission, projections, state
from dashboard.plain import plain
from toll.paths import ladders_dir
from toll.runs.run import Run
from toll.runs.summary import RunSummary


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
        label = "Train a ladder: the same at several β"
        if permission.button(label, ladders_dir()):
            ladder_view.start_like(run)
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
        help="Another run of the same normal class, which every view shows beside this one.",
    )
    return others[chosen].run if chosen else None


st.title("Watch the collapse")
ladder = state.selected_ladder()
if ladder is not None:
    seed = ladder_view.header(ladder)
    shown = ladder_view.shown(ladder, seed)
    if shown is None:
        ladder_view.wait_for_first(ladder, seed)
    with st.container(horizontal=True, vertical_alignment="center"):
        film.export_button(shown)
        components.controls(ladder, ladder.status())
        st.page_link(components.PAGES / "ladder.py", label="**Tune β**: every β in one picture")
    film.follow(partial(ladder_view.shown_again, ladder, seed, shown), autoplay=True)
else:
    run = components.require_run()
    components.run_header(run)
    if not loading.snapshots(run).steps:
        components.empty_state(plain(components.without_snapshots(run, run.status())))
    with st.container(horizontal=True, vertical_alignment="center"):
        umaps = tuple(projections.chosen(run))
        alone = film.Shown((run,), contrast_picker(run), umaps)
        film.export_button(alone)
    film.follow(lambda: alone)
