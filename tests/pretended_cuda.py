"""A GPU that is none: tensors compute on the CPU, but each knows on which device it would lie.

Inside `pretended_cuda()` whatever is made on or moved to `cuda` counts as lying there, and so do
the results of computing with it. What a GPU would refuse, or would answer by silently copying,
raises `WrongDevice`: an operator that is given tensors of both devices, and NumPy reading what lies
on the GPU. Numbers and gradients are real, so a training in there ends as it does on the CPU.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from toll.method.arithmetic import REPEATABLE, WORKSPACE

CPU, CUDA = torch.device("cpu"), torch.device("cuda:0")
DEVICES = {"cpu": CPU, "cuda": CUDA, "cuda:0": CUDA}
AMPERE = (8, 0)
MOVES = (torch.Tensor.to, torch.Tensor.cpu, torch.Tensor.cuda)


class WrongDevice(AssertionError):
    """Something that a GPU would refuse, or would do slowly."""


@contextmanager
def pretended_cuda(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine with one GPU, which computes quickly in bfloat16."""
    autocast, places = torch.autocast, _Places()

    def on_the_cpu(kind: str, *arguments: Any, **settings: Any) -> torch.autocast:
        return autocast("cpu" if kind == "cuda" else kind, *arguments, **settings)

    with monkeypatch.context() as patch, _Operators(places), _Functions(places):
        for module in ("method.devices", "detectors.toll_detector"):
            patch.setattr(f"toll.{module}.available_devices", lambda: ["cpu", "cuda:0"])
        patch.setenv(WORKSPACE, REPEATABLE[0])
        patch.setattr("torch.cuda.get_device_capability", lambda device: AMPERE)
        patch.setattr("torch.autocast", on_the_cpu)
        patch.setattr("toll.method.replay.can_be_recorded", lambda optimiser: False)
        yield


class _Places:
    """Where each tensor lies: on the CPU, unless its storage has been put on the GPU."""

    def __init__(self) -> None:
        # Kept alive, so that no later storage gets the address of one that lay on the GPU.
        self.on_cuda: dict[int, torch.UntypedStorage] = {}

    def of(self, tensor: torch.Tensor) -> torch.device:
        return CUDA if tensor.untyped_storage()._cdata in self.on_cuda else CPU

    def put(self, result: Any, device: torch.device) -> None:
        """Have all tensors in `result` lie on the device."""
        for tensor in _tensors(result):
            storage = tensor.untyped_storage()
            self.on_cuda.pop(storage._cdata, None)
            if device == CUDA:
                self.on_cuda[storage._cdata] = storage


class _Operators(TorchDispatchMode):
    """Sees every operator, those of the backward pass too: they compute where their tensors lie."""

    def __init__(self, places: _Places) -> None:
        super().__init__()
        self.places = places

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = Counter(str(self.places.of(tensor)) for tensor in _tensors((args, kwargs)))
        if len(found) > 1 and func.overloadpacket is not torch.ops.aten.copy_:
            where = ", ".join(f"{count} on {device}" for device, count in sorted(found.items()))
            raise WrongDevice(f"{func} was given tensors of two devices: {where}")
        result = func(*args, **(kwargs or {}))
        if str(CUDA) in found and func.overloadpacket is not torch.ops.aten.copy_:
            self.places.put(result, CUDA)
        return result


class _Functions(TorchFunctionMode):
    """Sees what Python asks of tensors: where they are, to be made somewhere, to move."""

    def __init__(self, places: _Places) -> None:
        super().__init__()
        self.places = places

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        match func:
            case torch.Tensor.device.__get__:
                return self.places.of(args[0])
            case torch.Tensor.is_cuda.__get__:
                return self.places.of(args[0]) == CUDA
            case torch.Tensor.is_cpu.__get__:
                return self.places.of(args[0]) == CPU
            case torch.Tensor.numpy if not kwargs.get("force") and self.places.of(args[0]) == CUDA:
                raise WrongDevice("NumPy was given a tensor on cuda:0")
            case torch.Tensor.pin_memory:
                return args[0]
        if func in MOVES:
            return self._moved(func.__name__, *args, **kwargs)
        device = _named(kwargs.get("device"))
        if device is None:
            return func(*args, **kwargs)
        result = func(*args, **kwargs | {"device": CPU})
        self.places.put(result, device)
        return result

    def _moved(self, name: str, tensor: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        """What `tensor.to(...)`, `.cpu()` or `.cuda()` gives."""
        before = self.places.of(tensor)
        named = [_named(each) for each in (name, *args, *kwargs.values())]
        device = next(filter(None, named), before)
        args = tuple(CPU if _named(each) else each for each in args)
        result = tensor.to(*args, **{k: CPU if _named(v) else v for k, v in kwargs.items()})
        if device != before and result is tensor:
            result = tensor.clone()
        self.places.put(result, device)
        return result


def _named(value: Any) -> torch.device | None:
    """The device that an argument names; None if it names none."""
    return DEVICES.get(str(value)) if isinstance(value, str | torch.device) else None


def _tensors(values: Any) -> list[torch.Tensor]:
    return [each for each in tree_leaves(values) if isinstance(each, torch.Tensor)]
