"""Kills of shells, workers and servers, each followed by what may be lost: nothing."""

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.conftest import ROOT
from tests.forked import Shells
from tests.small_runs import assert_same_results, small_config
from tests.waiting import wait_until
from toll.config import RunConfig
from toll.jobs.launcher import Launcher
from toll.recording.record import record
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore

# What `TRAIN` trains too.
SHORT = small_config(niter=6, ckpt_interval=3)
TRAIN = (
    "train",
    "--dataset=digits",
    "--niter=6",
    "--ckpt-interval=3",
    "--probe-size=20",
    "--device=cpu",
    "--precision=float32",
)
# Of these moments of a new run, those until its status is there: config.json and then status.json.
BEFORE_IT_BEGINS = 3

LONG = small_config(niter=1000, ckpt_interval=100)

SERVER = """
import sys
from pathlib import Path
from toll.config import RunConfig
from toll.jobs.launcher import Launcher
from toll.runs.store import RunStore

store = RunStore(Path(sys.argv[1]))
Launcher(store).resume(store.get(sys.argv[2]))
print("resumed", flush=True)
input()
"""


def uninterrupted(folder: Path, config: RunConfig) -> Run:
    run = RunStore(folder).create(config)
    assert record(run).state is State.FINISHED
    return run


def survive_at_a_moment(shells: Shells, cache: Path, moment: int, whole: Run) -> None:
    """`toll train` dies at this moment of writing; what it leaves goes on to the same end."""
    store = RunStore(cache / "runs")
    before = {each.run.id for each in store.list()}
    shells.begin(*TRAIN, cache=cache, die_at=moment)
    assert shells.end() == (0, -signal.SIGKILL), f"not killed at moment {moment}"
    (found,) = (each for each in store.list() if each.run.id not in before)
    if moment <= BEFORE_IT_BEGINS:
        assert found.status.state is State.DAMAGED and found.run.history().empty
    else:
        bring_to_the_end(found.run, whole)


def bring_to_the_end(run: Run, whole: Run) -> None:
    """What a killed process has left is whole, at rest, and goes on to the end of another run."""
    status = run.status()
    assert not status.is_busy
    if status.state is not State.FINISHED:
        assert status.state.can_resume, status
        with run.claimed():
            run.clear_request()
            assert record(run).state is State.FINISHED
    assert_same_results(run, whole)


def survive_kills(kill: Callable[[Run], int], times: int, folder: Path, whole: Run) -> int:
    """Have runs killed so often, one after another once it is done; gives how many there were."""
    survived = runs = 0
    while survived < times:
        run, runs = waiting_run(folder), runs + 1
        while survived < times and run.status().state is not State.FINISHED:
            survived += kill(run)
        bring_to_the_end(run, whole)
    return runs


def waiting_run(folder: Path) -> Run:
    """A run that nobody has begun, nor has in a queue."""
    run = RunStore(folder).create(LONG)
    run.place.release()
    return run


def kill_shell(shells: Shells, run: Run, chance: random.Random) -> int:
    """`toll resume`, killed after any time; gives how often it was: not, if it was faster."""
    process = psutil.Process(shells.begin("resume", run.id, cache=run.folder.parents[1]))
    try:
        process.wait(chance.uniform(0, 2))
    except psutil.TimeoutExpired:
        process.kill()
    _, code = shells.end()
    assert code in (0, -signal.SIGKILL)
    return int(code != 0)


def kill_worker(launcher: Launcher, run: Run, chance: random.Random) -> int:
    """A worker, killed any time after it has taken up the run; gives how often it was."""
    launcher.resume(run)
    (job,) = launcher.trainings()
    wait_until(lambda: run.status().owner != os.getpid(), "a worker has taken up the run")
    owner = run.status().owner
    if owner is None or job.ended.wait(chance.uniform(0, 2)):
        return 0
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(owner).kill()
    assert job.ended.wait(60)
    return int("signal 9" in job.message)


def kill_server(run: Run, chance: random.Random) -> int:
    """A server, killed any time after it has put the run into its queue; its worker ends too."""
    command = [sys.executable, "-c", SERVER, str(run.folder.parent), run.id]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "resumed\n"
        server = psutil.Process(process.pid)
        with contextlib.suppress(psutil.TimeoutExpired):
            server.wait(chance.uniform(0, 8))
        workers = server.children(recursive=True)
        server.kill()
    _, left = psutil.wait_procs(workers, 60)
    assert not left, "a worker outlived its server"
    return 1
