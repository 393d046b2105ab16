"""Many runs under one plan, in one folder: what a table and a ladder have in common.

settings.json   the plan            runs/<which>-<seed>/   its runs, each a run like any other
status.json     see runs/folder.py

A run of a study is known by a pair, its cell: what distinguishes it (a class, a β) and its seed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from typing import Any, Protocol

from toll.config import RunConfig, shown_names
from toll.data import DatasetSpec, get_spec
from toll.runs.folder import DamagedFolder, WorkFolder
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.summary import summarise

Cell = tuple[float, int]


class Plan(Protocol):
    """What a study consists of."""

    @property
    def base(self) -> RunConfig:
        """The settings that all its runs share."""
        ...

    @property
    def cells(self) -> Sequence[Cell]:
        """What runs there are to be, in the order in which they are trained."""
        ...

    def cell(self, which: Any, seed: int, /) -> RunConfig:
        """The config of one of them."""
        ...


class Study(WorkFolder):
    """One study's folder. In its status, a step is a training step of any of its runs."""

    @property
    def settings(self) -> Plan:
        """The plan; raises the study's form of `DamagedFolder` where it cannot be read."""
        raise NotImplementedError

    @property
    def ignored_settings(self) -> tuple[str, ...]:
        """Names of settings that this version does not know, as of a study of a newer one."""
        raise NotImplementedError

    def lockstep(self, cell: Cell) -> object:
        """Equal for cells that are trained side by side even where they do not train as one."""
        return cell

    def doing(self, runs: Sequence[Run]) -> str:
        """In a few words, which runs are being trained."""
        raise NotImplementedError

    @property
    def exists(self) -> bool:
        # Unlike a path's own question, this has an answer for a name that no file can have.
        return os.path.isfile(self.folder / "settings.json")

    @property
    def spec(self) -> DatasetSpec:
        return get_spec(self.settings.base.dataset)

    def check_fillable(self) -> None:
        """Raises `ValueError` where the settings have some that this version does not know."""
        if ignored := self.ignored_settings:
            raise ValueError(
                f"{self.noun} {self.id} has settings that this version does not know, "
                f"{shown_names(ignored)}: it can be looked at, but not filled further here"
            )

    def cell(self, which: float, seed: int) -> Run:
        """The run of a cell, which may not be there yet."""
        name = f"{which:.12g}-{seed}"
        return Run(self.folder / "runs" / name, f"{self.id}/{name}")

    def begin_cell(self, which: float, seed: int) -> Run:
        """The cell's run, ready to be trained: as far as it got, or anew if it failed.

        Raises:
            ValueError: it has settings that this version does not know.
            Busy: another process works on it.
        """
        run = self.cell(which, seed)
        if run.folder.exists():
            with run.work.held():
                if begun := self.begun_cell(which, seed):
                    begun.clear_request()
                    return begun
                shutil.rmtree(run.folder)
        run.folder.mkdir()
        return Run.begin(run.folder, self.settings.cell(which, seed), run.id)

    def begun_cell(self, which: float, seed: int) -> Run | None:
        """The cell's run if it can go on; None if it is not there, has failed or is damaged.

        Raises:
            ValueError: it has settings that this version does not know.
        """
        run = self.cell(which, seed)
        if not run.folder.exists():
            return None
        try:
            run.metrics()
            run.check_resumable()
            return run if run.status().state is not State.FAILED else None
        except DamagedFolder:
            return None

    def state_of(self, which: float, seed: int) -> State | None:
        """Where a cell stands; None where it has not been begun.

        One whose metrics cannot be read is damaged: they are what the study is made for.
        """
        run = self.cell(which, seed)
        if not run.folder.exists():
            return None
        found = summarise(run)
        return State.DAMAGED if found.fault else found.status.state

    def traces(self) -> tuple[State, int] | None:
        """What has been trained is in the folders of the cells; there may be none yet."""
        plan = self.settings
        finished = sum(self.state_of(*cell) is State.FINISHED for cell in plan.cells)
        is_whole = finished == len(plan.cells)
        state = State.FINISHED if is_whole else State.INTERRUPTED
        return state, finished * plan.base.niter

    def metrics(self) -> dict[Cell, dict[str, Any]]:
        """Test metrics by weights choice (`Run.metrics`) of every cell that has been scored.

        A cell that is damaged has none: it is trained anew when the study is filled.
        """
        found = {cell: self.cell(*cell) for cell in self.settings.cells}
        judged = {c: summarise(run).metrics for c, run in found.items() if run.folder.exists()}
        return {cell: metrics for cell, metrics in judged.items() if metrics}


def joined(first: Sequence[float], second: Sequence[float]) -> tuple[Any, ...]:
    """All that stand in either, ascending, each once."""
    return tuple(sorted({*first, *second}))
