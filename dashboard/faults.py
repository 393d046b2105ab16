"""What cannot be shown: a sentence about it on the page, the traceback in the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.plain import plain


@contextmanager
def shown() -> Iterator[None]:
    """Say which file is damaged or no longer there, instead of breaking the page."""
    try:
        yield
    except (ValueError, OSError) as error:
        logging.getLogger(__name__).exception("a part of a page could not be shown")
        st.error(plain(f"This cannot be shown: {error}."))
