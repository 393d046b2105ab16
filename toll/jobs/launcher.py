"""Launching long work from the dashboard: runs to train, and background jobs beside them.

Each device has a queue (queue.py) with a warm worker. Training is followed through the run's
folder, never through these objects; they only say what waits and what is being done.
"""

import contextlib
import threading
from collections.abc import Callable

from toll.config import AUTOMATIC_DEVICES, RunConfig
from toll.jobs.kinds import (
    CompareDetectors,
    Download,
    FillLadder,
    FillTable,
    FindDevices,
    Import,
    Inspect,
    Kind,
    MeasureSpeed,
    Project,
    Score,
    Train,
)
from toll.jobs.queue import Job, JobQueue, JobState, close_work
from toll.runs.folder import WorkFolder
from toll.runs.run import Run
from toll.runs.status import Phase, State
from toll.runs.store import RunStore
from toll.studies.ladder import Ladder, LadderSettings
from toll.studies.study import Study

# A training that has not obeyed a request after this long is killed; its checkpoint remains.
PATIENCE_SECONDS = 1.2


class Launcher:
    """Starts, pauses, resumes and stops runs, and does other long work beside them."""

    def __init__(self, store: RunStore | None = None) -> None:
        self.store = store or RunStore()
        self.queues: dict[str, JobQueue] = {}
        self.background: dict[Kind, tuple[JobQueue, Job]] = {}
        self.lock = threading.Lock()
        self.patient: Ladder | None = None

    def queue_of_device(self, device: str) -> JobQueue:
        """The queue of a device; `auto` shares that of the device that it stands for.

        Until a worker has found the devices, each of those that it may stand for shares it.
        """
        self.warm_up()
        job = self.find(FindDevices())
        present = job.result if job and job.result else AUTOMATIC_DEVICES
        stands_for = [each for each in AUTOMATIC_DEVICES if each in present]
        shared = stands_for[:1] if job and job.result else stands_for
        name = "cuda:0" if device == "cuda" else device
        return self._queue("auto" if name in shared else name, "training")

    def warm_up(self) -> None:
        """Have a worker ready before the first run asks for one, which first finds the devices.

        A look for them that has failed is repeated.
        """
        job = self.find(FindDevices())
        if job is None or job.state == JobState.FAILED:
            self.submit(FindDevices())

    def devices(self) -> list[str]:
        """Devices of this machine; the CPU alone until a worker has found them."""
        job = self.find(FindDevices())
        return job.result if job and job.result else ["cpu"]

    def close(self) -> None:
        """End all workers. Runs that are being trained or wait are left interrupted."""
        with self.lock:
            queues, self.queues = list(self.queues.values()), {}
        for queue in queues:
            queue.close()

    # Runs and studies

    def start(self, config: RunConfig) -> Run:
        """Create a run and put it into the queue of its device."""
        run = self.store.create(config)
        self._enqueue(Train(run.folder), run, config.device)
        return run

    def resume(self, run: Run) -> None:
        """Put a paused, stopped or interrupted run back into the queue.

        A stopped run that is still being scored is not scored to the end first.

        Raises:
            ValueError: the run is in another state, damaged, of a newer version, or another
                process works on it.
        """
        device = run.config.device
        self._end_scoring(run)
        with run.claimed() as status:
            if not status.state.can_resume:
                raise ValueError(f"run {run.id} is {status.state} and cannot be resumed")
            run.check_resumable()
            run.queue_up()
        self._enqueue(Train(run.folder), run, device)

    def start_ladder(self, settings: LadderSettings) -> Ladder:
        """Create a ladder and put it into the queue of its device."""
        ladder = Ladder.create(settings)
        self.fill(ladder)
        return ladder

    def start_patient_ladder(self, settings: LadderSettings) -> Ladder:
        """The same for a ladder that nobody waits for: whatever is asked for later goes first."""
        ladder = self.start_ladder(settings)
        self.patient = ladder
        return ladder

    def fill(self, study: Study) -> None:
        """Put a table or a ladder into the queue of its device: it goes on where it stopped.

        Raises:
            ValueError: it is in the queue or being filled already, or of a newer version.
        """
        study.check_fillable()
        device = study.settings.base.device
        with study.claimed() as status:
            if status.state.is_active:
                raise ValueError(f"{study.noun} {study.id} waits to be filled already")
            study.queue_up()
        is_ladder = isinstance(study, Ladder)
        kind = FillLadder(study.folder) if is_ladder else FillTable(study.folder)
        self._enqueue(kind, study, device)

    def stop(self, work: WorkFolder) -> None:
        """Have a run or study end here; what a run has reached is scored."""
        self._ask(work, "stop")

    def pause(self, work: WorkFolder) -> None:
        """Have a run or study make way for others; it can be resumed."""
        self._ask(work, "pause")

    def trainings(self) -> list[Job]:
        """Jobs of runs and studies, of all queues, active ones first within their queue."""
        return [job for _, job in self._jobs() if job.work is not None]

    # Background jobs

    def submit(self, kind: Kind) -> Job:
        """Have other long work done: a measurement, a projection, a download, an import.

        While an equal job waits or is being done, that one is returned as it is.
        """
        queue = self._queue_for(kind)
        with self.lock:
            _, job = self.background.get(kind, (None, None))
            if job is None or job.ended.is_set():
                job = queue.submit(Job(kind))
                self.background[kind] = (queue, job)
            return job

    def find(self, kind: Kind) -> Job | None:
        """The last background job equal to this, waiting, active or ended."""
        _, job = self.background.get(kind, (None, None))
        return job

    def cancel(self, kind: Kind) -> None:
        """End a background job, whether it waits or is being done."""
        queue, job = self.background[kind]
        if queue.withdraw(job):
            job.end(JobState.FAILED, "Cancelled.")
        else:
            queue.kill(job)

    def withdraw(self, matches: Callable[[Kind], bool]) -> None:
        """Take the background jobs that match and still wait out of their queues."""
        for kind, (queue, job) in list(self.background.items()):
            if matches(kind) and queue.withdraw(job):
                job.end(JobState.FAILED, "Cancelled.")

    def _queue_for(self, kind: Kind) -> JobQueue:
        match kind:
            case Project():
                return self._queue("projections")
            case Download():
                return self._queue("downloads")
            case CompareDetectors(folder):  # which may have to train
                return self.queue_of_device(Run(folder).config.device)
            case Inspect() | Import():
                return self._queue("imports")
            case MeasureSpeed(config):
                return self.queue_of_device(config.device)
            case _:
                return self._queue("auto", "training")

    def _queue(self, name: str, warm_up: str = "nothing") -> JobQueue:
        with self.lock:
            if name not in self.queues:
                self.queues[name] = JobQueue(name, warm_up)
            return self.queues[name]

    def _jobs(self) -> list[tuple[JobQueue, Job]]:
        with self.lock:
            queues = list(self.queues.values())
        return [(queue, job) for queue in queues for job in queue.jobs()]

    def _enqueue(self, kind: Kind, work: WorkFolder, device: str) -> None:
        self.queue_of_device(device).submit(Job(kind, work))
        self._make_way(work)

    def _make_way(self, work: WorkFolder) -> None:
        """Have the patient ladder pause for other work, and go on after it."""
        ladder = self.patient
        if ladder is None or ladder.folder == work.folder:
            return
        for _, job in self._jobs():
            if job.work is not None and job.work.folder == ladder.folder:
                self.pause(ladder)
                threading.Thread(target=self._go_on, args=(ladder, job), daemon=True).start()

    def _go_on(self, ladder: Ladder, job: Job) -> None:
        job.ended.wait()
        # Not if it was finished by then, or somebody has it go on already.
        with contextlib.suppress(ValueError):
            if ladder.status().state is State.PAUSED:
                self.fill(ladder)

    def _ask(self, work: WorkFolder, request: str) -> None:
        work.ask(request)
        for queue, job in self._jobs():
            if job.work is None or job.work.folder != work.folder:
                continue
            if queue.withdraw(job):
                close_work(work, "")
                job.end(JobState.FAILED, "Withdrawn.")
            else:
                threading.Timer(PATIENCE_SECONDS, self._insist, (queue, job)).start()

    def _end_scoring(self, run: Run) -> None:
        """Have a stopped run scored no further: withdraw what would, or kill what does."""
        status = run.status()
        if not status.state.can_resume:
            return
        for queue, job in self._jobs():
            if job.work is None or job.work.folder != run.folder:
                continue
            if queue.withdraw(job):
                job.end(JobState.FAILED, "Withdrawn.")
            elif status.phase == Phase.SCORING:
                queue.kill(job)
                job.ended.wait()

    def _insist(self, queue: JobQueue, job: Job) -> None:
        """Kill work that has not obeyed its request, and score what a stopped run reached."""
        assert job.work is not None
        status = job.work.status()
        # Not `is`: after a code reload the run's class, and its states, may be newer than this one.
        if job.ended.is_set() or status.state != State.RUNNING:
            return
        queue.kill(job)
        job.ended.wait()
        stopped = job.work.status().state == State.STOPPED
        if stopped and isinstance(job.work, Run) and status.phase != Phase.SCORING:
            run = job.work
            self._enqueue(Score(run.folder), run, run.config.device)
