"""A run beside other detectors: how far apart they are, and their ROC curves over each other."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import COLORS, titled
from toll.evaluation.metrics import roc
from toll.studies.rivals import Entry

ROW, MOST_POINTS = 26, 300
GUIDE = {"color": "gray", "dash": "dot", "width": 1}


def differences(entries: Sequence[Entry]) -> go.Figure:
    """AUROC of the run minus that of each other detector, with its interval, a row each."""
    pairs = [(each.title, each.against) for each in reversed(entries) if each.against is not None]
    values = [against.value for _, against in pairs]
    figure = go.Figure()
    figure.add_scatter(
        x=values,
        y=[title for title, _ in pairs],
        mode="markers",
        marker={"color": COLORS.accent, "size": 8},
        error_x={
            "array": [against.high - against.value for _, against in pairs],
            "arrayminus": [against.value - against.low for _, against in pairs],
            "thickness": 1.5,
        },
        customdata=[[against.first, against.second] for _, against in pairs],
        hovertemplate="%{y}: %{customdata[1]:.3f}<br>this run: %{customdata[0]:.3f}<extra></extra>",
        showlegend=False,
    )
    titled(figure, "AUROC of this run minus that detector's (unitless)", "", 90 + ROW * len(pairs))
    figure.add_vline(0, line=GUIDE)
    figure.update_layout(margin={"t": 10})
    return figure


def rocs(entries: Sequence[Entry]) -> go.Figure:
    """ROC curves of up to six detectors on the test samples, the first one the boldest."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line=GUIDE, showlegend=False, hoverinfo="skip"
    )
    for number, entry in enumerate(entries):
        tested = entry.rows.query("split == 'test'")
        rates = roc(tested["label"].to_numpy(), tested["score"].to_numpy())
        kept = np.linspace(0, len(rates[0]) - 1, min(MOST_POINTS, len(rates[0]))).astype(int)
        figure.add_scatter(
            x=rates[0][kept],
            y=rates[1][kept],
            mode="lines",
            line={
                "color": COLORS.apart[number % len(COLORS.apart)],
                "width": 1.5 if number else 3,
                "dash": "dash" if number % 2 else "solid",
            },
            name=f"{entry.title} {entry.metrics.auroc:.3f}",
            hovertemplate="flags %{y:.1%} of the anomalies<br>and %{x:.1%} of the normal samples",
        )
    titled(figure, "false positive rate (unitless)", "true positive rate (unitless)", 420)
    figure.update_xaxes(range=[-0.01, 1.01])
    figure.update_yaxes(range=[0, 1.02])
    return figure
