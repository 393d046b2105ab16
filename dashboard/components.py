"""Parts of pages that several pages share: the run picker, empty states, metrics, captions."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

from dashboard import faults, loading, permission, state
from dashboard.plain import plain
from toll.config import shown_names
from toll.data import DATASETS, class_noun
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.runs.store import RunSummary, quoted

# Beside this folder, in a checkout and in an installed package.
PAGES = Path(__file__).resolve().parents[1] / "pages"
REFRESH_SECONDS = 2.0

# Plain characters: an emoji or icon font is not on every computer.
STATE_MARKS = {
    State.QUEUED: "○",
    State.RUNNING: "▶",
    State.PAUSED: "‖",
    State.STOPPED: "■",
    State.FINISHED: "✓",
    State.FAILED: "✗",
    State.INTERRUPTED: "!",
    State.DAMAGED: "?",
}


def run_picker() -> None:
    """The sidebar's choice of the run that all pages show."""
    with st.sidebar:
        summaries = {each.run.id: each for each in loading.runs() if each.config is not None}
        chosen = state.selected_run()
        if chosen is not None:  # a model of a table is on the list only while it is chosen
            summaries.setdefault(chosen.id, loading.summary(chosen))
        if not summaries:
            st.caption("No runs yet. Train one, and it can be chosen here.")
            return
        if state.selected_id() not in summaries:
            if state.selected_id():
                asked = quoted(state.selected_id() or "")
                st.warning(plain(f"There is no run {asked}; this is the newest one."))
            state.select(next(iter(summaries)))
            state.keep_in_link()
        st.selectbox(
            "Run",
            list(summaries),
            key=state.RUN,
            format_func=lambda run_id: run_label(summaries[run_id]),
            on_change=state.keep_in_link,
            persist_state="session",
            help="Every page under “The selected run” shows this one. Newest first.",
        )


def run_label(summary: RunSummary) -> str:
    """A run in one line that never changes: dataset, normal class, β, and when it was started.

    Streamlit knows an option by its label, so the state, which changes, must not be in it.
    """
    assert summary.config is not None
    config, when = summary.config, summary.run.id[9:15]
    clock = f"{when[:2]}:{when[2:4]}:{when[4:]}" if when.isdigit() else summary.run.id
    dataset = DATASETS[config.dataset]
    name = dataset.classes_name(config.normal_classes)
    table, _, _ = summary.run.id.rpartition("/")
    if table:  # its name says the rest
        return f"{table} · {name} · seed {config.seed}"
    return f"{dataset.title} · {name} · β {config.beta:g} · {clock}"


def require_run() -> Run:
    """The selected run; without one, a page that says what to do instead of this one."""
    run = state.selected_run()
    if run is None:
        empty_state("There is nothing to see yet: no run has been trained.")
    return run


def empty_state(message: str) -> NoReturn:
    """Say what is missing and where to get it, and end the page."""
    st.info(message)
    st.page_link(PAGES / "train.py", label="Go to **Train**")
    st.stop()


def run_header(run: Run, *, with_state: bool = True) -> None:
    """One line on what the page shows, and a warning where the run did not end well.

    While the run is queued or running, the line is kept fresh.
    """
    active = with_state and run.status().state.is_active

    @st.fragment(run_every=REFRESH_SECONDS if active else None)
    def draw() -> None:
        config, status = run.config, run.status()
        dataset, classes = DATASETS[config.dataset], config.normal_classes
        name = dataset.classes_name(classes)
        progress = (
            f" · {status.state} at step {status.step:,} of {config.niter:,} · {plain(run.id)}"
        )
        st.caption(
            f"**{dataset.title}**, normal {class_noun(classes)} **{plain(name)}** · β "
            f"**{config.beta:g}** · z_dim {config.z_dim} · lr {config.lr:g} · network "
            f"{plain(config.network)}{progress if with_state else ''}"
        )
        if status.message and with_state:
            st.warning(plain(status.message))
        if run.ignored_settings:
            names = shown_names(run.ignored_settings)
            said = (
                f"This run is of a newer version. Settings that are unknown here are ignored: "
                f"{names}. It can be looked at, but not trained further."
            )
            st.warning(plain(said))

    draw()


def controls(run: Run, status: Status) -> None:
    """Pause, resume and stop, as far as each makes sense now."""
    launcher, said = loading.launcher(), permission.refusal(run.folder)
    offered = {}
    if status.state.is_active:
        offered = {"Pause": launcher.pause, "Stop": launcher.stop}
    elif status.state.can_resume and not run.ignored_settings:
        offered = {"Resume": launcher.resume}
    with st.container(horizontal=True):
        for label, act in offered.items():
            st.button(
                label,
                on_click=faults.carry_out,
                args=(act, run),
                key=label.lower(),
                disabled=bool(said),
            )
    if offered and said:
        st.caption(plain(said))


def duration(seconds: float | None) -> str:
    """Seconds as text, in a unit that suits their size."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return "< 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
