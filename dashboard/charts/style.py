"""One look for all charts: colours, line styles, symbols and words."""

from typing import Any

import plotly.graph_objects as go

from toll.player.palette import palette

COLORS = palette()
HORIZON, GRID = COLORS.horizon, COLORS.chart_grid
# Shapes tell them apart as well as colours.
KINDS = {
    0: {"name": "normal", "color": COLORS.normal, "symbol": "circle"},
    1: {"name": "anomalous", "color": COLORS.anomalous, "symbol": "diamond-open"},
}

# The score and its two parts: name in words, colour, dash.
PARTS: dict[str, dict[str, str]] = {
    "score": {"name": "whole score", "color": COLORS.score, "dash": "solid"},
    "reconstruction_error": {
        "name": "reconstruction error",
        "color": COLORS.reconstruction_error,
        "dash": "dash",
    },
    "latent_norm": {"name": "latent norm", "color": COLORS.latent_norm, "dash": "dot"},
}


def ink(color: str) -> str:
    """A colour in CSS for words, between this one and that of the words around them: legible."""
    return f"color-mix(in srgb, {color} 65%, currentColor)"


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
