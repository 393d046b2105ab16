"""The folder of all runs: making new ones, finding them by name, listing them."""

from __future__ import annotations

import os
import re
import reprlib
import time
from functools import cached_property
from pathlib import Path

from toll.config import RunConfig
from toll.files import new_folder
from toll.paths import ladders_dir, runs_dir, tables_dir
from toll.runs.index import RunIndex
from toll.runs.run import Run
from toll.runs.summary import RunSummary

# What a folder may be called, of a run, of a table and of a cell in one.
_NAME = re.compile(r"\w[\w.=+-]*")
LONGEST_WORD = 24
_QUOTED = reprlib.Repr()
_QUOTED.maxstring = 80


class RunStore:
    """The folder of all runs: makes new ones, finds them by name and lists them.

    Args:
        folder: where they lie; default: `runs/` in the cache folder, which the dashboard shows.

    Examples:
        >>> from toll import RunStore, laptop
        >>> store = RunStore()
        >>> run = store.create(laptop("digits", beta=10.0))
        >>> store.get(run.id).config.beta
        10.0
        >>> newest, *others = store.list()
        >>> newest.run.id == run.id, newest.status.state.value
        (True, 'queued')
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or runs_dir()

    def create(self, config: RunConfig) -> Run:
        """A new run, queued for as long as the object given, or a job made of it, lives."""
        stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{config.dataset}-{classes_word(config)}"
        return Run.begin(new_folder(self.folder, stem), config)

    def get(self, run_id: str) -> Run:
        """The run of this name; `study/cell` names one of a table or a ladder.

        Raises:
            ValueError: there is no such run.
        """
        study, _, cell = run_id.rpartition("/")
        homes = [self.folder]
        if study:
            homes = [folder / study / "runs" for folder in (ladders_dir(), tables_dir())]
        names = (cell, study) if study else (cell,)
        if all(map(is_name, names)):
            for home in homes:
                # Unlike a path's own question, this has an answer for a name that no file can have.
                if os.path.isdir(home / cell):
                    return Run(home / cell, run_id)
        where = tables_dir() if study else self.folder
        raise ValueError(f"there is no run {quoted(run_id)} in {where}")

    def list(self) -> list[RunSummary]:
        """All runs, newest first; damaged ones among them, marked as such."""
        if not self.folder.is_dir():
            return []
        folders = [Path(entry.path) for entry in os.scandir(self.folder) if entry.is_dir()]
        return self._index.summaries([Run(path) for path in sorted(folders, reverse=True)])

    @cached_property
    def _index(self) -> RunIndex:
        return RunIndex(self.folder)


def is_name(text: str) -> bool:
    """Whether a folder of runs may be called so."""
    return _NAME.fullmatch(text) is not None


def classes_word(config: RunConfig) -> str:
    """The normal classes in a folder's name: `8`, `2.3.5`, `0.2-9`, or how many, to be short."""
    spans: list[list[int]] = []
    for each in config.normal_classes:
        if spans and each == spans[-1][-1] + 1:
            spans[-1].append(each)
        else:
            spans.append([each])
    word = ".".join(
        f"{span[0]}-{span[-1]}" if len(span) > 2 else ".".join(map(str, span)) for span in spans
    )
    return word if len(word) <= LONGEST_WORD else f"{len(config.normal_classes)}-classes"


def quoted(name: str) -> str:
    """A name that someone gave, for a sentence: in quotation marks, cut where it is long."""
    return _QUOTED.repr(name)
