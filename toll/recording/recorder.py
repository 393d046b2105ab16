"""What is written to a run's folder between two steps of its training.

That is its history, snapshots of the probe samples, validations, checkpoints and a fresh status.
Requests to pause or stop are obeyed there too.
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from torch import Tensor

from toll.config import RunConfig
from toll.data import OneClassSplit
from toll.evaluation.metrics import SCORES, are_of_both_kinds, auroc, f1_at_share, separation
from toll.evaluation.selection import chosen_steps, label_free_criterion
from toll.method.checkpoint import load_checkpoint, save_checkpoint, save_weights, weights_of
from toll.method.encoding import Encoding, Samples, begin_encoding, decode, encode_and_show
from toll.method.gradients import SAMPLES, loss_gradients
from toll.method.objective import toll_score
from toll.method.training import Diverged, Step, TrainingState, read_means
from toll.recording.chosen import ChosenWeights, publish_chosen
from toll.recording.drawing import Drawing
from toll.recording.writer import Writer
from toll.runs.run import Run
from toll.runs.schemas import MOST_SECONDS
from toll.runs.snapshots import Snapshot, snapshot_steps
from toll.runs.status import ASKED, Phase, State

FLUSH_SECONDS = 0.2
CHECKPOINT_SECONDS = 10.0


class Halted(Exception):
    """Training has to end before its last step, with the run left in `state`."""

    def __init__(self, state: State, message: str = "") -> None:
        super().__init__(message)
        self.state = state
        self.message = message


class Recorder:
    """Writes one training to its run's folder, between the steps.

    When made, it has taken the run back to its last checkpoint, and `state` with it.
    """

    def __init__(
        self,
        run: Run,
        config: RunConfig,
        split: OneClassSplit,
        state: TrainingState,
        check: Callable[[], None],
    ) -> None:
        self.run, self.config, self.split, self.state = run, config, split, state
        self.check = check
        self.spec = split.dataset.spec
        checkpoint = run.weights_path("checkpoint")
        if checkpoint.exists():
            with run.reading():
                load_checkpoint(state, checkpoint)
        run.rewind(state.step)
        self.snapshots_due = snapshot_steps(config.niter).difference(run.snapshot_steps())
        self.validations = run.validation().to_dict("records")
        self.validated_steps = {row["step"] for row in self.validations}
        self.chosen = ChosenWeights(run, self._chosen_steps())
        self.unwritten: list[tuple[Step, float]] = []
        self.writer = Writer()

        self.drawing = Drawing(run, config, split)
        self.probe = split.probe(config.probe_size)
        self.probed = Samples(split, self.probe, state.device)
        self.validated = Samples(split, split.validation, state.device)
        self.shown = np.isin(self.probe, self.drawing.index.ids)
        few = split.probe(min(2 * SAMPLES, config.probe_size))
        self.pulled = np.isin(self.probe, few[split.labels(few) == 0])

        self.earlier_seconds = _seconds_in(run.history())
        self.first_step = state.step
        self.started = self.flushed = self.checkpointed = time.monotonic()
        device, precision = str(state.device), str(state.precision).removeprefix("torch.")
        run.take_up(Phase.TRAINING, device=device, precision=precision)
        self._flush()

    def note_step(self, step: Step) -> None:
        """Note a step that has been made."""
        self.unwritten.append((step, self._seconds()))

    def follow(self) -> None:
        """Do what is due after a step that has been noted."""
        if time.monotonic() - self.flushed > FLUSH_SECONDS:
            self._flush()
            self._obey_requests()
        self.observe()

    def halt(self) -> None:
        """Leave the run so that it can go on from the present step."""
        self._flush()
        self._checkpoint()

    def finish(self) -> None:
        """Keep the weights after the last step."""
        self.halt()
        save_weights(self.state, self.run.weights_path("last"))
        publish_chosen(self.run, self.chosen.steps)

    def observe(self) -> None:
        """Do what is due at the present step, before the next one."""
        step = self.state.step
        if step in self.snapshots_due:
            self.take_snapshot(step)
            self.snapshots_due.remove(step)
        due = step % self.config.ckpt_interval == 0 or step == self.config.niter
        if due and step not in self.validated_steps:
            self.validated_steps.add(step)
            self._validate(step)
        if time.monotonic() - self.checkpointed > CHECKPOINT_SECONDS:
            self._checkpoint()

    def take_snapshot(self, step: int) -> None:
        """Keep the probe samples as they stand, what the decoder shows, and the two gradients.

        The snapshot itself is written last: where it is, the rest is complete.
        """
        encoding, outputs = self._encode(self.probed, self.shown)
        decoded = decode(self.state, self.drawing.to_decode(encoding.latents[self.shown]))
        latents = encoding.latents[self.pulled]
        ids, beta = self.probe[self.pulled], self.config.beta
        gradients = loss_gradients(self.state, self.split, ids, latents, beta)

        def write() -> None:
            self.drawing.draw(step, outputs, decoded)
            self.run.append_gradients({"step": step, **gradients._asdict()})
            self.run.save_snapshot(Snapshot(step, *encoding))

        self.writer.write(write)

    def _validate(self, step: int) -> None:
        """Begin the validation of the present weights; it is judged while training goes on."""
        self._write_history()
        nothing = np.zeros(len(self.validated.ids), dtype=bool)
        read = begin_encoding(self.state, self.validated, nothing, self._obey_requests)
        weights = weights_of(self.state)

        def judge() -> None:
            encoding, _ = read()
            _check_finite(encoding, step)
            self._judge(encoding, step, weights)

        self.writer.write(judge)

    def _judge(self, encoding: Encoding, step: int, weights: dict[str, Tensor]) -> None:
        error, norm = encoding.reconstruction_error, encoding.latent_norm
        score = toll_score(error, norm, self.config.beta)
        labels = self.split.labels(encoding.ids)
        normal = labels == 0
        row = {"label_free": label_free_criterion(error[normal], norm[normal], self.config.beta)}
        if are_of_both_kinds(labels):
            parts = zip(SCORES, (score, error, norm), strict=True)
            row |= {name: auroc(labels, part) for name, part in parts}
            share = self.spec.f1_share
            row |= {
                "separation": separation(labels, norm),
                "metric_by_labels": f1_at_share(labels, score, share) if share else row["score"],
            }
        self.validations.append({"step": step, **row})
        self.run.append_validation(self.validations[-1])
        self.chosen.choose(self._chosen_steps(), step, weights)

    def _chosen_steps(self) -> dict[str, int]:
        """The step of each choice that looks back over the training."""
        chosen = chosen_steps(pd.DataFrame(self.validations))
        return {name: step for name, step in chosen.items() if name != "last"}

    def _encode(self, samples: Samples, shown: np.ndarray) -> tuple[Encoding, np.ndarray]:
        encoding, outputs = encode_and_show(self.state, samples, shown, self._obey_requests)
        self._write_history()  # which raises where a loss was not finite before
        _check_finite(encoding, self.state.step)
        return encoding, outputs

    def _flush(self) -> None:
        """Write the steps since the last flush, and a fresh status."""
        self.flushed = time.monotonic()
        self._write_history()
        done, elapsed = self.state.step - self.first_step, self.flushed - self.started
        rate = done / elapsed if done and elapsed else None
        remaining = (self.config.niter - self.state.step) / rate if rate else None
        self.run.update_status(
            step=self.state.step, seconds=self._seconds(), rate=rate, remaining=remaining
        )

    def _write_history(self) -> None:
        self.writer.wait()  # what went wrong there belongs to an earlier step
        if not self.unwritten:
            return
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

    def _checkpoint(self) -> None:
        self._write_history()  # a run goes on from here, so what came before has to be there
        self.chosen.write()
        save_checkpoint(self.state, self.run.weights_path("checkpoint"))
        self.chosen.remove_others()
        self.checkpointed = time.monotonic()

    def _obey_requests(self) -> None:
        self.check()
        request = self.run.request()
        if request in ASKED:
            raise Halted(ASKED[request])

    def _seconds(self) -> float:
        return min(self.earlier_seconds + time.monotonic() - self.started, MOST_SECONDS)


def _seconds_in(history: pd.DataFrame) -> float:
    """Seconds of training up to the last row that tells: it may have none, or less than none."""
    told = [seconds for seconds in history["seconds"] if seconds >= 0]
    return float(told[-1]) if told else 0.0


def _check_finite(encoding: Encoding, step: int) -> None:
    """Raises `Diverged` where the weights after `step` make numbers that are not finite."""
    if not np.isfinite(encoding.reconstruction_error + encoding.latent_norm).all():
        raise Diverged(f"the weights were not finite numbers after step {step}")
