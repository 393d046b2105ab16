"""Convolutional members side by side: each is what it would be alone, to the last bit."""

import threading
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from tests.small_runs import small_config
from toll.config import RunConfig
from toll.data import OneClassSplit
from toll.method.checkpoint import load_checkpoint, save_checkpoint
from toll.method.ensemble import train_together
from toll.method.lockstep import side_by_side
from toll.method.networks import build_convolutional, build_padded
from toll.method.training import TrainingState, read_means, train

STEPS = 6
CPU = torch.device("cpu")


@pytest.fixture(params=[1, 2, 4])
def threads(request, monkeypatch, one_thread) -> int:
    """How many threads there are for the members to share; one trained alone has one."""
    monkeypatch.setattr("toll.method.lockstep.all_threads", lambda: request.param)
    return request.param


NETWORKS = {
    "normalised": partial(build_convolutional, (1, 8, 8), 4, (4,)),
    "padded": partial(build_padded, (1, 8, 8), 4, (4, 8)),
}


def members(**changes) -> list[RunConfig]:
    """Three, which two threads do not share evenly."""
    config = small_config(niter=STEPS, z_dim=4).replace(**changes)
    return [config.replace(seed=seed, beta=beta) for seed, beta in ((0, 0.0), (0, 30.0), (1, 1.0))]


def started(configs: list[RunConfig], network: str) -> list[TrainingState]:
    return [TrainingState.of(NETWORKS[network], config) for config in configs]


def alone(configs: list[RunConfig], split: OneClassSplit, network: str):
    """The states after each has been trained by itself, and the means of steps."""
    states = started(configs, network)
    trained = zip(configs, states, strict=True)
    return states, [read_means(list(train(config, split, state))) for config, state in trained]


def assert_same(states: list[TrainingState], expected: list[TrainingState]) -> None:
    for state, other in zip(states, expected, strict=True):
        assert state.step == other.step
        weights = other.model.state_dict()
        for name, tensor in state.model.state_dict().items():
            assert torch.equal(tensor, weights[name]), name


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_members_equal_those_trained_alone(digits, network, precision, threads):
    configs = members(precision=precision)
    together = started(configs, network)
    steps = list(train_together(configs, digits, together))
    expected, means = alone(configs, digits, network)
    for number, each in enumerate(means):
        found = read_means([step[number] for step in steps])
        if threads < 4:
            assert np.array_equal(found, each)
        assert found == pytest.approx(each, rel=1e-3)
    if threads < 4:  # with more, a member has two, which add in another order
        assert_same(together, expected)


@pytest.mark.usefixtures("threads")
def test_members_stand_at_the_same_step_whenever_one_looks(digits):
    configs = members()
    states = started(configs, "padded")
    for number, steps in enumerate(train_together(configs, digits, states), start=1):
        assert [state.step for state in states] == [number] * 3
        assert [step.number for step in steps] == [number] * 3


@pytest.mark.usefixtures("threads")
def test_members_go_on_from_their_checkpoints_to_the_same_end(digits, tmp_path):
    configs = members()
    straight, begun, resumed = (started(configs, "normalised") for _ in range(3))
    list(train_together(configs, digits, straight))
    half = [config.replace(niter=STEPS // 2) for config in configs]
    list(train_together(half, digits, begun))
    for number, (before, after) in enumerate(zip(begun, resumed, strict=True)):
        save_checkpoint(before, tmp_path / f"{number}.safetensors")
        load_checkpoint(after, tmp_path / f"{number}.safetensors")
    list(train_together(configs, digits, resumed))
    assert_same(resumed, straight)


def test_an_error_in_one_member_reaches_the_caller_and_leaves_no_thread(digits, monkeypatch):
    def failing(state, beta):
        def fail(x):
            raise RuntimeError(f"no room with beta {beta:g}")

        return fail

    monkeypatch.setattr("toll.method.lockstep.steps_of", failing)
    with pytest.raises(RuntimeError, match="no room with beta 0"):
        next(train_together(members(), digits, started(members(), "padded")))
    assert not [each for each in threading.enumerate() if each.name.startswith("member")]


def test_exact_members_leave_the_rounding_of_the_process_as_it_was(digits):
    mkldnn: Any = torch.backends.mkldnn  # whose `conv` type checkers do not see
    convolutions = mkldnn.conv
    before = convolutions.fp32_precision
    configs = members(precision="float32")
    for _ in train_together(configs, digits, started(configs, "padded")):
        assert convolutions.fp32_precision == before


@pytest.mark.parametrize(("count", "share"), [(1, 4), (2, 2), (3, 1), (8, 1)])
def test_members_share_the_threads_that_there_are(count, share, monkeypatch):
    monkeypatch.setattr("toll.method.lockstep.all_threads", lambda: 4)
    before = torch.get_num_threads()
    with side_by_side(count, CPU) as map_members:
        found = list(map_members(lambda _: torch.get_num_threads(), range(count)))
    assert found == [share if count > 1 else before] * count
    assert torch.get_num_threads() == before
