"""Charts on the page: Plotly figures that are updated in place when they change.

Streamlit's own Plotly element rebuilds a chart whenever its figure changes, which makes live
charts flicker and keeps a browser without a GPU busy. This component keeps the chart and has
Plotly update it. The library is the file that comes with the Python package `plotly`, which app.py
serves: nothing comes from the network.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v2 import component

from dashboard.library import address_of

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
        # Known beforehand, so that what stands below does not move when the chart comes.
        height=figure.layout.height or "content",
        on_clicked_change=clicked,
    )


def load_ahead() -> None:
    """Have the library loaded while the viewer looks at a page without charts; shows nothing."""
    js = (HERE / "chart_ahead.js").read_text(encoding="utf-8")
    ahead = component("toll_chart_ahead", html="<div hidden></div>", js=js)
    ahead(key="chart ahead", data=_library_url(), height=0)


def _component():
    """Registered at every use: a new server, such as a test starts, knows no component yet."""
    return component(
        "toll_chart",
        html='<div class="toll-chart"></div>',
        js=(HERE / "chart.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )


def _library_url() -> str:
    """Address of plotly.js on this server."""
    return f"{address_of('plotly.min.js')}?{plotly.__version__}"
