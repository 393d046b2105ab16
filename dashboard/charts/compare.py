"""Several runs in one picture: curves over each other, histograms beside each other."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.curves import thin
from dashboard.charts.ladder import places_of
from dashboard.charts.style import KINDS, titled

GUIDE = {"color": "gray", "dash": "dot", "width": 1}
BINS, MOST_COLUMNS, MOST_POINTS = 36, 4, 300
PARTS = {
    "loss": "loss, batch mean (data units, log)",
    "reconstruction_error": "‖x − x̂‖, batch mean (data units, log)",
    "latent_norm": "‖z‖, batch mean (unitless, log)",
}


class Drawn(NamedTuple):
    """A run's name in legends and its line."""

    name: str
    line: dict[str, Any]


def overlaid_losses(histories: Sequence[tuple[Drawn, pd.DataFrame]], part: str) -> go.Figure:
    """One curve a run over training steps, on a logarithmic axis. part: of `PARTS`."""
    figure = go.Figure()
    for drawn, history in histories:
        rows = thin(history)
        figure.add_scatter(
            x=rows["step"], y=rows[part], name=drawn.name, line=drawn.line, mode="lines"
        )
    titled(figure, "training step", PARTS[part])
    figure.update_yaxes(type="log", nticks=6)
    return _legend_below(figure)


