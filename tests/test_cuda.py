"""The whole of a training on a GPU: draws, steps, encoding, gradients, checkpoints, members as one.

Everything runs twice: on a GPU, where there is one (`pytest -m gpu`), and on the pretended one of
pretended_cuda.py, on which real numbers show what would lie on the wrong device. That stands in for
torch's FakeTensorMode, which has no backward pass for CUDA tensors on a machine without a driver,
and cannot tell how many samples a mask picks.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from math import prod
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.pretended_cuda import CPU, CUDA, WrongDevice, pretended_cuda
from tests.small_runs import small_config
from toll import TollDetector
from toll.config import RunConfig
from toll.data import OneClassSplit
from toll.method.checkpoint import load_checkpoint, save_checkpoint
from toll.method.devices import give_back_memory
from toll.method.encoding import Samples, decode, encode, encode_and_show, reconstruct
from toll.method.ensemble import train_together
from toll.method.gradients import loss_gradients
from toll.method.networks import (
    Autoencoder,
    build_convolutional,
    build_dense,
    build_dense_normalised,
)
from toll.method.training import TrainingState, read_means, train
from toll.recording.record import record_together
from toll.runs.status import State
from toll.runs.store import RunStore

pytestmark = pytest.mark.usefixtures("one_thread")
STEPS = 6
PRECISIONS = pytest.mark.parametrize(
    ("precision", "tolerance"), [("float32", 1e-3), ("auto", 0.05), ("bfloat16", 0.05)]
)


@pytest.fixture(params=["pretended", pytest.param("real", marks=pytest.mark.gpu)])
def cuda(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.param == "pretended":
        with pretended_cuda(monkeypatch):
            yield
    elif torch.cuda.is_available():
        yield
    else:
        pytest.skip("no GPU on this machine")


SHAPE = (1, 8, 8)
# For the digits, as images or with their pixels in a row.
NETWORKS: dict[str, Callable[[], Autoencoder]] = {
    "linear": partial(build_dense, SHAPE, 4, (16,)),
    "linear, normalised": partial(build_dense_normalised, (prod(SHAPE),), 4, (16, 8)),
    "convolutional": partial(build_convolutional, SHAPE, 4, (4,)),
}


def samples_for(network: str, digits: OneClassSplit) -> OneClassSplit:
    if network != "linear, normalised":
        return digits
    rows = digits.dataset.samples.reshape(-1, prod(SHAPE))
    return replace(digits, dataset=replace(digits.dataset, samples=rows))


def config(**changes) -> RunConfig:
    return small_config(batch_size=8, inference_batch_size=7, niter=STEPS).replace(**changes)


def seen(states: list[TrainingState], split: OneClassSplit) -> list[np.ndarray]:
    """All that is ever read of trained states: encodings, pictures, gradients."""
    ids, found = split.test[:10], []
    for state in states:
        samples = Samples(split, ids, state.device)
        encoding, shown = encode_and_show(state, samples, np.arange(10) % 3 == 0)
        found += [*encode(state, split, ids)[1:], *encoding[1:], shown]
        found += [reconstruct(state, split, ids), decode(state, encoding.latents)]
        gradients = loss_gradients(state, split, ids, encoding.latents, 10.0)
        found.append(np.array(gradients[:2]))
    return found


Train = Callable[[list[RunConfig], OneClassSplit, list[TrainingState]], list[np.ndarray]]


def alone(configs, split, states) -> list[np.ndarray]:
    return [read_means(list(train(configs[0], split, states[0])))]


def together(configs, split, states) -> list[np.ndarray]:
    return [read_means(each) for each in train_together(configs, split, states)]


def halved(
    training: Train, network: str, configs: list[RunConfig], split: OneClassSplit, folder: Path
) -> tuple[list[np.ndarray], list[TrainingState], list[TrainingState]]:
    """A training that is interrupted half way, saved and resumed: means, states of each half."""
    build = NETWORKS[network]
    first, second = ([TrainingState.of(build, each) for each in configs] for _ in range(2))
    half = [each.replace(niter=STEPS // 2) for each in configs]
    means = training(half, split, first)
    for before, after in zip(first, second, strict=True):
        save_checkpoint(before, folder / "checkpoint")
        load_checkpoint(after, folder / "checkpoint")
    return means + training(configs, split, second), first, second


@PRECISIONS
@pytest.mark.parametrize(
    ("training", "network"),
    [(training, name) for training in (alone, together) for name in NETWORKS],
)
def test_a_training_on_a_gpu_goes_as_on_a_cpu(
    digits, tmp_path, precision, tolerance, training, network, cuda
):
    """Alone and together, interrupted half way and resumed, with all that is looked at after."""
    split = samples_for(network, digits)
    on_cpu = [config(seed=seed) for seed in range(3 if training is together else 1)]
    on_gpu = [each.replace(device="cuda", precision=precision) for each in on_cpu]
    expected, _, reference = halved(training, network, on_cpu, split, tmp_path)
    means, _, states = halved(training, network, on_gpu, split, tmp_path)
    assert np.concatenate(means) == pytest.approx(np.concatenate(expected), rel=tolerance)
    # A bias before a batch norm has rounding for a gradient, which Adam scales up to whole steps:
    # in training the norm takes them away again, in evaluation its running mean lags behind them.
    tolerance = tolerance if network == "linear" else max(tolerance, 0.02)
    for found, wanted in zip(seen(states, split), seen(reference, split), strict=True):
        assert np.linalg.norm(found - wanted) <= 3 * tolerance * np.linalg.norm(wanted)


@PRECISIONS
@pytest.mark.parametrize("training", [alone, together])
def test_all_that_a_training_keeps_is_on_the_gpu(
    digits, tmp_path, precision, tolerance, training, cuda
):
    configs = [config(device="cuda", precision=precision)] * (2 if training is together else 1)
    _, first, second = halved(training, "linear", configs, digits, tmp_path)
    for state in first + second:
        assert {value.device for value in state.model.state_dict().values()} == {CUDA}
        for moments in state.optimiser.state.values():
            assert {moments[name].device for name in ("exp_avg", "exp_avg_sq")} == {CUDA}
            # As torch itself keeps it: beside the weights where one kernel reads both.
            assert moments["step"].device == (CUDA if state.optimiser.defaults["fused"] else CPU)
            assert moments["step"].dtype == torch.float32


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_two_deterministic_trainings_are_equal_to_the_last_bit(
    digits, tmp_path, precision, network, cuda
):
    """The second is interrupted half way and resumed."""
    split = samples_for(network, digits)
    settings = config(device="cuda", precision=precision, deterministic=True)
    means, _, states = halved(alone, network, [settings], split, tmp_path)
    straight = TrainingState.of(NETWORKS[network], settings)
    assert np.array_equal(np.concatenate(means), *alone([settings], split, [straight]))
    for found, expected in zip(seen(states, split), seen([straight], split), strict=True):
        assert np.array_equal(found, expected)


@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_whole_runs_on_a_gpu_are_recorded_and_scored(precision, cuda):
    settings = small_config(device="cuda", precision=precision, niter=12)
    runs = [RunStore().create(settings.replace(seed=seed)) for seed in (0, 1)]
    for status in record_together(runs):
        assert (status.state, status.device) == (State.FINISHED, "cuda:0")
    assert all(run.metrics() and len(run.history()) == 12 for run in runs)


@pytest.mark.gpu
def test_the_memory_of_a_run_is_given_back_when_it_ends():
    if not torch.cuda.is_available():
        pytest.skip("no GPU on this machine")
    held = []
    for _ in range(3):
        settings = small_config(device="cuda", precision="auto", niter=12)
        record_together([RunStore().create(settings)])
        give_back_memory()
        held.append(torch.cuda.memory_allocated())
    # Libraries keep workspaces of their own, but not one more for each run.
    assert held[2] <= held[1] + 2**20


def test_a_detector_is_fitted_and_scores_on_a_gpu_as_on_a_cpu(digits, cuda):
    samples = digits.dataset.samples[digits.train]
    for x in (samples, samples.reshape(len(samples), -1)):
        settings = {"niter": 5, "width": 2, "precision": "float32", "random_state": 0}
        found, expected = (
            TollDetector(device=device, **settings).fit(x).score_samples(x)
            for device in ("cuda", "cpu")
        )
        assert found == pytest.approx(expected, rel=1e-2)


def test_the_pretended_gpu_refuses_what_a_gpu_refuses(monkeypatch):
    with pretended_cuda(monkeypatch):
        here, there = torch.ones(3), torch.zeros(3, device="cuda")
        assert (here.device, there.device) == (CPU, CUDA)
        assert (here.to("cuda").device, there.cpu().device, here.device) == (CUDA, CPU, CPU)
        assert torch.nn.Linear(2, 3).to("cuda").weight.device == CUDA
        assert (there + 1).device == torch.zeros_like(there).device == CUDA
        here.copy_(there)
        assert here.numpy().sum() == 0 and there.numpy(force=True).sum() == 0
        for mixed in (
            lambda: here + there,
            lambda: torch.tensor(1.0) * there,
            lambda: there[torch.tensor([0])],
            lambda: torch.cat([here, there]),
            lambda: there.numpy(),
        ):
            with pytest.raises(WrongDevice):
                mixed()
        weight = torch.nn.Parameter(there)
        with pytest.raises(WrongDevice, match="1 on cpu, 4 on cuda:0"):
            adam = torch.optim.Adam([weight], fused=True)
            weight.sum().backward()
            zeros = {name: torch.zeros_like(there) for name in ("exp_avg", "exp_avg_sq")}
            adam.state[weight] = {"step": torch.tensor(0.0), **zeros}
            adam.step()
