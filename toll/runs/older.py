"""What version 0.1.0 called by other names in a run's folder: read as if under today's.

A run that was begun then and is resumed now keeps its files' names; its new rows have new columns.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FILES = {"metrics.json": "figures.json", "gradients.jsonl": "tug.jsonl"}
COLUMNS = {"weights": "checkpoint", "metric_by_labels": "figure_by_labels"}


def path_in(folder: Path, name: str) -> Path:
    """The file of this name, or the one that an older version wrote in its place."""
    older = folder / FILES.get(name, name)
    return older if older.exists() and not (folder / name).exists() else folder / name


def with_todays_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with today's columns, filled from the older ones where there are any."""
    for name, older in COLUMNS.items():
        if older in rows:
            values = rows[name].fillna(rows[older]) if name in rows else rows[older]
            rows = rows.drop(columns=older).assign(**{name: values})
    return rows
