"""A run on disk: one folder, in open formats, the only thing training and viewing share.

config.json        the RunConfig                  status.json, request    see folder.py
history.jsonl      one object per step            validation.jsonl        one object per validation
gradients.jsonl    of the loss's two terms        pictures/               see pictures.py
snapshots/         the probe samples at a step    projections/            UMAP of snapshots
weights/           safetensors                    reconstructions.npz     of some test samples
scores.parquet     test and validation samples    metrics.json            on test, written last
threshold.json     chosen by a rule, if any   label.json              see label.py

At each snapshot step the pictures, a line of gradients.jsonl and, last, the snapshot are written.
"""

from __future__ import annotations

import io
import os
import re
import shutil
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from toll.config import RunConfig, config_from, shown_names
from toll.files import append_json_lines, leftovers, replacing, write_json
from toll.reading import (
    DamagedFile,
    damaged,
    read_arrays,
    read_columns,
    read_json,
    read_lines,
    read_rows,
)
from toll.runs.folder import DamagedFolder, WorkFolder
from toll.runs.label import FILE as LABEL
from toll.runs.older import FILES, path_in, with_todays_columns
from toll.runs.schemas import (
    GRADIENTS,
    HISTORY,
    RECONSTRUCTIONS,
    SCORES,
    SNAPSHOT,
    VALIDATION,
    Line,
    Metrics,
    Rows,
    StoredThreshold,
    lacking,
)
from toll.runs.snapshots import Snapshot, misfits, packed, unpacked
from toll.runs.status import State, Status, this_process

if TYPE_CHECKING:
    import pandas as pd

# What training writes to; the projections are of others, who may be at work on them.
TRAINED_FOLDERS = ("snapshots", "pictures", "weights")


class DamagedRun(DamagedFolder):
    """A file in a run's folder is missing, or is not what it should be.

    Attributes:
        folder: of the run. file: its path in there. fault: what is wrong with it.
    """


class Kept(NamedTuple):
    """The snapshots of a run that go together, ascending, and what is wrong with the others."""

    snapshots: list[Snapshot]
    left_out: list[DamagedFolder]


