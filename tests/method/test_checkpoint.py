"""Checkpoints: all of a training comes back to the last bit, and damage is named in a sentence."""

import ast
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from tests.conftest import ROOT
from tests.small_runs import small_config
from toll.config import RunConfig
from toll.data import get_spec
from toll.method.checkpoint import (
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
    step_of_weights,
)
from toll.method.training import TrainingState, train
from toll.reading import DamagedFile

DIGITS, MNIST, ARRHYTHMIA = (get_spec(name) for name in ("digits", "mnist", "arrhythmia"))


@pytest.fixture
def trained(digits) -> TrainingState:
    """A state after seven steps."""
    config = small_config(niter=7)
    state = TrainingState.start(config, DIGITS)
    list(train(config, digits, state))
    return state


def fresh(config: RunConfig | None = None) -> TrainingState:
    return TrainingState.start(config or small_config(seed=9), DIGITS)


def test_weights_moments_and_draws_come_back_bit_for_bit(trained, tmp_path):
    save_checkpoint(trained, tmp_path / "checkpoint")
    state = fresh()
    load_checkpoint(state, tmp_path / "checkpoint")
    assert state.step == 7
    for name, value in trained.model.state_dict().items():
        assert torch.equal(state.model.state_dict()[name], value)
    saved, loaded = trained.optimiser.state_dict(), state.optimiser.state_dict()
    assert saved["param_groups"] == loaded["param_groups"]
    assert saved["state"].keys() == loaded["state"].keys()
    for index, moments in saved["state"].items():
        assert moments.keys() == {"step", "exp_avg", "exp_avg_sq"}
        for name, value in moments.items():
            assert torch.equal(loaded["state"][index][name], value)
            assert loaded["state"][index][name].dtype == value.dtype
    draws = [each.sampler.choice(87, 64, replace=False) for each in (trained, state)]
    assert np.array_equal(*draws)


def test_training_goes_on_as_if_it_had_not_been_interrupted(trained, digits, tmp_path):
    save_checkpoint(trained, tmp_path / "checkpoint")
    state = fresh()
    load_checkpoint(state, tmp_path / "checkpoint")
    config = small_config(niter=20)
    for gone_on, uninterrupted in zip(
        train(config, digits, state), train(config, digits, trained), strict=True
    ):
        assert torch.equal(gone_on.means, uninterrupted.means)


