"""Runs and ladders as tables on the page: rows in an order, and groups of them."""

import hashlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import components
from dashboard.finding import Finding, setting_words
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.files import size_words
from toll.runs.label import label_or_fault
from toll.runs.status import State
from toll.runs.summary import RunSummary
from toll.studies.ladder import Ladder
from toll.studies.library import as_table, words_of

_SELECTED = "selected_rows"
AUROC = {f"AUROC {each.title}": f"auroc_{name}" for name, each in WEIGHTS_CHOICES.items()}


def run_rows(summaries: Sequence[RunSummary]) -> pd.DataFrame:
    """What a list shows of runs, one row each."""
    table = as_table(summaries)
    words = [words_of(each.config) for each in summaries]
    marks = [components.STATE_MARKS[each.status.state] for each in summaries]
    columns = {
        "name": table["name"],
        "run": table["run"],
        "state": [f"{mark} {state}" for mark, state in zip(marks, table["state"], strict=True)],
        "dataset": [dataset for dataset, _ in words],
        "normal class": [classes for _, classes in words],
        "β": table["beta"],
        **{title: table[name] for title, name in AUROC.items()},
        "AUROC of ‖z‖": table["auroc_latent_norm"],
        **{name: table[name] for name in ("separation", "tags", "z_dim", "lr", "network", "seed")},
        "step": table["step"],
        "space": [size_words(each.bytes or 0) for each in summaries],
        "message": table["message"],
    }
    rows = pd.DataFrame(columns)
    empty = [name for name in ("name", "tags", "message") if not "".join(rows[name])]
    return rows.drop(columns=empty)


def ordered(summaries: Sequence[RunSummary], finding: Finding) -> list[RunSummary]:
    """The runs in the order that is asked for, those of a group together."""
    if not summaries or (finding.sort == "newest" and not finding.group):
        return list(summaries)
    table = as_table(summaries)
    order = pd.Series(range(len(table)))
    if finding.sort != "newest":
        column = {"auroc": "auroc_last"}.get(finding.sort, finding.sort)
        rising = finding.sort in ("name", "beta")
        table = table.assign(**{column: table[column].mask(table[column] == "")})
        order = table.sort_values(column, ascending=rising, kind="stable").index  # gaps last
    if finding.group:
        groups = table[finding.group].loc[list(order)]
        order = groups.sort_values(kind="stable", key=_comparable).index
    return [summaries[row] for row in order]


def _comparable(values: pd.Series) -> pd.Series:
    """Numbers by their size, and all else as text."""
    return values if pd.api.types.is_numeric_dtype(values) else values.astype(str)


def group_rows(summaries: Sequence[RunSummary], group: str) -> pd.DataFrame:
    """One row a value of a setting: how many runs, and what their last weights detect.

    Only finished runs are averaged; of what, where a group has more than one kind of data.
    """
    words = [words_of(each.config) for each in summaries]
    table = as_table(summaries).assign(
        of=[f"{dataset} {classes}".strip() for dataset, classes in words],
        finished=[each.status.state is State.FINISHED for each in summaries],
    )
    table["auroc"] = table["auroc_last"].where(table["finished"])
    grouped = table.groupby(group, dropna=False, sort=True)
    auroc = grouped["auroc"]
    return pd.DataFrame(
        {
            "runs": grouped.size(),
            "finished": grouped["finished"].sum(),
            "of": grouped["of"].agg(_kinds),
            "mean AUROC": auroc.mean(),
            "SD": auroc.std(),
            "best AUROC": auroc.max(),
        }
    ).reset_index(names=setting_words(group))


def _kinds(names: pd.Series) -> str:
    """The one kind of data in a group, or how many there are: a mean over them says little."""
    found = sorted({*names})
    return found[0] if len(found) == 1 else f"⚠ {len(found)} kinds of data"


def ladder_rows(ladders: Sequence[Ladder], rungs: Sequence[RunSummary]) -> pd.DataFrame:
    """What a list shows of ladders, one row each. rungs: of all of them."""
    return pd.DataFrame([_ladder_row(each, rungs) for each in ladders])


def _ladder_row(ladder: Ladder, rungs: Sequence[RunSummary]) -> dict:
    settings, status = ladder.settings, ladder.status()
    own = [each for each in rungs if each.run.id.startswith(f"{ladder.id}/")]
    finished = sum(each.status.state is State.FINISHED and not each.fault for each in own)
    label, fault = label_or_fault(ladder)
    return {
        "name": label.name,
        "ladder": ladder.id,
        "state": f"{components.STATE_MARKS[status.state]} {status.state}",
        "dataset": ladder.spec.title,
        "normal class": ladder.spec.classes_name(settings.base.normal_classes),
        "values of β": ", ".join(f"{beta:g}" for beta in settings.betas),
        "seeds": len(settings.seeds),
        "runs finished": f"{finished} of {len(settings.cells)}",
        "tags": " ".join(label.tags),
        "space": size_words(sum(each.bytes or 0 for each in own)),
        "message": " ".join(filter(None, (status.message, fault))),
    }


def show(rows: pd.DataFrame, names: Sequence[str]) -> list[int]:
    """Draw a table whose rows can be selected; gives the numbers of those that are.

    names: of the rows. A list of others is another table, in which nothing is selected yet.
    Whoever comes back to the same list finds the several rows selected that they had compared.
    """
    place = hashlib.blake2b("\n".join(names).encode(), digest_size=6).hexdigest()
    before, rows_before = st.session_state.get(_SELECTED, ("", []))
    kept = rows_before if before == place and len(rows_before) > 1 else []
    picked = st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=components.ROW_PIXELS * (min(len(rows), 11) + 1) + 3,
        column_config=components.number_formats(rows),
        placeholder=components.NOTHING,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": kept}},
        key=f"list {place}",
    )
    found = picked["selection"]["rows"]
    st.session_state[_SELECTED] = (place, found)
    return found
