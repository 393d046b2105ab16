"""Rounding: a run turns torch's switches while it computes, all of that and nothing else."""

import os
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from tests.small_runs import small_config
from toll import TollDetector
from toll.data import load_dataset
from toll.method.arithmetic import WORKSPACE, arithmetic, prepare_workspace
from toll.method.encoding import decode, encode, reconstruct
from toll.method.ensemble import Ensemble, train_together
from toll.method.gradients import loss_gradients
from toll.method.training import TrainingState, read_means, train

EXACT = {"convolutions": "ieee", "products": "ieee", "older": "highest"}
STEADY = {"mode": 2, "cudnn": True, "benchmark": False}


def older() -> str:
    try:
        return torch.get_float32_matmul_precision()
    except RuntimeError:
        return "contradicted by the newer switch"


def switches() -> dict[str, object]:
    cudnn = torch.backends.cudnn
    return {
        "convolutions": cudnn.conv.fp32_precision,
        "products": torch.backends.cuda.matmul.fp32_precision,
        "older": older(),
        "mode": torch.get_deterministic_debug_mode(),
        "cudnn": cudnn.deterministic,
        "benchmark": cudnn.benchmark,
    }


@pytest.fixture(autouse=True)
def switched_back() -> Iterator[None]:
    before = switches()
    yield
    torch.set_float32_matmul_precision("highest")
    torch.backends.cuda.matmul.fp32_precision = before["products"]
    torch.set_deterministic_debug_mode(before["mode"])
    torch.backends.cudnn.benchmark = before["benchmark"]


def older_switch() -> None:
    torch.set_float32_matmul_precision("high")


def newer_switch() -> None:
    torch.backends.cuda.matmul.fp32_precision = "tf32"


def steady_already() -> None:
    torch.set_deterministic_debug_mode("warn")
    torch.backends.cudnn.benchmark = True


@pytest.mark.parametrize("turn", [lambda: None, older_switch, newer_switch, steady_already])
@pytest.mark.parametrize(
    ("how", "inside"),
    [
        ({"exact": True}, EXACT),
        ({"exact": False, "deterministic": True}, STEADY),
        ({"exact": True, "deterministic": True}, EXACT | STEADY),
        ({"exact": False}, {}),
    ],
)
def test_switches_are_turned_inside_and_turned_back_whatever_happens(turn, how, inside):
    turn()
    before = switches()
    with pytest.raises(KeyError), arithmetic(**how):
        assert switches() == before | inside
        if how["exact"]:
            # As kernels ask, who are refused where the older and the newer switch contradict.
            assert torch.backends.cuda.matmul.allow_tf32 is False
        raise KeyError
    assert switches() == before


class Watched:
    """A state whose layers note the switches, forward and backward."""

    def __init__(self, **changes) -> None:
        self.config = small_config(niter=3, batch_size=8, inference_batch_size=9, **changes)
        digits = load_dataset("digits")
        self.state = TrainingState.start(self.config, digits.spec)
        self.seen: list[dict[str, object]] = []
        for part in (self.state.model.encoder, self.state.model.decoder):
            part.register_forward_hook(self.note)

    def note(self, part: torch.nn.Module, given: object, output: torch.Tensor) -> None:
        self.seen.append(switches())
        if output.requires_grad:
            output.register_hook(lambda gradient: self.seen.append(switches()))

    def saw(self, wanted: dict[str, object]) -> bool:
        seen, self.seen = self.seen, []
        return bool(seen) and all(each == switches() | wanted for each in seen)


@pytest.mark.parametrize(
    ("changes", "inside"),
    [
        ({"precision": "float32"}, EXACT),
        ({"precision": "auto"}, {}),
        ({"precision": "auto", "deterministic": True}, STEADY),
        ({"precision": "float32", "deterministic": True}, EXACT | STEADY),
    ],
)
def test_whatever_a_run_computes_is_rounded_as_its_config_asks(digits, changes, inside):
    before, watched = switches(), Watched(**changes)
    for _ in train(watched.config, digits, watched.state):
        assert switches() == before and watched.saw(inside)
    ids, state = digits.test[:20], watched.state
    latents = encode(state, digits, ids).latents
    assert watched.saw(inside)
    for compute in (
        lambda: decode(state, latents),
        lambda: reconstruct(state, digits, ids),
        lambda: loss_gradients(state, digits, ids, latents, 1.0),
    ):
        compute()
        assert watched.saw(inside) and switches() == before


@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_members_trained_as_one_are_rounded_so_too(digits, monkeypatch, precision):
    seen, forward = [], Ensemble.forward

    def watching(ensemble, x):
        encoded = forward(ensemble, x)
        for tensor in encoded:
            tensor.register_hook(lambda gradient: seen.append(switches()))
        seen.append(switches())
        return encoded

    monkeypatch.setattr(Ensemble, "forward", watching)
    config = small_config(niter=2, precision=precision, deterministic=True)
    configs = [config, config.replace(seed=1)]
    states = [TrainingState.start(each, digits.dataset.spec) for each in configs]
    list(train_together(configs, digits, states))
    inside = switches() | STEADY | (EXACT if precision == "float32" else {})
    assert len(seen) >= 4 and all(each == inside for each in seen)


def test_a_detector_scores_in_exact_float32_whatever_it_was_trained_in(digits, monkeypatch):
    images = digits.dataset.samples[digits.train]
    detector = TollDetector(niter=2, width=2, device="cpu", random_state=0).fit(images)
    seen = []
    monkeypatch.setattr(
        "toll.detectors.toll_detector.latent_norm",
        lambda z: seen.append(switches()) or z.norm(dim=1),
    )
    detector.score_samples(images[:5])
    assert seen and all(each == switches() | EXACT for each in seen)


def test_a_deterministic_training_learns_the_same(digits):
    plain, steady = (small_config(niter=5, deterministic=each) for each in (False, True))
    found, expected = (
        read_means(list(train(each, digits, TrainingState.start(each, digits.dataset.spec))))
        for each in (steady, plain)
    )
    assert np.array_equal(found, expected)


def test_cublas_is_made_to_repeat_itself_before_cuda_starts(monkeypatch):
    monkeypatch.delenv(WORKSPACE, raising=False)
    prepare_workspace(deterministic=True)
    assert os.environ[WORKSPACE] == ":4096:8"


@pytest.mark.parametrize("found", [None, ":4096:2"])
def test_where_it_is_too_late_for_that_a_sentence_says_what_to_set(monkeypatch, found):
    monkeypatch.setattr("torch.cuda.is_initialized", lambda: True)
    monkeypatch.delenv(WORKSPACE, raising=False)
    if found:
        monkeypatch.setenv(WORKSPACE, found)
    prepare_workspace(deterministic=False)
    with pytest.raises(ValueError, match=f"but {WORKSPACE} is {found!r}; set it to :4096:8 or"):
        prepare_workspace(deterministic=True)
