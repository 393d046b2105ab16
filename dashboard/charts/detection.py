"""How well the scores detect: ROC curves and the distribution of scores."""

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import PARTS, line, titled


class RocCurve(NamedTuple):
    """False and true positive rates along a curve, and the area under it."""

    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray
    auroc: float


def roc_plot(curves: dict[str, RocCurve]) -> go.Figure:
    """ROC curves by name of the score or part they belong to."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": "gray", "dash": "dot", "width": 1},
        name="guessing",
    )
    for part, curve in curves.items():
        figure.add_scatter(
            x=curve.false_positive_rate,
            y=curve.true_positive_rate,
            mode="lines",
            line=line(part, width=2.5),
            name=f"{PARTS[part]['name']} (AUROC {curve.auroc:.3f})",
            hovertemplate="flags %{y:.1%} of the anomalies<br>and %{x:.1%} of the normal samples",
        )
    titled(figure, "false positive rate (unitless)", "true positive rate (unitless)", height=460)
    figure.update_xaxes(range=[-0.01, 1], constrain="domain")
    figure.update_yaxes(range=[0, 1.01], scaleanchor="x", constrain="domain")
    figure.update_layout(legend={"orientation": "v", "x": 0.98, "xanchor": "right", "y": 0.04})
    figure.update_layout(legend={"yanchor": "bottom"})
    return figure
