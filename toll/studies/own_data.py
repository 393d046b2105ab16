"""Removing an imported dataset, which no run may need any more."""

from __future__ import annotations

from collections.abc import Iterator

from toll.data import DATASETS
from toll.data.own.importing import forget_files
from toll.runs.folder import DamagedFolder
from toll.runs.run import Run
from toll.runs.store import RunStore
from toll.studies.bin import deleted
from toll.studies.ladder import Ladder, ladders


def forget(name: str) -> None:
    """Remove an imported dataset, with its rows; the file that it came from stays.

    Raises:
        ValueError: there is none of this name, or a run or ladder, also one in the bin, was trained
            on it and could not be looked at without.
    """
    used = list(users_of(name)) if name in DATASETS and DATASETS[name].own else []
    if used:
        more = f" and {len(used) - 1} more" if len(used) > 1 else ""
        raise ValueError(
            f"{name} is needed by {used[0]}{more}: delete what was trained on it first, and empty "
            f"the bin"
        )
    forget_files(name)


def users_of(name: str) -> Iterator[str]:
    """The names of all runs and ladders that were trained on a dataset, those in the bin too."""
    works = [each.run for each in RunStore().list()] + ladders()
    works += [each.work for each in deleted()]
    for work in works:
        if _dataset_of(work) == name:
            yield work.id


def _dataset_of(work: Run | Ladder) -> str:
    try:
        return (work.config if isinstance(work, Run) else work.settings.base).dataset
    except (DamagedFolder, ValueError, OSError):
        return ""
