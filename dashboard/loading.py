"""Everything that the pages read from disk, cached; the only place with Streamlit's caches.

A file is read again when its time or size changes, so that every tab sees a run as it is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from toll.config import RunConfig
from toll.data import DATASETS, OneClassSplit, get_spec, load_dataset, split_one_class
from toll.data.download import remove_left
from toll.data.own.files import places_of
from toll.evaluation.blame import Ranges
from toll.evaluation.blame import usual_ranges as ranges_of
from toll.evaluation.metrics import roc
from toll.evaluation.scores import rows_of, score_rows, with_score
from toll.evaluation.uncertainty import RocBand
from toll.evaluation.uncertainty import roc_band as band_of
from toll.files import sweep
from toll.film.frames import film as make_film
from toll.film.table import ladder_table
from toll.jobs.kinds import Project
from toll.jobs.launcher import Launcher
from toll.jobs.queue import Job
from toll.latent.geometry import angles, black_hole, direction_plane
from toll.latent.stored import umap_folders
from toll.latent.umap import UmapSettings
from toll.paths import cache_dir, data_dir, ladders_dir, may_write, own_data_dir
from toll.runs.rivals import plain_twin
from toll.runs.run import Run
from toll.runs.snapshots import Snapshot
from toll.runs.status import State, Status
from toll.runs.summary import RunSummary, summarise
from toll.studies.first_story import find_first_story, first_story, is_first_story_deleted
from toll.studies.ladder import Ladder
from toll.studies.ladder import ladders as all_ladders
from toll.studies.ladder_report import rungs as rungs_of
from toll.studies.library import Library
from toll.studies.rivals import Entry, entries

if TYPE_CHECKING:
    import pandas as pd

Stamp = tuple[int, int]
WARM_UP_DELAY_SECONDS = 2.5


class Scores(NamedTuple):
    """Scores of samples that the model was not trained on: see `Run.scores` for the columns.

    step: of the snapshot whose probe samples they are; None where they are all test samples.
    """

    rows: pd.DataFrame
    step: int | None = None


class Steps(NamedTuple):
    """The steps of the snapshots that can be shown, ascending; what is wrong with the others."""

    steps: list[int]
    left_out: list[str]


class Judged(NamedTuple):
    """Rows with a column `score`: the test samples, and others to take a threshold from.

    held_out: the validation samples or, while there are none, the test samples themselves.
    """

    tested: pd.DataFrame
    held_out: pd.DataFrame
    source: str

    @property
    def reference(self) -> pd.DataFrame:
        """The normal ones of those that are held out."""
        return self.held_out.query("label == 0")


@st.cache_resource(show_spinner=False)
def launcher() -> Launcher:
    """The one launcher of this server, with a worker that is getting ready."""
    launcher = Launcher()

    def get_ready() -> None:
        launcher.warm_up()
        sweep(cache_dir())
        remove_left(data_dir())
        prepare_story(launcher)

    # Importing torch keeps a core busy for seconds, so the first page is drawn before that.
    Timer(WARM_UP_DELAY_SECONDS, get_ready).start()
    return launcher


def prepare_story(launcher: Launcher) -> None:
    """Train what is shown first in the background, so that no page is ever empty.

    Not where it has been begun, or deleted and not yet for good, nothing may be written, or
    `TOLL_FIRST_STORY` is 0.
    """
    wanted = os.environ.get("TOLL_FIRST_STORY") != "0"
    begun = find_first_story() is not None or is_first_story_deleted()
    if wanted and may_write(ladders_dir()) and not begun:
        launcher.start_patient_ladder(first_story())


def ladders() -> list[Ladder]:
    """All ladders that can be read, newest first."""
    return [each for each in all_ladders() if _is_known(each)]


def _is_known(ladder: Ladder) -> bool:
    try:
        return bool(ladder.settings)
    except ValueError:  # damaged, or of a dataset that is unknown here: All runs says so
        return False


def runs() -> list[RunSummary]:
    """All runs, newest first; damaged ones among them, marked as such."""
    return [_if_known(summary) for summary in _library(str(cache_dir())).runs()]


def rungs() -> list[RunSummary]:
    """All rungs of ladders that have been begun, marked likewise."""
    return [_if_known(summary) for summary in _library(str(cache_dir())).rungs()]


@st.cache_resource(show_spinner=False)
def _library(home: str) -> Library:
    """The lists of runs, kept in memory. home: the cache folder, of which there may be others."""
    return Library()


def summary(run: Run) -> RunSummary:
    return _if_known(summarise(run))


def _if_known(summary: RunSummary) -> RunSummary:
    """The summary; without its config where it names a dataset or classes that are unknown here."""
    config = summary.config
    if config is None:
        return summary
    try:
        get_spec(config.dataset).check_normal(config.normal_classes)
        return summary
    except ValueError as error:
        what = str(error)
    status = Status(state=State.DAMAGED, message=f"This run's folder is damaged: {what}.")
    return replace(summary, config=None, status=status, metrics={})


def split(dataset: str, normal_classes: tuple[int, ...], validation_size: int) -> OneClassSplit:
    """The one-class split that a config asks for."""
    return _split(dataset, normal_classes, validation_size, _stamp(own_data_dir() / dataset))


@st.cache_resource(show_spinner="Reading the dataset …", max_entries=20)
def _split(
    dataset: str, normal_classes: tuple[int, ...], validation_size: int, stamp: Stamp
) -> OneClassSplit:
    # stamp: of an imported dataset, of whose name there may have been another before.
    return split_one_class(load_dataset(dataset), normal_classes, validation_size)


def split_of(config: RunConfig) -> OneClassSplit:
    return split(config.dataset, config.normal_classes, config.validation_size)


@st.cache_data(show_spinner=False, max_entries=20)
def _usual_ranges(dataset: str, normal_classes: tuple[int, ...], stamp: Stamp) -> Ranges:
    return ranges_of(_split(dataset, normal_classes, 0, stamp))


def usual_ranges(config: RunConfig) -> Ranges:
    """Between which values each feature of a table lies in most normal training samples."""
    stamp = _stamp(own_data_dir() / config.dataset)
    return _usual_ranges(config.dataset, config.normal_classes, stamp)


def names_of(config: RunConfig, ids: Sequence[int]) -> dict[int, str]:
    """What samples are called in the file that they were imported from; none of other data."""
    dataset = split_of(config).dataset
    return places_of(dataset, ids) if dataset.spec.own else {}


def history(run: Run) -> pd.DataFrame:
    return _history(str(run.folder), run.id, _stamp(run.folder / "history.jsonl"))


def validation(run: Run) -> pd.DataFrame:
    return _validation(str(run.folder), run.id, _stamp(run.folder / "validation.jsonl"))


def snapshots(run: Run) -> Steps:
    """Which snapshots of the run can be shown; its dataset has to be there.

    Raises:
        ValueError: there are some, and all are damaged.
    """
    stamps = tuple(_stamp(run.snapshot_path(step)) for step in run.snapshot_steps())
    samples = len(split_of(run.config).dataset.classes) if stamps else 0
    found = _snapshots(str(run.folder), run.id, samples, stamps)
    if found.left_out and not found.steps:
        raise ValueError(found.left_out[0])
    return found


def snapshot(run: Run, step: int) -> Snapshot:
    return _snapshot(str(run.folder), run.id, step, _stamp(run.snapshot_path(step)))


def scores(run: Run) -> Scores | None:
    """All test samples once the run is scored, until then the last snapshot's, or None."""
    rows = _scores(str(run.folder), run.id, _stamp(run.folder / "scores.parquet"))
    if rows is not None and run.is_scored:
        return Scores(rows)
    steps = snapshots(run).steps
    if not steps:
        return None
    latest = snapshot(run, steps[-1])
    parts = (latest.reconstruction_error, latest.latent_norm)
    return Scores(score_rows(split_of(run.config), latest.ids, *parts), latest.step)


