"""What stands in each column of a table: its kind, what is missing, its range, its values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import numpy as np

from toll.data.own.plan import Column, Kind

if TYPE_CHECKING:
    import pandas as pd

# Values of a column that are kept, and values that are looked at to tell dates.
MOST_VALUES, FEW = 100, 20
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*")


def describe(frame: pd.DataFrame) -> tuple[Column, ...]:
    """What stands in each column of a table."""
    return tuple(_described(column(frame, name)) for name in frame.columns)


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column by its name, which is no other's."""
    return cast("pd.Series", frame[name])


def is_numeric(values: pd.Series) -> bool:
    return values.dtype.kind in "iufb"


def as_numbers(values: pd.Series) -> pd.Series:
    """A column as float64; NaN where a value is missing or no number."""
    import pandas as pd

    numbers = values if is_numeric(values) else pd.to_numeric(values, errors="coerce")
    return cast("pd.Series", numbers).astype(np.float64)


def as_texts(values: pd.Series) -> pd.Series:
    """A column as text, whole numbers without a point; None where a value is missing."""
    if values.dtype.kind == "f":
        whole = (values.dropna() % 1 == 0).all()
        texts = values.map(lambda value: f"{value:.0f}" if whole else f"{value:.12g}")
    else:
        texts = values.map(lambda value: str(value).strip())
    return texts.astype(object).where(values.notna(), None)


def _described(values: pd.Series) -> Column:
    kind, numbers = kind_of(values), as_numbers(values)
    if is_numeric(values):
        distinct, known = int(values.nunique()), ()
        if distinct <= MOST_VALUES:
            known = tuple(as_texts(values.drop_duplicates().sort_values().dropna()))
    else:
        counts = as_texts(values).value_counts()
        distinct = len(counts)
        known = tuple(counts.index[:MOST_VALUES])
        known = tuple(sorted(known)) if distinct <= MOST_VALUES else known
    numbers = numbers[np.isfinite(numbers)]
    has = len(numbers) > 0
    return Column(
        name=str(values.name),
        kind=kind,
        missing=int(values.isna().sum()),
        lowest=float(numbers.min()) if has else None,
        highest=float(numbers.max()) if has else None,
        distinct=distinct,
        texts=known,
    )


def kind_of(values: pd.Series) -> Kind:
    """What stands in a column."""
    if is_numeric(values):
        return Kind.NUMBER
    if values.dtype.kind in "Mm":
        return Kind.DATE
    there = values.dropna()
    if there.empty:
        return Kind.NUMBER
    if all(_is_date(value) for value in there.iloc[:FEW]):
        return Kind.DATE
    numbers = as_numbers(there).notna()
    if numbers.all():
        return Kind.NUMBER
    return Kind.MIXED if numbers.mean() > 0.5 else Kind.TEXT


def _is_date(value: object) -> bool:
    import datetime

    return isinstance(value, datetime.date) or bool(_DATE.fullmatch(str(value).strip()))
