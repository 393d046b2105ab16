"""A ladder: one training at several values of β, which is how β is tuned by eye.

Its rungs start from the same initial weights and see the same batches, and β = 0, a plain
autoencoder, is among them: so what differs between two of them comes from the pull alone. For
several seeds there is a rung of each β for each seed. One folder per ladder; study.py says what is
in it. Beside that lie ladder.csv, ladder.json and ladder.md; see ladder_report.py.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypedDict

from msgspec import Meta

from toll.config import MAX_BETA, RunConfig, config_from
from toll.data import get_spec
from toll.files import new_folder, write_json
from toll.paths import ladders_dir
from toll.reading import damaged, read_json
from toll.runs.folder import DamagedFolder
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.runs.store import RunStore, classes_word, is_name
from toll.studies.study import Cell, Study, joined

MOST_BETAS = 16
MOST_SEEDS = 100
# Between 0 and the largest, where nothing else is asked for: powers of ten.
POWERS = (0.0, 0.1, 1.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True, kw_only=True)
class LadderSettings:
    """What a ladder consists of: settings that all rungs share, values of β, and seeds.

    base: its β is the one that is recommended for the data; its seed has no meaning.

    Raises:
        ValueError: β = 0 is missing, a value is there twice or out of range, or there are too many.
    """

    base: RunConfig
    betas: tuple[float, ...]
    seeds: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        get_spec(self.base.dataset).check_normal(self.base.normal_classes)
        object.__setattr__(self, "betas", tuple(sorted(map(float, self.betas))))
        object.__setattr__(self, "seeds", tuple(sorted(self.seeds)))
        shown = ", ".join(f"{beta:g}" for beta in self.betas) or "none"
        if 0 not in self.betas:
            raise ValueError(
                f"the values of beta are {shown}; 0 must be among them, because what the pull is "
                "worth is told against an autoencoder without it"
            )
        for name, values, most in (
            ("values of beta", self.betas, MOST_BETAS),
            ("seeds", self.seeds, MOST_SEEDS),
        ):
            if not 1 <= len(values) <= most:
                raise ValueError(f"a ladder of {len(values)} {name}; it must be from 1 to {most}")
            if len({*values}) < len(values):
                twice = next(each for each in values if values.count(each) > 1)
                raise ValueError(f"the {name} of a ladder have {twice:g} twice")
        for cell in self.cells:
            self.cell(*cell)

    def cell(self, which: float, seed: int) -> RunConfig:
        """The config of the rung of a β and a seed."""
        return self.base.replace(beta=which, seed=seed)

    @property
    def cells(self) -> list[tuple[float, int]]:
        """(β, seed) of each rung, seed by seed."""
        return [(beta, seed) for seed in self.seeds for beta in self.betas]

    @property
    def recommended(self) -> float:
        """The β of the base where it is a rung, or else the largest: what is compared with 0."""
        return self.base.beta if self.base.beta in self.betas else self.betas[-1]


def usual_betas(beta: float) -> tuple[float, ...]:
    """Values of β to compare where β is the recommended one: 0, powers of ten, and β itself."""
    return tuple(sorted({*POWERS, min(beta, MAX_BETA)}))


class DamagedLadder(DamagedFolder):
    """A file in a ladder's folder is missing, or is not what it should be."""


class StoredSettings(TypedDict):
    """settings.json."""

    base: dict[str, Any]
    betas: Annotated[list[Annotated[float, Meta(ge=0)]], Meta(max_length=MOST_BETAS)]
    seeds: Annotated[list[Annotated[int, Meta(ge=0, lt=2**32)]], Meta(max_length=MOST_SEEDS)]


