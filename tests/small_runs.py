"""Runs on the built-in digits that train within a second, and telling whether two are equal."""

from typing import Any

import numpy as np
import pandas as pd

from toll.config import RunConfig
from toll.presets import laptop
from toll.runs.run import Run
from toll.runs.snapshots import Snapshot


def small_config(**changes: Any) -> RunConfig:
    base = {"device": "cpu", "precision": "float32", "niter": 40, "probe_size": 20}
    return laptop("digits", **base, ckpt_interval=10).replace(**changes)


def snapshot(step: int, size: int = 6, z_dim: int = 4) -> Snapshot:
    """A made-up snapshot, another one for each step."""
    random = np.random.default_rng(step)
    latents = random.normal(size=(size, z_dim)).astype(np.float32)
    norms = np.linalg.norm(latents, axis=1)
    return Snapshot(step, np.arange(size), latents, random.random(size), norms)


def assert_same_results(run: Run, expected: Run) -> None:
    """All that a run keeps is equal to the last bit, but for the time taken."""
    pd.testing.assert_frame_equal(run.scores(), expected.scores(), check_exact=True)
    untimed = [each.history().drop(columns="seconds") for each in (run, expected)]
    pd.testing.assert_frame_equal(*untimed, check_exact=True)
    pd.testing.assert_frame_equal(run.validation(), expected.validation(), check_exact=True)
    pd.testing.assert_frame_equal(run.gradients(), expected.gradients(), check_exact=True)
    assert run.metrics() == expected.metrics()
    assert run.snapshot_steps() == expected.snapshot_steps()
    for step in expected.snapshot_steps():
        for part, wanted in zip(run.snapshot(step), expected.snapshot(step), strict=True):
            assert np.array_equal(part, wanted)
    assert pictures(run) == pictures(expected)


def pictures(run: Run) -> dict[str, bytes]:
    """All that is in the run's folder of pictures, by name."""
    return {path.name: path.read_bytes() for path in (run.folder / "pictures").iterdir()}
