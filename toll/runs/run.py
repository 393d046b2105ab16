"""A run on disk: one folder, in open formats, the only thing training and viewing share.

config.json        the RunConfig                  status.json, request    see folder.py
history.jsonl      one object per step            validation.jsonl        one object per validation
gradients.jsonl    of the loss's two terms        pictures/               see pictures.py
snapshots/         the probe samples at a step    projections/            UMAP of snapshots
weights/           safetensors                    reconstructions.npz     of some test samples
scores.parquet     test and validation samples    metrics.json            on test, written last

At each snapshot step the pictures, a line of gradients.jsonl and, last, the snapshot are written.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
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
from toll.runs.folder import WorkFolder
from toll.runs.older import path_in, with_todays_columns
from toll.runs.snapshots import Snapshot, packed, unpacked
from toll.runs.status import State, Status, this_process

if TYPE_CHECKING:
    import pandas as pd


class Run(WorkFolder):
    """One run's folder: everything about it is read from there and written to there.

    Only the config is kept in memory, so that a run can be read while another process trains it.
    `RunStore` makes runs and finds them by name.

    Attributes:
        folder: where it lies. id: its name in lists and links.
        config: its settings.

    Raises:
        ValueError: by whatever reads a file, if that file is damaged; the sentence names it.

    Examples:
        >>> from toll import RunStore, laptop, record
        >>> run = RunStore().create(laptop("digits", niter=20, device="cpu"))
        >>> record(run).state.value
        'finished'
        >>> len(run.history()), run.snapshot_steps()[:4]
        (20, [0, 1, 2, 4])
        >>> sorted(run.metrics()["last"]["score"])
        ['aupr', 'auroc', 'fpr_at_95_tpr']
    """

    noun = "run"

    @classmethod
    def begin(cls, folder: Path, config: RunConfig, id: str = "") -> Run:
        """Make an existing, empty folder a run, queued for as long as this object holds its place.

        A run that cannot be begun, for instance because no space is left, leaves no folder behind.
        """
        run = cls(folder, id)
        try:
            for name in ("snapshots", "pictures", "weights", "projections"):
                (folder / name).mkdir()
            write_json(folder / "config.json", config.to_dict())
            run.place.take()
            run.begin_status(Status(state=State.QUEUED, owner=this_process()))
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return run

    @cached_property
    def config(self) -> RunConfig:
        """The run's settings, read once: they never change.

        Raises:
            ValueError: the folder holds no valid config.
        """
        try:
            return RunConfig.from_dict(read_object(self.folder / "config.json"))
        except FileNotFoundError as error:
            raise ValueError(f"{error.filename} is missing") from error

    # What training writes

    def append_history(self, rows: list[dict[str, Any]]) -> None:
        """Add one row per step; see `history` for the columns."""
        append_json_lines(self.folder / "history.jsonl", rows)

    def append_validation(self, row: dict[str, Any]) -> None:
        """Add a row; see `validation` for the columns."""
        append_json_lines(self.folder / "validation.jsonl", [row])

    def append_gradients(self, row: dict[str, Any]) -> None:
        """Add a row; see `gradients` for the columns."""
        append_json_lines(path_in(self.folder, "gradients.jsonl"), [row])

    def history(self) -> pd.DataFrame:
        """One row per step: step, loss, reconstruction_error, latent_norm, seconds."""
        columns = ["step", "loss", "reconstruction_error", "latent_norm", "seconds"]
        return read_json_table(self.folder / "history.jsonl").reindex(columns=columns)

    def validation(self) -> pd.DataFrame:
        """One row per validation: step, AUROC of each score, separation, what chooses weights."""
        columns = ["step", "score", "reconstruction_error", "latent_norm", "separation"]
        columns += ["metric_by_labels", "label_free"]
        rows = read_json_table(self.folder / "validation.jsonl")
        return with_todays_columns(rows).reindex(columns=columns)

    def gradients(self) -> pd.DataFrame:
        """One row per snapshot: step, norms of the loss's two gradients at z, and their cosine.

        Means over normal probe samples, as in method/gradients.py; empty for runs that kept none.
        """
        columns = ["step", "error_gradient", "pull_gradient", "cosine"]
        return read_json_table(path_in(self.folder, "gradients.jsonl")).reindex(columns=columns)

    def rewind(self, step: int) -> None:
        """Forget all that was written for steps after `step`, and at snapshots cut short."""
        for late in self.folder.glob("*/step_*"):
            if _step_of(late) > step:
                late.unlink()
        whole = set(self.snapshot_steps())
        for name in ("history.jsonl", "validation.jsonl", "gradients.jsonl"):
            path = path_in(self.folder, name)
            kept = [row for row in read_json_lines(path) if row["step"] <= step]
            if name == "gradients.jsonl":
                kept = [row for row in kept if row["step"] in whole]
            with replacing(path) as temporary:
                temporary.touch()
                append_json_lines(temporary, kept)

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, in place of any earlier one of its step."""
        # In memory first: a zip file is written with many small seeks.
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **packed(snapshot))
        with replacing(self.snapshot_path(snapshot.step)) as temporary:
            temporary.write_bytes(file.getvalue())

    def snapshot(self, step: int) -> Snapshot:
        """The snapshot at `step`, which must be among `snapshot_steps()`."""
        with _arrays_in(self.snapshot_path(step)) as stored:
            return unpacked(step, stored)

    def snapshot_steps(self) -> list[int]:
        """The steps of which there are snapshots, ascending."""
        return sorted(map(_step_of, (self.folder / "snapshots").glob("step_*.npz")))

    def snapshot_path(self, step: int) -> Path:
        """Where the snapshot at `step` lies or will lie."""
        return self.folder / "snapshots" / f"step_{step:08d}.npz"

    # What scoring writes

    def save_scores(self, scores: pd.DataFrame) -> None:
        """Keep a table of scores; see `scores` for the columns."""
        with replacing(self.folder / "scores.parquet") as temporary:
            scores.to_parquet(temporary, index=False)

    def scores(self) -> pd.DataFrame | None:
        """Every test and validation sample, or None while the run has not been scored.

        Columns: weights (last, best_by_labels, label_free), split (test, validation), id, class,
        label, reconstruction_error, latent_norm.
        """
        import pandas as pd

        path = self.folder / "scores.parquet"
        try:
            return with_todays_columns(pd.read_parquet(path)) if path.exists() else None
        except ValueError as error:  # names the file only from pandas 3.1 on
            raise ValueError(f"{path.name} is damaged: {error}") from error

    def save_reconstructions(self, ids: np.ndarray, outputs: np.ndarray) -> None:
        """Keep the reconstructions (n, *shape), in the model's units, of the samples (n,)."""
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

    def save_metrics(self, metrics: dict[str, Any]) -> None:
        """Keep what `metrics` gives; with this the run counts as scored."""
        write_json(path_in(self.folder, "metrics.json"), metrics)

    def metrics(self) -> dict[str, Any]:
        """Test metrics by weights choice and score, or {} while the run has not been scored."""
        path = path_in(self.folder, "metrics.json")
        return read_object(path) if path.exists() else {}

    def weights_path(self, name: str) -> Path:
        """Where the weights of a choice lie or will lie, or the `checkpoint` to resume from."""
        return self.folder / "weights" / f"{name}.safetensors"

    def kept_weights_path(self, step: int) -> Path:
        """Where the weights after `step` lie while a choice stands there and the run goes on."""
        return self.weights_path(f"step_{step:08d}")

    def kept_weights(self) -> list[Path]:
        """The files of all steps of which there are weights."""
        return sorted((self.folder / "weights").glob("step_*.safetensors"))


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
