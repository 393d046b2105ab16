"""Training states and weights on disk, as safetensors: never a pickle.

A checkpoint holds all that a training needs to go on to the same end as an uninterrupted one:
weights, Adam's moments, the sampler's random state and the step.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypedDict, TypeVar

import msgspec
import numpy as np
import torch
from msgspec import Meta
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from toll.config import MOST_STEPS
from toll.files import replacing
from toll.method.training import TrainingState
from toll.reading import DamagedFile, damaged, what_is_wrong

T = TypeVar("T")
Shapes = Mapping[str, tuple[int, ...]]
# Of the Mersenne Twister that draws batches: so many words, and the place among them.
WORDS = 624


class Metadata(TypedDict):
    """What stands beside the weights, as text."""

    step: Annotated[int, Meta(ge=0, le=MOST_STEPS)]


class CheckpointMetadata(Metadata):
    """And beside a checkpoint."""

    sampler_position: Annotated[int, Meta(ge=0, le=WORDS)]


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
        DamagedFile: the file is damaged or belongs to another network.
    """
    weights = list(state.model.parameters())
    model = {f"model.{k}": tuple(v.shape) for k, v in state.model.state_dict().items()}
    adam = {
        f"adam.{index}.{kind}": tuple(weight.shape) if kind != "step" else ()
        for index, weight in enumerate(weights)
        for kind in ("step", "exp_avg", "exp_avg_sq")
    }
    # Adam has no moments before the first step.
    wanted = model | {"sampler.keys": (WORDS,)}
    tensors, metadata = _load(path, wanted, adam, CheckpointMetadata)
    keys = tensors["sampler.keys"].numpy()
    if keys.dtype != np.int64 or (keys < 0).any() or (keys >= 2**32).any():
        raise damaged(path, "`sampler.keys` are not the state of a random generator")
    state.model.load_state_dict(_named(tensors, "model."))
    moments: dict[int, dict[str, Tensor]] = {}
    for name, value in _named(tensors, "adam.").items():
        index, _, kind = name.partition(".")
        moments.setdefault(int(index), {})[kind] = _laid_out_as(weights[int(index)], value)
    groups = state.optimiser.state_dict()["param_groups"]
    state.optimiser.load_state_dict({"state": moments, "param_groups": groups})
    position = metadata["sampler_position"]
    state.sampler.set_state(("MT19937", keys.astype(np.uint32), position, 0, 0.0))
    state.step = metadata["step"]


def weights_of(state: TrainingState) -> dict[str, Tensor]:
    """A copy of the model's weights, on its device."""
    return {name: value.detach().clone() for name, value in state.model.state_dict().items()}


def save_weights(state: TrainingState, path: Path) -> None:
    """Write the model alone."""
    save_tensors(state.model.state_dict(), path, state.step)


def save_tensors(tensors: dict[str, Tensor], path: Path, step: int) -> None:
    """Write the weights that a model had after `step`."""
    _save(tensors, path, {"step": str(step)})


def load_weights(state: TrainingState, path: Path) -> None:
    """Read a model that `save_weights` wrote; raises `DamagedFile` as `load_checkpoint` does."""
    shapes = {name: tuple(value.shape) for name, value in state.model.state_dict().items()}
    tensors, _ = _load(path, shapes, {}, Metadata)
    state.model.load_state_dict(tensors)


def step_of_weights(path: Path) -> int | None:
    """The step after which `save_weights` wrote this file; None where there is no file.

    Raises:
        DamagedFile: the file does not say.
    """
    if not path.exists():
        return None
    with _opened(path) as file:
        return _metadata(file, path, Metadata)["step"]


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


def _load(
    path: Path, wanted: Shapes, together: Shapes, kind: type[T]
) -> tuple[dict[str, Tensor], T]:
    """The tensors of these names and shapes, and what stands beside them.

    Those of `together` are there all or not at all.
    """
    with _opened(path) as file:
        there = set(file.keys())
        expected = {**wanted, **together} if there & set(together) else wanted
        if there != set(expected) or any(
            tuple(file.get_slice(name).get_shape()) != shape for name, shape in expected.items()
        ):
            raise DamagedFile(path, "holds the weights of another network")
        metadata = _metadata(file, path, kind)
        return {name: file.get_tensor(name) for name in expected}, metadata


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A file of safetensors, of which only what is asked for is read."""
    if not path.is_file() and path.exists():
        raise damaged(path, "it is not a file")
    try:
        with safe_open(path, "pt") as file:
            yield file
    except SafetensorError as error:
        raise damaged(path, "it cannot be read as safetensors") from error


def _metadata(file: Any, path: Path, kind: type[T]) -> T:
    try:
        return msgspec.convert(file.metadata() or {}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise damaged(path, f"its metadata: {what_is_wrong(error)}") from error


def _laid_out_as(weight: Tensor, value: Tensor) -> Tensor:
    """`value` in the memory layout of `weight`: fused Adam pairs them by position in memory."""
    return torch.empty_like(weight).copy_(value) if value.shape == weight.shape else value


def _named(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
