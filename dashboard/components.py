"""Parts of pages that several pages share: the run picker, empty states, metrics, captions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import streamlit as st

from dashboard import faults, loading, permission, state
from dashboard.labels import edit, heading, named
from dashboard.plain import plain
from toll.config import shown_names
from toll.data import DATASETS, class_noun
from toll.runs.label import label_or_fault
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.runs.summary import RunSummary
from toll.studies.ladder import Ladder

if TYPE_CHECKING:
    import pandas as pd

# Beside this folder, in a checkout and in an installed package.
PAGES = Path(__file__).resolve().parents[1] / "pages"
REFRESH_SECONDS = 2.0
# How settings stand in headings, where not by their own names.
SETTING_WORDS = {"beta": "β", "normal_class": "normal class"}
# Of columns that would be cut off where the first rows have little in them.
WIDTHS = {"name": 140, "how far": 240}
# A row of a table, its headings included.
ROW_PIXELS = 35
# Characters of a label that the sidebar's picker has room for.
MOST_IN_PICKER = 28
# In the place of a value that there is none of.
NOTHING = "–"

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
    """The sidebar's choice of the run, or ladder of runs, that all pages show."""
    with st.sidebar:
        chosen, ladder = state.selected_run(), state.selected_ladder()
        labels = {
            each.run.id: named(each.label, run_label(each))
            for each in loading.runs()
            if each.config and not each.label.archived
        }
        for each in loading.ladders():
            label, _ = label_or_fault(each)
            if not label.archived or (ladder and each.id == ladder.id):
                labels[each.id] = named(label, ladder_label(each))
        # A model of a table, and one from the archive, is on the list only while it is chosen.
        if chosen is not None and ladder is None:
            found = loading.summary(chosen)
            labels.setdefault(chosen.id, named(found.label, run_label(found)))
        shown = state.selected_id() in labels
        fault = "" if shown else state.fault()
        if fault:
            st.warning(plain(f"{fault} This is the newest one." if labels else fault))
        if not labels:
            st.caption("No runs yet. Train one, and it can be chosen here.")
            return
        newest_first = sorted(labels, reverse=True)
        if not shown:
            state.select(newest_first[0])
            state.keep_in_link()
        st.selectbox(
            "Run or ladder",
            newest_first,
            key=state.RUN,
            format_func=labels.__getitem__,
            on_change=state.forget_rung,
            persist_state="session",
            help="Every page under “What is selected” shows this. A ladder is one training at "
            "several values of β. Newest first.",
        )
        whole = labels.get(st.session_state[state.RUN], "")
        if len(whole) > MOST_IN_PICKER:
            st.caption(plain(whole))
        if work := state.selected_ladder() or state.selected_run():
            edit(work)


def run_label(summary: RunSummary) -> str:
    """A run in one line that never changes: dataset, normal class, β, and when it was started.

    Streamlit knows an option by its label, so the state, which changes, must not be in it.
    """
    assert summary.config is not None
    config = summary.config
    dataset = DATASETS[config.dataset]
    name = dataset.classes_name(config.normal_classes)
    table, _, _ = summary.run.id.rpartition("/")
    if table:  # its name says the rest
        return f"{table} · {name} · seed {config.seed}"
    return f"{dataset.title} · {name} · β {config.beta:g} · {_clock(summary.run.id)}"


def ladder_label(ladder: Ladder) -> str:
    """A ladder in one line: dataset, normal classes, how many values of β, when it was started."""
    config, spec = ladder.settings.base, ladder.spec
    name = spec.classes_name(config.normal_classes)
    return f"{spec.title} · {name} · {len(ladder.settings.betas)} βs · {_clock(ladder.id)}"


