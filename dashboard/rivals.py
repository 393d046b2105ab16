"""Parts of the page on other detectors: fitting them in the background, and their table."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import components, faults, loading, permission
from dashboard.plain import plain
from toll.detectors.baselines import BASELINES, EXTRA
from toll.jobs.kinds import CompareDetectors
from toll.jobs.queue import JobState
from toll.runs.run import Run
from toll.studies.rivals import OWN, Entry, missing

EVERY = 0.5


def offer(run: Run, found: list[Entry]) -> None:
    """The button that has missing detectors fitted, and how far that has come."""
    is_first = len(found) < 2
    launcher, kind = loading.launcher(), CompareDetectors(run.folder)
    job = launcher.find(kind)
    is_busy = job is not None and not job.ended.is_set()
    label = "Compare with other detectors" if is_first else "Fit those that are missing"
    look = "primary" if is_first else "secondary"
    wanted = not is_busy and missing(run, found)
    if wanted and permission.button(label, run.folder, type=look):
        launcher.submit(kind)
        st.rerun()
    if job is not None and job.state == JobState.FAILED:
        st.error(plain(f"Not all could be compared: {job.message}"))
    if not is_busy:
        return

    @st.fragment(run_every=EVERY)
    @faults.shown()
    def follow() -> None:
        assert job is not None
        if job.ended.is_set():
            st.rerun()
        doing = job.message or "Waiting for a worker: trainings that began before go first."
        st.progress(job.share, text=plain(doing))

    with st.container(horizontal=True, vertical_alignment="center"):
        follow()
        st.button("Stop", on_click=faults.carry_out, args=(launcher.cancel, kind))


def show_table(entries: Sequence[Entry]) -> None:
    """What each gives on the test samples."""
    rows = [
        {
            "detector": each.title,
            "AUROC": each.metrics.auroc,
            "AUPR": each.metrics.aupr,
            "FPR@95TPR": each.metrics.fpr_at_95_tpr,
            "time": components.duration(each.seconds) if each.seconds else components.NOTHING,
            "trained on": each.trained_on or "all",
            "scores by": each.what,
        }
        for each in entries
    ]
    digits = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        height=components.ROW_PIXELS * (len(rows) + 1) + 2,
        column_config=dict.fromkeys(("AUROC", "AUPR", "FPR@95TPR"), digits),
    )


def missing_packages() -> str:
    """What more could be compared, in a sentence; empty where nothing is missing."""
    lacking = [each.title for each in BASELINES.values() if not each.is_present]
    if not lacking:
        return ""
    return f"{', '.join(lacking)} can be compared too once PyOD is installed: `{EXTRA}`."


def choose(found: Sequence[Entry], place: DeltaGenerator) -> Entry | None:
    """By which detector's score a page goes; None: by the run's own, as where there is no other."""
    if len(found) < 2:
        return None
    others = {each.title: each for each in found}
    chosen = place.selectbox("Scored by", list(others), key="scored by", persist_state="session")
    return None if chosen == OWN else others[chosen]
