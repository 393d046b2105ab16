"""The launcher and real workers: queueing, pausing, stopping, and what is left when one dies.

Processes are killed by their id, and only those that the test has started. Runs that are to be
halted have more steps than any test waits for; those that are to end equal an uninterrupted one.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT
from tests.holding import held_elsewhere
from tests.small_runs import assert_same_results, small_config
from tests.waiting import wait_until
from toll.jobs.kinds import FindDevices, MeasureSpeed, Project, Train
from toll.jobs.launcher import Launcher
from toll.jobs.queue import Job, JobQueue, JobState
from toll.latent.stored import project_umap, umap_path
from toll.latent.umap import UmapSettings
from toll.runs.claim import Busy
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies.ladder import LadderSettings

WHOLE = small_config(niter=1000, ckpt_interval=500)
ENDLESS = small_config(niter=10_000_000, ckpt_interval=1_000_000)

SERVER = """
import json, sys
from pathlib import Path
from toll.config import RunConfig
from toll.jobs.launcher import Launcher
from toll.runs.store import RunStore

launcher = Launcher(RunStore(Path(sys.argv[1])))
for config in json.loads(sys.argv[2]):
    print(launcher.start(RunConfig.from_dict(config)).id, flush=True)
input()
"""


@pytest.fixture(scope="module", autouse=True)
def cache(cache_of_module: Path) -> Path:
    """One cache folder for all tests here, as they share a worker."""
    return cache_of_module


@pytest.fixture(scope="module")
def launcher(cache: Path) -> Iterator[Launcher]:
    before = set(psutil.Process().children(recursive=True))
    launcher = Launcher(RunStore(cache / "runs"))
    yield launcher
    launcher.close()
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.fixture(scope="module")
def uninterrupted(launcher: Launcher) -> Run:
    run = launcher.start(WHOLE)
    wait_for(run, State.FINISHED)
    return run


@pytest.fixture(autouse=True)
def nothing_is_left_in_the_queue(launcher: Launcher) -> Iterator[None]:
    yield
    wait_until(lambda: launcher.trainings() == [], "the queue is empty")


def wait_for(run: Run, state: State) -> None:
    """Until the run is in `state` and no process is working on it."""

    def reached() -> bool:
        status = run.status()
        return status.state is state and not status.activity

    wait_until(reached, f"run {run.id} is {state}")


def wait_for_step(run: Run, step: int) -> None:
    wait_until(lambda: run.status().step >= step, f"run {run.id} is at step {step}")


def wait_for_scores(run: Run) -> None:
    wait_until(lambda: run.metrics(), f"run {run.id} has been scored")
    wait_until(lambda: not run.status().activity, f"run {run.id} is at rest")


def worker_of(run: Run) -> psutil.Process:
    """The process that trains this run, which is a child of ours."""
    owner = run.status().owner
    assert owner is not None and owner != os.getpid()
    process = psutil.Process(owner)
    assert "toll.jobs.worker" in process.cmdline()
    return process


def queue_of(launcher: Launcher) -> JobQueue:
    return launcher.queue_of_device("cpu")


def test_a_stop_is_obeyed_though_the_worker_is_not_ready_yet(launcher):
    run = launcher.start(ENDLESS)
    wait_until(lambda: launcher.trainings()[0].state == "active", "the run has been handed over")
    launcher.stop(run)
    wait_for(run, State.STOPPED)


def test_a_run_is_trained_to_its_end(launcher, uninterrupted):
    status = uninterrupted.status()
    assert (status.state, status.step, status.message) == (State.FINISHED, 1000, "")
    assert status.owner is None
    assert uninterrupted.metrics()["last"]["score"]["auroc"] > 0.8
    assert uninterrupted.id in [each.run.id for each in launcher.store.list()]


def test_a_finished_run_cannot_be_resumed(launcher, uninterrupted):
    with pytest.raises(ValueError, match=f"run {uninterrupted.id} is finished and cannot be res"):
        launcher.resume(uninterrupted)


def test_runs_wait_for_each_other_and_are_trained_in_their_order(launcher):
    runs = [launcher.start(ENDLESS), *(launcher.start(small_config()) for _ in range(2))]
    wait_for_step(runs[0], 1)
    assert [job.work.id for job in launcher.trainings()] == [run.id for run in runs]
    assert [job.state for job in launcher.trainings()] == ["active", "waiting", "waiting"]
    assert [run.status().state for run in runs[1:]] == [State.QUEUED] * 2
    launcher.stop(runs[0])
    for run in runs[1:]:
        wait_for(run, State.FINISHED)
    assert runs[0].status().state is State.STOPPED
    stopped, *finished = (run.status().updated for run in runs)
    assert stopped < finished[0] < finished[1]


def test_a_run_that_waits_is_stopped_or_paused_at_once(launcher):
    active, stopped, paused = (launcher.start(ENDLESS) for _ in range(3))
    launcher.stop(stopped)
    launcher.pause(paused)
    assert stopped.status().state is State.STOPPED and paused.status().state is State.PAUSED
    assert stopped.status().owner is None and stopped.history().empty
    assert [job.work.id for job in launcher.trainings()] == [active.id]
    launcher.resume(paused)
    assert paused.status().state is State.QUEUED
    assert [job.work.id for job in launcher.trainings()] == [active.id, paused.id]
    launcher.stop(paused)
    launcher.stop(active)
    wait_for(active, State.STOPPED)


def test_a_paused_run_resumes_to_the_same_end(launcher, uninterrupted):
    run = launcher.start(WHOLE)
    wait_for_step(run, 100)
    launcher.pause(run)
    wait_for(run, State.PAUSED)
    assert 100 <= run.status().step < 1000 and run.scores() is None
    launcher.resume(run)
    wait_for(run, State.FINISHED)
    assert_same_results(run, uninterrupted)


def test_a_stopped_run_is_scored_by_the_same_worker(launcher):
    run = launcher.start(ENDLESS)
    wait_for_step(run, 10)
    worker = worker_of(run)
    launcher.stop(run)
    wait_for(run, State.STOPPED)
    wait_for_scores(run)
    assert run.metrics()["last"]["step"] == run.status().step
    assert len(run.history()) == run.status().step
    assert worker.is_running()


def test_closing_ends_the_worker_and_leaves_its_run_to_be_resumed(launcher):
    run = launcher.start(ENDLESS)
    wait_for_step(run, 1)
    worker = worker_of(run)
    launcher.close()
    assert not worker.is_running()
    wait_for(run, State.INTERRUPTED)
    assert run.weights_path("checkpoint").exists()


def test_a_killed_worker_leaves_the_run_interrupted_and_another_one_ends_it_the_same(
    launcher, uninterrupted
):
    run = launcher.start(WHOLE)
    wait_for_step(run, 100)
    launcher.pause(run)
    wait_for(run, State.PAUSED)
    checkpoint = run.status().step
    launcher.resume(run)
    wait_for_step(run, checkpoint + 100)
    worker = worker_of(run)
    worker.kill()
    wait_for(run, State.INTERRUPTED)
    wait_until(lambda: "signal 9" in run.status().message, "the launcher has said why")
    message = run.status().message
    assert message.startswith("The worker process ended by signal 9; its log is ")
    assert message.endswith(" Resume goes on from the last checkpoint.")
    launcher.resume(run)
    wait_for(run, State.FINISHED)
    assert_same_results(run, uninterrupted)


def test_a_queue_outlives_a_run_whose_folder_cannot_be_written_to(launcher, tmp_path):
    run = launcher.start(ENDLESS)
    wait_for_step(run, 10)
    (job,) = launcher.trainings()
    worker, queue = worker_of(run), queue_of(launcher)
    worker.suspend()
    run.folder.rename(tmp_path / "elsewhere")
    worker.kill()
    assert job.ended.wait(60)
    assert job.state == "failed" and "ended by signal 9" in job.message
    assert "Its folder could not be written to: " in job.message
    assert "is no longer there" in job.message
    assert "Its folder could not be written to" in queue.log.read_text()
    after = launcher.start(small_config())
    wait_for(after, State.FINISHED)


def test_a_run_whose_status_is_damaged_when_its_worker_dies_can_be_resumed(launcher):
    run = launcher.start(ENDLESS)
    wait_for_step(run, 10)
    (job,) = launcher.trainings()
    worker = worker_of(run)
    worker.suspend()
    (run.folder / "status.json").write_text("{")
    assert run.status().state is State.RUNNING
    worker.kill()
    assert job.ended.wait(60)
    assert run.status().state is State.INTERRUPTED and "signal 9" in run.status().message


def test_a_run_that_a_worker_refuses_does_not_wait_for_ever(launcher):
    run = launcher.store.create(small_config())
    newer = run.config.to_dict() | {"warm_up": 3}
    (run.folder / "config.json").write_text(json.dumps(newer))
    job = queue_of(launcher).submit(Job(Train(run.folder), run))
    assert job.ended.wait(60)
    wait_for(run, State.INTERRUPTED)
    assert job.state == "failed" and "'warm_up'" in run.status().message


def test_a_run_that_another_process_trains_is_neither_resumed_nor_trained_twice(launcher):
    run = launcher.start(ENDLESS)
    wait_for_step(run, 1)
    launcher.pause(run)
    wait_for(run, State.PAUSED)
    before = run.status()
    with held_elsewhere(run.work.path), pytest.raises(Busy, match="by another process"):
        launcher.resume(run)
    assert run.status() == before and run.request() == "pause"
    launcher.resume(run)
    waiting = launcher.start(small_config())
    with held_elsewhere(waiting.work.path):
        _, job = launcher.trainings()
        launcher.stop(run)
        assert job.ended.wait(60)
    assert job.state == "failed"
    assert job.message == f"run {waiting.id} is being worked on by another process."
    launcher.resume(waiting)
    wait_for(waiting, State.FINISHED)


def test_a_stopped_run_is_resumed_at_once_while_it_is_being_scored(launcher):
    run = launcher.start(ENDLESS)
    wait_for_step(run, 10)
    worker = worker_of(run)
    launcher.stop(run)
    wait_until(lambda: run.status().state is State.STOPPED, "the run has stopped")
    launcher.resume(run)
    reached = run.status().step
    wait_until(
        lambda: run.status().state is State.RUNNING and run.status().step > reached,
        "the run goes on",
    )
    assert worker_of(run).pid == worker.pid or not worker.is_running()
    launcher.pause(run)
    wait_for(run, State.PAUSED)
    assert run.history()["step"].tolist() == list(range(1, run.status().step + 1))


def test_a_queue_outlives_a_worker_that_cannot_be_started(launcher, monkeypatch):
    queue = queue_of(launcher)
    run = launcher.start(small_config())
    wait_for(run, State.FINISHED)
    assert queue.process is not None
    with monkeypatch.context() as patch:
        patch.setattr("toll.jobs.queue.sys.executable", "/no/such/python")
        queue.process.kill()
        queue.process.wait()
        failing = launcher.start(small_config())
        wait_for(failing, State.INTERRUPTED)
    assert "/no/such/python" in failing.status().message
    launcher.resume(failing)
    wait_for(failing, State.FINISHED)


def test_a_stuck_worker_is_killed_when_its_run_is_stopped_and_what_it_reached_is_scored(launcher):
    run = launcher.start(ENDLESS)
    wait_for_step(run, 10)
    launcher.pause(run)
    wait_for(run, State.PAUSED)
    checkpoint = run.status().step
    launcher.resume(run)
    wait_for_step(run, checkpoint + 1)
    worker = worker_of(run)
    worker.send_signal(signal.SIGSTOP)
    launcher.stop(run)
    wait_until(lambda: not worker.is_running(), "the stuck worker has been killed")
    wait_for(run, State.STOPPED)
    wait_for_scores(run)
    assert run.metrics()["last"]["step"] == checkpoint


def test_when_the_server_is_killed_its_runs_are_interrupted_and_another_ends_them(
    launcher, uninterrupted, cache
):
    configs = json.dumps([WHOLE.to_dict(), ENDLESS.to_dict()])
    store = RunStore(cache / "served")
    command = [sys.executable, "-c", SERVER, str(store.folder), configs]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as server:
        assert server.stdout is not None
        run, waiting = (store.get(server.stdout.readline().strip()) for _ in range(2))
        wait_for_step(run, 100)
        worker = worker_of(run)
        assert worker.ppid() == server.pid
        server.kill()
    wait_for(run, State.INTERRUPTED)
    wait_until(lambda: not is_there(worker), "the worker has ended by itself")
    assert run.status().message == (
        "The program that started this training ended before the training was done. Resume it."
    )
    assert 100 <= run.status().step < 1000
    assert waiting.status().state is State.INTERRUPTED
    assert waiting.status().message.endswith("stopped before it could begin. Resume it.")
    launcher.resume(run)
    wait_for(run, State.FINISHED)
    assert_same_results(run, uninterrupted)


def is_there(process: psutil.Process) -> bool:
    """Whether it runs; one whose new parent has not collected it yet has ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_run_that_cannot_be_trained_fails_and_the_worker_goes_on(launcher):
    failing = launcher.start(small_config(batch_size=5000))
    run = launcher.start(small_config())
    wait_for(failing, State.FAILED)
    wait_for(run, State.FINISHED)
    assert failing.status().message.startswith("Batch_size is 5000, but class 8 of Digits has")


