"""A table as the paper has them: one dataset, every normal class in turn, several seeds.

One folder per table; each of its cells is a run like any other:

settings.json   what all cells share          runs/<class>-<seed>/      the cells
status.json     see runs/folder.py            cells.csv                 every metric of every cell
table.csv, table.json, table.md               classes × mean ± SD, and the average of the dataset
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, TypedDict

from msgspec import Meta

from toll.config import RunConfig, config_from, shown_names
from toll.data import DatasetSpec, get_spec
from toll.files import write_json
from toll.paths import tables_dir
from toll.presets import PAPER_DATASETS, paper
from toll.reading import damaged, read_json
from toll.runs.folder import DamagedFolder, WorkFolder
from toll.runs.run import Run
from toll.runs.schemas import Id
from toll.runs.status import State, Status
from toll.runs.store import summarise

# Samples in each snapshot of a cell: enough to look at, and small for a hundred cells.
CELL_PROBE = 200
# Settings that a table may give all its cells; the rest are the paper's or the cell's own.
OFFERED = ("niter", "ckpt_interval", "batch_size", "lr", "z_dim", "beta", "device")
OFFERED += ("seeding", "precision", "deterministic")
# Settings of a cell that do not change what it learns, or that are the cell's own.
_FREE = ("device", "inference_batch_size", "probe_size", "normal_class", "seed")


@dataclass(frozen=True, kw_only=True)
class TableSettings:
    """What a table consists of: the settings of its cells, its normal classes and its seeds.

    Raises:
        ValueError: a class cannot be normal, there are no classes or seeds, or one is there twice.
    """

    base: RunConfig
    classes: tuple[int, ...]
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        spec = get_spec(self.base.dataset)
        for each in self.classes:
            spec.check_normal((each,))
        if not self.classes or not self.seeds:
            raise ValueError("a table needs at least one class and one seed")
        if len({*self.classes}) < len(self.classes) or len({*self.seeds}) < len(self.seeds):
            raise ValueError("a class or a seed of the table is there twice")

    def cell(self, normal_class: int, seed: int) -> RunConfig:
        return self.base.replace(normal_class=normal_class, seed=seed)

    @property
    def cells(self) -> list[tuple[int, int]]:
        """(class, seed) of each cell, class by class."""
        return [(each, seed) for each in self.classes for seed in self.seeds]

    @property
    def name(self) -> str:
        """The dataset and whatever differs from the paper's settings: `mnist-niter=50`."""
        published = paper(self.base.dataset) if self.base.dataset in PAPER_DATASETS else RunConfig()
        changed = {
            name: value
            for name, value in self.base.to_dict().items()
            if name not in (*_FREE, "dataset") and value != getattr(published, name)
        }
        return "-".join([self.base.dataset, *(_word(*each) for each in changed.items())])


def _word(name: str, value: Any) -> str:
    """A setting in the name of a table; a switch that is on is named alone."""
    if value is True:
        return name
    return f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"


def paper_table(
    dataset: str, num_seeds: int = 10, num_classes: int | None = None, **changes: Any
) -> TableSettings:
    """The paper's table of `dataset`: its first classes and seeds, with `changes` to its settings.

    Raises:
        ValueError: more classes than the dataset has, or a setting outside its range.
    """
    spec, base = get_spec(dataset), paper(dataset, **{"probe_size": CELL_PROBE, **changes})
    available = len(spec.normal_classes)
    count = available if num_classes is None else num_classes
    if not 1 <= count <= available:
        raise ValueError(f"num_classes is {count}; it must be from 1 to {available}")
    if not 1 <= num_seeds <= 1000:
        raise ValueError(f"num_seeds is {num_seeds}; it must be from 1 to 1000")
    classes = tuple(spec.normal_classes[:count])
    return TableSettings(base=base, classes=classes, seeds=tuple(range(num_seeds)))


class DamagedTable(DamagedFolder):
    """A file in a table's folder is missing, or is not what it should be."""


class StoredSettings(TypedDict):
    """settings.json."""

    base: dict[str, Any]
    classes: Annotated[list[Id], Meta(max_length=10_000)]
    seeds: Annotated[list[Annotated[int, Meta(ge=0, lt=2**32)]], Meta(max_length=1000)]


