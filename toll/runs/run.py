"""Runs on disk: one folder each, in open formats, the only thing training and viewing share.

config.json        the RunConfig                  status.json, request    see workfolder.py
history.jsonl      one object a training step     validation.jsonl        one object a validation
tug.jsonl          the loss's two gradients       pictures/               see pictures.py
snapshots/         the probe samples at a step    projections/            UMAP of snapshots
weights/           safetensors                    reconstructions.npz     of some test samples
scores.parquet     test and validation samples    figures.json            of test, written last

At each snapshot step pictures, a line of tug.jsonl and, last, the snapshot itself are written.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from toll.config import RunConfig
from toll.files import (
    append_json_lines,
    read_json_lines,
    read_json_table,
    read_object,
    replacing,
    write_json,
)
from toll.paths import runs_dir, tables_dir
from toll.runs.folder import WorkFolder
from toll.runs.snapshots import Snapshot, packed, unpacked
from toll.runs.status import State, Status, this_process

if TYPE_CHECKING:
    import pandas as pd


def snapshot_steps(niter: int) -> set[int]:
    """Steps at which the probe samples are kept: dense early, when the collapse happens."""
    early = {lead * 10**power for power in range(8) for lead in (1, 2, 5)}
    even = {round(niter * tenth / 10) for tenth in range(11)}
    return {step for step in early | even if step <= niter}


class Run(WorkFolder):
    """One run's folder: everything about it is read from there and written to there."""

    def config(self) -> RunConfig:
        """Raises `ValueError` where the folder holds no valid config."""
        try:
            return RunConfig.from_dict(read_object(self.folder / "config.json"))
        except FileNotFoundError as error:
            raise ValueError(f"{error.filename} is missing") from error

    # What training writes

    def append_history(self, rows: list[dict[str, Any]]) -> None:
        append_json_lines(self.folder / "history.jsonl", rows)

    def append_validation(self, row: dict[str, Any]) -> None:
        append_json_lines(self.folder / "validation.jsonl", [row])

    def append_tug(self, row: dict[str, Any]) -> None:
        append_json_lines(self.folder / "tug.jsonl", [row])

    def history(self) -> pd.DataFrame:
        """One row a step: step, loss, reconstruction_error, latent_norm, seconds."""
        columns = ["step", "loss", "reconstruction_error", "latent_norm", "seconds"]
        return read_json_table(self.folder / "history.jsonl", columns)

    def validation(self) -> pd.DataFrame:
        """One row a validation: step, AUROC of each score, separation, what checkpoints go by."""
        columns = ["step", "score", "reconstruction_error", "latent_norm", "separation"]
        columns += ["figure_by_labels", "label_free"]
        return read_json_table(self.folder / "validation.jsonl", columns)

    def tug(self) -> pd.DataFrame:
        """One row a snapshot: step, norms of the loss's two gradients in z, and their cosine.

        Means over normal probe samples, as in tug.py; empty for runs that kept none.
        """
        columns = ["step", "error_gradient", "pull_gradient", "cosine"]
        return read_json_table(self.folder / "tug.jsonl", columns)

    def rewind(self, step: int) -> None:
        """Forget all that was written for steps after `step`, and at snapshots cut short."""
        for late in self.folder.glob("*/step_*"):
            if _step_of(late) > step:
                late.unlink()
        whole = set(self.snapshot_steps())
        for name in ("history.jsonl", "validation.jsonl", "tug.jsonl"):
            kept = [row for row in read_json_lines(self.folder / name) if row["step"] <= step]
            if name == "tug.jsonl":
                kept = [row for row in kept if row["step"] in whole]
            with replacing(self.folder / name) as temporary:
                temporary.touch()
                append_json_lines(temporary, kept)

    def save_snapshot(self, snapshot: Snapshot) -> None:
        # In memory first: a zip file is written with many small seeks.
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **packed(snapshot))
        with replacing(self.snapshot_path(snapshot.step)) as temporary:
            temporary.write_bytes(file.getvalue())

    def snapshot(self, step: int) -> Snapshot:
        with _arrays_in(self.snapshot_path(step)) as stored:
            return unpacked(step, stored)

    def snapshot_steps(self) -> list[int]:
        return sorted(map(_step_of, (self.folder / "snapshots").glob("step_*.npz")))

    def snapshot_path(self, step: int) -> Path:
        return self.folder / "snapshots" / f"step_{step:08d}.npz"

    # What scoring writes

    def save_scores(self, scores: pd.DataFrame) -> None:
        with replacing(self.folder / "scores.parquet") as temporary:
            scores.to_parquet(temporary, index=False)

    def scores(self) -> pd.DataFrame | None:
        """Every test and validation sample, or None while the run has not been scored.

        Columns: checkpoint (last, best_by_labels, label_free), split (test, validation), id, class,
        label, reconstruction_error, latent_norm.
        """
        import pandas as pd

        path = self.folder / "scores.parquet"
        try:
            return pd.read_parquet(path) if path.exists() else None
        except ValueError as error:  # names the file only from pandas 3.1 on
            raise ValueError(f"{path.name} is damaged: {error}") from error

    def save_reconstructions(self, ids: np.ndarray, outputs: np.ndarray) -> None:
        path = self.folder / "reconstructions.npz"
        with replacing(path) as temporary, temporary.open("wb") as out:
            np.savez_compressed(out, ids=ids, outputs=outputs)

    def reconstructions(self) -> dict[int, np.ndarray]:
        """Reconstructions in the model's units by sample id; empty while there are none."""
        path = self.folder / "reconstructions.npz"
        if not path.exists():
            return {}
        with _arrays_in(path) as stored:
            return dict(zip(stored["ids"].tolist(), stored["outputs"], strict=True))

    def save_figures(self, figures: dict[str, Any]) -> None:
        write_json(self.folder / "figures.json", figures)

    def figures(self) -> dict[str, Any]:
        """Test figures by checkpoint and score, or {} while the run has not been scored."""
        path = self.folder / "figures.json"
        return read_object(path) if path.exists() else {}

    def weights_path(self, name: str) -> Path:
        return self.folder / "weights" / f"{name}.safetensors"


