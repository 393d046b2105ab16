"""Curves over training steps: the loss and its two parts, and what validation says.

Each is one wide figure with several axes, because a browser draws one figure with three axes
faster than three figures, and these are drawn again and again while a run trains.
"""

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


def loss_curves(history: pd.DataFrame, beta: float, niter: int) -> go.Figure:
    """The loss and its two parts: together on a logarithmic axis, and each on one of its own.

    The axis of steps goes to `niter` from the start. With β = 0 the latent norm is not part of
    the loss: it is shown as it is, on its own axis.
    """
    rows = thin(history)
    norm = (beta or 1.0) * rows["latent_norm"]
    drawn = {
        "score": ("loss", rows["loss"]),
        "reconstruction_error": ("reconstruction error ‖x − x̂‖", rows["reconstruction_error"]),
        "latent_norm": ("β · latent norm, β‖z‖" if beta else "latent norm ‖z‖ (β = 0)", norm),
    }
    specs = [[{"rowspan": 2}, {}], [None, {}]]
    figure = make_subplots(2, 2, specs=specs, horizontal_spacing=0.14, vertical_spacing=0.12)
    own_axis = {"reconstruction_error": 1, "latent_norm": 2}
    for part, (name, values) in drawn.items():
        curve = {"x": rows["step"], "y": values, "name": name, "line": line(part), "mode": "lines"}
        if beta or part != "latent_norm":
            figure.add_scatter(**curve, legendgroup=part, row=1, col=1)
        if part in own_axis:
            listed = beta == 0 and part == "latent_norm"
            figure.add_scatter(
                **curve, legendgroup=part, showlegend=listed, row=own_axis[part], col=2
            )
    titled(figure, "", "", height=380)
    figure.update_xaxes(range=[0, niter])
    figure.update_xaxes(title_text="training step", col=1)
    figure.update_xaxes(title_text="training step", row=2, col=2)
    figure.update_xaxes(showticklabels=False, row=1, col=2)
    figure.update_yaxes(title_text="batch mean (data units, log)", type="log", nticks=6, col=1)
    figure.update_yaxes(rangemode="tozero", nticks=4, col=2)
    figure.update_yaxes(title_text="‖x − x̂‖ (data units)", row=1, col=2)
    figure.update_yaxes(title_text="β‖z‖ (unitless)" if beta else "‖z‖ (unitless)", row=2, col=2)
    return figure


def validation_curves(validation: pd.DataFrame, niter: int) -> go.Figure:
    """AUROC of the whole score and of each part alone, and beside it the separation."""
    rows = thin(validation)
    figure = make_subplots(1, 2, horizontal_spacing=0.14)
    style = {"mode": "lines+markers", "marker": {"size": 4}, "x": rows["step"]}
    for part, words in PARTS.items():
        curve = {"y": rows[part], "name": words["name"], "line": line(part), **style}
        figure.add_scatter(**curve, row=1, col=1)
    solid = line("latent_norm", dash="solid")
    figure.add_scatter(y=rows["separation"], line=solid, showlegend=False, **style, row=1, col=2)
    for level, column in ((0.5, 1), (1.0, 2)):
        level_line = {"color": "gray", "dash": "dot", "width": 1}
        figure.add_hline(y=level, line=level_line, row=1, col=column)  # pyright: ignore[reportArgumentType]
    titled(figure, "training step", "", height=300)
    figure.update_xaxes(range=[0, 1.02 * niter])
    figure.update_yaxes(title_text="validation AUROC (unitless)", range=[0, 1.02], col=1)
    figure.update_yaxes(title_text="separation (unitless)", rangemode="tozero", col=2)
    return figure