class Ladder(Study):
    """One ladder's folder: a study whose cells are a β and a seed.

    Examples:
        >>> from toll import laptop
        >>> from toll.studies.fill import fill
        >>> from toll.studies.ladder import Ladder, LadderSettings
        >>> base = laptop("digits", niter=20, device="cpu")
        >>> ladder = Ladder.create(LadderSettings(base=base, betas=(0, 1, 10)))
        >>> fill(ladder).state.value
        'finished'
        >>> [run.config.beta for run in ladder.rungs(seed=0)]
        [0.0, 1.0, 10.0]
    """

    noun = "ladder"
    damaged = DamagedLadder

    @classmethod
    def create(cls, settings: LadderSettings, folder: Path | None = None) -> Ladder:
        """A new ladder in `folder` (default: a new one in `ladders_dir()`), its runs begun.

        Raises:
            ValueError: the folder is not empty.
        """
        base = settings.base
        now = time.strftime("%Y%m%d-%H%M%S")
        stem = f"{now}-{base.dataset}-{classes_word(base)}-ladder"
        if folder is None:
            folder = new_folder(ladders_dir(), stem)
        elif folder.exists() and any(folder.iterdir()):
            raise ValueError(f"{folder} is not empty; name another folder")
        ladder = cls(folder.expanduser().resolve())
        (ladder.folder / "runs").mkdir(parents=True)
        ladder.settings = settings
        ladder.begin_status(Status(state=State.STOPPED))
        return ladder

    @property
    def settings(self) -> LadderSettings:
        """Raises `DamagedLadder` where the folder holds no valid settings."""
        return self._read_settings()[0]

    @settings.setter
    def settings(self, settings: LadderSettings) -> None:
        write_json(self.folder / "settings.json", asdict(settings))

    def _read_settings(self) -> tuple[LadderSettings, tuple[str, ...]]:
        """The settings, and names of those in the base that this version does not know."""
        path = self.folder / "settings.json"
        with self.reading():
            stored = read_json(path, StoredSettings)
            try:
                base, ignored = config_from(stored["base"])
                betas, seeds = tuple(stored["betas"]), tuple(stored["seeds"])
                return LadderSettings(base=base, betas=betas, seeds=seeds), ignored
            except ValueError as error:
                raise damaged(path, str(error)) from error

    @property
    def ignored_settings(self) -> tuple[str, ...]:
        return self._read_settings()[1]

    def extend(self, betas: Sequence[float] = (), seeds: Sequence[int] = ()) -> None:
        """Add values of β or seeds; what has been trained stays as it is.

        Raises:
            ValueError: there would be too many, or it is of a newer version.
            Busy: the ladder is being trained.
        """
        self.check_fillable()
        with self.work.held():
            before = self.settings
            both = joined(before.betas, betas), joined(before.seeds, seeds)
            self.settings = replace(before, betas=both[0], seeds=both[1])

    def rungs(self, seed: int | None = None) -> list[Run]:
        """The runs of one seed (default: the first) that have been begun, by rising β."""
        settings = self.settings
        seed = settings.seeds[0] if seed is None else seed
        found = [self.cell(beta, seed) for beta in settings.betas]
        return [run for run in found if run.folder.exists()]

    def lockstep(self, cell: Cell) -> object:
        """Rungs of one seed are; of the first seed, the recommended β and 0 before the others."""
        settings, (beta, seed) = self.settings, cell
        raced = seed == settings.seeds[0] and beta in (0, settings.recommended)
        return seed, raced

    def shown(self, seed: int | None = None) -> tuple[list[Run], Run | None]:
        """What a film shows of a seed (default: the first): its rungs, and the one to compare with.

        Those that have snapshots, the recommended β first; beside it that of β = 0.
        """
        recommended = self.settings.recommended
        rungs = [run for run in self.rungs(seed) if run.snapshot_steps()]
        first = [run for run in rungs if run.config.beta == recommended] or rungs[-1:]
        others = [run for run in rungs if run not in first]
        return [*first, *others], next((run for run in others if run.config.beta == 0), None)

    def doing(self, runs: Sequence[Run]) -> str:
        betas = {run.config.beta for run in runs}
        seeds = sorted({run.config.seed for run in runs})
        values = f"β = {betas.pop():g}" if len(betas) == 1 else f"{len(betas)} values of β"
        which = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
        return f"{values}, {which}"


def find_ladder(name: str) -> Ladder | None:
    """The ladder of this name in the cache folder, if there is one."""
    ladder = Ladder(ladders_dir() / name) if is_name(name) else None
    return ladder if ladder is not None and ladder.exists else None


def find_work(name: str) -> Run | Ladder:
    """The ladder or run of this name in the cache folder; `ladder/cell` names a rung.

    Raises:
        ValueError: there is none.
    """
    return find_ladder(name) or RunStore().get(name)


def ladders() -> list[Ladder]:
    """All ladders in the cache folder, newest first."""
    folder = ladders_dir()
    paths = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    found = [Ladder(path) for path in paths]
    return [ladder for ladder in found if ladder.exists]
