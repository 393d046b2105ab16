"""Latent space in the plane: the black-hole plot, with true distances, and UMAP."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import GRID, HORIZON, KINDS, titled


@dataclass(frozen=True)
class Cloud:
    """Samples to draw: points (n, 2), labels (n,), and for each a text for the mouse (n,)."""

    points: np.ndarray
    labels: np.ndarray
    texts: list[str]
    ids: np.ndarray


def black_hole_plot(cloud: Cloud, reach: float, horizon: float, unit: str) -> go.Figure:
    """Samples at their true distance from the origin, out to `reach`.

    horizon: radius of the event horizon. unit: what all these distances are measured in.
    """
    figure = go.Figure()
    _add_samples(figure, cloud)
    figure.add_scatter(
        x=[0],
        y=[0],
        mode="markers",
        marker={"symbol": "cross", "size": 11, "color": "rgba(128,128,128,0.9)"},
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
    titled(figure, unit, unit, height=400)
    axis = {"range": [-reach, reach], "zeroline": True, "zerolinecolor": GRID, "nticks": 7}
    figure.update_xaxes(**axis, constrain="domain")
    figure.update_yaxes(**axis, scaleanchor="x", constrain="domain", constraintoward="top")
    return _without_legend(figure)


def umap_plot(cloud: Cloud, height: int = 340) -> go.Figure:
    """Samples where UMAP puts them; distances in it carry no scale."""
    figure = go.Figure()
    _add_samples(figure, cloud)
    titled(figure, "UMAP axis 1 (unitless)", "UMAP axis 2 (unitless)", height)
    figure.update_yaxes(scaleanchor="x")
    return _without_legend(figure)


def _without_legend(figure: go.Figure) -> go.Figure:
    """These charts stand side by side under one legend that the page draws."""
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
