"""Waiting for a background job that a page needs the result of."""

from typing import NoReturn

import streamlit as st

from dashboard import faults, loading
from dashboard.plain import plain
from toll.jobs.kinds import Kind
from toll.jobs.queue import Job


def wait_for(kind: Kind, words: str) -> Job:
    """The job once it has ended; until then the page says how far it is, and ends here."""
    job = loading.launcher().find(kind) or loading.launcher().submit(kind)
    if not job.ended.is_set():
        _wait(job, words)
    return job


def _wait(job: Job, words: str) -> NoReturn:
    @st.fragment(run_every=0.3)
    @faults.shown()
    def progress() -> None:
        st.progress(job.share, text=plain(f"{words} {job.message}"))
        if job.ended.is_set():
            st.rerun()

    progress()
    st.stop()
