"""`toll ladder`: one training at several values of β, and what the pull is worth here."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from toll.cli.ladder_text import print_ladder
from toll.cli.progress import fill_with_progress
from toll.cli.settings import add_setting_flags, chosen_config, given_settings, spelt
from toll.config import RunConfig
from toll.data import get_spec
from toll.files import sweep
from toll.paths import cache_dir, check_may_write, ladders_dir
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import quoted
from toll.studies.ladder import MOST_SEEDS, Ladder, LadderSettings, find_ladder, usual_betas
from toll.studies.study import Cell, joined

DATASET = "glyphs"


@dataclass(frozen=True)
class Rungs:
    """The plan of some rungs of a ladder: those that are yet to be trained."""

    base: RunConfig
    cells: Sequence[Cell]

    def cell(self, which: float, seed: int) -> RunConfig:
        return self.base.replace(beta=which, seed=seed)


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Train at several values of beta, from the same initial weights and on the same batches, "
        "and say what the pull is worth here. Ctrl-C pauses a ladder and keeps it, and `toll "
        "resume` goes on. Settings that are not given are those of the dataset's preset."
    )
    # Else `--seed 3`, a flag of `toll train`, would mean three seeds.
    parser.allow_abbrev = False
    preset = ",".join(f"{beta:g}" for beta in usual_betas(get_spec(DATASET).laptop["beta"]))
    everyday = parser.add_argument_group("everyday flags")
    everyday.add_argument(
        "--betas",
        metavar="VALUES",
        help="values of beta, 0 among them: 0,1,10 (default: 0, powers of ten and the preset's "
        f"value: {preset} for {DATASET})",
    )
    everyday.add_argument(
        "--seeds",
        type=int,
        metavar="COUNT",
        help="how many seeds each beta is trained with, from 0 on (default: 1)",
    )
    everyday.add_argument(
        *spelt("add_to"),
        metavar="LADDER",
        help="train more of this ladder, as `toll runs` lists it: --betas to add, --seeds as how "
        "many more (default: a new ladder)",
    )
    add_setting_flags(parser, everyday, DATASET, left_out=("beta", "seed"))
    parser.set_defaults(command=_ladder)


def resume_ladder(ladder: Ladder) -> int:
    """Train what is missing of a ladder in this process, and print what it says.

    Raises:
        ValueError: nothing is missing, it waits in a queue, is of a newer version, or damaged.
        Busy: another process works on it.
    """
    with _ready(ladder):
        settings = ladder.settings
        if not (missing := _missing(ladder, settings)):
            raise ValueError(f"ladder {ladder.id} is finished; --add-to adds betas and seeds to it")
        _check(settings.base, missing, ladder.folder)
        return _fill(ladder, settings)


def _ladder(options: argparse.Namespace) -> int:
    if options.seeds is not None and not 1 <= options.seeds <= MOST_SEEDS:
        raise ValueError(f"seeds is {options.seeds}; it must be from 1 to {MOST_SEEDS}")
    betas = None if options.betas is None else _betas(options.betas)
    if options.add_to is not None:
        if given := given_settings(options):
            raise ValueError(
                f"--{next(iter(given))} does not go with --add-to: a ladder keeps its settings, "
                "and only --betas and --seeds can be added"
            )
        return _extend(options.add_to, betas or (), options.seeds or 0)
    base = chosen_config(options, DATASET)
    seeds = tuple(range(options.seeds or 1))
    betas = usual_betas(base.beta) if betas is None else betas
    return _begin(LadderSettings(base=base, betas=betas, seeds=seeds))


def _betas(text: str) -> tuple[float, ...]:
    words = [word.strip() for word in text.split(",")]
    found = []
    for word in words:
        try:
            found.append(float(word))
        except ValueError:
            raise ValueError(
                f"beta {quoted(word)} is not a number; --betas takes numbers with commas between "
                "them, such as 0,1,10"
            ) from None
    return tuple(found)


def _begin(settings: LadderSettings) -> int:
    check_may_write(ladders_dir())
    _check(settings.base, settings.cells, ladders_dir() / "new")
    sweep(cache_dir())
    return _fill(Ladder.create(settings), settings)


def _extend(name: str, betas: Sequence[float], more_seeds: int) -> int:
    ladder = find_ladder(name)
    if ladder is None:
        raise ValueError(f"there is no ladder {quoted(name)} in {ladders_dir()}")
    if not betas and not more_seeds:
        raise ValueError("--add-to needs --betas or --seeds, which say what to add")
    with _ready(ladder):
        before = ladder.settings
        first = before.seeds[-1] + 1
        seeds = joined(before.seeds, range(first, first + more_seeds))
        wanted = replace(before, betas=joined(before.betas, betas), seeds=seeds)
        if missing := _missing(ladder, wanted):
            _check(wanted.base, missing, ladder.folder)
        ladder.extend(wanted.betas, wanted.seeds)
        return _fill(ladder, wanted)


@contextmanager
def _ready(ladder: Ladder) -> Iterator[None]:
    """Have charge of a ladder that nobody else is to train and that this version knows whole."""
    ladder.check_fillable()
    with ladder.claimed() as status:
        if status.state.is_active:
            raise ValueError(
                f"ladder {ladder.id} is {status.state} elsewhere: pause it there first"
            )
        yield


def _check(base: RunConfig, cells: Sequence[Cell], folder: Path) -> None:
    """Whatever is wrong with the data, the device or the disk shows before anything is made."""
    from toll.studies.fill import check_feasible

    check_feasible(Rungs(base, cells), folder)


def _missing(ladder: Ladder, settings: LadderSettings) -> list[Cell]:
    return [cell for cell in settings.cells if ladder.state_of(*cell) is not State.FINISHED]


def _fill(ladder: Ladder, settings: LadderSettings) -> int:
    """Train what is missing in this process, and print what the ladder says."""
    status = fill_with_progress(ladder, settings.cells, "pause", _line_of_failure)
    print_ladder(ladder, status)
    return 0 if status.state is State.FINISHED and not status.message else 1


def _line_of_failure(run: Run) -> str:
    """A line on a rung that has not finished; the others stand in the table."""
    status, config = run.status(), run.config
    if status.state is State.FINISHED:
        return ""
    return f"β = {config.beta:g}, seed {config.seed}: {status.state}. {status.message}".rstrip()