def _clock(name: str) -> str:
    """Day and time in the name of a run or ladder; the name itself where there is none."""
    try:
        when = datetime.strptime(name[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        return name
    return f"{when.day} {when:%b %Y %H:%M:%S}"


def require_run() -> Run:
    """The selected run, of a ladder the rung that is chosen here.

    Without one, a page that says what to do instead of this one.
    """
    ladder = state.selected_ladder()
    if ladder is not None:
        _choose_rung(ladder)
    run = state.selected_run()
    if run is None:
        waiting = "The first rung of this ladder has yet to begin." if ladder else ""
        nothing = waiting or "There is nothing to see yet: no run has been trained."
        empty_state(plain(state.fault()) or nothing)
    return run


def _choose_rung(ladder: Ladder) -> None:
    """Which rung of a ladder a page about a single run shows."""
    begun = [run for seed in ladder.settings.seeds for run in ladder.rungs(seed)]
    run = state.selected_run()
    if run is None or len(begun) < 2:
        return
    several = len(ladder.settings.seeds) > 1
    words = {
        each.folder.name: f"β = {each.config.beta:g}"
        + (f", seed {each.config.seed}" if several else "")
        for each in begun
    }
    options = {"key": state.CELL, "format_func": words.__getitem__, "persist_state": "session"}
    st.session_state[state.CELL] = run.folder.name
    if several:
        st.selectbox("This page shows", list(words), on_change=state.keep_in_link, **options)
    else:
        st.segmented_control(
            "This page shows", list(words), on_change=state.keep_in_link, required=True, **options
        )


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
    @faults.shown()
    def draw() -> None:
        config, status = run.config, run.status()
        dataset, classes = DATASETS[config.dataset], config.normal_classes
        name = dataset.classes_name(classes)
        progress = (
            f" · {status.state} at step {status.step:,} of {config.niter:,} · {plain(run.id)}"
        )
        st.caption(
            f"{heading(run)}"
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


def controls(work: Run | Ladder, status: Status) -> None:
    """Pause, resume and stop, as far as each makes sense now."""
    launcher, said = loading.launcher(), permission.refusal(work.folder)
    offered = {}
    if status.state.is_active:
        offered = {"Pause": launcher.pause, "Stop": launcher.stop}
    elif status.state.can_resume and not work.ignored_settings:
        offered = {"Resume": launcher.resume if isinstance(work, Run) else launcher.fill}
    with st.container(horizontal=True):
        for label, act in offered.items():
            st.button(
                label,
                on_click=faults.carry_out,
                args=(act, work),
                key=label.lower(),
                disabled=bool(said),
            )
    if offered and said:
        st.caption(plain(said))


def without_snapshots(run: Run, status: Status) -> str:
    """Why a run has no snapshots, and whether there will be any, in a sentence."""
    if status.state is State.QUEUED:
        return "This run has no snapshot yet. The first comes once its turn has come."
    if status.is_busy:
        return "This run has no snapshot yet. The first comes in a moment."
    if not status.step:
        return "This run has no snapshot: it ended before the first."
    return f"The snapshots of this run are gone: there are none in {run.folder / 'snapshots'}."


def duration(seconds: float | None) -> str:
    """Seconds as text, in a unit that suits their size."""
    if seconds is None:
        return NOTHING
    if seconds < 1:
        return "< 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def number_formats(rows: pd.DataFrame) -> dict[str, Any]:
    """How the columns of a table are written: metrics to three digits, settings as they are."""
    formats = {"separation": "%.2f", "β": "%g", "lr": "%g"}
    for name in map(str, rows.columns):
        if "AUROC" in name or name == "SD":
            formats[name] = "%.3f"
    return {
        name: st.column_config.NumberColumn(format=form)
        for name, form in formats.items()
        if name in rows
    } | {k: st.column_config.TextColumn(width=v) for k, v in WIDTHS.items()}


def show_numbers(rows: pd.DataFrame) -> None:
    """A table that is read and not chosen from."""
    st.dataframe(
        rows,
        hide_index=True,
        width="content",
        height=ROW_PIXELS * (min(len(rows), 14) + 1) + 2,
        column_config=number_formats(rows),
        placeholder=NOTHING,
    )