def test_a_worker_measures_the_speed_and_names_the_devices(launcher):
    measurement = MeasureSpeed(small_config())
    job = launcher.submit(measurement)
    assert launcher.find(MeasureSpeed(small_config())) is job
    assert launcher.find(MeasureSpeed(small_config(niter=7))) is None
    assert launcher.devices() == ["cpu"]
    launcher.submit(FindDevices())
    assert job.ended.wait(60)
    assert job.state == "done" and all(seconds > 0 for seconds in job.result)
    devices = launcher.find(FindDevices())
    assert devices is not None and devices.ended.wait(60)
    assert launcher.devices()[0] == "cpu"


def test_a_background_job_under_way_is_not_begun_twice_and_can_be_cancelled(launcher):
    run = launcher.start(ENDLESS)
    wait_for_step(run, 1)
    job = launcher.submit(FindDevices())
    assert launcher.submit(FindDevices()) is job
    launcher.cancel(FindDevices())
    assert (job.state, job.message) == ("failed", "Cancelled.")
    assert launcher.submit(FindDevices()) is not job
    launcher.stop(run)
    wait_for(run, State.STOPPED)


def test_a_job_that_cannot_be_done_fails_with_the_sentence(launcher):
    job = queue_of(launcher).submit(Job(MeasureSpeed(small_config(batch_size=5000))))
    assert job.ended.wait(60)
    assert job.state == "failed" and job.message.startswith("batch_size is 5000, but class 8 of")


