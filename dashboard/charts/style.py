"""One look for all charts: colours, line styles, symbols and words."""

from typing import Any

import plotly.graph_objects as go

# Blue and orange stay apart for colour-blind eyes; shapes tell them apart besides.
NORMAL, ANOMALOUS, HORIZON = "#2f7ed8", "#e8743b", "#8a63d2"
KINDS = {
    0: {"name": "normal", "color": NORMAL, "symbol": "circle"},
    1: {"name": "anomalous", "color": ANOMALOUS, "symbol": "diamond-open"},
}

# The score and its two parts: name in words, colour, dash.
PARTS: dict[str, dict[str, str]] = {
    "score": {"name": "whole score", "color": "#7f8794", "dash": "solid"},
    "reconstruction_error": {"name": "reconstruction error", "color": "#1b9e77", "dash": "dash"},
    "latent_norm": {"name": "latent norm", "color": "#c2549d", "dash": "dot"},
}

GRID = "rgba(128, 128, 128, 0.25)"


def line(part: str, **changes: Any) -> dict[str, Any]:
    """Line style of the score or one of its parts."""
    return {"color": PARTS[part]["color"], "dash": PARTS[part]["dash"], "width": 2, **changes}


def titled(figure: go.Figure, x: str, y: str, height: int = 340) -> go.Figure:
    """The figure with axis titles, a legend above and room for both."""
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 10, "r": 10, "t": 40, "b": 10},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        hovermode="closest",
    )
    title = {"font": {"size": 12}, "standoff": 6}
    # Invisible ticks keep the labels of two axes from touching in the corner.
    ticks = {"ticks": "outside", "ticklen": 4, "tickcolor": "rgba(0, 0, 0, 0)"}
    figure.update_xaxes(
        title={**title, "text": x}, gridcolor=GRID, zeroline=False, automargin=True, **ticks
    )
    figure.update_yaxes(
        title={**title, "text": y}, gridcolor=GRID, zeroline=False, automargin=True, **ticks
    )
    return figure
