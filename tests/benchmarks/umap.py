"""UMAP of all snapshots of a run: when the first frame is there and the last, and how points jump.

20 frames × 1000 samples × 64 latent dimensions: ten classes, of which one, half of the samples,
shrinks by a third a frame, while everything drifts a little. Each film is made in a process of its
own. umap-learn and what it needs keep part of their machine code in numba's cache on disk: "empty
cache" is the first UMAP after an installation, "full cache" any later one.

    python -m tests.benchmarks.umap [speed] [quality]

Quality compares with frames that know nothing of each other, and with umap-learn's AlignedUMAP,
which needs all frames at once. It takes some minutes. Jumps are in terms of a frame's spread, the
root of its variance; trustworthiness is scikit-learn's, of 15 neighbours.
"""

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

from toll.latent.stored import project_umap, stored_umap
from toll.latent.umap import UmapSettings, umap_points
from toll.presets import laptop
from toll.runs.run import Run
from toll.runs.snapshots import Snapshot
from toll.runs.store import RunStore

FRAMES, SAMPLES, Z_DIM = 20, 1000, 64
SETTINGS = UmapSettings()


def main(*names: str) -> None:
    for name in names or ("speed", "quality"):
        PARTS[name]()


def speed() -> None:
    print(f"{FRAMES} frames × {SAMPLES} × {Z_DIM}; load {os.getloadavg()[0]:.1f}; seconds")
    with tempfile.TemporaryDirectory() as folder:
        for cache in ("empty cache", "full cache"):
            print(f"\n{cache}", flush=True)
            command = [sys.executable, "-m", "tests.benchmarks.umap", "film"]
            subprocess.run(command, env=os.environ | {"NUMBA_CACHE_DIR": folder}, check=True)


def film() -> None:
    """Make one film in this process, which has not imported umap yet."""
    with tempfile.TemporaryDirectory() as folder:
        run = collapsing_run(Path(folder))
        begun: list[float] = [time.perf_counter()]
        project_umap(run, SETTINGS, lambda *report: begun.append(time.perf_counter()))
        begun.append(time.perf_counter())
        first, total = begun[2] - begun[0], begun[-1] - begun[0]
        warm = time.perf_counter()
        umap_points(run.snapshot(0).latents, SETTINGS)
        warm = time.perf_counter() - warm
        each = np.diff(begun[2:])
        print(f"first frame ready after {first:6.1f}, of which its own computing {warm:.1f}")
        print(f"all frames ready after  {total:6.1f}, {each.mean():.2f} for each after the first")
        print(f"import and compilation  {first - warm:6.1f}, {(first - warm) / total:.0%} of all")
        points = [stored_umap(run, SETTINGS, step) for step in run.snapshot_steps()]
        print(
            f"median jump between two frames {statistics.median(jumps(points)):.3f} of the spread"
        )


def quality() -> None:
    warnings.simplefilter("ignore")
    from sklearn.manifold import trustworthiness

    print(f"\n{'':24} {'jump':>6} {'worst':>6} {'trust':>6} {'worst':>6} {'spread':>12} {'s':>6}")
    with tempfile.TemporaryDirectory() as folder:
        run = collapsing_run(Path(folder))
        frames = [run.snapshot(step).latents for step in run.snapshot_steps()]
        for name, make in (("ours", ours), ("each alone", alone), ("AlignedUMAP", aligned)):
            started = time.perf_counter()
            points = make(run, frames)
            seconds = time.perf_counter() - started
            kept = [
                trustworthiness(frame, each, n_neighbors=15)
                for frame, each in zip(frames, points, strict=True)
            ]
            spreads = [spread(each) for each in points]
            jump = jumps(points)
            print(
                f"{name:24} {statistics.median(jump):6.3f} {max(jump):6.3f} "
                f"{statistics.mean(kept):6.3f} {min(kept):6.3f} "
                f"{min(spreads):5.2f}–{max(spreads):5.2f}  {seconds:6.1f}",
                flush=True,
            )


def ours(run: Run, frames: list[np.ndarray]) -> list[np.ndarray]:
    project_umap(run, SETTINGS)
    return [stored_umap(run, SETTINGS, step) for step in run.snapshot_steps()]


def alone(run: Run, frames: list[np.ndarray]) -> list[np.ndarray]:
    """Frames that know nothing of each other, but for being turned onto each other."""
    from umap import UMAP

    from toll.latent.umap import turned_onto

    points: list[np.ndarray] = []
    for frame in frames:
        found = UMAP(random_state=0, n_jobs=1).fit_transform(frame)
        points.append(turned_onto(points[-1], found) if points else found)
    return points


def aligned(run: Run, frames: list[np.ndarray]) -> list[np.ndarray]:
    from umap import AlignedUMAP

    same = [{sample: sample for sample in range(SAMPLES)}] * (len(frames) - 1)
    return AlignedUMAP(random_state=0).fit(frames, relations=same).embeddings_


def collapsing_run(folder: Path) -> Run:
    """A run with made-up snapshots, of which sample 0 to 499 are normal."""
    run = RunStore(folder).create(laptop("digits"))
    random = np.random.default_rng(0)
    classes = np.concatenate((np.zeros(SAMPLES // 2, int), np.arange(SAMPLES // 2) % 9 + 1))
    centres = random.normal(size=(10, Z_DIM))[classes]
    own = random.normal(size=(SAMPLES, Z_DIM))
    for step in range(FRAMES):
        latents = (0.5 * centres + own).astype(np.float32)
        latents[classes == 0] *= np.float32((2 / 3) ** step)
        norms = np.linalg.norm(latents, axis=1)
        run.save_snapshot(Snapshot(step, np.arange(SAMPLES), latents, norms, norms))
        own = 0.95 * own + np.sqrt(1 - 0.95**2) * random.normal(size=own.shape)
    return run


def jumps(points: list[np.ndarray]) -> list[float]:
    """The median way that points go from each frame to the next, by the spread of the next."""
    return [
        float(np.median(np.linalg.norm(after - before, axis=1))) / spread(after)
        for before, after in itertools.pairwise(points)
    ]


def spread(points: np.ndarray) -> float:
    return float(np.sqrt(points.var(axis=0).sum()))


PARTS = {"speed": speed, "film": film, "quality": quality}


if __name__ == "__main__":
    main(*sys.argv[1:])
