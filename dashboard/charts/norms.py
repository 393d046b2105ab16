"""Histograms of the latent norm: how far normal and anomalous samples lie from the origin."""

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import HORIZON, KINDS, titled

BINS = 32


def norm_histogram(latent_norm: np.ndarray, labels: np.ndarray, horizon: float) -> go.Figure:
    """Shares of normal and anomalous samples by ‖z‖, both (n,); `horizon` is drawn as a line."""
    edges = np.linspace(0, float(latent_norm.max()) * 1.02 or 1.0, BINS + 1)
    figure, highest = go.Figure(), 0.0
    for label, kind in KINDS.items():
        chosen = latent_norm[labels == label]
        if not len(chosen):
            continue
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
    figure.add_scatter(
        x=[horizon, horizon],
        y=[0, highest],
        name="event horizon",
        mode="lines",
        line={"color": HORIZON, "dash": "dash", "width": 2},
    )
    titled(figure, "latent norm ‖z‖ (unitless)", "share of samples (unitless)")
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    figure.update_xaxes(range=[0, edges[-1]])
    return figure
