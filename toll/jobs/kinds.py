"""The kinds of job: one frozen dataclass each, with what a worker needs to know to do it.

Both ends use them. The launcher puts them into queues, and tells jobs apart by comparing them; a
worker gets each as a line of JSON. What each kind does is in worker.py.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, get_args

import msgspec

from toll.config import RunConfig
from toll.data import ImportPlan
from toll.latent.umap import UmapSettings


@dataclass(frozen=True)
class Train:
    """Train the run in a folder from where it stands, and score it."""

    run: Path


@dataclass(frozen=True)
class Score:
    """Score a run that was stopped, under the weights of its last checkpoint."""

    run: Path


@dataclass(frozen=True)
class FillTable:
    """Train the models of a table that are missing."""

    table: Path


@dataclass(frozen=True)
class FillLadder:
    """Train the rungs of a ladder that are missing."""

    ladder: Path


@dataclass(frozen=True)
class MeasureSpeed:
    """Time a few steps of a config on its own data; gives a `Speed`."""

    config: RunConfig


@dataclass(frozen=True)
class FindDevices:
    """Give the names of this machine's devices."""


@dataclass(frozen=True)
class Project:
    """Compute UMAP of all snapshots of a run."""

    run: Path
    settings: UmapSettings


@dataclass(frozen=True)
class CompareDetectors:
    """Fit other detectors to what a run was trained on, and score its samples with them."""

    run: Path


@dataclass(frozen=True)
class Download:
    """Fetch a dataset into the data folder."""

    dataset: str


@dataclass(frozen=True)
class Inspect:
    """Look into a person's own file; gives an `Inspection`, as JSON has it."""

    file: Path


@dataclass(frozen=True)
class Import:
    """Make a dataset of a person's own file."""

    file: Path
    name: str
    plan: ImportPlan


Kind = (
    Train
    | Score
    | FillTable
    | FillLadder
    | MeasureSpeed
    | FindDevices
    | Project
    | CompareDetectors
    | Download
    | Inspect
    | Import
)

KINDS: dict[str, type[Kind]] = {kind.__name__: kind for kind in get_args(Kind)}
# From what stands in a line to a value of the field's type.
_READERS: dict[Any, Callable[[Any], Any]] = {
    Path: Path,
    RunConfig: RunConfig.from_dict,
    UmapSettings: lambda values: UmapSettings(**values),
    ImportPlan: lambda values: msgspec.convert(values, ImportPlan),
    str: str,
}


def as_line(kind: Kind) -> str:
    """The job as one line of JSON."""
    return json.dumps({"kind": type(kind).__name__, **asdict(kind)}, default=str)


def from_line(line: str) -> Kind:
    """The job that `as_line` wrote.

    Raises:
        KeyError: there is no such kind.
    """
    values = json.loads(line)
    kind = KINDS[values.pop("kind")]
    return kind(**{each.name: _READERS[each.type](values[each.name]) for each in fields(kind)})
