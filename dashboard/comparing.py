"""Runs side by side: what is compared, under which letter, and what differs in their settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from dashboard import components, loading, state
from dashboard.charts.style import COLORS
from dashboard.plain import plain
from toll.config import RunConfig
from toll.data import get_spec
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore, quoted
from toll.runs.summary import RunSummary
from toll.studies.library import words_of

if TYPE_CHECKING:
    import pandas as pd

MOST_LETTERS = 18
DASHES = ("solid", "dash")


@dataclass(frozen=True)
class Compared:
    """One of the runs: its letter, what it is called, and how it is drawn.

    unfinished: why it is not finished, in a few words; empty where it is.
    """

    letter: str
    summary: RunSummary
    config: RunConfig
    called: str
    unfinished: str

    @property
    def run(self) -> Run:
        return self.summary.run

    @property
    def name(self) -> str:
        """For a legend, in which there is little room: marked where the run is not finished."""
        words = f"unfinished, {self.called}" if self.unfinished else self.called
        cut = words if len(words) <= MOST_LETTERS else f"{words[: MOST_LETTERS - 1]}…"
        return f"{self.letter} {cut}"

    @property
    def line(self) -> dict[str, Any]:
        """The line that it is drawn with: dotted where the run is not finished."""
        number = ord(self.letter) - ord("A")
        colors = COLORS.apart
        dash = "dot" if self.unfinished else DASHES[number // len(colors)]
        return {"color": colors[number % len(colors)], "dash": dash, "width": 2}


def chosen() -> list[Compared]:
    """The runs that the link names, as far as they can be read; the page says which cannot."""
    found: list[RunSummary] = []
    for name in state.compared():
        try:
            summary = loading.summary(RunStore().get(name))
        except ValueError:
            st.warning(plain(f"There is no run {quoted(name)} to compare."))
            continue
        if summary.config is None:
            st.warning(plain(f"Run {name} cannot be compared. {summary.status.message}"))
            continue
        found.append(summary)
    differing = differences([each.config for each in found if each.config])
    return [
        Compared(chr(ord("A") + number), each, each.config, _called(each, differing), _left(each))
        for number, each in enumerate(found)
        if each.config
    ]


def differences(configs: Sequence[RunConfig]) -> dict[str, list[Any]]:
    """The settings that are not the same in all, each with its value in every config."""
    values = {each.name: [getattr(c, each.name) for c in configs] for each in fields(RunConfig)}
    return {name: found for name, found in values.items() if any(v != found[0] for v in found)}


def _called(summary: RunSummary, differing: dict[str, list[Any]]) -> str:
    """The run's name, or else what distinguishes it from the others."""
    if summary.label.name or summary.config is None:
        return summary.label.name
    telling = [name for name in differing if name not in ("device", "dataset", "normal_class")]
    parts = [
        f"{components.SETTING_WORDS.get(k, k)} {_text(getattr(summary.config, k))}"
        for k in telling[:3]
    ]
    if "dataset" in differing or "normal_class" in differing:
        parts.insert(0, " ".join(words_of(summary.config)))
    return ", ".join(parts) or summary.run.id


def _left(summary: RunSummary) -> str:
    status, config = summary.status, summary.config
    if status.state is State.FINISHED or config is None:
        return ""
    return f"unfinished: {status.state} at {status.step:,} of {config.niter:,}"


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def metric_table(compared: Sequence[Compared]) -> pd.DataFrame:
    """Best and last values of each run, under headings that say by which rule."""
    import pandas as pd

    rows = []
    for each in compared:
        metrics, status = each.summary.metrics, each.summary.status
        row = {
            "": each.letter,
            "run": each.called,
            "how far": f"{components.STATE_MARKS[status.state]} {each.unfinished or status.state}",
            "β": each.config.beta,
        }
        steps = {}
        for name, choice in WEIGHTS_CHOICES.items():
            rule = "used anomaly labels" if choice.uses_labels else "no labels"
            judged = metrics.get(name, {})
            row[f"AUROC {choice.title} ({rule})"] = judged.get("score", {}).get("auroc")
            steps[f"step of {choice.title}"] = judged.get("step")
        row["AUROC of ‖z‖"] = metrics.get("last", {}).get("latent_norm", {}).get("auroc")
        row["separation"] = metrics.get("last", {}).get("separation")
        rows.append(row | steps)
    return pd.DataFrame(rows)


def difference_table(compared: Sequence[Compared]) -> pd.DataFrame:
    """The settings that differ, one row each and a column a run."""
    import pandas as pd

    found = differences([each.config for each in compared])
    letters = [each.letter for each in compared]
    words = components.SETTING_WORDS
    rows = [[words.get(name, name), *map(_text, values)] for name, values in found.items()]
    return pd.DataFrame(rows, columns=["setting", *letters])


def tested(each: Compared) -> tuple[np.ndarray, np.ndarray] | None:
    """Labels and scores of the test samples under the last weights; None before they are scored.

    None as well where the data has no labels.
    """
    if not each.run.is_scored or not get_spec(each.config.dataset).labelled:
        return None
    scores = loading.scores(each.run)
    if scores is None:
        return None
    rows = loading.judged(each.run, scores).tested
    return rows["label"].to_numpy(), rows["score"].to_numpy()
