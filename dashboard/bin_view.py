"""Deleting runs and ladders on the page, and the bin that they lie in until it is emptied."""

from collections.abc import Sequence

import streamlit as st

from dashboard import components, faults, permission, state
from dashboard.plain import plain
from toll.files import size_words
from toll.paths import bin_dir, cache_dir
from toll.runs.run import Run
from toll.studies import bin
from toll.studies.bin import Deleted
from toll.studies.ladder import Ladder

_JUST_DELETED = "just_deleted"


def delete(works: Sequence[Run | Ladder]) -> None:
    """Move them into the bin, and offer to undo that. What comes after one that cannot be stays."""
    st.session_state[_JUST_DELETED] = gone = []
    for work in works:
        bin.delete(work)
        gone.append(work.id)
        state.forget(work.id)


def offer_undo() -> None:
    """Say what has just been deleted, with a button that puts it back."""
    gone = st.session_state.get(_JUST_DELETED)
    if not gone:
        return
    what = gone[0] if len(gone) == 1 else f"{len(gone)} of them"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(f"Moved {what} into the bin."), width="content")
        st.button("Undo", on_click=faults.carry_out, args=(_put_back, tuple(gone)))


def show() -> None:
    """What lies in the bin, how much space it takes, and what can be done with it."""
    found = bin.deleted()
    if not found:
        return
    total = sum(each.bytes for each in found)
    with st.expander(f"Bin: {len(found)} deleted, {size_words(total)}"):
        for each in found[:20]:
            _show_deleted(each)
        if len(found) > 20:
            st.caption(f"And {len(found) - 20} more.")
        with st.popover("Empty the bin"):
            st.markdown(f"This removes {len(found)} for good and frees {size_words(total)}.")
            permission.button(
                "Remove them for good",
                bin_dir(),
                type="primary",
                on_click=faults.carry_out,
                args=(_empty,),
            )


def _show_deleted(each: Deleted) -> None:
    work = each.work
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Put back",
            key=f"put back {work.id}",
            on_click=faults.carry_out,
            args=(_put_back, (work.id,)),
            disabled=bool(permission.refusal(cache_dir())),
        )
        st.markdown(f"{_described(work)} · {size_words(each.bytes)}", width="content")


def _described(work: Run | Ladder) -> str:
    try:
        label = (
            components.ladder_label(work)
            if isinstance(work, Ladder)
            else components.run_label(components.loading.summary(work))
        )
    except (ValueError, AssertionError):  # damaged
        label = f"damaged {work.noun}"
    return f"{plain(label)} · {plain(work.id)}"


def _put_back(names: Sequence[str]) -> None:
    for name in names:
        bin.restore(name)
    st.session_state.pop(_JUST_DELETED, None)


def _empty() -> None:
    bin.empty()
    st.session_state.pop(_JUST_DELETED, None)