def check_samples(run: Run, scores: Scores) -> None:
    """Raises `ValueError` where the scores are of samples that are not in the dataset."""
    samples = len(split_of(run.config).dataset.classes)
    if (scores.rows["id"].to_numpy() >= samples).any():
        fault = f"is damaged: it has samples beyond the {samples:,} of the dataset"
        raise run.damage(run.folder / "scores.parquet", fault)


def judged(run: Run, scores: Scores, choice: str = "last") -> Judged:
    """The test samples under one choice of weights, and what a threshold may be taken from.

    The last weights always have rows of their own; which those of another choice are, the metrics
    tell.
    """
    metrics = {} if choice == "last" else run.metrics()
    rows = rows_of(scores.rows, metrics, choice)
    labels = rows.query("split == 'test'")["label"].to_numpy()
    wanted = {0, 1} if get_spec(run.config.dataset).labelled else {0}
    if not wanted <= {*labels}:
        lacking = "anomalous" if 0 in labels else "normal"
        fault = f"is damaged: of the weights {choice} it has no {lacking} test samples"
        raise run.damage(run.folder / "scores.parquet", fault)
    table = with_score(rows, run.config.beta)
    tested = table.query("split == 'test'")
    held_out = table.query("split == 'validation'")
    if 0 in held_out["label"].to_numpy():
        return Judged(tested, held_out, "validation samples")
    return Judged(tested, tested, "probe samples")


