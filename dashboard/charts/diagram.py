"""A drawing that explains the idea in the shapes and colours of the charts; it shows no data."""

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import COLORS, HORIZON, KINDS

HORIZON_RADIUS = 1.0


def black_hole_drawing() -> go.Figure:
    """Normal samples on their way into the origin, anomalous ones outside the event horizon."""
    figure = go.Figure()
    random = np.random.RandomState(7)
    falling = np.linspace(0, 2 * np.pi, 22, endpoint=False) + random.uniform(-0.1, 0.1, 22)
    inside = random.uniform(0.12, 0.8, 22)
    for angle, radius in zip(falling, inside, strict=True):
        _add_path(figure, angle, radius)
    outside = np.linspace(0, 2 * np.pi, 17, endpoint=False) + random.uniform(-0.12, 0.12, 17)
    _add_samples(figure, 1, outside, random.uniform(1.25, 1.85, 17))
    _add_samples(figure, 0, falling, inside)
    around = np.linspace(0, 2 * np.pi, 121)
    figure.add_scatter(
        x=HORIZON_RADIUS * np.cos(around),
        y=HORIZON_RADIUS * np.sin(around),
        mode="lines",
        line={"color": HORIZON, "dash": "dash", "width": 2},
        name="event horizon",
    )
    figure.add_scatter(
        x=[0], y=[0], mode="markers", marker={"size": 22, "color": COLORS.hole}, showlegend=False
    )
    hidden = {"visible": False, "range": [-2.05, 2.05]}
    figure.update_layout(
        template="none",
        height=420,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis=hidden,
        yaxis={**hidden, "scaleanchor": "x"},
        legend={"orientation": "h", "x": 0.5, "xanchor": "center", "y": 0, "yanchor": "top"},
    )
    return figure


def _add_path(figure: go.Figure, angle: float, radius: float) -> None:
    """The spiral along which a normal sample has come."""
    along = np.linspace(0, 1, 12)
    turned, reached = angle + 0.7 * along**1.5, radius + 0.75 * along
    figure.add_scatter(
        x=reached * np.cos(turned),
        y=reached * np.sin(turned),
        mode="lines",
        line={"color": KINDS[0]["color"], "width": 1, "shape": "spline"},
        opacity=0.35,
        showlegend=False,
    )


def _add_samples(figure: go.Figure, label: int, angle: np.ndarray, radius: np.ndarray) -> None:
    kind = KINDS[label]
    figure.add_scatter(
        x=radius * np.cos(angle),
        y=radius * np.sin(angle),
        mode="markers",
        marker={"color": kind["color"], "symbol": kind["symbol"], "size": 9},
        name="normal: falls in" if label == 0 else "anomalous: stays outside",
    )
