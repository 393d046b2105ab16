"""Whatever is killed, and whenever: what it leaves is whole, and goes on to the same end."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import Shells
from tests.kills import (
    LONG,
    SHORT,
    TRAIN,
    kill_server,
    kill_shell,
    kill_worker,
    survive_at_a_moment,
    survive_kills,
    uninterrupted,
)
from toll.jobs.launcher import Launcher
from toll.runs.run import Run
from toll.runs.store import RunStore

# From the first write of `toll train` to the last, as shares of all; tests/soak tries each of them.
SHARES = (0, 0.015, 0.025, 0.12, 0.4, 0.65, 0.85, 1)


@pytest.fixture(scope="module", autouse=True)
def cache(cache_of_module: Path) -> Path:
    """One cache folder for all tests here, as they share runs that were not interrupted."""
    return cache_of_module


@pytest.fixture(scope="module")
def shells() -> Iterator[Shells]:
    if not hasattr(os, "fork"):
        pytest.skip("processes cannot be forked here")
    shells = Shells()
    yield shells
    shells.close()


@pytest.fixture(scope="module")
def launcher(cache: Path) -> Iterator[Launcher]:
    launcher = Launcher(RunStore(cache / "runs"))
    yield launcher
    launcher.close()


@pytest.fixture(scope="module")
def short(cache: Path) -> Run:
    return uninterrupted(cache / "whole", SHORT)


@pytest.fixture(scope="module")
def long(cache: Path) -> Run:
    return uninterrupted(cache / "whole", LONG)


@pytest.fixture(scope="module")
def moments(shells: Shells, cache: Path) -> int:
    """How many moments of writing there are in a whole `toll train`."""
    shells.begin(*TRAIN, cache=cache)
    count, code = shells.end()
    assert count and code == 0
    return count


@pytest.mark.parametrize("share", SHARES)
def test_a_training_killed_at_a_write_goes_on_to_the_same_end(shells, cache, short, moments, share):
    survive_at_a_moment(shells, cache, 1 + round(share * (moments - 1)), short)


def test_a_run_whose_shells_are_killed_at_any_time_goes_on_to_the_same_end(shells, cache, long):
    chance = random.Random(2)
    survive_kills(lambda run: kill_shell(shells, run, chance), 2, cache / "runs", long)


def test_a_run_whose_worker_is_killed_at_any_time_goes_on_to_the_same_end(launcher, cache, long):
    chance = random.Random(3)
    survive_kills(lambda run: kill_worker(launcher, run, chance), 1, cache / "runs", long)


def test_a_run_whose_server_is_killed_at_any_time_goes_on_to_the_same_end(cache, long):
    chance = random.Random(4)
    survive_kills(lambda run: kill_server(run, chance), 1, cache / "runs", long)
