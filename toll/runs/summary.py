"""A run in a list: its settings, where it stands and what it is judged by, damaged or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toll.config import RunConfig
from toll.errors import in_words
from toll.runs.folder import DamagedFolder
from toll.runs.label import NO_LABEL, Label, label_or_fault
from toll.runs.run import Run
from toll.runs.status import State, Status


@dataclass(frozen=True)
class RunSummary:
    """A run in a list. A damaged folder has no config and says in `status.message` why.

    ignored: names of settings that this version does not know. fault: what is wrong with its
    metrics, which are then {}; the rest of the run is good. label: what a person calls it.
    label_fault: what is wrong with that, which is then empty. bytes: the space that it takes,
    where an index has counted it.
    """

    run: Run
    config: RunConfig | None
    status: Status
    metrics: dict[str, Any]
    ignored: tuple[str, ...] = ()
    fault: str = ""
    label: Label = NO_LABEL
    label_fault: str = ""
    bytes: int | None = None

    @property
    def message(self) -> str:
        """All that is to be said of the run."""
        return " ".join(filter(None, (self.status.message, self.fault, self.label_fault)))


def summarise(run: Run) -> RunSummary:
    """The run as a list shows it; never raises for what is wrong inside the folder."""
    label, label_fault = label_or_fault(run)
    told: dict[str, Any] = {"label": label, "label_fault": label_fault}
    try:
        config, status = run.config, run.status()
    except (DamagedFolder, OSError) as error:
        message = f"This run's folder is damaged: {_said(error)}."
        return RunSummary(run, None, Status(state=State.DAMAGED, message=message), {}, **told)
    told["ignored"] = run.ignored_settings
    try:
        return RunSummary(run, config, status, run.metrics(), **told)
    except (DamagedFolder, OSError) as error:
        fault = f"Its metrics cannot be shown: {_said(error)}."
        return RunSummary(run, config, status, {}, fault=fault, **told)


def _said(error: DamagedFolder | OSError) -> str:
    return error.beside_name if isinstance(error, DamagedFolder) else in_words(error)