def _step_of(path: Path) -> int:
    return int(path.stem.removeprefix("step_"))


@contextmanager
def _arrays_in(path: Path) -> Iterator[Any]:
    """The arrays in an npz file by name; a damaged file raises `ValueError` with its name."""
    try:
        # numpy leaves a damaged file open that it has opened itself.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            yield stored
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error


@dataclass(frozen=True)
class RunSummary:
    """A run in a list. A damaged folder has no config and says in `status.message` why."""

    run: Run
    config: RunConfig | None
    status: Status
    figures: dict[str, Any]


def begin_run(folder: Path, config: RunConfig, id: str = "") -> Run:
    """Make an existing, empty folder a run, queued."""
    run = Run(folder, id)
    for name in ("snapshots", "pictures", "weights", "projections"):
        (folder / name).mkdir()
    write_json(folder / "config.json", config.to_dict())
    run.begin_status(Status(state=State.QUEUED, owner=this_process()))
    return run


class RunStore:
    """The folder of all runs."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or runs_dir()

    def create(self, config: RunConfig) -> Run:
        """A new run, queued, owned by this process until a worker takes it."""
        stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{config.dataset}-{config.normal_class}"
        return begin_run(self._new_folder(stem), config)

    def _new_folder(self, stem: str) -> Path:
        for number in range(1, 10_000):
            folder = self.folder / (stem if number == 1 else f"{stem}-{number}")
            try:
                folder.mkdir(parents=True)
                return folder
            except FileExistsError:
                continue
        raise FileExistsError(f"{self.folder} already holds 10,000 runs named {stem}")

    def get(self, run_id: str) -> Run:
        """The run of this name, or `table/cell` of a table's.

        Raises:
            ValueError: there is no such run.
        """
        table, _, cell = run_id.rpartition("/")
        home = tables_dir() / table / "runs" if table else self.folder
        folder = home / cell
        names = (cell, table) if table else (cell,)
        if not all(re.fullmatch(r"\w[\w.=-]*", name) for name in names) or not folder.is_dir():
            raise ValueError(f"there is no run {run_id!r} in {home}")
        return Run(folder, run_id)

    def list(self) -> list[RunSummary]:
        """All runs, newest first; damaged ones among them, marked as such."""
        if not self.folder.is_dir():
            return []
        folders = (path for path in self.folder.iterdir() if path.is_dir())
        return [summarise(Run(path)) for path in sorted(folders, reverse=True)]


def summarise(run: Run) -> RunSummary:
    """The run as a list shows it; never raises for what is wrong inside the folder."""
    try:
        return RunSummary(run, run.config(), run.status(), run.figures())
    except (ValueError, OSError) as error:
        status = Status(state=State.DAMAGED, message=f"This run's folder is damaged: {error}.")
        return RunSummary(run, None, status, {})