def overlaid_rocs(curves: list[tuple[Drawn, np.ndarray, np.ndarray, float]]) -> go.Figure:
    """One ROC curve a run. curves: with false and true positive rates, and the AUROC."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line=GUIDE, showlegend=False, hoverinfo="skip"
    )
    for drawn, false_rate, true_rate, auroc in curves:
        kept = np.linspace(0, len(false_rate) - 1, min(MOST_POINTS, len(false_rate))).astype(int)
        figure.add_scatter(
            x=false_rate[kept],
            y=true_rate[kept],
            mode="lines",
            line=drawn.line,
            name=f"{drawn.name.split()[0]} AUROC {auroc:.3f}",
            hovertemplate="flags %{y:.1%} of the anomalies<br>and %{x:.1%} of the normal samples",
        )
    titled(figure, "false positive rate (unitless)", "true positive rate (unitless)")
    figure.update_xaxes(range=[-0.01, 1.01])
    figure.update_yaxes(range=[0, 1.02])
    return _legend_below(figure)


def histograms(scores: list[tuple[Drawn, np.ndarray, np.ndarray]]) -> go.Figure:
    """A small histogram of the anomaly scores for each run, each on an axis of its own.

    scores: with labels (n,) and scores (n,). The farthest percent lies in the last bin.
    """
    columns = min(MOST_COLUMNS, len(scores))
    rows = -(-len(scores) // columns)
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=[drawn.name for drawn, _, _ in scores],
        horizontal_spacing=0.05,
        vertical_spacing=0.34 / rows,
    )
    for number, (_, labels, values) in enumerate(scores):
        most = float(np.quantile(values, 0.99)) or 1.0
        edges = np.linspace(float(values.min()), most, BINS + 1)
        for label, kind in KINDS.items():
            own = np.minimum(values[labels == label], most)
            share = np.histogram(own, edges)[0] / max(len(own), 1)
            figure.add_scatter(
                x=np.repeat(edges, 2),
                y=np.concatenate([[0], np.repeat(share, 2), [0]]),
                name=kind["name"],
                legendgroup=kind["name"],
                showlegend=number == 0,
                mode="lines",
                fill="tozeroy",
                line={"color": kind["color"], "dash": "dash" if label else "solid", "width": 1.5},
                row=number // columns + 1,
                col=number % columns + 1,
            )
    titled(figure, "", "", height=100 + 180 * rows)
    figure.update_annotations(font_size=11)
    figure.update_layout(margin={"t": 70}, legend={"y": 1 + 40 / (180 * rows)})
    figure.update_xaxes(title_text="anomaly score", row=rows, nticks=4)
    figure.update_yaxes(rangemode="tozero", tickformat=".0%", nticks=4)
    figure.update_yaxes(title_text="share of samples", col=1)
    return figure


def auroc_over_beta(rows: Sequence[tuple[Drawn, float, float]]) -> go.Figure:
    """AUROC of the last weights against β, a mark a run. rows: with β and AUROC."""
    places = places_of([beta for _, beta, _ in rows])
    figure = go.Figure()
    means = {
        beta: float(np.mean([auroc for _, other, auroc in rows if other == beta]))
        for beta in sorted(places)
    }
    figure.add_scatter(
        x=[places[beta] for beta in means],
        y=list(means.values()),
        mode="lines",
        line=GUIDE,
        name="mean of each β",
        hoverinfo="skip",
    )
    for drawn, beta, auroc in rows:
        open_mark = "-open" if drawn.line["dash"] == "dot" else ""
        figure.add_scatter(
            x=[places[beta]],
            y=[auroc],
            mode="markers",
            marker={"color": drawn.line["color"], "size": 11, "symbol": f"circle{open_mark}"},
            name=drawn.name,
            hovertemplate=f"β = {beta:g}<br>AUROC %{{y:.3f}}",
        )
    titled(figure, "β", "AUROC of the last weights (unitless)")
    figure.update_xaxes(
        tickvals=list(places.values()), ticktext=[f"{beta:g}" for beta in places], tickangle=0
    )
    return _legend_below(figure)


def parallel_coordinates(
    axes: Mapping[str, Sequence[Any]], runs: Sequence[Drawn], metrics: int
) -> go.Figure:
    """A line a run across one axis a setting or metric, each from its least to its largest.

    axes: by title, with the value of every run; None where it has none, which breaks its line.
    metrics: how many of the last axes are metrics; the others are settings.
    """
    settings = len(axes) - metrics
    heights = [
        _heights(values, even=number < settings) for number, values in enumerate(axes.values())
    ]
    figure, titles = go.Figure(), list(axes)
    for x, (_, ticks) in enumerate(heights):
        figure.add_scatter(
            x=[x, x], y=[0, 1], mode="lines", line=GUIDE, showlegend=False, hoverinfo="skip"
        )
        for text, y in ticks.items():
            figure.add_annotation(x=x, y=y, text=text, showarrow=False, yshift=11, font_size=11)
    for number, drawn in enumerate(runs):
        figure.add_scatter(
            x=list(range(len(titles))),
            y=[places[number] for places, _ in heights],
            mode="lines+markers",
            line=drawn.line,
            name=drawn.name,
            text=[f"{title}: {_words(values[number])}" for title, values in axes.items()],
            hovertemplate="%{text}",
        )
    titled(figure, "", "from the least value to the largest")
    figure.update_xaxes(
        tickvals=list(range(len(titles))),
        ticktext=titles,
        range=[-0.4, len(titles) - 0.6],
        showgrid=False,
    )
    figure.update_yaxes(range=[-0.06, 1.12], showticklabels=False, showgrid=False)
    if 0 < metrics < len(titles):
        figure.add_vline(len(titles) - metrics - 0.5, line=GUIDE)
    return _legend_below(figure)


def _heights(values: Sequence[Any], even: bool) -> tuple[list[float | None], dict[str, float]]:
    """Where each value stands on its axis, 0 to 1, and what is written beside the axis.

    even: a few values, such as those of β, stand at even distances.
    """
    there = [each for each in values if each is not None]
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in there):
        ordered = sorted({*there})
        if (even and len(ordered) <= 6) or len(ordered) < 2:
            order = ordered
        else:
            low, high = ordered[0], ordered[-1]
            places = [None if v is None else (v - low) / (high - low) for v in values]
            return places, {_words(low): 0.0, _words(high): 1.0}
    else:
        order = sorted({*there}, key=str)
    spread = max(len(order) - 1, 1)
    at = {value: (n / spread if len(order) > 1 else 0.5) for n, value in enumerate(order)}
    ticks = {_words(value): place for value, place in at.items()}
    return [None if value is None else at[value] for value in values], ticks


def _words(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _legend_below(figure: go.Figure) -> go.Figure:
    """Names of twelve runs take lines of their own, for which the figure is made higher."""
    shown = [each for each in figure.to_dict()["data"] if each.get("showlegend") is not False]
    lines = -(-len(shown) // 2)
    margin = 70 + 19 * lines
    plot = 300
    legend = {"orientation": "h", "x": 0, "y": -60 / plot, "yanchor": "top", "font": {"size": 11}}
    legend |= {"entrywidth": 112, "entrywidthmode": "pixels"}
    figure.update_layout(height=plot + 16 + margin, legend=legend, margin={"t": 16, "b": margin})
    figure.update_xaxes(automargin=False)
    return figure
