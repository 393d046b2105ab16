"""The random numbers of a run: drawn from its seed anew, or as the published loop draws them.

That loop seeds torch and NumPy once a repetition and then trains the classes one after another. A
network that is built takes its weights from torch's generator, a training its batches from NumPy's,
and nothing else draws. So a class can be given what the classes before it would have left, without
training them: their networks are built, and their batches drawn.
"""

from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from toll.config import RunConfig

if TYPE_CHECKING:
    from toll.data import DatasetSpec, OneClassSplit

# The published sampling starts from this seed in every repetition, whatever the weights' seed.
SAMPLING_SEED = 42


def classes_before(config: RunConfig, spec: "DatasetSpec") -> tuple[int, ...]:
    """The classes whose training has drawn from the config's generators before its own does."""
    if config.seeding == "run":
        return ()
    return tuple(takewhile(lambda each: each != config.normal_class, spec.normal_classes))


def sampling_state(config: RunConfig, split: "OneClassSplit") -> Any:
    """The state of the sampler that draws the batches, before the first of them."""
    dataset, spec = split.dataset, split.dataset.spec
    before = classes_before(config, spec)
    sizes = tuple(len(spec.split(dataset, (each,)).train) for each in before)
    return _state_after(sizes, config.niter)


@cache
def _state_after(sizes: tuple[int, ...], niter: int) -> Any:
    """The sampler's state after `niter` batches from training parts of these sizes, in turn.

    NumPy draws a batch without replacement as the start of a permutation, whatever its size.
    """
    if not sizes:
        return np.random.RandomState(SAMPLING_SEED).get_state()
    sampler = np.random.RandomState()
    sampler.set_state(_state_after(sizes[:-1], niter))
    for _ in range(niter):
        sampler.permutation(sizes[-1])
    return sampler.get_state()
