"""Recording a training: from a run's config to everything in its folder.

The command line and the worker both call `record`. A run that was cut short goes on from its last
checkpoint to the same end. What is written between two steps is in recorder.py, the scoring at the
end in scoring.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from toll.config import RunConfig
from toll.data import OneClassSplit, load_dataset, split_one_class
from toll.errors import Unfinished, in_words
from toll.method.checkpoint import load_checkpoint, save_weights
from toll.method.devices import use_threads_for
from toll.method.ensemble import train_together
from toll.method.training import Diverged, Step, TrainingState, train
from toll.recording.exhaustion import sentence
from toll.recording.recorder import Halted, Recorder
from toll.recording.scoring import score_run
from toll.recording.space import OutOfSpace, check_space, needed_bytes
from toll.runs.folder import DamagedFolder
from toll.runs.run import Run
from toll.runs.status import Phase, State, Status, this_process

Check = Callable[[], None]


def record(run: Run, check: Check = lambda: None) -> Status:
    """Train `run` from where it stands, score it, and write all of it to its folder.

    `check` is called between steps and batches and may raise `Halted`; requests in the run's
    folder are obeyed too, even one from before the start: whoever resumes a run clears it. An
    error that the user can fix ends the run as failed, with a sentence that says what is wrong.

    Examples:
        >>> from toll import RunStore, laptop, record
        >>> run = RunStore().create(laptop("digits", niter=20, device="cpu"))
        >>> record(run).state.value
        'finished'
    """
    return record_together([run], check)[0]


def record_together(runs: Sequence[Run], check: Check = lambda: None) -> list[Status]:
    """The same for several runs that differ in seed and β, which train step by step together.

    A request to one of them halts all; a run that diverges fails alone.

    Raises:
        ValueError: a run cannot go on from what is in its folder, which is left as it is.
        Busy: another process works on one of them; nothing has been done.
        Unfinished: not even what went wrong could be written; they can be resumed all the same.
    """
    with ExitStack() as claims:
        for run in runs:
            claims.enter_context(run.claimed())
        for run in runs:
            run.check_resumable()
        try:
            return _record(runs, check)
        except OSError as error:
            raise Unfinished(error.errno, in_words(error)) from error


def _record(runs: Sequence[Run], check: Check) -> list[Status]:
    """The same for runs that this process has claimed."""
    needed: dict[str, int] = {}
    with _concluding(runs, check, needed):
        for run in runs:
            run.take_up(Phase.LOADING)
        configs = [run.config for run in runs]
        split, states = prepare_together(configs)
        for run, config, state in zip(runs, configs, states, strict=True):
            needed[run.id] = needed_bytes(config, split, state.model)
            check_space(needed[run.id], run.folder)
        parts = zip(runs, configs, states, strict=True)
        recorders = [Recorder(run, config, split, state, check) for run, config, state in parts]
        for recorder in _train(recorders):
            _score(recorder.run, recorder.config, split, recorder.state, check)
            _finish(recorder.run)
    return [run.status() for run in runs]


def prepare(config: RunConfig) -> tuple[OneClassSplit, TrainingState]:
    """The data and the untrained state of a config.

    Raises:
        ValueError, FileNotFoundError: what the config asks for is missing.
    """
    split, states = prepare_together([config])
    return split, states[0]


def prepare_together(
    configs: Sequence[RunConfig],
) -> tuple[OneClassSplit, list[TrainingState]]:
    """The data that the configs share, and the untrained state of each."""
    config = configs[0]
    dataset = load_dataset(config.dataset)
    split = split_one_class(dataset, config.normal_class, config.validation_size)
    split.check_batch_size(config.batch_size)
    states = [TrainingState.start(each, dataset.spec) for each in configs]
    use_threads_for(states[0].model, len(states))
    return split, states


def score_stopped(run: Run, check: Check = lambda: None) -> Status:
    """Score a run that was stopped, under the weights of its last checkpoint.

    Raises:
        Busy: another process works on it; nothing has been done.
    """
    with run.claimed():
        return _score_stopped(run, check)


def _score_stopped(run: Run, check: Check) -> Status:
    if run.weights_path("checkpoint").exists():
        config, before = run.config, run.status()
        split, state = prepare(config)
        with run.reading():
            load_checkpoint(state, run.weights_path("checkpoint"))
        save_weights(state, run.weights_path("last"))
        try:
            _score(run, config, split, state, check)
        except Halted:
            run.conclude(before.state, before.message)
        else:
            # One that was stopped after its last step may lack what is recorded there.
            if state.step >= config.niter and config.niter in set(run.validation()["step"]):
                _finish(run)
            else:
                run.conclude(before.state, before.message)
    return run.status()


@contextmanager
def _concluding(runs: Sequence[Run], check: Check, needed: Mapping[str, int]) -> Iterator[None]:
    """Leave runs that have not ended in a state that says why, whatever ends the work early.

    What is wrong with a run's own settings fails it; what else goes wrong leaves it to be resumed.
    """
    try:
        yield
    except Halted as halt:
        halted = _left(runs)
        for run in halted:
            run.conclude(halt.state, halt.message)
        if halt.state is State.STOPPED:
            for run in halted:
                _score_stopped(run, check)
    except OutOfSpace as error:
        _interrupt(_left(runs), f"{error}. Then resume.")
    except DamagedFolder as error:
        left = _left(runs)
        _fail([run for run in left if run.folder == error.folder], f"{error}.")
        others = [run for run in left if run.folder != error.folder]
        _interrupt(others, f"{error}. Resume goes on from the last checkpoint.")
    except ValueError as error:
        left = _left(runs)
        # What has been trained works: the device or the data may be there again some day.
        begun = [run for run in left if run.weights_path("checkpoint").exists()]
        _interrupt(begun, f"{error}.")
        _fail([run for run in left if run not in begun], f"{error}.")
    except (OSError, RuntimeError, MemoryError) as error:
        said = sentence(error, runs[0], runs[0].config, needed.get(runs[0].id))
        if said is None and not isinstance(error, OSError):
            raise
        said = said or f"{in_words(error)}. Resume goes on from the last checkpoint."
        _interrupt(_left(runs), said)


def _left(runs: Sequence[Run]) -> list[Run]:
    """Those that are still being worked on: the others have finished or failed."""
    return [run for run in runs if run.status().state is State.RUNNING]


def _train(recorders: list[Recorder]) -> list[Recorder]:
    """Train to the end, and return those that reach it; one that diverges ends as failed."""
    going = recorders
    try:
        going = _surviving(going, Recorder.observe)
        for steps in _steps(recorders):
            # All note the step before one of them may find that all have to halt.
            for recorder, step in zip(recorders, steps, strict=True):
                recorder.note_step(step)
            going = _surviving(going, Recorder.follow)
            if not going:
                return []
    except Halted:
        _surviving(going, Recorder.halt)
        raise
    else:
        return _surviving(going, Recorder.finish)
    finally:
        for recorder in recorders:
            recorder.writer.close()


def _surviving(recorders: Sequence[Recorder], act: Callable[[Recorder], None]) -> list[Recorder]:
    """Have each of them act, and return those that have not diverged; the others have failed."""
    return [recorder for recorder in recorders if _acts(recorder, act)]


def _acts(recorder: Recorder, act: Callable[[Recorder], None]) -> bool:
    try:
        act(recorder)
    except Diverged as error:
        config = recorder.config
        cause = f"the learning rate ({config.lr:g}) or beta ({config.beta:g}) is too large"
        _fail([recorder.run], f"{error}: {cause}.")
        return False
    return True


def _steps(recorders: list[Recorder]) -> Iterator[list[Step]]:
    """One `Step` per recorder after every step that all have made."""
    first = recorders[0]
    if len(recorders) == 1:
        yield from ([step] for step in train(first.config, first.split, first.state))
    else:
        configs = [recorder.config for recorder in recorders]
        states = [recorder.state for recorder in recorders]
        yield from train_together(configs, first.split, states)


def _score(
    run: Run, config: RunConfig, split: OneClassSplit, state: TrainingState, check: Check
) -> None:
    def report(share: float) -> None:
        check()
        run.update_status(activity=f"scoring the test samples, {share:.0%} done")

    run.update_status(phase=Phase.SCORING, owner=this_process())
    score_run(run, config, split, state, report)


def _finish(run: Run) -> None:
    run.conclude(State.FINISHED)
    run.weights_path("checkpoint").unlink(missing_ok=True)
    for path in run.kept_weights():
        path.unlink()


def _interrupt(runs: Sequence[Run], message: str) -> None:
    """Leave runs to be resumed, with a message that says what is wrong outside of them.

    Raises:
        OSError: not even that could be written; the runs read as interrupted all the same.
    """
    for run in runs:
        try:
            run.conclude(State.INTERRUPTED, message[0].upper() + message[1:])
        except OSError as error:
            raise OSError(error.errno, message) from error


def _fail(runs: Sequence[Run], message: str) -> None:
    for run in runs:
        run.conclude(State.FAILED, message[0].upper() + message[1:])