class Run(WorkFolder):
    """One run's folder: everything about it is read from there and written to there.

    Only the config is kept in memory, so that a run can be read while another process trains it.
    `RunStore` makes runs and finds them by name.

    Attributes:
        folder: where it lies. id: its name in lists and links.
        config: its settings.

    Raises:
        DamagedRun: by whatever reads a file, if that file is damaged; the sentence names both.
            It is a ValueError.

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
    damaged = DamagedRun

    @classmethod
    def begin(cls, folder: Path, config: RunConfig, id: str = "") -> Run:
        """Make an existing, empty folder a run, queued for as long as this object holds its place.

        A run that cannot be begun, for instance because no space is left, leaves no folder behind.
        """
        run = cls(folder, id)
        try:
            for name in (*TRAINED_FOLDERS, "projections"):
                (folder / name).mkdir()
            write_json(folder / "config.json", config.to_dict())
            run.place.take()
            run.begin_status(Status(state=State.QUEUED, owner=this_process()))
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return run

    @property
    def config(self) -> RunConfig:
        """The run's settings, read once: they never change.

        Raises:
            DamagedRun: the folder holds no valid config.
        """
        return self._settings[0]

    @property
    def ignored_settings(self) -> tuple[str, ...]:
        """Names in the config that this version does not know, as of a run of a newer one."""
        return self._settings[1]

    @cached_property
    def _settings(self) -> tuple[RunConfig, tuple[str, ...]]:
        path = self.folder / "config.json"
        with self.reading():
            try:
                return config_from(read_json(path, dict[str, Any]))
            except FileNotFoundError as error:
                raise DamagedFile(path, "is missing") from error
            except DamagedFile:
                raise
            except ValueError as error:
                raise damaged(path, str(error)) from error

    def stamp(self) -> list[int]:
        """Numbers that are others as soon as what a list says of the run may be otherwise.

        Of each file: when it was written, its size, and which file it is, as files are replaced
        whole; zeros for one that is not there.
        """
        names = ["config.json", "status.json", "metrics.json", FILES["metrics.json"]]
        stamp = []
        for name in (*names, LABEL, "projections"):
            try:
                found = os.stat(self.folder / name)
            except OSError:
                stamp += [0, 0, 0]
            else:
                stamp += [found.st_mtime_ns, found.st_size, found.st_ino]
        return stamp

    def check_resumable(self) -> None:
        """Raises `ValueError` where training cannot go on from what is in the folder.

        That is where a file is damaged that it goes on from, but for the checkpoint itself, or
        where the config has settings that this version does not know.
        """
        if self.ignored_settings:
            names = shown_names(self.ignored_settings)
            raise ValueError(
                f"run {self.id} has settings that this version does not know, {names}: "
                "it can be looked at, but training it further here would not be the same training"
            )
        for read in (self.status, self.history, self.validation, self.gradients):
            read()

    def traces(self) -> tuple[State, int] | None:
        """With a checkpoint a run can go on; one that has finished has metrics instead."""
        niter = self.config.niter
        if self.weights_path("checkpoint").exists():
            made = int(max(self.history()["step"], default=0))
            return State.INTERRUPTED, min(made, niter)
        judged = self.metrics().get("last", {})
        return (State.FINISHED, niter) if judged.get("step") == niter else None

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
        return self._rows("history.jsonl", HISTORY)

    def validation(self) -> pd.DataFrame:
        """One row per validation: step, AUROC of each score, separation, what chooses weights."""
        columns = ["step", "score", "reconstruction_error", "latent_norm", "separation"]
        columns += ["metric_by_labels", "label_free"]
        return with_todays_columns(self._rows("validation.jsonl", VALIDATION)).reindex(
            columns=columns
        )

    def gradients(self) -> pd.DataFrame:
        """One row per snapshot: step, norms of the loss's two gradients at z, and their cosine.

        Means over normal probe samples, as in method/gradients.py; empty for runs that kept none.
        """
        return self._rows("gradients.jsonl", GRADIENTS)

    def _rows(self, name: str, columns: Rows) -> pd.DataFrame:
        with self.reading():
            return read_rows(path_in(self.folder, name), *columns)

    def rewind(self, step: int) -> None:
        """Forget all that was written for steps after `step`, and what was cut short."""
        for folder in (self.folder, *map(self.folder.joinpath, TRAINED_FOLDERS)):
            for leftover in leftovers(folder):
                # Anybody may ask for something at any time, and be in the middle of it.
                if not leftover.name.startswith(".request."):
                    leftover.unlink()
        for late in self.folder.glob("*/step_*"):
            if (_step_of(late) or 0) > step:
                late.unlink()
        whole = set(self.snapshot_steps())
        for name in ("history.jsonl", "validation.jsonl", "gradients.jsonl"):
            path = path_in(self.folder, name)
            with self.reading():
                lines = [(row["step"], line) for row, line in read_lines(path, Line)]
            kept = [
                f"{line}\n"
                for made, line in lines
                if made <= step and (name != "gradients.jsonl" or made in whole)
            ]
            with replacing(path) as temporary:
                temporary.write_text("".join(kept), encoding="utf-8")

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, in place of any earlier one of its step."""
        # In memory first: a zip file is written with many small seeks.
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **packed(snapshot))
        with replacing(self.snapshot_path(snapshot.step)) as temporary:
            temporary.write_bytes(file.getvalue())

    def snapshot(self, step: int) -> Snapshot:
        """The snapshot at `step`, which must be among `snapshot_steps()`."""
        path = self.snapshot_path(step)
        with self.reading():
            try:
                return unpacked(step, read_arrays(path, SNAPSHOT))
            except KeyError as error:
                raise damaged(path, f"it lacks the array `{error.args[0]}`") from error

    def snapshots(self, samples: int | None = None) -> Kept:
        """All snapshots that go together: of the same samples.

        One that is damaged, or differs from most of the others, is left out. samples: how many the
        dataset has, where that is known.
        """
        config = self.config
        found, left_out = [], []
        for step in self.snapshot_steps():
            try:
                found.append(self.snapshot(step))
            except FileNotFoundError:
                continue  # the run has just gone back to before this step
            except DamagedFolder as error:
                left_out.append(error)
        faults = misfits(found, samples, config)
        for step, fault in faults.items():
            left_out.append(self.damage(self.snapshot_path(step), f"is damaged: {fault}"))
        return Kept([each for each in found if each.step not in faults], left_out)

    def snapshot_steps(self) -> list[int]:
        """The steps of which there are snapshots, ascending."""
        found = map(_step_of, (self.folder / "snapshots").glob("step_*.npz"))
        return sorted(step for step in found if step is not None)

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
        path = self.folder / "scores.parquet"
        if not path.exists():
            return None
        with self.reading():
            rows = with_todays_columns(read_columns(path, SCORES))
            absent = [name for name in SCORES if name not in rows and name != "checkpoint"]
            if absent:
                raise damaged(path, f"it lacks the column `{absent[0]}`")
            if not np.isin(rows["label"].to_numpy(), (0, 1)).all():
                raise damaged(path, "`label` is neither 0 nor 1")
        return rows

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
        with self.reading():
            stored = read_arrays(path, RECONSTRUCTIONS)
        return dict(zip(stored["ids"].tolist(), stored["outputs"], strict=True))

    def save_metrics(self, metrics: dict[str, Any]) -> None:
        """Keep what `metrics` gives; with this the run counts as scored."""
        write_json(path_in(self.folder, "metrics.json"), metrics)

    def metrics(self) -> dict[str, Any]:
        """Test metrics by weights choice and score, or {} while the run has not been scored."""
        if not self.is_scored:
            return {}
        path = path_in(self.folder, "metrics.json")
        with self.reading():
            found = read_json(path, Metrics)
            if name := lacking(found):
                raise damaged(path, f"`{name}` is missing")
        return cast("dict[str, Any]", found)

    @property
    def is_scored(self) -> bool:
        """Whether all has been written that scoring writes, of which the metrics come last."""
        return path_in(self.folder, "metrics.json").exists()

    def save_threshold(self, threshold: StoredThreshold) -> None:
        """Keep a threshold for the run's score as it is now, in place of any earlier one."""
        stamped: StoredThreshold = {**threshold, "step": self.status().step}
        write_json(self.folder / "threshold.json", stamped)

    def threshold(self) -> StoredThreshold | None:
        """The threshold that was chosen for the run's score; None where none was."""
        path = self.folder / "threshold.json"
        if not path.exists():
            return None
        with self.reading():
            return read_json(path, StoredThreshold)

    def is_current(self, threshold: StoredThreshold) -> bool:
        """Whether the run has not been trained further since: then its scores are others."""
        step = self.status().step
        return threshold.get("step", step) == step

    def weights_path(self, name: str) -> Path:
        """Where the weights of a choice lie or will lie, or the `checkpoint` to resume from."""
        return self.folder / "weights" / f"{name}.safetensors"

    def kept_weights_path(self, step: int) -> Path:
        """Where the weights after `step` lie while a choice stands there and the run goes on."""
        return self.weights_path(f"step_{step:08d}")

    def kept_weights(self) -> list[Path]:
        """The files of all steps of which there are weights."""
        return sorted((self.folder / "weights").glob("step_*.safetensors"))


def _step_of(path: Path) -> int | None:
    """The step in the name of a file that a run has written, or None for any other file."""
    found = re.fullmatch(r"step_([0-9]{8})\..*", path.name)
    return int(found[1]) if found else None
