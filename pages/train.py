"""Choose what to train, start it, and follow it."""

import streamlit as st

from dashboard import (
    components,
    faults,
    form,
    ladder_form,
    ladder_view,
    live,
    loading,
    permission,
    state,
)
from dashboard.plain import plain
from toll.config import RunConfig
from toll.data import DATASETS
from toll.jobs.queue import JobState
from toll.paths import may_write, runs_dir
from toll.runs.folder import WorkFolder
from toll.runs.run import Run
from toll.studies.ladder import LadderSettings


def start(config: RunConfig, ladder: LadderSettings | None) -> None:
    if ladder is None:
        state.select(loading.launcher().start(config))
    else:
        ladder_view.start(ladder)


def show_queue() -> None:
    """What waits, kept fresh while anything is queued or running: it shortens by itself."""
    trainings = loading.launcher().trainings

    @st.fragment(run_every=1.0 if trainings() else None)
    @faults.shown()
    def refresh() -> None:
        waiting = [
            job.work
            for job in trainings()
            if job.state == JobState.WAITING and job.work is not None
        ]
        if waiting:
            st.subheader("Waiting")
            st.caption("One training at a time on a device; these follow in this order.")
        for work in waiting:
            show_waiting(work)

    refresh()


def show_waiting(work: WorkFolder) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if isinstance(work, Run):
            config = work.config
            name = DATASETS[config.dataset].classes_name(config.normal_classes)
            st.markdown(f"{plain(config.dataset)} · {plain(name)} · β {config.beta:g}")
        else:
            st.markdown(f"{work.noun} {plain(work.id)}")
        key = f"withdraw {work.id}"
        st.button("Stop", key=key, on_click=loading.launcher().stop, args=(work,))


st.title("Train")
settings, followed = st.columns([2, 5], gap="large")
with settings:
    # Each in a container, so that the button keeps its place: the browser can lose an element that
    # moves while a fragment refreshes.
    with st.container():
        config, ladder = form.settings(), None
        wanted = st.session_state.get(ladder_form.WANTED, False)
        if wanted and config is not None:
            ladder = ladder_form.chosen(config)
    with st.container():
        if config is not None and may_write(runs_dir()):
            form.show_estimate(config, len(ladder.cells) if ladder else 1)
    permission.button(
        "Start training",
        runs_dir(),
        type="primary",
        disabled=config is None or (wanted and ladder is None),
        on_click=faults.carry_out,
        args=(start, config, ladder),
        width="stretch",
    )
    show_queue()
with followed:
    chosen, run = state.selected_ladder(), state.selected_run()
    if chosen is not None:
        ladder_view.follow(chosen)
    elif run is None:
        st.info("Nothing has been trained yet. Press **Start training** and watch it here.")
    else:
        components.run_header(run, with_state=False)
        live.follow(run)
