"""Members of any architecture, trained step by step side by side, each exactly as if alone.

A small convolution gains little from a second thread, but two of them run well beside each other:
on a CPU, each member takes its step in one of a few Python threads, which share the cores. torch
lets go of Python's lock while it computes.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from toll.config import RunConfig
from toll.method import replay
from toll.method.devices import all_threads
from toll.method.training import Step, TrainingState, batches, descend_once, steps_of

if TYPE_CHECKING:
    from toll.data import OneClassSplit


def train_in_lockstep(
    configs: Sequence[RunConfig], split: "OneClassSplit", states: Sequence[TrainingState]
) -> Iterator[list[Step]]:
    """Train `states` in place up to step `niter`, yielding one `Step` per member after every step.

    They share each batch, which is gathered and normalised once.
    """
    first = states[0]
    if replay.can_be_recorded(first.optimiser):
        yield from _as_one_launch(configs, split, states)
        return
    members = [steps_of(state, config.beta) for state, config in zip(states, configs, strict=True)]
    with side_by_side(len(states), first.device) as map_members:
        for x in batches(configs[0], split, first):
            # For all at once: it holds for the whole process, so one must not end it for others.
            with first.arithmetic():
                steps = list(map_members(_take_step, members, repeat(x)))
            yield steps


def _as_one_launch(
    configs: Sequence[RunConfig], split: "OneClassSplit", states: Sequence[TrainingState]
) -> Iterator[list[Step]]:
    """The same on a GPU, which computes all members at once where each alone would not fill it."""
    first = states[0]
    members = zip(states, configs, strict=True)
    alone = [partial(descend_once, state, config.beta) for state, config in members]
    compute = replay.replayed(replay.beside_each_other(alone), first.optimiser)
    for x in batches(configs[0], split, first):
        means = compute(x)
        for state in states:
            state.step += 1
        yield [Step(first.step, each) for each in means]


def _take_step(member: Callable[[Tensor], Step], x: Tensor) -> Step:
    return member(x)


@contextmanager
def side_by_side(count: int, device: torch.device) -> Iterator[Callable[..., Iterator[Any]]]:
    """A `map` for work of `count` members, which on a CPU is done beside each other."""
    abreast = min(count, all_threads())
    if device.type != "cpu" or abreast == 1:
        yield map
        return
    before, share = torch.get_num_threads(), all_threads() // abreast
    with ThreadPoolExecutor(abreast, "member", torch.set_num_threads, (share,)) as pool:
        try:
            yield pool.map
        finally:
            torch.set_num_threads(before)  # of threads to come, which take the last number set