def test_a_projection_that_is_kept_is_not_computed_again(launcher, uninterrupted, monkeypatch):
    settings = UmapSettings()
    monkeypatch.setattr("toll.latent.stored.umap_points", lambda vectors, *given: vectors[:, :2])
    project_umap(uninterrupted, settings)
    paths = [umap_path(uninterrupted, settings, s) for s in uninterrupted.snapshot_steps()]
    kept = [path.read_bytes() for path in paths]
    job = queue_of(launcher).submit(Job(Project(uninterrupted.folder, settings)))
    assert job.ended.wait(60)
    assert job.state == "done" and [path.read_bytes() for path in paths] == kept


@dataclass(frozen=True)
class NoSuchJob(FindDevices):
    """A kind that no worker knows."""


def test_a_job_that_breaks_the_worker_fails_and_names_the_log(launcher):
    job = queue_of(launcher).submit(Job(NoSuchJob()))
    assert job.ended.wait(60)
    assert job.state == "failed"
    said, _, log = job.message.removesuffix(".").partition("; its log is ")
    assert said == "The worker process ended with exit code 1"
    assert Path(log).is_file()


def test_auto_and_the_device_it_stands_for_share_a_queue(launcher):
    launcher.warm_up()
    job = launcher.find(FindDevices())
    assert job is not None and job.ended.wait(60)
    stands_for = "cuda:0" if "cuda:0" in job.result else "mps" if "mps" in job.result else "cpu"
    assert launcher.queue_of_device("auto") is launcher.queue_of_device(stands_for)


