"""Recording a training: from a run's config to everything in its folder.

The command line and the worker both call `record`. Between two steps it writes history,
snapshots, validations and checkpoints, keeps the status fresh and heeds requests to pause or
stop. A run that was cut short goes on from its last checkpoint to the same end.
"""

import time
from collections.abc import Callable

import numpy as np
import torch

from toll.checkpoint import load_checkpoint, save_checkpoint, save_weights
from toll.config import RunConfig
from toll.data import OneClassSplit, load_dataset, split_one_class
from toll.encoding import Encoding, encode
from toll.evaluation import SCORES, auroc, separation
from toll.hardware import use_threads_for
from toll.objective import toll_score
from toll.runs import Run, Snapshot, snapshot_steps
from toll.scoring import best_step, score_run
from toll.status import ASKED, State, Status, this_process
from toll.training import Diverged, Step, TrainingState, read_means, train

FLUSH_SECONDS = 0.2
CHECKPOINT_SECONDS = 10.0


class Halted(Exception):
    """Training is to end before its last step, with the run left in `state`."""

    def __init__(self, state: State, message: str = "") -> None:
        super().__init__(message)
        self.state = state
        self.message = message


def record(run: Run, check: Callable[[], None] = lambda: None) -> Status:
    """Train `run` from where it stands, score it, and write all of it to its folder.

    `check` is called between steps and batches and may raise `Halted`; requests in the run's
    folder are heeded besides, also one from before the start: whoever resumes clears it. What
    goes wrong for a reason that the user can mend ends the run as failed, with a sentence.
    """
    run.update_status(state=State.RUNNING, owner=this_process(), message="", activity="loading")
    try:
        split, state = prepare(run.config())
        _Recorder(run, split, state, check).train()
        _score(run, split, state, check)
    except Halted as halt:
        run.update_status(state=halt.state, message=halt.message, activity="", remaining=None)
        if halt.state is State.STOPPED:
            return score_stopped(run, check)
    except Diverged as error:
        config = run.config()
        cause = f"the learning rate ({config.lr:g}) or beta ({config.beta:g}) is too large"
        return _fail(run, f"{error}: {cause}.")
    except (ValueError, OSError) as error:
        return _fail(run, f"{error}.")
    except (RuntimeError, MemoryError) as error:
        if not _is_out_of_memory(error):
            raise
        config = run.config()
        return _fail(run, f"Out of memory with batch size {config.batch_size}; use a smaller one.")
    return run.status()


def prepare(config: RunConfig) -> tuple[OneClassSplit, TrainingState]:
    """The data and the untrained state of a config.

    Raises:
        ValueError, FileNotFoundError: what the config asks for is not there.
    """
    dataset = load_dataset(config.dataset)
    split = split_one_class(dataset, config.normal_class, config.validation_size)
    split.check_batch_size(config.batch_size)
    state = TrainingState.start(config, dataset.spec.shape)
    use_threads_for(state.model)
    return split, state


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


def _fail(run: Run, message: str) -> Status:
    message = message[0].upper() + message[1:]
    return run.update_status(
        state=State.FAILED, message=message, activity="", remaining=None, owner=None
    )


class _Recorder:
    """Drives one training and writes to the run's folder between its steps."""

    def __init__(self, run: Run, split: OneClassSplit, state: TrainingState, check) -> None:
        self.run, self.split, self.state, self.check = run, split, state, check
        self.config = run.config()
        self.probe = split.probe(self.config.probe_size)
        self.snapshot_steps = snapshot_steps(self.config.niter)
        self.unwritten: list[tuple[Step, float]] = []

    def train(self) -> None:
        self._resume()
        try:
            self._observe()
            for step in train(self.config, self.split, self.state):
                self.unwritten.append((step, self._seconds()))
                if time.monotonic() - self.flushed > FLUSH_SECONDS:
                    self._flush()
                    self._heed_requests()
                self._observe()
        except Halted:
            self._flush()
            self._checkpoint()
            raise
        self._flush()
        self._checkpoint()
        save_weights(self.state, self.run.weights_path("last"))

    def _resume(self) -> None:
        checkpoint = self.run.weights_path("checkpoint")
        if checkpoint.exists():
            load_checkpoint(self.state, checkpoint)
        self.run.rewind(self.state.step)
        history = self.run.history()
        self.earlier_seconds = 0.0 if history.empty else float(history["seconds"].iloc[-1])
        self.first_step = self.state.step
        self.validated = set(self.run.validation()["step"])
        self.started = self.flushed = self.checkpointed = time.monotonic()
        device, precision = str(self.state.device), str(self.state.precision)
        self.run.update_status(
            activity="training", device=device, precision=precision.removeprefix("torch.")
        )
        self._flush()

    def _observe(self) -> None:
        """What is due at the present step, before the next one."""
        step = self.state.step
        if step in self.snapshot_steps and step not in self.run.snapshot_steps():
            self.run.save_snapshot(Snapshot(step, *self._encode(self.probe)))
        last = step == self.config.niter
        if (step % self.config.ckpt_interval == 0 or last) and step not in self.validated:
            self._validate(step)
        if time.monotonic() - self.checkpointed > CHECKPOINT_SECONDS:
            self._checkpoint()

    def _validate(self, step: int) -> None:
        encoding = self._encode(self.split.validation)
        error, norm = encoding.reconstruction_error, encoding.latent_norm
        scores = (toll_score(error, norm, self.config.beta), error, norm)
        labels = self.split.labels(encoding.ids)
        row = {name: auroc(labels, part) for name, part in zip(SCORES, scores, strict=True)}
        self.run.append_validation({"step": step, **row, "separation": separation(labels, norm)})
        self.validated.add(step)
        if best_step(self.run) == step:
            save_weights(self.state, self.run.weights_path("best_by_labels"))

    def _encode(self, ids: np.ndarray) -> Encoding:
        self._flush()
        encoding = encode(self.state, self.split, ids, self._heed_requests)
        if not np.isfinite(encoding.reconstruction_error + encoding.latent_norm).all():
            raise Diverged(f"the weights were not finite numbers after step {self.state.step}")
        return encoding

    def _flush(self) -> None:
        """Write the steps since the last flush, and a fresh status."""
        self.flushed = time.monotonic()
        if self.unwritten:
            means = read_means([step for step, _ in self.unwritten])
            rows = [
                {
                    "step": step.number,
                    "loss": float(loss),
                    "reconstruction_error": float(error),
                    "latent_norm": float(norm),
                    "seconds": round(seconds, 3),
                }
                for (step, seconds), (loss, error, norm) in zip(self.unwritten, means, strict=True)
            ]
            self.unwritten.clear()
            self.run.append_history(rows)
        done, elapsed = self.state.step - self.first_step, self.flushed - self.started
        rate = done / elapsed if done else None
        remaining = (self.config.niter - self.state.step) / rate if rate else None
        self.run.update_status(
            step=self.state.step, seconds=self._seconds(), rate=rate, remaining=remaining
        )

    def _checkpoint(self) -> None:
        save_checkpoint(self.state, self.run.weights_path("checkpoint"))
        self.checkpointed = time.monotonic()

    def _heed_requests(self) -> None:
        self.check()
        request = self.run.request()
        if request in ASKED:
            raise Halted(ASKED[request])

    def _seconds(self) -> float:
        return self.earlier_seconds + time.monotonic() - self.started
