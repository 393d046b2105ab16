"""How well the scores detect: ROC curves and the distribution of scores."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.style import COLORS, HORIZON, PARTS, line, titled
from toll.evaluation.thresholds import confusion
from toll.evaluation.uncertainty import RocBand


class RocCurve(NamedTuple):
    """False and true positive rates along a curve, and the area under it."""

    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray
    auroc: float


class Point(NamedTuple):
    """Where a threshold lies: shares of normal and of anomalous samples that it flags."""

    false_positive_rate: float
    true_positive_rate: float


def point_at(tested: pd.DataFrame, threshold: float) -> Point:
    """Where a threshold on `score` lies, for samples with a `label`."""
    counts = confusion(tested["score"].to_numpy(), tested["label"].to_numpy(), threshold)
    return Point(counts.false_alarm_rate, counts.recall)


def roc_plot(
    curves: dict[str, RocCurve], band: RocBand | None = None, point: Point | None = None
) -> go.Figure:
    """ROC curves by name of the score or part they belong to.

    band: an interval for the whole score's. point: where the threshold lies on it.
    """
    figure = go.Figure()
    if band is not None:
        low, high = band.auroc
        grid = band.false_positive_rate
        figure.add_scatter(
            x=np.concatenate((grid, grid[::-1])),
            y=np.concatenate((band.upper, band.lower[::-1])),
            mode="lines",
            fill="toself",
            fillcolor=COLORS.chart_grid,
            line={"width": 0},
            name=f"95 % band (AUROC {low:.3f} to {high:.3f})",
            hoverinfo="skip",
        )
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
    if point is not None:
        figure.add_scatter(
            x=[point.false_positive_rate],
            y=[point.true_positive_rate],
            mode="markers",
            marker={"color": HORIZON, "size": 11, "symbol": "x"},
            name="the threshold",
            hovertemplate="finds %{y:.1%} of the anomalies<br>false alarms %{x:.1%}<extra></extra>",
        )
    titled(figure, "false positive rate (unitless)", "true positive rate (unitless)", height=460)
    figure.update_xaxes(range=[-0.01, 1], constrain="domain")
    figure.update_yaxes(range=[0, 1.01], scaleanchor="x", constrain="domain")
    figure.update_layout(legend={"orientation": "v", "x": 0.98, "xanchor": "right", "y": 0.04})
    figure.update_layout(legend={"yanchor": "bottom"})
    return figure
