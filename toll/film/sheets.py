"""The pictures of a film: which of the runs' sheets go along.

Inputs are stored once where the rungs' sheets of them are equal. Reconstructions of all rungs
together have a budget, of which each rung has the same share. A rung whose sheets take more keeps
those of its first and last snapshot and, between, of every second, third … one, as many as there
is room for; the player shows the one before where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from toll.film.projections import Rung
from toll.runs.folder import DamagedFolder
from toll.runs.pictures import (
    PictureIndex,
    extremes,
    inputs_sheet,
    picture_index,
    picture_path,
    picture_sheet,
)

T = TypeVar("T")

# Bytes of the reconstructions of all rungs of a ladder: with the rest of 8 rungs of 20 snapshots of
# 500 samples they fit into an HTML file of 15 MB. A run alone keeps all of its own.
BUDGET = 6_500_000


class Sheets(NamedTuple):
    """A rung's PNG files as arrays by name, and where what stands in them; None: no pictures."""

    arrays: dict[str, np.ndarray]
    entry: dict[str, Any] | None


def sheets(rungs: Sequence[Rung], shared: dict[str, np.ndarray]) -> list[Sheets]:
    """Each rung's sheets. What they share joins the arrays that all have, which hold their `id`."""
    share = BUDGET / len(rungs) if len(rungs) > 1 else np.inf
    return [_sheets_of(rung, number, shared, share) for number, rung in enumerate(rungs)]


def _sheets_of(rung: Rung, number: int, shared: dict[str, np.ndarray], share: float) -> Sheets:
    run, faults = rung.run, rung.faults

    def begin() -> tuple[PictureIndex, bytes] | None:
        index = picture_index(run)
        return index and (index, inputs_sheet(run, index))

    begun = _whole(begin, None, faults)
    if begun is None:
        return Sheets({}, None)
    index, inputs = begun
    ids = shared["id"]
    if not np.isin(index.inputs, ids).all():
        faults.append(f"the index of pictures of run {run.id} is of other samples")
        return Sheets({}, None)
    found: dict[str, np.ndarray] = {}
    for frame in kept_frames(_sizes(rung), share):
        step = rung.snapshots[frame].step
        sheet = _whole(lambda step=step: picture_sheet(run, index, step), None, faults)
        if sheet is not None:
            found[f"pictures {frame}"] = np.frombuffer(sheet, np.uint8)
    steps = [each.step for each in rung.snapshots]
    last = _whole(lambda: extremes(run, index), None, faults)
    further = None
    if last is not None and last[0].step in steps and np.isin(last[0].ids, ids).all():
        found["extremes"] = np.frombuffer(last[1], np.uint8)
        further = last[0]
    row_of = {int(sample): row for row, sample in enumerate(ids)}
    entry = {
        "sheet": _add_inputs(inputs, number, shared),
        "inputs": [row_of[int(sample)] for sample in index.inputs],
        "rows": [row_of[int(sample)] for sample in index.ids],
        "guides": [row_of[int(sample)] for sample in index.guides],
        "alphas": list(index.alphas),
        "tile": list(index.tile),
        "columns": index.columns,
        "extremes": further
        and {
            "rows": [row_of[int(sample)] for sample in further.ids],
            "frame": steps.index(further.step),
        },
    }
    return Sheets(found, entry)


def _add_inputs(inputs: bytes, number: int, shared: dict[str, np.ndarray]) -> str:
    """The name of the array that holds the sheet, which is added unless an equal one is there."""
    array = np.frombuffer(inputs, np.uint8)
    for name, other in shared.items():
        if name.startswith("inputs") and np.array_equal(other, array):
            return name
    name = f"inputs {number}" if "inputs" in shared else "inputs"
    shared[name] = array
    return name


def _sizes(rung: Rung) -> list[int]:
    """Bytes of the sheet of each snapshot; 0 where there is none."""
    paths = [picture_path(rung.run, each.step) for each in rung.snapshots]
    return [path.stat().st_size if path.is_file() else 0 for path in paths]


def kept_frames(sizes: Sequence[int], share: float) -> list[int]:
    """The frames whose sheets are kept: all, or every second, third … one and the last.

    sizes: bytes of each frame's sheet. The first and the last stay even where they are too large.
    """
    last = len(sizes) - 1
    for stride in range(1, last + 1):
        frames = sorted({*range(0, last, stride), last})
        if sum(sizes[frame] for frame in frames) <= share:
            return frames
    return sorted({0, last})


def _whole(read: Callable[[], T], otherwise: T, faults: list[str]) -> T:
    """What `read` gives; where it finds damage, that is noted and the film does without."""
    try:
        return read()
    except DamagedFolder as error:
        faults.append(str(error))
        return otherwise
