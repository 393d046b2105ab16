"""The anomaly scores of samples of which nobody knows what they are."""

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import COLORS, HORIZON, titled

BINS = 60


def score_histogram(scores: np.ndarray, threshold: float) -> go.Figure:
    """Shares of samples by score (n,), with the threshold as a line.

    The farthest half percent lies in the last bin.
    """
    low = float(min(scores.min(), threshold))
    high = float(max(np.quantile(scores, 0.995), threshold)) or 1.0
    edges = np.linspace(low, high if high > low else low + 1.0, BINS + 1)
    share = np.histogram(np.clip(scores, edges[0], edges[-1]), edges)[0] / len(scores)
    figure = go.Figure()
    figure.add_scatter(
        x=np.repeat(edges, 2),
        y=np.concatenate([[0], np.repeat(share, 2), [0]]),
        name="test samples",
        mode="lines",
        fill="tozeroy",
        line={"color": COLORS.score, "width": 2},
    )
    figure.add_scatter(
        x=[threshold, threshold],
        y=[0, float(share.max())],
        name="threshold",
        mode="lines",
        line={"color": HORIZON, "dash": "dash", "width": 2},
    )
    titled(figure, "anomaly score (unitless)", "share of samples (unitless)", height=300)
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    return figure
