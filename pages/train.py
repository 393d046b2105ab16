"""Choose what to train, start it, and follow it."""

import streamlit as st

from dashboard import components, faults, form, live, loading, state
from toll.config import RunConfig
from toll.jobs.queue import JobState
from toll.runs.folder import WorkFolder
from toll.runs.run import Run


def start(config: RunConfig) -> None:
    with faults.shown():
        state.select(loading.launcher().start(config))


def show_queue() -> None:
    """What waits, kept fresh while anything is queued or running: it shortens by itself."""
    trainings = loading.launcher().trainings

    @st.fragment(run_every=1.0 if trainings() else None)
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
            st.markdown(f"{config.dataset} · {config.normal_class} · β {config.beta:g}")
        else:
            st.markdown(f"table {work.id}")
        key = f"withdraw {work.id}"
        st.button("Stop", key=key, on_click=loading.launcher().stop, args=(work,))


st.title("Train")
settings, followed = st.columns([2, 5], gap="large")
with settings:
    # Each in a container, so that the button keeps its place: the browser can lose an element that
    # moves while a fragment refreshes.
    with st.container():
        config = form.settings()
    with st.container():
        if config is not None:
            form.show_estimate(config)
    st.button(
        "Start training",
        type="primary",
        disabled=config is None,
        on_click=start,
        args=(config,),
        width="stretch",
    )
    show_queue()
with followed:
    run = state.selected_run()
    if run is None:
        st.info("Nothing has been trained yet. Press **Start training** and watch it here.")
    else:
        components.run_header(run, with_state=False)
        live.follow(run)
