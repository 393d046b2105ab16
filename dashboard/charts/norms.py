"""Histograms of the latent norm: how far normal and anomalous samples lie from the origin."""

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import HORIZON, KINDS, titled

BINS = 32

AXIS_TITLES = {
    "absolute": "latent norm ‖z‖ (unitless)",
    "log": "latent norm ‖z‖ (unitless, log)",
    "relative": "latent norm ‖z‖ / median normal ‖z‖ (unitless)",
}


def norm_histogram(
    latent_norm: np.ndarray, labels: np.ndarray, scale: str, horizon: float | None = None
) -> go.Figure:
    """Shares of normal and anomalous samples by ‖z‖, both (n,).

    scale: a key of AXIS_TITLES. horizon: a threshold on ‖z‖, drawn as a line.
    """
    unit = float(np.median(latent_norm[labels == 0])) if scale == "relative" else 1.0
    values, mark = latent_norm / (unit or 1.0), horizon / (unit or 1.0) if horizon else None
    edges = _edges(values, scale)
    figure, highest = go.Figure(), 0.0
    for label, kind in KINDS.items():
        chosen = values[labels == label]
        share = np.histogram(chosen, edges)[0] / max(len(chosen), 1)
        figure.add_scatter(
            x=np.repeat(edges, 2),
            y=np.concatenate([[0], np.repeat(share, 2), [0]]),
            name=f"{kind['name']} ({len(chosen):,})",
            mode="lines",
            fill="tozeroy",
            line={"color": kind["color"], "dash": "solid" if label == 0 else "dash", "width": 2},
        )
        highest = max(highest, float(share.max()))
    if mark:
        figure.add_scatter(
            x=[mark, mark],
            y=[0, highest],
            name="event horizon",
            mode="lines",
            line={"color": HORIZON, "dash": "dash", "width": 2},
        )
    titled(figure, AXIS_TITLES[scale], "share of samples (unitless)")
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    if scale == "log":
        figure.update_xaxes(type="log", nticks=8, range=np.log10(edges[[0, -1]]).tolist())
    else:
        figure.update_xaxes(range=[0, edges[-1]])
    return figure


def _edges(values: np.ndarray, scale: str) -> np.ndarray:
    """Edges of bins that hold all values, evenly wide on the axis they are drawn on."""
    positive = values[values > 0]
    if len(positive) == 0:
        return np.geomspace(0.1, 1, BINS + 1) if scale == "log" else np.linspace(0, 1, BINS + 1)
    if scale == "log":
        low, high = positive.min() * 0.95, positive.max() * 1.05
        return np.geomspace(low, high, BINS + 1)
    return np.linspace(0, float(values.max()) * 1.02, BINS + 1)
