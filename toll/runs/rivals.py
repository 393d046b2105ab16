"""What other detectors score a run's samples, kept in its folder under `baselines/`.

A detector on one kind of input has two files: NAME-INPUT.parquet with a row for each test and
validation sample, and NAME-INPUT.json, written last, which says how the scores came about.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypedDict

from msgspec import Meta

from toll.files import replacing, write_json
from toll.reading import DamagedFile, read_columns, read_json
from toll.runs.run import Run
from toll.runs.schemas import Seconds
from toll.runs.store import RunStore

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "baselines"
COLUMNS = {"id": "iu", "split": "O", "score": "f"}
# What a detector may be given: the samples as the network is, or what the network makes of them.
INPUTS = {"input": "the input", "latent": "the run's z"}


class Facts(TypedDict):
    """How the scores of a detector came about.

    trained_on: normal samples, `of` so many that there were. step: the training step whose weights
    gave the latents; of the input it means nothing. seconds: of fitting and scoring.
    """

    name: str
    input: str
    trained_on: Annotated[int, Meta(ge=1)]
    of: Annotated[int, Meta(ge=1)]
    step: Annotated[int, Meta(ge=0)]
    seconds: Seconds


class Rival(NamedTuple):
    """Another detector's scores. rows: columns id, split (test or validation) and score."""

    facts: Facts
    rows: pd.DataFrame


def save_rival(run: Run, rival: Rival) -> None:
    """Keep the scores of a detector, in place of earlier ones on the same input."""
    folder = run.folder / FOLDER
    folder.mkdir(exist_ok=True)
    stem = f"{rival.facts['name']}-{rival.facts['input']}"
    (folder / f"{stem}.json").unlink(missing_ok=True)
    with replacing(folder / f"{stem}.parquet") as temporary:
        rival.rows.to_parquet(temporary, index=False)
    write_json(folder / f"{stem}.json", rival.facts)


def rivals(run: Run) -> list[Rival]:
    """All that are kept and still hold; those on latents do until the run is trained further.

    Files that are damaged count as missing: they can be made again.
    """
    step = run.status().step
    found = []
    for path in sorted((run.folder / FOLDER).glob("*.json")):
        try:
            facts = read_json(path, Facts)
            rows = read_columns(path.with_suffix(".parquet"), COLUMNS)
        except (DamagedFile, FileNotFoundError):
            continue
        holds = facts["input"] == "input" or facts["step"] == step
        if holds and facts["input"] in INPUTS and {*COLUMNS} <= {*rows}:
            found.append(Rival(facts, rows))
    return found


def plain_twin(run: Run) -> Run | None:
    """A scored run with the same settings and β = 0, beside this one or in the list of all runs.

    None if there is none.
    """
    wanted, all_runs = run.config.replace(beta=0.0), RunStore().folder
    homes = {run.folder.parent: f"{run.folder.parents[1].name}/", all_runs: ""}
    for home, study in homes.items():
        for folder in sorted(each for each in _entries(home) if each.is_dir()):
            other = Run(folder, f"{study}{folder.name}")
            try:
                if other.config == wanted and other.is_scored:
                    return other
            except ValueError:  # damaged, or no run
                continue
    return None


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