class IdleQueue(JobQueue):
    """A queue that never gets round to its jobs."""

    def _work(self) -> None:
        pass


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Launcher:
    monkeypatch.setattr("toll.jobs.launcher.JobQueue", IdleQueue)
    return Launcher(RunStore(tmp_path))


@pytest.mark.parametrize("device", ["cuda", "cuda:0", "mps", "cpu"])
def test_until_the_devices_are_known_no_device_has_two_queues(idle, device):
    before = idle.queue_of_device(device)
    assert before is idle.queue_of_device("auto")
    assert idle.queue_of_device("cuda:1") is not before


def test_once_the_devices_are_known_auto_shares_the_queue_of_the_one_that_it_stands_for(idle):
    before = idle.queue_of_device("cuda:0")
    idle.find(FindDevices()).end(JobState.DONE, result=["cpu", "cuda:0"])
    assert idle.queue_of_device("auto") is before is idle.queue_of_device("cuda")
    assert idle.queue_of_device("cpu") is not before


def test_a_look_for_devices_that_failed_is_repeated(idle):
    idle.warm_up()
    failed = idle.find(FindDevices())
    failed.end(JobState.FAILED, "The worker process ended by signal 9.")
    idle.warm_up()
    again = idle.find(FindDevices())
    assert again is not failed and again.state == JobState.WAITING
    idle.warm_up()
    assert idle.find(FindDevices()) is again


