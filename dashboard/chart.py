"""Charts on the page: Plotly figures that are updated in place when they change.

Streamlit's own Plotly element rebuilds a chart whenever its figure changes, which makes live
charts flicker and keeps a browser without a GPU busy. This component keeps the chart and has
Plotly update it. The library is the file that comes with the Python package `plotly`, put where
the server serves static files: nothing comes from the network.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v2 import component

from toll.files import replacing

HERE = Path(__file__).resolve().parent
CONFIG: dict[str, Any] = {"displaylogo": False, "responsive": True}


def show(
    figure: go.Figure,
    alt: str,
    *,
    key: str = "",
    static: bool = False,
    on_click: Callable[[Any], None] | None = None,
) -> None:
    """Draw the figure; `alt` names it for screen readers.

    key: the chart's place on the page, for a figure whose `alt` changes; else `alt` is the key.
    static: no zoom, no buttons, nothing under the mouse. on_click: called with the `customdata` of
    a mark that was clicked, before the page is rerun.
    """
    place = key or alt

    def clicked() -> None:
        if on_click is not None:
            on_click(st.session_state[place]["clicked"])

    _component()(
        key=place,
        data={
            "figure": figure.to_json(),
            "alt": alt,
            "config": {**CONFIG, "staticPlot": static},
            "library": _library_url(),
            "clickable": on_click is not None,
        },
        on_clicked_change=clicked,
    )


def _component():
    """Registered at every use: a new server, such as a test starts, knows no component yet."""
    return component(
        "toll_chart",
        html='<div class="toll-chart"></div>',
        js=(HERE / "chart.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )


@cache
def _library_url() -> str:
    """Address of plotly.js on this server."""
    source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    served = HERE / "static" / f"plotly-{plotly.__version__}.min.js"
    if not served.exists():
        served.parent.mkdir(exist_ok=True)
        with replacing(served) as temporary:
            temporary.write_bytes(source.read_bytes())
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/app/static/{served.name}"
