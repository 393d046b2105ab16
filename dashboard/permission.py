"""Folders that may only be read, as one that a teacher shares: all is shown, nothing is changed."""

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.plain import plain
from toll.paths import may_write


def refusal(folder: Path) -> str:
    """Why nothing can be changed in a folder, in a sentence; empty where something can."""
    if may_write(folder):
        return ""
    return f"Everything here can be looked at and nothing changed: {folder} may only be read."


def button(label: str, folder: Path, *, disabled: bool = False, **options: Any) -> bool:
    """A button for what writes to a folder; where that may only be read, it is disabled.

    options: of `st.button`. The sentence that says why stands below.
    """
    said = refusal(folder)
    pressed = st.button(label, disabled=disabled or bool(said), **options)
    if said:
        st.caption(plain(said))
    return pressed
