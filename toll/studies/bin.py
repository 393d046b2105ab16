"""The bin: deleted runs and ladders, whole, until it is emptied or they are put back.

bin/runs/<run>, bin/ladders/<ladder>   as they lay in runs/ and ladders/

Deleting and putting back is one renaming on one disk: no reader finds half of a run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from toll.files import bytes_in
from toll.paths import bin_dir, check_may_write, ladders_dir, runs_dir
from toll.runs.claim import Busy
from toll.runs.folder import WorkFolder
from toll.runs.run import Run
from toll.runs.store import is_name, quoted
from toll.studies.ladder import Ladder

# What is being removed for good has a name that is no run's, so that half of one is not put back.
_GOING = ".going-"


class Deleted(NamedTuple):
    """What lies in the bin: `home` is the folder that it goes back to."""

    work: Run | Ladder
    home: Path

    @property
    def bytes(self) -> int:
        """The space that it takes."""
        return bytes_in(self.work.folder)


def delete(work: Run | Ladder) -> Deleted:
    """Move a run or ladder into the bin.

    Raises:
        ValueError: it is a model of a table or a rung of a ladder, which go with these; or one of
            that name lies in the bin.
        Busy: it is being worked on, or waits in a queue.
        PermissionError: it may only be read.
    """
    home = _home_of(work)
    if work.folder.parent != home:
        study, _, _ = work.id.rpartition("/")
        raise ValueError(f"run {work.id} belongs to {study}, and can only be deleted with that")
    target = bin_dir() / home.name / work.folder.name
    if target.exists():
        raise ValueError(f"another {work.noun} {work.id} lies in the bin: empty that first")
    check_may_write(home)
    check_may_write(bin_dir())
    with work.work.held():
        _check_at_rest(work)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(work.folder, target)
    return Deleted(type(work)(target), home)


def restore(name: str) -> Run | Ladder:
    """Put what was deleted back where it lay.

    Raises:
        ValueError: there is nothing of that name in the bin, or there is again where it lay.
    """
    found = next((each for each in deleted() if each.work.id == name), None)
    if found is None:
        raise ValueError(f"there is no {quoted(name)} in {bin_dir()}")
    back = found.home / name
    if back.exists():
        raise ValueError(f"there is another {found.work.noun} {name} where this one lay")
    check_may_write(bin_dir())
    check_may_write(found.home)
    found.home.mkdir(parents=True, exist_ok=True)
    os.rename(found.work.folder, back)
    return type(found.work)(back)


def deleted() -> list[Deleted]:
    """What lies in the bin, newest first."""
    return [
        Deleted(kind(path), home)
        for kind, home in ((Run, runs_dir()), (Ladder, ladders_dir()))
        for path in sorted(_folders(bin_dir() / home.name), reverse=True)
        if is_name(path.name)
    ]


def empty() -> int:
    """Remove all that lies in the bin for good; gives how many bytes that frees."""
    check_may_write(bin_dir())
    freed = bytes_in(bin_dir())
    for each in deleted():
        folder = each.work.folder
        os.rename(folder, folder.with_name(_GOING + folder.name))
    for home in (runs_dir(), ladders_dir()):
        for path in _folders(bin_dir() / home.name):
            if path.name.startswith(_GOING):
                shutil.rmtree(path)
    return freed


def _check_at_rest(work: Run | Ladder) -> None:
    """Raises `Busy` where anybody works on a part of it, or has it in a queue."""
    parts: Sequence[WorkFolder] = [work]
    if isinstance(work, Ladder):
        parts = [work, *(Run(path) for path in _folders(work.folder / "runs"))]
    for part in parts:
        if part.place.is_taken():
            raise Busy(f"{work.noun} {work.id} waits in a queue: stop it first")
        if part.work.is_taken() and not part.work.is_held:
            raise Busy(f"{part.work.others}: stop it first")


def _home_of(work: Run | Ladder) -> Path:
    return ladders_dir() if isinstance(work, Ladder) else runs_dir()


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
