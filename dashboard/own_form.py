"""The form in which a plan for a person's own file is made: what each column is for."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import streamlit as st

from dashboard.plain import plain
from toll.data import Inspection
from toll.data.own.plan import MISSING, TEST_RATIO, Column, ImportPlan, Kind

NOTHING = "none: the rows have no labels"
LABELS = {"name": "Name", "test_ratio": "Held out"}
SPLITS = {"ratio": "By a share", "column": "By a column", "all": "Train on all"}
MISSING_WORDS = {
    "refuse": "refuse the file",
    "rows": "leave such rows out",
    "median": "take the median of normal training rows",
}
assert tuple(MISSING_WORDS) == MISSING
# Names that columns of labels often have, and of a split.
USUAL_LABELS = ("label", "class", "target", "folder", "outlier", "anomaly", "y")
USUAL_SPLITS = ("split", "part", "subset")
# A text column with more values than this is hardly a category.
MOST_CATEGORIES = 20


def inspection(found: dict[str, Any]) -> Inspection:
    """What a worker has found in a file."""
    return msgspec.convert(found, Inspection)


def show(found: Inspection) -> None:
    """The columns of a file, a row each."""
    notes = " ".join(found.notes)
    what = "pictures" if found.is_images else f"rows of {len(found.columns):,} columns"
    st.caption(f"**{found.rows:,} {what}.** {plain(notes)}")
    if not found.columns:
        return
    rows = {
        "column": [each.name for each in found.columns],
        "holds": [str(each.kind) for each in found.columns],
        "missing": [each.missing for each in found.columns],
        "different values": [each.distinct for each in found.columns],
        "range or values": [described(each) for each in found.columns],
    }
    height = min(35 * (len(found.columns) + 1) + 3, 213)
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=height)


def described(column: Column) -> str:
    """The range of a column of numbers, or a few values of another."""
    if column.kind is Kind.NUMBER and column.lowest is not None and column.highest is not None:
        return f"{column.lowest:g} to {column.highest:g}"
    return ", ".join(column.texts[:6]) + (" …" if column.distinct > 6 else "")


def choose_name(file: Path, key: str) -> str:
    """The field for the dataset's name, which begins with the file's."""
    usual = re.sub(r"[^a-z0-9_-]+", "-", file.stem.lower()).strip("-_")[:40]
    return st.text_input(
        "Name",
        usual,
        key=f"name {key}",
        max_chars=40,
        help="What it is called among the datasets: small letters, digits, - and _.",
    )


def choose(found: Inspection, key: str) -> ImportPlan | None:
    """Draw the fields; the plan in them, or None, with a sentence, where they contradict.

    key: of the file, so that another one begins anew.
    """
    columns = {each.name: each for each in found.columns}
    left, right = st.columns(2)
    with left:
        label, normal = _choose_labels(columns, key)
    with right:
        split = _choose_split([name for name in columns if name != label], columns, key)
    features = [name for name in columns if name not in (label, split.get("split_column"))]
    roles: dict[str, Any] = {}
    if not found.is_images:
        roles = _choose_roles({name: columns[name] for name in features}, key)
    if label is not None and not normal:
        st.info("Choose which values are normal. All others are anomalous.")
        return None
    try:
        return ImportPlan(label_column=label, normal_values=tuple(normal), **split, **roles)
    except ValueError as error:
        st.error(plain(f"{error}."))
        return None


def _choose_labels(columns: dict[str, Column], key: str) -> tuple[str | None, list[str]]:
    options = [NOTHING, *(name for name, each in columns.items() if _may_be_label(each))]
    usual = next((name for name in options if name.lower() in USUAL_LABELS), NOTHING)
    label = st.selectbox(
        "Label column",
        options,
        index=options.index(usual),
        key=f"label {key}",
        help="Says what each row is. Training sees normal rows only; labels are for judging.",
    )
    if label == NOTHING:
        return None, []
    normal = st.multiselect(
        "Normal values", columns[label].texts, key=f"normal {key} {label}", placeholder="Which?"
    )
    return label, normal


def _may_be_label(column: Column) -> bool:
    return 1 <= column.distinct <= len(column.texts)


def _choose_split(others: list[str], columns: dict[str, Column], key: str) -> dict[str, Any]:
    usual = next((name for name in others if name.lower() in USUAL_SPLITS), None)
    way = st.segmented_control(
        "Split",
        list(SPLITS) if others else ["ratio", "all"],
        default="column" if usual else "ratio",
        required=True,
        format_func=SPLITS.__getitem__,
        key=f"split {key}",
        help="What is held out of training, to judge by and to set a threshold.",
    )
    if way == "all":
        return {"train_on_all": True}
    if way == "column":
        place = others.index(usual) if usual else 0
        column = st.selectbox(
            "Split column",
            others,
            index=place,
            key=f"by {key}",
            help="Says train, validation or test of each row.",
        )
        return {"split_column": column}
    ratio = st.number_input(
        "Held out",
        0.01,
        0.99,
        TEST_RATIO,
        step=0.05,
        key=f"ratio {key}",
        help="Share of the normal rows that do not train: a third of them validates, the others "
        "test, with all anomalous rows.",
    )
    return {"test_ratio": ratio}


def _choose_roles(columns: dict[str, Column], key: str) -> dict[str, Any]:
    texts = [name for name, each in columns.items() if each.kind is not Kind.NUMBER]
    few = [
        name
        for name in texts
        if columns[name].kind is Kind.TEXT and columns[name].distinct <= MOST_CATEGORIES
    ]
    left, right = st.columns(2)
    # A label that is chosen later is no longer among the options: the fields begin anew.
    key = f"{key} {len(columns)} {next(iter(columns), '')}"
    drop = left.multiselect(
        "Leave out",
        [*columns],
        [name for name in texts if name not in few],
        key=f"drop {key}",
        help="Text and dates are no numbers; names and numbers of rows tell nothing.",
    )
    categorical = right.multiselect(
        "Categorical",
        [name for name in columns if name not in drop],
        [name for name in few if name not in drop],
        key=f"categorical {key}",
        help="Each value becomes a feature of its own, 0 or 1.",
    )
    chosen: dict[str, Any] = {"drop": tuple(drop), "categorical": tuple(categorical)}
    if any(each.missing for name, each in columns.items() if name not in drop):
        chosen["missing"] = left.selectbox(
            "Where a value is missing",
            MISSING,
            index=1,
            format_func=MISSING_WORDS.__getitem__,
            key=f"missing {key}",
        )
    return chosen
