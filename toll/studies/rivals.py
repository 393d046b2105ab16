"""A run beside other detectors on the same test samples: what each gives, and which is better."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from toll.detectors.baselines import BASELINES
from toll.evaluation.comparison import Difference, difference, each_level, verdict
from toll.evaluation.metrics import Metrics, evaluate, event_horizon
from toll.evaluation.scores import rows_of, with_score
from toll.runs.rivals import INPUTS, Rival, plain_twin, rivals
from toll.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd

OWN, TWIN = "this run", "autoencoder without the pull"


class Entry(NamedTuple):
    """A detector beside a run. rows: of the test and validation samples, with `id` and `score`.

    what: how it scores. trained_on: on how many of the normal samples, where not on all.
    against: the run's AUROC and its own; of the run itself None. seconds: of fitting and scoring.
    """

    title: str
    what: str
    metrics: Metrics
    against: Difference | None
    rows: pd.DataFrame
    trained_on: str = ""
    seconds: float | None = None

    @property
    def horizon(self) -> float:
        """The threshold inside which 95 % of the normal validation samples lie."""
        normal = self.rows.query("split == 'validation' and label == 0")
        return event_horizon(normal["score"].to_numpy())


def entries(run: Run) -> list[Entry]:
    """The run, under its last weights, and then all detectors that were fitted, the best first.

    Raises:
        ValueError: the run is not scored.
    """
    own = _scored(run)
    if own is None:
        raise ValueError(f"run {run.id} is not scored yet: others are compared with its scores")
    others = [_of_rival(rival, own) for rival in rivals(run)]
    twin = plain_twin(run) if run.config.beta else None
    rows = None if twin is None else _scored(twin)
    if twin is not None and rows is not None:
        what = f"the same network with β = 0, trained as run {twin.id}"
        others.append((TWIN, what, rows, "", twin.status().seconds))
    level = each_level(len(others))
    tested = own.query("split == 'test'")
    labels, scores = tested["label"].to_numpy(), tested["score"].to_numpy()
    metrics, seconds = evaluate(labels, scores), run.status().seconds
    found = [Entry(OWN, "‖x − x̂‖ + β‖z‖", metrics, None, own, seconds=seconds)]
    for title, what, rows, trained_on, seconds in others:
        theirs = _aligned(rows, tested)
        against = difference(labels, scores, theirs, level)
        metrics = evaluate(labels, theirs)
        found.append(Entry(title, what, metrics, against, rows, trained_on, seconds))
    return [found[0], *sorted(found[1:], key=lambda entry: -entry.metrics.auroc)]


def missing(run: Run, found: list[Entry]) -> bool:
    """Whether there are detectors, of those whose package is installed, that were not fitted."""
    present = sum(each.is_present for each in BASELINES.values()) * len(INPUTS)
    return len(found) < 1 + present + bool(run.config.beta)


def verdict_of(found: list[Entry]) -> str:
    """What they say of the run, in a sentence.

    Raises:
        ValueError: the run stands alone.
    """
    return verdict({each.title: each.against for each in found if each.against is not None})


def _scored(run: Run) -> pd.DataFrame | None:
    rows, metrics = run.scores(), run.metrics()
    if rows is None or not metrics:
        return None
    return with_score(rows_of(rows, metrics, "last"), run.config.beta)


def _of_rival(rival: Rival, own: pd.DataFrame) -> tuple[str, str, pd.DataFrame, str, float]:
    facts = rival.facts
    known = BASELINES.get(facts["name"])
    title = known.title if known else facts["name"]
    few = (
        "" if facts["trained_on"] == facts["of"] else f"{facts['trained_on']:,} of {facts['of']:,}"
    )
    rows = rival.rows.merge(own[["split", "id", "label", "class"]], on=["split", "id"])
    what = known.what if known else ""
    return f"{title} on {INPUTS[facts['input']]}", what, rows, few, facts["seconds"]


def _aligned(rows: pd.DataFrame, tested: pd.DataFrame) -> np.ndarray:
    """Scores of the test samples in the order of `tested`.

    Raises:
        ValueError: some have none.
    """
    by_id = rows.query("split == 'test'").set_index("id")["score"]
    theirs = by_id.reindex(tested["id"]).to_numpy(np.float64)
    if np.isnan(theirs).any():
        raise ValueError("a detector has no scores of some test samples; compare them anew")
    return theirs
