"""What β does: a ladder's metrics along it, mean and spread over seeds, and each seed faintly."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.style import COLORS, PARTS, line, titled

AUROCS = {
    "auroc": "score",
    "auroc_reconstruction_error": "reconstruction_error",
    "auroc_latent_norm": "latent_norm",
}
# Beside the AUROC: column, title of its axis, colour.
OTHERS = (
    ("separation", "separation<br>(ratio, unitless)", COLORS.latent_norm),
    ("reconstruction_error", "median ‖x − x̂‖<br>of normal samples", COLORS.reconstruction_error),
    ("variety", "variety of reconstructions<br>(share of the inputs’)", COLORS.score),
)
HEIGHT = 620


def places_of(betas: Sequence[float]) -> dict[float, float]:
    """Where each β stands on a logarithmic axis; 0 one decade before the least of the others."""
    logarithms = {beta: math.log10(beta) for beta in betas if beta > 0}
    return {0.0: min(logarithms.values(), default=1.0) - 1} | logarithms


def ladder_picture(rows: pd.DataFrame, means: pd.DataFrame, recommended: float) -> go.Figure:
    """Four charts over β; without labels the two that need none.

    rows, means: as `rungs` and `summary` in ladder_report.py give them.

    Each mark has [β, seed, step] as its `customdata`.
    """
    is_labelled = bool(rows["auroc"].notna().any())
    others = OTHERS if is_labelled else OTHERS[1:]
    lines = 2 if is_labelled else 1
    figure = make_subplots(lines, 2, horizontal_spacing=0.17, vertical_spacing=0.14)
    titled(figure, "β", "", height=HEIGHT * lines // 2)
    tables = _Tables(rows.to_dict("records"), means.to_dict("records"))
    for name, part in AUROCS.items() if is_labelled else ():
        style = {"line": line(part, width=2.5), "name": PARTS[part]["name"]}
        _add(figure, (1, 1), tables, name, style)
    for number, (name, title, color) in enumerate(others, start=int(is_labelled)):
        place = (number // 2 + 1, number % 2 + 1)
        words = title.replace("<br>", " ")
        style = {"line": {"color": color, "width": 2.5}, "name": words, "showlegend": False}
        _add(figure, place, tables, name, style)
    places = tables.places
    figure.update_xaxes(
        tickvals=list(places.values()), ticktext=[f"{beta:g}" for beta in places], tickangle=0
    )
    titles = ["AUROC (unitless)"] if is_labelled else []
    titles += [title for _, title, _ in others]
    for number, title in enumerate(titles):
        figure.update_yaxes(title_text=title, row=number // 2 + 1, col=number % 2 + 1)
    figure.add_vline(
        places[recommended], line={"color": COLORS.accent, "dash": "dot", "width": 1.2}
    )
    if not is_labelled:
        return figure
    guessing = {"color": "gray", "dash": "dot", "width": 1}
    ends = [min(places.values()), max(places.values())]
    figure.add_scatter(
        x=ends, y=[0.5, 0.5], mode="lines", line=guessing, name="guessing", row=1, col=1
    )
    return figure


class _Tables:
    """Rungs and means over seeds, as rows; `places`: of each β on the axis."""

    def __init__(self, rungs: list[dict[Any, Any]], means: list[dict[Any, Any]]) -> None:
        self.rungs, self.means = rungs, means
        self.places = places_of([row["beta"] for row in means])
        self.seeds = sorted({row["seed"] for row in rungs})

    def of_seed(self, seed: int) -> list[dict[Any, Any]]:
        return [row for row in self.rungs if row["seed"] == seed]


def _add(
    figure: go.Figure, place: tuple[int, int], tables: _Tables, name: str, style: dict[str, Any]
) -> None:
    """One metric: a faint line a seed, where there are several, and the mean with its spread."""
    where = {"row": place[0], "col": place[1]}
    hover = f"{style['name']} %{{y:.3f}}<extra></extra>"
    for seed in tables.seeds if len(tables.seeds) > 1 else []:
        own = tables.of_seed(seed)
        figure.add_scatter(
            x=[tables.places[row["beta"]] for row in own],
            y=[row[name] for row in own],
            customdata=[[row["beta"], seed, row["step"]] for row in own],
            mode="lines+markers",
            line={**style["line"], "width": 1},
            marker={"size": 5},
            opacity=0.3,
            showlegend=False,
            hovertemplate=f"β = %{{customdata[0]:g}}, seed {seed}<br>{hover}",
            **where,
        )
    step = tables.rungs[0]["step"]
    spreads = [row[f"{name}_sd"] for row in tables.means]
    figure.add_scatter(
        x=[tables.places[row["beta"]] for row in tables.means],
        y=[row[name] for row in tables.means],
        customdata=[[row["beta"], tables.seeds[0], step] for row in tables.means],
        error_y={"array": [0 if math.isnan(each) else each for each in spreads], "thickness": 1.2},
        mode="lines+markers",
        marker={"size": 8, "color": style["line"]["color"]},
        hovertemplate=f"β = %{{customdata[0]:g}}<br>{hover}",
        **style,
        **where,
    )
