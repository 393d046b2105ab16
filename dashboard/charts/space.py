"""Latent space in the plane, with true distances: the black-hole plot of a run that trains."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import COLORS, GRID, HORIZON, KINDS, titled

UNIT = "‖z‖ / median normal ‖z‖ (unitless)"


@dataclass(frozen=True)
class Cloud:
    """Samples to draw: points (n, 2), labels (n,), and a text to show on hover (n,)."""

    points: np.ndarray
    labels: np.ndarray
    texts: list[str]
    ids: np.ndarray


def black_hole_plot(cloud: Cloud, reach: float, horizon: float) -> go.Figure:
    """Samples at their true distance from the origin, out to `reach`.

    horizon: radius of the event horizon. All distances are in median normal latent norms.
    """
    figure = go.Figure()
    _add_samples(figure, cloud)
    figure.add_scatter(
        x=[0],
        y=[0],
        mode="markers",
        marker={"symbol": "cross", "size": 11, "color": COLORS.origin},
        name="origin",
        hoverinfo="name",
    )
    around = np.linspace(0, 2 * np.pi, 121)
    figure.add_scatter(
        x=horizon * np.cos(around),
        y=horizon * np.sin(around),
        mode="lines",
        line={"color": HORIZON, "dash": "dash", "width": 2},
        name="event horizon",
        hoverinfo="name",
    )
    titled(figure, UNIT, UNIT, height=340)
    axis = {"range": [-reach, reach], "zeroline": True, "zerolinecolor": GRID, "nticks": 7}
    figure.update_xaxes(**axis, constrain="domain")
    figure.update_yaxes(**axis, scaleanchor="x", constrain="domain", constraintoward="top")
    # The page draws the legend.
    figure.update_layout(showlegend=False, margin={"t": 10})
    return figure


def _add_samples(figure: go.Figure, cloud: Cloud) -> None:
    size = 6 if len(cloud.labels) <= 2000 else 4
    # Anomalies first, so that the few normal samples at the centre are never hidden below them.
    for label in (1, 0):
        kind, chosen = KINDS[label], np.flatnonzero(cloud.labels == label)
        figure.add_scatter(
            x=cloud.points[chosen, 0],
            y=cloud.points[chosen, 1],
            mode="markers",
            marker={
                "color": kind["color"],
                "symbol": kind["symbol"],
                "size": size,
                "opacity": 0.75,
            },
            name=kind["name"],
            text=[cloud.texts[index] for index in chosen],
            customdata=cloud.ids[chosen],
            hovertemplate="%{text}<extra></extra>",
        )
