"""UMAP of a run's snapshots, computed once and kept in its folder; or, where that may only be read,
in the folder of whoever looks at it.

UMAP keeps neighbourhoods and throws scale away; geometry.py has the maps that keep it.
"""

import hashlib
import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from toll.files import replacing
from toll.latent.umap import Layout, UmapSettings, umap_points
from toll.paths import may_write, own_dir
from toll.reading import Array, DamagedFile, read_arrays, read_bytes
from toll.runs.run import Run
from toll.runs.snapshots import directions

PROJECTION = {"points": Array("f", "nd"), "of": Array("U", "")}


def umap_folders(run: Run, settings: UmapSettings) -> list[Path]:
    """Where projections of a run may lie; the last is where further ones are put."""
    own = run.folder / "projections"
    folders = [own]
    if not may_write(own):
        key = hashlib.blake2b(str(run.folder.resolve()).encode(), digest_size=8).hexdigest()
        folders.append(own_dir() / "projections" / f"{run.folder.name}-{key}")
    return [each / settings.name for each in folders]


def umap_path(run: Run, settings: UmapSettings, step: int) -> Path:
    """Where the projection of the snapshot at `step` lies, or will lie."""
    paths = [each / f"step_{step:08d}.npz" for each in umap_folders(run, settings)]
    return next((path for path in paths if path.exists()), paths[-1])


def stored_umap(run: Run, settings: UmapSettings, step: int) -> np.ndarray | None:
    """UMAP of the snapshot at `step`, (n, dimensions), or None while it has not been computed.

    A projection of an earlier snapshot of that step, from before the run went back and trained it
    again, does not count.
    """
    try:
        stored = read_arrays(umap_path(run, settings, step), PROJECTION)
        current = stored["of"] == _fingerprint(run, step)
    except (FileNotFoundError, DamagedFile):
        # A damaged file is computed again like one that is missing.
        return None
    points = stored["points"]
    return points if current and points.shape[1] == settings.dimensions else None


def project_umap(
    run: Run,
    settings: UmapSettings,
    report: Callable[[float, str], None] = lambda share, message: None,
) -> None:
    """Compute UMAP of every snapshot that has none stored, and keep each as soon as it is ready.

    Steps ascend, and each step's points stay near those of the last one before it. `report` is
    called before each step with the share that is done and what comes next; it may raise to stop.
    Snapshots that are damaged have none.
    """
    kept = [each.step for each in run.snapshots().snapshots]
    missing = [step for step in kept if stored_umap(run, settings, step) is None]
    taken: list[float] = []
    for number, step in enumerate(missing):
        report(number / len(missing), f"UMAP of step {step:,}{_left(taken, len(missing) - number)}")
        started = time.perf_counter()
        _project(run, settings, step)
        taken.append(time.perf_counter() - started)


def _left(taken: list[float], steps: int) -> str:
    """How long the steps that are left will take, judging by those before them."""
    # The first one compiles umap's code, which says nothing about the others.
    if len(taken) < 2:
        return "" if taken else "; the first takes longest"
    seconds = math.ceil(sum(taken[1:]) / (len(taken) - 1) * steps)
    return f", about {seconds} s left" if seconds < 90 else f", about {seconds / 60:.0f} min left"


def _project(run: Run, settings: UmapSettings, step: int) -> None:
    try:
        # Read before the latents: if they are replaced in between, the points will count as stale.
        fingerprint = _fingerprint(run, step)
        vectors = _subject(run, settings, step)
    except FileNotFoundError:
        return  # The run has just gone back to before this step.
    points = umap_points(vectors, settings, _layout_before(run, settings, step, len(vectors)))
    if not run.folder.exists():
        return  # It has been deleted meanwhile, and must not come into being again.
    path = umap_folders(run, settings)[-1] / f"step_{step:08d}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, temporary.open("wb") as out:
        np.savez(out, points=points.astype(np.float32), of=fingerprint)


def _layout_before(run: Run, settings: UmapSettings, step: int, size: int) -> Layout | None:
    """The last stored layout before `step` that has as many samples."""
    for earlier in reversed(run.snapshot_steps()):
        points = stored_umap(run, settings, earlier) if earlier < step else None
        if points is not None and len(points) == size:
            return Layout(_subject(run, settings, earlier), points)
    return None


def _subject(run: Run, settings: UmapSettings, step: int) -> np.ndarray:
    """What UMAP shows: the latents at `step`, (n, z_dim) in float64, or their directions."""
    latents = run.snapshot(step).latents.astype(np.float64)
    return directions(latents) if settings.of == "directions" else latents


def _fingerprint(run: Run, step: int) -> str:
    """What distinguishes the snapshot at `step` from another one of the same step."""
    return hashlib.blake2b(read_bytes(run.snapshot_path(step)), digest_size=8).hexdigest()
