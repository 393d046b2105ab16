"""Whether a table can be imported as a plan says: a schema of it, and what breaks it in sentences.

The schema is pandera's. Of every rule it tells the first value that breaks it, by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from toll.data.own.columns import MOST_VALUES, as_numbers, as_texts, column, is_numeric, kind_of
from toll.data.own.plan import ImportPlan, Kind
from toll.data.own.splitting import PARTS
from toll.reading import LARGEST

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import Check, DataFrameSchema

MOST_CLASSES = 100
MOST_FEATURES = 10_000
MOST_SAID = 5
# A spread below this share of a number's size is lost in float32, which has 24 bits.
FINEST = 1e-5


class Refused(ValueError):
    """A file cannot be imported as planned. `problems`: a sentence each, without full stops."""

    def __init__(self, problems: list[str]) -> None:
        said = problems[:MOST_SAID]
        if len(problems) > MOST_SAID:
            said.append(f"and {len(problems) - MOST_SAID} more problems")
        super().__init__("; ".join(said))
        self.problems = problems


def check(frame: pd.DataFrame, plan: ImportPlan, file: str) -> None:
    """Raises `Refused` where the table cannot be imported as the plan says. file: its name."""
    from pandera.pandas import errors

    unknown = [name for name in plan.named if name not in frame.columns]
    if unknown:
        valid = ", ".join(map(str, frame.columns[:20])) + (" …" if len(frame.columns) > 20 else "")
        raise Refused([f"{file} has no column {unknown[0]!r}; valid: {valid}"])
    rows = frame.loc[:, [name for name in frame.columns if name not in plan.drop]]
    problems = list(_of_labels(rows, plan))
    try:
        _schema(rows, plan).validate(rows, lazy=True)
    except errors.SchemaErrors as error:
        problems += _sentences(error.failure_cases, rows)
    else:
        problems += _of_features(rows, plan)
    if problems:
        raise Refused([f"{file}: {problem}" for problem in problems])


def features_of(frame: pd.DataFrame, plan: ImportPlan) -> list[str]:
    """The columns of features: all that the plan gives no other role."""
    roles = {*plan.drop, plan.label_column, plan.split_column}
    return [name for name in map(str, frame.columns) if name not in roles]


def _schema(frame: pd.DataFrame, plan: ImportPlan) -> DataFrameSchema:
    from pandera.pandas import Column, DataFrameSchema

    columns: dict[Any, Column] = {}
    for name in map(str, frame.columns):
        if name == plan.label_column:
            checks = [_rule("labelled", _is_there)]
            if plan.anomalous_values:
                declared = [*plan.normal_values, *plan.anomalous_values, None]
                checks.append(_rule("declared", _is_one_of(declared)))
        elif name == plan.split_column:
            checks = [_rule("part", _is_one_of([*PARTS]))]
        else:
            checks = [_rule("missing", _is_there)] if plan.missing == "refuse" else []
            if name not in plan.categorical:
                checks += [_rule(rule, holds) for rule, holds in NUMBER_RULES.items()]
        columns[name] = Column(None, checks, nullable=True)
    return DataFrameSchema(columns)


def _rule(name: str, holds: Callable[[pd.Series], np.ndarray]) -> Check:
    import pandas as pd
    from pandera.pandas import Check

    def held(values: pd.Series) -> pd.Series:
        return pd.Series(holds(values), values.index)

    return Check(held, name=name, error=name, ignore_na=False, n_failure_cases=1)


def _is_there(values: pd.Series) -> np.ndarray:
    return values.notna().to_numpy()


def _is_one_of(known: list[str | None]) -> Callable[[pd.Series], np.ndarray]:
    return lambda values: as_texts(values).isin(known).to_numpy()


def _is_number(values: pd.Series) -> np.ndarray:
    if is_numeric(values):
        return np.ones(len(values), bool)
    return (as_numbers(values).notna() | values.isna()).to_numpy()


def _is_finite(values: pd.Series) -> np.ndarray:
    return ~np.isinf(as_numbers(values).to_numpy())


def _is_small(values: pd.Series) -> np.ndarray:
    numbers = as_numbers(values).to_numpy()
    return ~(np.isfinite(numbers) & (np.abs(numbers) > LARGEST))


NUMBER_RULES = {"number": _is_number, "finite": _is_finite, "small": _is_small}


def _sentences(failures: pd.DataFrame, frame: pd.DataFrame) -> list[str]:
    """One sentence for each rule and column that breaks it, in the order of the columns."""
    said = []
    for name, rule, row in failures[["column", "check", "index"]].itertuples(index=False):
        text = _sentence(str(rule), row, column(frame, name))
        said.append((list(frame.columns).index(name), text))
    return [text for _, text in sorted(said)]


def _sentence(rule: str, row: object, values: pd.Series) -> str:
    """What is wrong in a row (of pictures, its name) of a column."""
    where, name = row if isinstance(row, str) else f"row {row}", f"column {values.name!r}"
    value: Any = values.loc[row]  # pyright: ignore[reportArgumentType, reportCallIssue]
    match rule:
        case "missing":
            count = int(values.isna().sum())
            more = f" and {count - 1:,} more" if count > 1 else ""
            return (
                f"{name} has no value in {where}{more}; leave such rows out, take the median in "
                f"their place, or leave the column out"
            )
        case "labelled":
            return f"the label {name} has no value in {where}; every row needs a label"
        case "declared":
            return f"{where} has the label {value!r}, declared neither normal nor anomalous"
        case "part":
            return f"the split {name} says {value!r} in {where}; valid: {', '.join(PARTS)}"
        case "finite":
            return f"{name} is infinite in {where}"
        case "small":
            return f"{name} is {value:g} in {where}; numbers may be up to {LARGEST:g}"
    if kind_of(values) is Kind.DATE:
        return f"{name} holds dates ({where}: {value}), which are no numbers; leave it out"
    shown = repr(str(value)[:40])
    return f"{name} holds text in {where}, {shown}; make it categorical, or leave it out"


def _of_labels(frame: pd.DataFrame, plan: ImportPlan) -> Iterator[str]:
    if plan.label_column is None:
        return
    found = sorted(as_texts(column(frame, plan.label_column)).dropna().unique())
    valid = ", ".join(found[:20]) + (" …" if len(found) > 20 else "")
    missing = [value for value in plan.normal_values if value not in found]
    name = f"the label column {plan.label_column!r}"
    if len(found) > MOST_CLASSES:
        yield f"{name} has {len(found):,} different values; at most {MOST_CLASSES} are labels"
    elif missing:
        yield f"{name} never is {missing[0]!r}; valid: {valid}"
    elif len(found) == 1:
        yield (
            f"{name} is {found[0]!r} in every row: one class only; leave it out to import the rows "
            f"without labels"
        )
    elif {*plan.normal_values} >= {*found}:
        yield f"all values of {name} are normal; one must be anomalous"


def _of_features(frame: pd.DataFrame, plan: ImportPlan) -> Iterator[str]:
    names = features_of(frame, plan)
    if not names:
        yield "it has no column left for features"
        return
    if all(_is_constant(column(frame, name)) for name in names):
        yield "every feature has the same value in all rows, so there is nothing to learn"
        return
    count = len(names) - len(plan.categorical)
    for name in plan.categorical:
        distinct = int(column(frame, name).nunique())
        count += distinct
        if distinct > MOST_VALUES:
            yield (
                f"column {name!r} has {distinct:,} different values; a categorical one may have "
                f"{MOST_VALUES}"
            )
    if count > MOST_FEATURES:
        yield f"that makes {count:,} features; at most {MOST_FEATURES:,} can be learned"
    for name in names:
        if name not in plan.categorical:
            yield from _of_numbers(name, as_numbers(column(frame, name)).to_numpy())


def _of_numbers(name: str, numbers: np.ndarray) -> Iterator[str]:
    numbers = numbers[np.isfinite(numbers)]
    if numbers.size == 0:
        yield f"column {name!r} has no values; leave it out"
        return
    lowest, highest = numbers.min(), numbers.max()
    if 0 < highest - lowest < FINEST * max(abs(lowest), abs(highest)):
        yield (
            f"column {name!r} lies between {lowest:.10g} and {highest:.10g}, too near to each "
            f"other for numbers so large; subtract {lowest:.10g} from all"
        )


def _is_constant(values: pd.Series) -> bool:
    return bool(values.isna().all() or (values == values.iloc[0]).all())
