"""What is selected, kept in the page's link: the same link shows the same picture."""

import streamlit as st

from dashboard import loading
from toll.runs.run import Run
from toll.runs.store import RunStore

RUN = "run"
TABLE = "table"
NEXT = "next_run"


def select(run: Run | str) -> None:
    """Make this the run that all pages show, from the next rerun on at the latest.

    The sidebar's picker owns the choice once it is drawn, so the new one waits for it.
    """
    st.session_state[NEXT] = run if isinstance(run, str) else run.id


def is_choice_due() -> bool:
    """Whether a run has been chosen that only a rerun of the whole page will show."""
    return NEXT in st.session_state


def selected_id() -> str | None:
    return st.session_state.get(RUN)


def selected_run() -> Run | None:
    """The run that the link names, or None if it does not exist or is damaged."""
    try:
        run = RunStore().get(selected_id() or "")
    except ValueError:
        return None
    return run if loading.summary(run).config is not None else None


def keep_in_link() -> None:
    """Make session and link agree: a change of page empties the link, a new tab brings one."""
    if NEXT in st.session_state:
        st.session_state[RUN] = st.session_state.pop(NEXT)
    if RUN not in st.session_state and RUN in st.query_params:
        st.session_state[RUN] = st.query_params[RUN]
    if TABLE not in st.session_state and TABLE in st.query_params:
        st.session_state[TABLE] = st.query_params[TABLE]
    for name in (RUN, TABLE):
        chosen = st.session_state.get(name)
        if chosen and st.query_params.get(name) != chosen:
            st.query_params[name] = chosen
