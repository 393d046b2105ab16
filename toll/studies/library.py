"""All that has been trained, as lists show it: finding some of it again, or taking it elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toll.config import RunConfig
from toll.data import DATASETS
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.files import replacing
from toll.paths import ladders_dir
from toll.runs.folder import DamagedFolder
from toll.runs.index import RunIndex
from toll.runs.label import Label, label_or_fault
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.runs.summary import RunSummary
from toll.studies.ladder import Ladder, ladders

if TYPE_CHECKING:
    import pandas as pd


class Library:
    """The runs, ladders and rungs in the cache folder, through indices that are kept in memory."""

    def __init__(self) -> None:
        self._store, self._rungs = RunStore(), RunIndex(ladders_dir())

    def runs(self) -> list[RunSummary]:
        """All single runs, newest first; damaged ones among them, marked as such."""
        return self._store.list()

    def rungs(self) -> list[RunSummary]:
        """All rungs that have been begun, those of the newest ladder first.

        They are in the archive where their ladder is.
        """
        found = ladders()
        archived = {each.id for each in found if label_or_fault(each)[0].archived}
        summaries = self._rungs.summaries([run for ladder in found for run in _begun(ladder)])
        return [
            replace(each, label=replace(each.label, archived=True))
            if each.run.id.partition("/")[0] in archived
            else each
            for each in summaries
        ]


def _begun(ladder: Ladder) -> list[Any]:
    try:
        return [run for seed in ladder.settings.seeds for run in ladder.rungs(seed)]
    except DamagedFolder:
        return []


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list is to show; what is empty asks for nothing.

    text: words that all stand in the name, tags, note, dataset, normal classes or folder's name,
    however they are written. classes: normal classes in words, as a list shows them. betas: from,
    to. archived: what is in the archive too.
    """

    text: str = ""
    datasets: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    tags: tuple[str, ...] = ()
    betas: tuple[float, float] | None = None
    archived: bool = False

    def runs(self, summaries: Iterable[RunSummary]) -> list[RunSummary]:
        """Those of these runs that are wanted."""
        return [
            each
            for each in summaries
            if self._wants(each.run.id, each.label, each.config, each.status.state)
        ]

    def ladders(self, found: Iterable[Ladder]) -> list[Ladder]:
        """Those of these ladders that are wanted; of a range of β, those with a rung in it."""
        return [each for each in found if self._wants_ladder(each)]

    def _wants_ladder(self, ladder: Ladder) -> bool:
        label, _ = label_or_fault(ladder)
        try:
            settings, state = ladder.settings, ladder.status().state
        except DamagedFolder:
            return self._wants(ladder.id, label, None, State.DAMAGED)
        return self._wants(ladder.id, label, settings.base, state, settings.betas)

    def _wants(
        self,
        name: str,
        label: Label,
        config: RunConfig | None,
        state: State,
        betas: Sequence[float] = (),
    ) -> bool:
        dataset, classes = words_of(config)
        said = " ".join([name, label.name, *label.tags, label.note, dataset, classes]).casefold()
        low, high = self.betas or (0, 0)
        return (
            (self.archived or not label.archived)
            and all(word in said for word in self.text.casefold().split())
            and {*self.tags} <= {*label.tags}
            and (not self.states or state in self.states)
            and (not self.datasets or (config is not None and config.dataset in self.datasets))
            and (not self.classes or classes in self.classes)
            and (
                self.betas is None
                or (config is not None and any(low <= b <= high for b in betas or [config.beta]))
            )
        )


def words_of(config: RunConfig | None) -> tuple[str, str]:
    """Dataset and normal classes in words, as far as both are known here."""
    spec = DATASETS.get(config.dataset) if config else None
    if config is None or spec is None:
        return config.dataset if config else "", ""
    try:
        return spec.title, spec.classes_name(config.normal_classes)
    except (ValueError, IndexError):
        return spec.title, ""


def as_table(summaries: Iterable[RunSummary]) -> pd.DataFrame:
    """One row a run: label, state, every setting, metrics by weights choice, and where it lies.

    An AUROC is named by the choice of weights, of which best_by_labels used anomaly labels.
    """
    import pandas as pd

    return pd.DataFrame([_row(each) for each in summaries], columns=_columns())


def write_table(summaries: Iterable[RunSummary], path: Path, form: str) -> None:
    """Write `as_table` as `csv` or `parquet`."""
    with replacing(path) as temporary:
        temporary.write_bytes(table_bytes(summaries, form))


def table_bytes(summaries: Iterable[RunSummary], form: str) -> bytes:
    """`as_table` as `csv` or `parquet`."""
    rows = as_table(summaries)
    if form == "csv":
        return rows.to_csv(index=False).encode()
    return rows.to_parquet(index=False)


_LABEL = ("run", "name", "tags", "note", "archived", "state", "step")
_PARTS = ("score", "reconstruction_error", "latent_norm")


def _columns() -> list[str]:
    judged = [f"auroc_{choice}" for choice in WEIGHTS_CHOICES]
    judged += ["auroc_reconstruction_error", "auroc_latent_norm", "aupr", "fpr_at_95_tpr"]
    settings = [each.name for each in fields(RunConfig)]
    last = ["separation", "seconds", "bytes", "message", "folder"]
    return [*_LABEL, *settings, *judged, *last]


def _row(summary: RunSummary) -> dict[str, Any]:
    label, config, last = summary.label, summary.config, summary.metrics.get("last", {})
    row: dict[str, Any] = {
        "run": summary.run.id,
        "name": label.name,
        "tags": " ".join(label.tags),
        "note": label.note,
        "archived": label.archived,
        "state": str(summary.status.state),
        "step": summary.status.step,
    }
    if config is not None:
        row |= config.to_dict() | {"normal_class": ",".join(map(str, config.normal_classes))}
    for choice in WEIGHTS_CHOICES:
        judged = summary.metrics.get(choice, {})
        row[f"auroc_{choice}"] = judged.get("score", {}).get("auroc")
    for part in _PARTS[1:]:
        row[f"auroc_{part}"] = last.get(part, {}).get("auroc")
    for name in ("aupr", "fpr_at_95_tpr"):
        row[name] = last.get("score", {}).get(name)
    return row | {
        "separation": last.get("separation"),
        "seconds": summary.status.seconds,
        "bytes": summary.bytes,
        "message": summary.message,
        "folder": str(summary.run.folder),
    }