def reconstructions(run: Run) -> dict[int, np.ndarray]:
    shape = split_of(run.config).dataset.samples.shape[1:]
    stamp = _stamp(run.folder / "reconstructions.npz")
    return _reconstructions(str(run.folder), run.id, shape, stamp)


def film(
    runs: Sequence[Run],
    umaps: Sequence[UmapSettings],
    contrast: Run | None,
    study: Ladder | None = None,
) -> bytes:
    """The runs as the player takes them, made again when something it shows has changed.

    runs: the film opens on the first of them, beside `contrast`. study: the ladder that they are
    of, if it is one of several seeds, of which the map of time and β shows all.
    """
    shown = [*runs, contrast] if contrast is not None and contrast not in runs else list(runs)
    paths = [folder for run in shown for each in umaps for folder in umap_folders(run, each)]
    for name in ("snapshots", "history.jsonl", "gradients.jsonl", "pictures"):
        paths += [run.folder / name for run in shown]
    stamps = tuple(_stamp(path) for path in paths)
    active = tuple(run.status().state.is_active for run in shown)
    named = tuple((str(run.folder), run.id) for run in shown)
    beside = None if contrast is None else shown.index(contrast)
    scored = _scored_cells(study)
    stamps += tuple(_stamp(run.folder / "metrics.json") for run in scored)
    return _film(named, tuple(umaps), beside, stamps, active, scored)


def _scored_cells(study: Ladder | None) -> list[Run]:
    """The runs of all seeds that are scored; none where there is one seed only."""
    if study is None or len(study.settings.seeds) < 2:
        return []
    cells = [study.cell(*cell) for cell in study.settings.cells]
    return [run for run in cells if (run.folder / "metrics.json").exists()]


def preview(pulled: Run, plain: Run) -> bytes:
    """Two runs that are finished as a film without pictures, for the player's preview."""
    stamps = tuple(_stamp(run.folder / "metrics.json") for run in (pulled, plain))
    named = [(str(run.folder), run.id) for run in (pulled, plain)]
    return _preview(named[0], named[1], stamps)


def judged_rungs(ladder: Ladder) -> pd.DataFrame:
    """What each rung of a ladder is judged by; see ladder_report.py for the columns."""
    runs = [ladder.cell(*cell) for cell in ladder.settings.cells]
    names = ("snapshots", "metrics.json", "pictures")
    stamps = tuple(_stamp(run.folder / name) for run in runs for name in names)
    return _rungs(str(ladder.folder), stamps)


def rivals(run: Run) -> list[Entry]:
    """The run beside the detectors that it has been compared with; empty where there are none."""
    twin = plain_twin(run) if run.config.beta else None
    if twin is None and not (run.folder / "baselines").exists():
        return []
    paths = [run.folder / "baselines", run.folder / "metrics.json", run.folder / "status.json"]
    paths += [] if twin is None else [twin.folder / "metrics.json"]
    return _rivals(str(run.folder), run.id, tuple(_stamp(path) for path in paths))


def project(run: Run, settings: UmapSettings) -> Job:
    """Have a UMAP of all snapshots computed in the background, in place of any that waits."""
    if not is_projecting(run, settings):
        launcher().withdraw(lambda job: isinstance(job, Project) and job.run == run.folder)
    return launcher().submit(Project(run.folder, settings))


def projection_job(run: Run, settings: UmapSettings) -> Job | None:
    return launcher().find(Project(run.folder, settings))


def is_projecting(run: Run, settings: UmapSettings) -> bool:
    job = projection_job(run, settings)
    return job is not None and not job.ended.is_set()


def black_hole_points(run: Run, steps: tuple[int, ...]) -> dict[int, np.ndarray]:
    """Points (n, 2) of the black-hole plot by step, in one plane, with true radii."""
    stamps = tuple(_stamp(run.snapshot_path(step)) for step in steps)
    return _black_hole_points(str(run.folder), run.id, steps, stamps)


