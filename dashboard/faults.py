"""What cannot be shown: a sentence about it on the page, the traceback in the log."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from dashboard.plain import plain
from toll.errors import in_words


@contextmanager
def shown() -> Iterator[None]:
    """Say which file is damaged or no longer there, instead of breaking the page."""
    try:
        yield
    except (ValueError, OSError) as error:
        logging.getLogger(__name__).exception("a part of a page could not be shown")
        st.error(plain(f"This cannot be shown: {in_words(error)}."))


def carry_out(act: Callable[..., object], *given: object) -> None:
    """What a button does, with a sentence on the page where it cannot be done."""
    try:
        act(*given)
    except (ValueError, OSError) as error:
        logging.getLogger(__name__).exception("what a button does could not be done")
        st.error(plain(f"This cannot be done: {in_words(error)}."))


def left_out(faults: Sequence[str]) -> None:
    """Say what is damaged and therefore not among what the page shows."""
    if faults:
        more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
        st.warning(plain(f"Left out: {faults[0]}.{more}"))
