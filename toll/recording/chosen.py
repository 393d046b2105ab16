"""The weights of the steps that are best so far, by each choice that looks back (see selection.py).

weights/step_00000060.safetensors    after step 60, while a choice stands there
weights/label_free.safetensors       under the choice's own name, once the run is scored

A training that was cut short goes on from its checkpoint, so what was best then has to be there:
new weights wait in memory for the next checkpoint, are written before it, and only after it are
those removed that it no longer speaks of.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from toll.files import replacing
from toll.method.checkpoint import save_tensors, step_of_weights
from toll.runs.run import Run


class ChosenWeights:
    """Keeps the weights of the chosen steps of one training.

    steps: the step of each choice, for one; as `chosen_steps` gives them.
    """

    def __init__(self, run: Run, steps: Mapping[str, int]) -> None:
        self.run, self.steps = run, steps
        self.waiting: dict[int, dict[str, Tensor]] = {}
        with run.reading():
            for name, step in steps.items():
                # Version 0.1.0 wrote them under the names of the choices only.
                earlier, path = run.weights_path(name), run.kept_weights_path(step)
                if not path.exists() and step_of_weights(earlier) == step:
                    _copy(earlier, path)

    def choose(self, steps: Mapping[str, int], present: int, weights: dict[str, Tensor]) -> None:
        """Take note of the choices after the validation of a step; its `weights` may be chosen."""
        self.steps = steps
        if present in steps.values():
            self.waiting[present] = weights
        self.waiting = {step: self.waiting[step] for step in self.waiting if step in steps.values()}

    def write(self) -> None:
        """Have all of them on disk."""
        for step, tensors in self.waiting.items():
            save_tensors(tensors, self.run.kept_weights_path(step), step)
        self.waiting.clear()

    def remove_others(self) -> None:
        """Remove what no choice stands at any more, once a checkpoint says so."""
        wanted = {self.run.kept_weights_path(step) for step in self.steps.values()}
        for path in self.run.kept_weights():
            if path not in wanted:
                path.unlink()


def publish_chosen(run: Run, steps: Mapping[str, int]) -> None:
    """Give the weights of the chosen steps the names of their choices."""
    for name, step in steps.items():
        kept, path = run.kept_weights_path(step), run.weights_path(name)
        if kept.exists():
            _copy(kept, path)


def _copy(source: Path, target: Path) -> None:
    with replacing(target) as temporary:
        shutil.copyfile(source, temporary)
