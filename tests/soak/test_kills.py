"""Many more kills than in tests/test_kills.py: at all writes, and at other moments at each run.

TOLL_SOAK=10000 pytest tests/soak/test_kills.py -m soak     # so many kills of shells
"""

import os
import random

import pytest

from tests.kills import (
    kill_server,
    kill_shell,
    kill_worker,
    survive_at_a_moment,
    survive_kills,
)
from tests.test_kills import cache, launcher, long, moments, shells, short  # noqa: F401  (fixtures)

COUNT = int(os.environ.get("TOLL_SOAK", "200"))
# Those of workers and servers take longer.
FEWER = max(COUNT // 5, 1)
pytestmark = [pytest.mark.soak, pytest.mark.timeout(600 + 20 * COUNT)]
seed = int.from_bytes(os.urandom(4))


@pytest.fixture
def chance() -> random.Random:
    print(f"seed {seed}")
    return random.Random(seed)


def test_trainings_outlive_a_kill_at_each_write(shells, cache, short, moments):  # noqa: F811
    for moment in range(1, moments + 1):
        survive_at_a_moment(shells, cache, moment, short)
    print(f"killed at each of {moments} moments of writing")


def test_runs_outlive_many_kills_of_shells(shells, cache, long, chance):  # noqa: F811
    runs = survive_kills(lambda run: kill_shell(shells, run, chance), COUNT, cache / "runs", long)
    print(f"{COUNT} kills of shells, {runs} runs")


def test_runs_outlive_many_kills_of_workers(launcher, cache, long, chance):  # noqa: F811
    folder = cache / "runs"
    runs = survive_kills(lambda run: kill_worker(launcher, run, chance), FEWER, folder, long)
    print(f"{FEWER} kills of workers, {runs} runs")


def test_runs_outlive_many_kills_of_servers(cache, long, chance):  # noqa: F811
    runs = survive_kills(lambda run: kill_server(run, chance), FEWER, cache / "runs", long)
    print(f"{FEWER} kills of servers, {runs} runs")
