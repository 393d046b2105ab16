"""Recording a training: from a run's config to everything in its folder.

The command line and the worker both call `record`. A run that was cut short goes on from its last
checkpoint to the same end. What is written between two steps is in recorder.py.
"""

from collections.abc import Callable, Iterator, Sequence

import torch

from toll.config import RunConfig
from toll.data import OneClassSplit, load_dataset, split_one_class
from toll.method.checkpoint import load_checkpoint, save_weights
from toll.method.devices import use_threads_for
from toll.method.ensemble import train_together
from toll.method.training import Diverged, Step, TrainingState, train
from toll.recording.recorder import Halted, Recorder
from toll.recording.scoring import score_run
from toll.runs.run import Run
from toll.runs.status import State, Status, this_process


def record(run: Run, check: Callable[[], None] = lambda: None) -> Status:
    """Train `run` from where it stands, score it, and write all of it to its folder.

    `check` is called between steps and batches and may raise `Halted`; requests in the run's
    folder are heeded besides, also one from before the start: whoever resumes clears it. What
    goes wrong for a reason that the user can mend ends the run as failed, with a sentence.
    """
    return record_together([run], check)[0]


def record_together(runs: Sequence[Run], check: Callable[[], None] = lambda: None) -> list[Status]:
    """The same for several runs that differ in seed and β, trained as one model.

    A request to one of them halts all; one that diverges fails alone.
    """
    for run in runs:
        run.update_status(state=State.RUNNING, owner=this_process(), message="", activity="loading")
    going = list(runs)
    try:
        split, states = prepare_together([run.config() for run in runs])
        recorders = [
            Recorder(run, split, state, check) for run, state in zip(runs, states, strict=True)
        ]
        for recorder in _train(recorders, going):
            _score(recorder.run, split, recorder.state, check)
            going.remove(recorder.run)
    except Halted as halt:
        for run in going:
            run.update_status(
                state=halt.state, message=halt.message, activity="", remaining=None, owner=None
            )
        if halt.state is State.STOPPED:
            for run in going:
                score_stopped(run, check)
    except (ValueError, OSError) as error:
        _fail(going, f"{error}.")
    except (RuntimeError, MemoryError) as error:
        if not _is_out_of_memory(error):
            raise
        size = runs[0].config().batch_size
        _fail(going, f"Out of memory with batch size {size}; use a smaller one.")
    return [run.status() for run in runs]


def _train(recorders: list["Recorder"], going: list[Run]) -> list["Recorder"]:
    """Train to the end, and give those that reached it; one that diverges leaves `going`."""
    training = list(recorders)

    def have(recorder: Recorder, act: Callable[[], None]) -> None:
        try:
            act()
        except Diverged as error:
            config = recorder.run.config()
            cause = f"the learning rate ({config.lr:g}) or beta ({config.beta:g}) is too large"
            _fail([recorder.run], f"{error}: {cause}.")
            training.remove(recorder)
            going.remove(recorder.run)

    for recorder in recorders:
        recorder.start()
    try:
        for recorder in recorders:
            have(recorder, recorder.observe)
        for steps in _steps(recorders):
            # All have taken the step down before one of them may find that all are to halt.
            for recorder, step in zip(recorders, steps, strict=True):
                recorder.take_down(step)
            for recorder in list(training):
                have(recorder, recorder.follow)
            if not training:
                return []
    except Halted:
        for recorder in list(training):
            have(recorder, recorder.halt)
        raise
    for recorder in list(training):
        have(recorder, recorder.finish)
    return training


def _steps(recorders: list["Recorder"]) -> Iterator[list[Step]]:
    """One `Step` a recorder after every step of all."""
    first = recorders[0]
    if len(recorders) == 1:
        yield from ([step] for step in train(first.config, first.split, first.state))
    else:
        configs = [recorder.config for recorder in recorders]
        states = [recorder.state for recorder in recorders]
        yield from train_together(configs, first.split, states)


def prepare(config: RunConfig) -> tuple[OneClassSplit, TrainingState]:
    """The data and the untrained state of a config.

    Raises:
        ValueError, FileNotFoundError: what the config asks for is not there.
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


def score_stopped(run: Run, check: Callable[[], None] = lambda: None) -> Status:
    """Score a run that was stopped, under the weights of its last checkpoint."""
    if run.weights_path("checkpoint").exists():
        try:
            split, state = prepare(run.config())
            load_checkpoint(state, run.weights_path("checkpoint"))
            save_weights(state, run.weights_path("last"))
            _score(run, split, state, check)
        except Halted:
            pass
        run.update_status(activity="", owner=None)
    return run.status()


def _score(run: Run, split: OneClassSplit, state: TrainingState, check) -> None:
    finished = state.step >= run.config().niter

    def report(share: float) -> None:
        check()
        run.update_status(activity=f"scoring the test samples, {share:.0%} done")

    run.update_status(owner=this_process())
    score_run(run, split, state, report)
    if finished:
        run.update_status(state=State.FINISHED, activity="", remaining=None, owner=None)
        run.weights_path("checkpoint").unlink(missing_ok=True)


def _is_out_of_memory(error: Exception) -> bool:
    # On the CPU torch raises a bare RuntimeError that names its allocator.
    known = isinstance(error, (torch.OutOfMemoryError, MemoryError))
    return known or "DefaultCPUAllocator" in str(error)


def _fail(runs: Sequence[Run], message: str) -> None:
    message = message[0].upper() + message[1:]
    for run in runs:
        run.update_status(
            state=State.FAILED, message=message, activity="", remaining=None, owner=None
        )