@st.cache_data(show_spinner=False, max_entries=50)
def roc_curve(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return roc(labels, scores)


@st.cache_data(show_spinner=False, max_entries=20)
def roc_band(labels: np.ndarray, scores: np.ndarray) -> RocBand:
    return band_of(labels, scores)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


@st.cache_data(show_spinner=False, max_entries=30)
def _history(folder: str, run_id: str, stamp: Stamp) -> pd.DataFrame:
    return Run(Path(folder), run_id).history()


@st.cache_data(show_spinner=False, max_entries=30)
def _validation(folder: str, run_id: str, stamp: Stamp) -> pd.DataFrame:
    return Run(Path(folder), run_id).validation()


@st.cache_data(show_spinner=False, max_entries=4)
def _film(
    named: tuple[tuple[str, str], ...],
    umaps: tuple[UmapSettings, ...],
    beside: int | None,
    stamps: tuple[Stamp, ...],
    active: tuple[bool, ...],
    _scored: Sequence[Run],
) -> bytes:
    runs = [Run(Path(folder), run_id) for folder, run_id in named]
    contrast = None if beside is None else runs[beside]
    of_seeds = [
        _figures(str(run.folder), run.id, _stamp(run.folder / "metrics.json")) for run in _scored
    ]
    table = [row for rows in of_seeds for row in rows] or None
    split = split_of(runs[0].config)
    return make_film(runs, split, umaps=umaps, contrast=contrast, table=table)


@st.cache_data(show_spinner=False, max_entries=500)
def _figures(folder: str, run_id: str, stamp: Stamp) -> list[dict[str, float | None]]:
    run = Run(Path(folder), run_id)
    return ladder_table([run], split_of(run.config))


@st.cache_data(show_spinner=False, max_entries=2)
def _preview(pulled: tuple[str, str], plain: tuple[str, str], stamps: tuple[Stamp, ...]) -> bytes:
    run, contrast = (Run(Path(folder), run_id) for folder, run_id in (pulled, plain))
    return make_film(run, split_of(run.config), contrast=contrast, pictured=False)


@st.cache_data(show_spinner=False, max_entries=20)
def _rivals(folder: str, run_id: str, stamps: tuple[Stamp, ...]) -> list[Entry]:
    return entries(Run(Path(folder), run_id))


@st.cache_data(show_spinner=False, max_entries=20)
def _rungs(folder: str, stamps: tuple[Stamp, ...]) -> pd.DataFrame:
    ladder = Ladder(Path(folder))
    return rungs_of(ladder, split_of(ladder.settings.base))


@st.cache_data(show_spinner=False, max_entries=20)
def _snapshots(folder: str, run_id: str, samples: int, stamps: tuple[Stamp, ...]) -> Steps:
    kept = Run(Path(folder), run_id).snapshots(samples)
    return Steps([each.step for each in kept.snapshots], [str(each) for each in kept.left_out])


@st.cache_data(show_spinner=False, max_entries=60)
def _snapshot(folder: str, run_id: str, step: int, stamp: Stamp) -> Snapshot:
    return Run(Path(folder), run_id).snapshot(step)


@st.cache_data(show_spinner=False, max_entries=24)
def _scores(folder: str, run_id: str, stamp: Stamp) -> pd.DataFrame | None:
    run = Run(Path(folder), run_id)
    rows = run.scores()
    classes = len(DATASETS[run.config.dataset].class_names)
    if rows is not None and (rows["class"].to_numpy() >= classes).any():
        fault = f"is damaged: it has classes beyond the {classes} of the dataset"
        raise run.damage(run.folder / "scores.parquet", fault)
    return rows


@st.cache_data(show_spinner=False, max_entries=10)
def _reconstructions(
    folder: str, run_id: str, shape: tuple[int, ...], stamp: Stamp
) -> dict[int, np.ndarray]:
    run = Run(Path(folder), run_id)
    found = run.reconstructions()
    if any(each.shape != shape for each in found.values()):
        fault = f"is damaged: its pictures are not of shape {shape}"
        raise run.damage(run.folder / "reconstructions.npz", fault)
    return found


@st.cache_data(show_spinner=False, max_entries=20)
def _black_hole_points(
    folder: str, run_id: str, steps: tuple[int, ...], stamps: tuple[Stamp, ...]
) -> dict[int, np.ndarray]:
    kept = [snapshot(Run(Path(folder), run_id), step) for step in steps]
    plane = direction_plane([each.latents for each in kept])
    return {each.step: black_hole(angles(each.latents, plane), each.latent_norm) for each in kept}