def test_a_network_of_convolutions_goes_on_the_same_whatever_the_layout_of_its_weights(tmp_path):
    """Weights whose channels come last must find their moments in the same order."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (40, 1, 28, 28), dtype=np.uint8)
    split = SimpleNamespace(
        dataset=SimpleNamespace(samples=images),
        train=np.arange(40),
        normalise=lambda batch: batch.float() / 255,
        check_batch_size=lambda size: None,
    )
    config = RunConfig(dataset="mnist", batch_size=8, niter=3, precision="auto", device="cpu")
    through = TrainingState.start(config, MNIST)
    list(train(config, split, through))
    save_checkpoint(through, tmp_path / "checkpoint")
    resumed = TrainingState.start(config, MNIST)
    load_checkpoint(resumed, tmp_path / "checkpoint")
    longer = config.replace(niter=6)
    for gone_on, uninterrupted in zip(
        train(longer, split, resumed), train(longer, split, through), strict=True
    ):
        assert torch.equal(gone_on.means, uninterrupted.means)


def test_a_checkpoint_before_the_first_step_comes_back(tmp_path):
    state = fresh(small_config())
    save_checkpoint(state, tmp_path / "checkpoint")
    loaded = fresh()
    load_checkpoint(loaded, tmp_path / "checkpoint")
    assert loaded.step == 0
    assert loaded.sampler.randint(1000) == state.sampler.randint(1000)


def test_running_means_of_batch_normalisation_come_back(tmp_path):
    config = small_config(network="paper")
    state = TrainingState.start(config, ARRHYTHMIA)
    state.model(torch.rand(4, 274))
    save_weights(state, tmp_path / "weights")
    loaded = TrainingState.start(config.replace(seed=1), ARRHYTHMIA)
    load_weights(loaded, tmp_path / "weights")
    for name, value in state.model.state_dict().items():
        assert torch.equal(loaded.model.state_dict()[name], value)


def test_weights_know_their_step(trained, tmp_path):
    save_weights(trained, tmp_path / "weights")
    assert step_of_weights(tmp_path / "weights") == 7
    assert step_of_weights(tmp_path / "none") is None


@pytest.mark.parametrize(
    ("save", "load"), [(save_checkpoint, load_checkpoint), (save_weights, load_weights)]
)
def test_the_weights_of_another_network_are_refused(trained, tmp_path, save, load):
    save(trained, tmp_path / "weights.safetensors")
    with pytest.raises(ValueError) as raised:
        load(fresh(small_config(z_dim=5)), tmp_path / "weights.safetensors")
    assert str(raised.value) == "weights.safetensors holds the weights of another network"


@pytest.mark.parametrize("kept", [0, 4, 100, 5000])
@pytest.mark.parametrize(
    "load", [load_checkpoint, load_weights, lambda state, path: step_of_weights(path)]
)
def test_a_truncated_file_is_refused_in_one_sentence(trained, tmp_path, load, kept):
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(trained, path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError) as raised:
        load(fresh(), path)
    said = "checkpoint.safetensors is damaged: it cannot be read as safetensors"
    assert str(raised.value) == said


def changed(
    path: Path, about: dict[str, str] | None = None, **tensors: torch.Tensor | None
) -> None:
    """The file again, with other metadata or tensors."""
    with safe_open(path, "pt") as file:
        kept = {name: file.get_tensor(name) for name in file.keys()} | tensors  # noqa: SIM118
        metadata = {**file.metadata(), **about}
    save_file({k: v for k, v in kept.items() if v is not None}, path, metadata)


@pytest.mark.parametrize(
    ("about", "tensors"),
    [
        ({"step": "x"}, {}),
        ({"step": "-1"}, {}),
        ({"step": "9" * 400}, {}),
        ({"sampler_position": "625"}, {}),
        ({}, {"sampler.keys": None}),
        ({}, {"sampler.keys": torch.zeros(10, dtype=torch.int64)}),
        ({}, {"sampler.keys": torch.full((624,), -1)}),
        ({}, {"adam.0.exp_avg": torch.zeros(2)}),
        ({}, {"adam.0.exp_avg": None}),
        ({}, {"adam.99.step": torch.zeros(())}),
        ({}, {"adam.x.step": torch.zeros(())}),
    ],
)
def test_a_checkpoint_of_another_kind_is_refused(trained, tmp_path, about, tensors):
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(trained, path)
    changed(path, about, **tensors)
    with pytest.raises(DamagedFile, match=r"^checkpoint\.safetensors "):
        load_checkpoint(fresh(), path)


def test_weights_that_do_not_know_their_step_are_refused(trained, tmp_path):
    path = tmp_path / "weights"
    save_weights(trained, path)
    changed(path, {"step": "x"})
    for read in (step_of_weights, lambda path: load_weights(fresh(), path)):
        with pytest.raises(DamagedFile, match="^weights is damaged: its metadata"):
            read(path)
    path.write_bytes(b"half")
    with pytest.raises(DamagedFile, match="^weights is damaged"):
        step_of_weights(path)


def test_saving_over_a_file_leaves_nothing_else_behind(trained, tmp_path):
    for _ in range(2):
        save_checkpoint(trained, tmp_path / "checkpoint")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["checkpoint"]


def test_nothing_in_the_program_writes_or_trusts_a_pickle():
    """CIFAR's published files are pickles; the reader of those alone may name the module."""
    for path in sorted((ROOT / "toll").rglob("*.py")):
        for found in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not is_pickling(found) or path.name == "cifar.py", path


def is_pickling(found: ast.AST) -> bool:
    match found:
        case ast.Import(names=names):
            return any(each.name in ("pickle", "joblib", "shelve") for each in names)
        case ast.ImportFrom(module=module):
            return module in ("pickle", "joblib", "shelve")
        case ast.Call(func=ast.Attribute(value=ast.Name(id="torch"), attr=called)):
            return called in ("load", "save")
        case ast.keyword(arg="allow_pickle", value=ast.Constant(value=True)):
            return True
    return False


def test_the_files_are_safetensors(trained, tmp_path):
    """A header's length in eight bytes, then the header as JSON."""
    for save in (save_checkpoint, save_weights):
        path: Path = tmp_path / "weights"
        save(trained, path)
        head = path.read_bytes()
        assert head[8:9] == b"{" and int.from_bytes(head[:8], "little") < len(head)
