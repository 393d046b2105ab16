"""Training states and weights on disk, as safetensors: never a pickle.

A checkpoint holds all that a training needs to go on to the same end as an uninterrupted one:
weights, Adam's moments, the sampler's random state and the step.
"""

import os
import re
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from toll.files import replacing
from toll.method.training import TrainingState


def save_checkpoint(state: TrainingState, path: Path) -> None:
    """Write the whole training state."""
    tensors = {f"model.{name}": value for name, value in state.model.state_dict().items()}
    for index, moments in state.optimiser.state_dict()["state"].items():
        tensors |= {f"adam.{index}.{name}": value for name, value in moments.items()}
    _, keys, position, _, _ = state.sampler.get_state(legacy=True)
    tensors["sampler.keys"] = torch.from_numpy(np.asarray(keys, dtype=np.int64))
    _save(tensors, path, {"step": str(state.step), "sampler_position": str(position)})


def load_checkpoint(state: TrainingState, path: Path) -> None:
    """Bring a fresh `state` of the same config to where the checkpoint was.

    Raises:
        ValueError: the file is damaged or belongs to another network.
    """
    tensors = _load(path)
    _restore_model(state, _named(tensors, "model."), path)
    weights = list(state.model.parameters())
    moments: dict[int, dict[str, Tensor]] = {}
    for name, value in _named(tensors, "adam.").items():
        index, _, kind = name.partition(".")
        moments.setdefault(int(index), {})[kind] = _laid_out_as(weights[int(index)], value)
    groups = state.optimiser.state_dict()["param_groups"]
    state.optimiser.load_state_dict({"state": moments, "param_groups": groups})
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    keys = tensors["sampler.keys"].numpy().astype(np.uint32)
    state.sampler.set_state(("MT19937", keys, int(metadata["sampler_position"]), 0, 0.0))
    state.step = int(metadata["step"])


def weights_of(state: TrainingState) -> dict[str, Tensor]:
    """A copy of the model's weights, in main memory."""
    weights = state.model.state_dict().items()
    return {name: value.detach().to("cpu", copy=True) for name, value in weights}


def save_weights(state: TrainingState, path: Path) -> None:
    """Write the model alone."""
    save_tensors(state.model.state_dict(), path, state.step)


def save_tensors(tensors: dict[str, Tensor], path: Path, step: int) -> None:
    """Write the weights that a model had after `step`."""
    _save(tensors, path, {"step": str(step)})


def load_weights(state: TrainingState, path: Path) -> None:
    """Read a model that `save_weights` wrote; raises `ValueError` as `load_checkpoint` does."""
    _restore_model(state, _load(path), path)


def step_of_weights(path: Path) -> int | None:
    """The step after which this file was saved; None where there is no file.

    Raises:
        ValueError: the file is damaged.
    """
    if not path.exists():
        return None
    try:
        with safe_open(path, "pt") as file:
            return int(file.metadata()["step"])
    except SafetensorError as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error


def _save(tensors: dict[str, Tensor], path: Path, metadata: dict[str, str]) -> None:
    with replacing(path) as temporary:
        try:
            save_file({k: v.detach().contiguous() for k, v in tensors.items()}, temporary, metadata)
        except SafetensorError as error:
            raise _as_os_error(error, path) from error


def _as_os_error(error: SafetensorError, path: Path) -> OSError:
    """The error of the system, such as a full disk, that safetensors gives as a text."""
    number = re.search(r"os error (\d+)", str(error))
    if number is None:
        return OSError(f"{path.name} could not be written: {error}")
    return OSError(int(number[1]), os.strerror(int(number[1])), str(path))


def _load(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error


def _restore_model(state: TrainingState, tensors: dict[str, Tensor], path: Path) -> None:
    try:
        state.model.load_state_dict(tensors)
    except RuntimeError as error:
        raise ValueError(f"{path.name} holds the weights of another network") from error


def _laid_out_as(weight: Tensor, value: Tensor) -> Tensor:
    """`value` in the memory layout of `weight`: fused Adam pairs them by position in memory."""
    return torch.empty_like(weight).copy_(value) if value.shape == weight.shape else value


def _named(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
