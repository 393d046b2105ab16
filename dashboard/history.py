"""Back and Forward go from one thing that a person chose to another: see history.js."""

from functools import cache
from pathlib import Path

from streamlit.components.v2 import component


def keep_to_steps() -> None:
    """Part of every page; it shows nothing."""
    # Registered at every use: a new server, such as a test starts, knows no component yet.
    component("toll_history", html="<div hidden></div>", js=_script())(key="history", height=0)


@cache
def _script() -> str:
    return Path(__file__).with_name("history.js").read_text(encoding="utf-8")
