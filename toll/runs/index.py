"""Summaries of many runs, kept beside their folders, so that a long list is there at once.

index.jsonl   one object a line: the name of a folder, its stamp, and what a list says of the run

The folders are the truth and this is a copy: each summary counts as long as the stamp of its folder
is what it was, and a file that is missing or damaged is written anew. Runs that somebody is at work
on, and those in which something is damaged, are read from their folders each time.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypedDict, cast

from toll.config import RunConfig
from toll.files import bytes_in, replacing
from toll.paths import may_write
from toll.reading import DamagedFile, read_objects
from toll.runs.label import label_from
from toll.runs.run import Run
from toll.runs.schemas import Metrics, StoredLabel
from toll.runs.status import Status
from toll.runs.summary import RunSummary, summarise

FILE = "index.jsonl"
Stamp = list[int]


class StoredSummary(TypedDict):
    """A line of the file."""

    folder: str
    stamp: Stamp
    config: dict[str, Any]
    ignored: list[str]
    status: Status
    metrics: Metrics | None
    label: StoredLabel
    bytes: int


class RunIndex:
    """The index of the runs below a folder; `path` of a run is its folder's, relative to that.

    Several threads may use one object.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._known: dict[str, tuple[Stamp, RunSummary]] | None = None
        self._lock = threading.Lock()

    def summaries(self, runs: Sequence[Run]) -> list[RunSummary]:
        """Summaries of these runs, which are all that lie there, in their order."""
        with self._lock:
            before = self._read(runs) if self._known is None else self._known
            found, kept, is_new = [], {}, False
            for run in runs:
                path, stamp = self._path_of(run), run.stamp()
                known = before.get(path)
                if known is None or known[0] != stamp:
                    summary = replace(summarise(run), bytes=bytes_in(run.folder))
                    known, is_new = (stamp, summary), is_new or _can_be_kept(summary)
                found.append(known[1])
                if _can_be_kept(known[1]):
                    kept[path] = known
            if is_new or len(kept) < len(before):
                self._write(kept)
            self._known = kept
            return found

    def _path_of(self, run: Run) -> str:
        return run.folder.relative_to(self.home).as_posix()

    def _read(self, runs: Sequence[Run]) -> dict[str, tuple[Stamp, RunSummary]]:
        """What the file says of these runs; nothing where it cannot be read."""
        by_path = {self._path_of(run): run for run in runs}
        try:
            lines = read_objects(self.home / FILE, StoredSummary)
            return {
                each["folder"]: (each["stamp"], _summary(by_path[each["folder"]], each))
                for each in lines
                if each["folder"] in by_path
            }
        except (DamagedFile, ValueError, OSError):
            return {}

    def _write(self, kept: dict[str, tuple[Stamp, RunSummary]]) -> None:
        """Write the file, where that is possible: without it, only time is lost."""
        if not may_write(self.home) or not self.home.is_dir():
            return
        lines = [json.dumps(_stored(path, *known)) + "\n" for path, known in kept.items()]
        with suppress(OSError), replacing(self.home / FILE) as temporary:
            temporary.write_text("".join(lines), encoding="utf-8")


def _can_be_kept(summary: RunSummary) -> bool:
    """Whether a summary holds until something is written into the folder.

    That nobody is at work any more is told by a lock, not by a file's time.
    """
    whole = summary.config is not None and not summary.fault and not summary.label_fault
    return whole and not summary.status.is_busy


def _summary(run: Run, stored: StoredSummary) -> RunSummary:
    return RunSummary(
        run,
        RunConfig(**stored["config"]),
        stored["status"],
        cast("dict[str, Any]", stored["metrics"] or {}),
        tuple(stored["ignored"]),
        label=label_from(stored["label"]),
        bytes=stored["bytes"],
    )


def _stored(path: str, stamp: Stamp, summary: RunSummary) -> dict[str, Any]:
    assert summary.config is not None
    return {
        "folder": path,
        "stamp": stamp,
        "config": summary.config.to_dict(),
        "ignored": summary.ignored,
        "status": asdict(summary.status),
        "metrics": summary.metrics or None,
        "label": asdict(summary.label),
        "bytes": summary.bytes,
    }