class Table(WorkFolder):
    """One table's folder. In its status, a step is a training step of any of its cells."""

    noun = "table"
    damaged = DamagedTable

    @classmethod
    def open(cls, settings: TableSettings, folder: Path | None = None) -> Table:
        """The table in `folder` (default: its name in `tables_dir()`), made where there is none.

        A table that is already there goes on: classes and seeds are added to it.

        Raises:
            ValueError: the folder holds something else, or a table of other settings.
        """
        table = cls(table_folder(settings, folder))
        if table.exists:
            table.settings = _merged(table, settings)
            return table
        if table.folder.exists() and (not table.folder.is_dir() or any(table.folder.iterdir())):
            raise ValueError(f"{table.folder} is neither a table nor empty; name another folder")
        (table.folder / "runs").mkdir(parents=True)
        table.settings = settings
        table.begin_status(Status(state=State.STOPPED))
        return table

    @classmethod
    def find(cls, settings: TableSettings, folder: Path | None = None) -> Table:
        """The table in `folder` (default as for `open`), which must be there.

        Raises:
            ValueError: there is no table, or one of other settings.
        """
        table = cls(table_folder(settings, folder))
        if not table.exists:
            raise ValueError(f"there is no table in {table.folder}: train it first")
        _merged(table, settings)
        return table

    @property
    def exists(self) -> bool:
        return (self.folder / "settings.json").is_file()

    @property
    def settings(self) -> TableSettings:
        """Raises `DamagedTable` where the folder holds no valid settings."""
        return self._read_settings()[0]

    def _read_settings(self) -> tuple[TableSettings, tuple[str, ...]]:
        """The settings, and names of those in the base that this version does not know."""
        path = self.folder / "settings.json"
        with self.reading():
            stored = read_json(path, StoredSettings)
            try:
                base, ignored = config_from(stored["base"])
                classes, seeds = tuple(stored["classes"]), tuple(stored["seeds"])
                return TableSettings(base=base, classes=classes, seeds=seeds), ignored
            except ValueError as error:
                raise damaged(path, str(error)) from error

    def check_fillable(self) -> None:
        """Raises `ValueError` where the settings have some that this version does not know."""
        _, ignored = self._read_settings()
        if ignored:
            raise ValueError(
                f"table {self.id} has settings that this version does not know, "
                f"{shown_names(ignored)}: it can be looked at, but not filled further here"
            )

    @settings.setter
    def settings(self, settings: TableSettings) -> None:
        write_json(self.folder / "settings.json", asdict(settings))

    @property
    def spec(self) -> DatasetSpec:
        return get_spec(self.settings.base.dataset)

    def cell(self, normal_class: int, seed: int) -> Run:
        name = f"{normal_class}-{seed}"
        return Run(self.folder / "runs" / name, f"{self.id}/{name}")

    def begin_cell(self, normal_class: int, seed: int) -> Run:
        """The cell's run, ready to be trained: as far as it got, or anew if it failed.

        Raises:
            ValueError: it has settings that this version does not know.
            Busy: another process works on it.
        """
        run = self.cell(normal_class, seed)
        if run.folder.exists():
            with run.work.held():
                if begun := self.begun_cell(normal_class, seed):
                    begun.clear_request()
                    return begun
                shutil.rmtree(run.folder)
        run.folder.mkdir()
        return Run.begin(run.folder, self.settings.cell(normal_class, seed), run.id)

    def begun_cell(self, normal_class: int, seed: int) -> Run | None:
        """The cell's run if it can go on; None if it is not there, has failed or is damaged.

        Raises:
            ValueError: it has settings that this version does not know.
        """
        run = self.cell(normal_class, seed)
        if not run.folder.exists():
            return None
        try:
            run.metrics()
            run.check_resumable()
            return run if run.status().state is not State.FAILED else None
        except DamagedFolder:
            return None

    def state_of(self, normal_class: int, seed: int) -> State | None:
        """Where a cell stands; None where it has not been begun."""
        run = self.cell(normal_class, seed)
        return summarise(run).status.state if run.folder.exists() else None

    def metrics(self) -> dict[tuple[int, int], dict[str, Any]]:
        """Test metrics by weights choice (`Run.metrics`) of every cell that has been scored.

        A cell that is damaged has none: it is trained anew when the table is filled.
        """
        found = {cell: self.cell(*cell) for cell in self.settings.cells}
        judged = {c: summarise(run).metrics for c, run in found.items() if run.folder.exists()}
        return {cell: metrics for cell, metrics in judged.items() if metrics}


def tables() -> list[Table]:
    """All tables in the cache folder, by name."""
    folder = tables_dir()
    found = [Table(path) for path in sorted(folder.iterdir())] if folder.is_dir() else []
    return [table for table in found if table.exists]


def table_folder(settings: TableSettings, folder: Path | None = None) -> Path:
    """Where a table of these settings lies, unless another folder is named."""
    return (folder or tables_dir() / settings.name).expanduser().resolve()


def _merged(table: Table, wanted: TableSettings) -> TableSettings:
    stored = table.settings
    for name, value in wanted.base.to_dict().items():
        there = getattr(stored.base, name)
        if name not in _FREE and there != value:
            raise ValueError(
                f"the table in {table.folder} has {name} {there}, not {value}; "
                f"name another output folder"
            )
    free = {name: getattr(wanted.base, name) for name in _FREE}
    return TableSettings(
        base=stored.base.replace(**free),
        classes=_joined(stored.classes, wanted.classes),
        seeds=_joined(stored.seeds, wanted.seeds),
    )


def _joined(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted({*first, *second}))
