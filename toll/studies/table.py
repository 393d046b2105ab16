"""A table as the paper has them: one dataset, every normal class in turn, several seeds.

One folder per table; each of its cells is a run like any other.
study.py says what is in its folder; beside that lie cells.csv, every metric of every cell, and
table.csv, table.json and table.md: classes × mean ± SD, and the average of the dataset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, TypedDict

from msgspec import Meta

from toll.config import RunConfig, config_from
from toll.data import get_spec
from toll.files import write_json
from toll.paths import tables_dir
from toll.presets import PAPER_DATASETS, paper
from toll.reading import damaged, read_json
from toll.runs.folder import DamagedFolder
from toll.runs.run import Run
from toll.runs.schemas import Id
from toll.runs.status import State, Status
from toll.studies.study import Study, joined

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


class Table(Study):
    """One table's folder: a study whose cells are a class and a seed."""

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

    @settings.setter
    def settings(self, settings: TableSettings) -> None:
        write_json(self.folder / "settings.json", asdict(settings))

    @property
    def ignored_settings(self) -> tuple[str, ...]:
        return self._read_settings()[1]

    def doing(self, runs: Sequence[Run]) -> str:
        config = runs[0].config
        seeds = "seed" if len(runs) == 1 else f"{len(runs)} seeds from"
        return f"{self.spec.classes_phrase(config.normal_classes)}, {seeds} {config.seed}"


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
        classes=joined(stored.classes, wanted.classes),
        seeds=joined(stored.seeds, wanted.seeds),
    )
