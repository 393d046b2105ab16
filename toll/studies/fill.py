"""Filling a study: train every cell that is missing, many at once where the network allows it.

A study that was cut short goes on where it stopped: finished cells are left as they are, begun
ones go on from their checkpoints.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from toll.config import RunConfig
from toll.errors import Unfinished, in_words
from toll.method.checkpoint import step_of_weights
from toll.method.ensemble import can_be_stacked
from toll.method.networks import build_autoencoder
from toll.reading import DamagedFile
from toll.recording.record import prepare, record_together
from toll.recording.recorder import Halted
from toll.recording.scoring import score_run
from toll.recording.space import check_space, needed_bytes
from toll.runs.claim import Busy
from toll.runs.run import Run
from toll.runs.status import ASKED, Phase, State, Status
from toll.studies import ladder_report, report
from toll.studies.ladder import Ladder
from toll.studies.study import Cell, Plan, Study
from toll.studies.table import Table

Announce = Callable[[Run], None]
STATUS_SECONDS = 0.5
# More members than this no longer fit into a CPU's caches, and only wait for memory.
MEMBERS_AT_ONCE = 10


def write_reports(study: Study) -> None:
    """Write what the study says so far into its folder."""
    match study:
        case Table():
            report.write_reports(study)
        case Ladder():
            ladder_report.write_reports(study)


def check_feasible(plan: Plan, folder: Path) -> None:
    """Find what is wrong with the data, network, device or disk before anything is made.

    Raises:
        ValueError, FileNotFoundError: with one sentence that says what.
    """
    alike = Counter(plan.cell(*cell).replace(seed=0, beta=0.0) for cell in plan.cells)
    needed = 0
    for config, count in alike.items():
        split, state = prepare(config)
        needed += count * needed_bytes(config, split, state.model)
    check_space(needed, folder)


def fill(
    study: Study,
    cells: Sequence[Cell] | None = None,
    check: Callable[[], None] = lambda: None,
    announce: Announce = lambda run: None,
) -> Status:
    """Train the cells (default: all of the study) that are not finished, and write the reports.

    `check` is called between steps and may raise `Halted`; requests in the study's folder are
    obeyed too. `announce` is called with the run of each cell that has ended.

    Raises:
        ValueError: the study is of a newer version.
        Busy: another process is filling this study.
        Unfinished: the disk is full, or what else the system says; it can be filled further.
    """
    study.check_fillable()
    with study.claimed():
        return _fill(study, study.settings.cells if cells is None else cells, check, announce)


def _fill(
    study: Study, wanted: Sequence[Cell], check: Callable[[], None], announce: Announce
) -> Status:
    progress = _Progress(study, wanted, check)
    try:
        for group in _groups(study, wanted):
            with _claimed(study, group) as runs:
                progress.begin(runs)
                if runs:
                    record_together(runs, progress.watch)
            progress.obey_requests()
            for run in runs:
                announce(run)
            write_reports(study)
    except Halted as halt:
        write_reports(study)
        return study.conclude(halt.state, halt.message)
    except ValueError as error:
        study.conclude(State.FAILED, f"{error}.")
        raise
    except OSError as error:
        said = in_words(error)
        with suppress(OSError):  # then it reads as interrupted all the same
            study.conclude(State.INTERRUPTED, f"{said[0].upper()}{said[1:].removesuffix('.')}.")
        raise Unfinished(error.errno, said) from error
    failed = [cell for cell in wanted if study.state_of(*cell) is not State.FINISHED]
    study.update_status(step=(len(wanted) - len(failed)) * progress.niter)
    message = f"{len(failed)} of {len(wanted)} models did not finish." if failed else ""
    return study.conclude(State.FINISHED, message)


def retest(
    study: Study, cells: Sequence[Cell], base: RunConfig, announce: Announce = lambda run: None
) -> list[Cell]:
    """Score the saved weights of the cells again, write the reports, and return the cells tested.

    base: says on which device, and how many samples at a time.

    Raises:
        ValueError: there are no saved weights.
    """
    saved = [cell for cell in cells if study.cell(*cell).weights_path("last").exists()]
    if not saved:
        raise ValueError(f"there are no saved weights in {study.folder}: train them first")
    how = {"device": base.device, "inference_batch_size": base.inference_batch_size}
    for cell in saved:
        run = study.cell(*cell)
        run.check_resumable()
        config = run.config.replace(**how)
        split, state = prepare(config)
        with run.reading():
            state.step = step_of_weights(run.weights_path("last")) or 0
        score_run(run, config, split, state)
        announce(run)
    write_reports(study)
    return saved


@contextmanager
def _claimed(study: Study, group: Sequence[Cell]) -> Iterator[list[Run]]:
    """The runs of a group, claimed; left out are those that others work on or have finished."""
    with ExitStack() as claims:
        runs = []
        for cell in group:
            with suppress(Busy):
                run = study.begin_cell(*cell)
                status = claims.enter_context(run.claimed())
                if status.state is not State.FINISHED:
                    runs.append(run)
        yield runs


def _groups(study: Study, wanted: Sequence[Cell]) -> list[list[Cell]]:
    """Cells that are left, in groups that train as one."""
    base = study.settings.base
    network = study.spec.network(base.network)
    stack = can_be_stacked(build_autoencoder(network, study.spec.shape, base.z_dim))
    left = [cell for cell in wanted if study.state_of(*cell) is not State.FINISHED]
    alike: dict[object, list[Cell]] = defaultdict(list)
    for cell in left:
        alike[_kind(study, cell), None if stack else study.lockstep(cell)].append(cell)
    return [
        group[start : start + MEMBERS_AT_ONCE]
        for group in alike.values()
        for start in range(0, len(group), MEMBERS_AT_ONCE)
    ]


def _kind(study: Study, cell: Cell) -> object:
    """What has to be equal in cells that train as one: their step, and all but β and seed.

    A cell that has been begun keeps its own config; its device may be another than the study's.
    """
    run = study.begun_cell(*cell)
    config = run.config if run else study.settings.cell(*cell)
    try:
        step = step_of_weights(run.weights_path("checkpoint")) if run else None
    except DamagedFile:
        return cell  # it will fail, and alone
    return config.replace(seed=0, beta=0.0), step


class _Progress:
    """Keeps the study's status fresh while its cells train, and obeys what is asked of it."""

    def __init__(self, study: Study, wanted: Sequence[Cell], check: Callable[[], None]) -> None:
        self.study, self.check = study, check
        self.niter = study.settings.base.niter
        self.total = len(wanted) * self.niter
        finished = sum(study.state_of(*cell) is State.FINISHED for cell in wanted)
        self.ended_steps = finished * self.niter
        self.runs: list[Run] = []
        self.started = time.monotonic()
        self.written = 0.0
        self.made_before = 0
        self.begun_at: int | None = None
        study.take_up(step=self.ended_steps)

    def begin(self, runs: list[Run]) -> None:
        """Follow these runs from now on. How far they are shows once they have gone back to their
        checkpoints: until then their statuses may be ahead of that.
        """
        self.made_before = self._made()
        self.ended_steps += len(self.runs) * self.niter
        self.runs, self.begun_at = runs, None

    def obey_requests(self) -> None:
        """Raises `Halted` if the study has been asked to end."""
        self.check()
        request = self.study.request()
        if request in ASKED:
            raise Halted(ASKED[request])

    def watch(self) -> None:
        """Called between steps and batches: a cell that trains is left so that it can go on."""
        if time.monotonic() - self.written < STATUS_SECONDS:
            return
        self.written = time.monotonic()
        try:
            self.obey_requests()
        except Halted as halt:
            raise Halted(State.PAUSED, halt.message) from halt
        if self.begun_at is None:
            self.begun_at = self._steps()
        step = self.ended_steps + self._steps()
        rate = self._made() / (self.written - self.started) or None
        self.study.update_status(
            step=step,
            rate=rate,
            remaining=(self.total - step) / rate if rate else None,
            activity=self._activity(),
            seconds=self.written - self.started,
        )

    def _made(self) -> int:
        """Steps that this filling has made; not those from before it."""
        made = 0 if self.begun_at is None else max(self._steps() - self.begun_at, 0)
        return self.made_before + made

    def _steps(self) -> int:
        return sum(run.status().step for run in self.runs)

    def _activity(self) -> str:
        status = self.runs[0].status()
        doing = f"step {status.step:,}" if status.phase is Phase.TRAINING else status.activity
        return ": ".join(filter(None, (self.study.doing(self.runs), doing)))
