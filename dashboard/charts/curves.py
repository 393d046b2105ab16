"""Curves over training steps: the loss, its two parts, and validation AUROC."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.style import PARTS, line, titled

# More points than this cannot be told apart on a screen, and slow the browser down.
MOST_POINTS = 400


def thin(rows: pd.DataFrame) -> pd.DataFrame:
    """At most `MOST_POINTS` rows, evenly spread, the first and the last among them."""
    if len(rows) <= MOST_POINTS:
        return rows
    return rows.iloc[np.linspace(0, len(rows) - 1, MOST_POINTS).round().astype(int)]


def loss_curves(history: pd.DataFrame, beta: float) -> go.Figure:
    """The loss and its two parts on one logarithmic axis."""
    rows = thin(history)
    figure = go.Figure()
    drawn = {
        "score": ("loss", rows["loss"]),
        "reconstruction_error": ("reconstruction error", rows["reconstruction_error"]),
        "latent_norm": ("β · latent norm", beta * rows["latent_norm"]),
    }
    for part, (name, values) in drawn.items():
        if part == "latent_norm" and beta == 0:
            continue
        figure.add_scatter(x=rows["step"], y=values, name=name, line=line(part), mode="lines")
    titled(figure, "training step", "mean over the batch (data units, log)")
    figure.update_yaxes(type="log", nticks=6)
    return figure


def part_curves(history: pd.DataFrame, beta: float) -> go.Figure:
    """Each part of the loss on an axis of its own, as they may differ by orders of magnitude."""
    rows = thin(history)
    weighted = "β · latent norm" if beta else "latent norm (β = 0)"
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    values = (rows["reconstruction_error"], (beta or 1) * rows["latent_norm"])
    names = ("reconstruction error", weighted)
    parts = ("reconstruction_error", "latent_norm")
    for row, (part, name, value) in enumerate(zip(parts, names, values, strict=True), start=1):
        figure.add_scatter(
            x=rows["step"], y=value, name=name, line=line(part), mode="lines", row=row, col=1
        )
    titled(figure, "", "")
    figure.update_xaxes(title_text="training step", row=2, col=1)
    figure.update_yaxes(rangemode="tozero", nticks=4)
    figure.update_yaxes(title_text="‖x − x̂‖ (data units)", row=1, col=1)
    figure.update_yaxes(title_text="β‖z‖ (unitless)" if beta else "‖z‖ (unitless)", row=2, col=1)
    return figure


def validation_curves(validation: pd.DataFrame) -> go.Figure:
    """AUROC on the validation samples of the whole score and of each part alone."""
    figure = go.Figure()
    rows = thin(validation)
    for part, words in PARTS.items():
        figure.add_scatter(
            x=rows["step"],
            y=rows[part],
            name=words["name"],
            line=line(part),
            mode="lines+markers",
            marker={"size": 4},
        )
    figure.add_hline(y=0.5, line={"color": "gray", "dash": "dot", "width": 1})
    titled(figure, "training step", "validation AUROC (unitless)")
    figure.update_yaxes(range=[0, 1.02])
    return figure


def separation_curve(validation: pd.DataFrame) -> go.Figure:
    """The separation over training: how many times farther out the median anomaly lies."""
    rows = thin(validation)
    figure = go.Figure()
    style = line("latent_norm", dash="solid")
    figure.add_scatter(
        x=rows["step"], y=rows["separation"], line=style, mode="lines+markers", showlegend=False
    )
    figure.add_hline(y=1, line={"color": "gray", "dash": "dot", "width": 1})
    titled(figure, "training step", "separation (unitless)")
    figure.update_yaxes(rangemode="tozero")
    return figure
