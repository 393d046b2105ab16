"""A table's models at a glance: normal classes × seeds, coloured by one metric."""

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import titled

# With more seeds than this, numbers would not fit into their cells: only colours are shown.
MOST_WRITTEN = 20
# From failing to perfect; dark to bright, so that it also reads without colours.
SCALE = "Cividis"
GUESSING = {"auroc": 0.5, "f1": 0.0}


class Grid(NamedTuple):
    """Models by class (rows) and seed (columns): values (rows, columns), NaN where there is none.

    texts: what hovering over each shows. ids: names of the models' runs.
    """

    classes: list[str]
    seeds: list[int]
    values: np.ndarray
    texts: np.ndarray
    ids: np.ndarray


def heat_map(grid: Grid, name: str, guessing: float) -> go.Figure:
    """The grid, coloured from `guessing` (or the least value, if lower) to 1.

    name: of the metric that is shown.
    """
    known = grid.values[np.isfinite(grid.values)]
    lowest = min([guessing, *known])
    shown = [
        [f"{100 * value:.1f}" if np.isfinite(value) else "" for value in row] for row in grid.values
    ]
    figure = go.Figure()
    figure.add_heatmap(
        x=[str(seed) for seed in grid.seeds],
        y=grid.classes,
        z=grid.values,
        zmin=lowest,
        zmax=1.0,
        colorscale=SCALE,
        xgap=2,
        ygap=2,
        text=shown,
        texttemplate="%{text}" if len(grid.seeds) <= MOST_WRITTEN else None,
        showscale=len(grid.seeds) > MOST_WRITTEN,
        customdata=grid.ids,
        hovertext=grid.texts,
        hovertemplate="%{hovertext}<extra></extra>",
        colorbar={"title": {"text": f"{name}<br>(unitless)"}, "thickness": 12},
    )
    titled(figure, "seed", "normal class", height=126 + 34 * len(grid.classes))
    figure.update_layout(margin={"t": 36})
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
    return figure