def test_a_ladder_that_nobody_waits_for_makes_way_and_goes_on_afterwards(launcher):
    settings = LadderSettings(base=ENDLESS.replace(beta=1.0), betas=(0.0, 1.0), seeds=(0,))
    ladder = launcher.start_patient_ladder(settings)
    wait_until(lambda: ladder.status().step > 0, "the ladder is being trained")
    run = launcher.start(WHOLE)
    wait_until(lambda: run.status().state is State.FINISHED, "the run has gone first")
    wait_until(lambda: ladder.status().state is State.RUNNING, "the ladder goes on")
    launcher.stop(ladder)
    wait_until(lambda: not ladder.status().state.is_active, "the ladder has ended")
    assert ladder.status().state is State.STOPPED


def test_one_that_was_paused_by_a_person_does_not_go_on_by_itself(launcher):
    settings = LadderSettings(base=ENDLESS.replace(beta=1.0), betas=(0.0, 1.0), seeds=(0,))
    ladder = launcher.start_patient_ladder(settings)
    wait_until(lambda: ladder.status().step > 0, "the ladder is being trained")
    launcher.pause(ladder)
    wait_until(lambda: ladder.status().state is State.PAUSED, "the ladder is paused")
    run = launcher.start(WHOLE)
    wait_until(lambda: run.status().state is State.FINISHED, "the run has ended")
    assert ladder.status().state is State.PAUSED
