"""The chart library, served from where the Python package `plotly` keeps it."""

from importlib.util import find_spec
from pathlib import Path

import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

PLACE = "chart-library"


def chart_library() -> Mount:
    """What serves the files that come with plotly; the package itself is not imported for it."""
    found = find_spec("plotly")
    assert found is not None and found.origin is not None, "plotly is not installed"
    folder = Path(found.origin).parent / "package_data"
    return Mount(address_of(), StaticFiles(directory=folder))


def address_of(name: str = "") -> str:
    """Address of one of the files on this server, or of all of them."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return "/" + "/".join(filter(None, (base, PLACE, name)))
