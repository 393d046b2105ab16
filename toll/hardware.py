"""What this machine computes on: the device, its precision and the number of threads."""

import torch
from torch import nn


def resolve_device(name: str) -> torch.device:
    """The torch device for a config's `device`; `auto` takes a GPU where there is one.

    Raises:
        ValueError: the device is not on this machine.
    """
    present = available_devices()
    if name == "auto":
        return torch.device(present[-1] if "cuda:0" not in present else "cuda:0")
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in present:
        raise ValueError(f"device {name!r} is not on this machine; it has {', '.join(present)}")
    return torch.device(wanted)


def available_devices() -> list[str]:
    """Names of the devices on this machine, `cpu` first."""
    devices = ["cpu"]
    if torch.backends.mps.is_available():
        devices.append("mps")
    if torch.cuda.is_available():
        devices += [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    return devices


def resolve_precision(name: str, device: torch.device, model: nn.Module) -> torch.dtype:
    """The dtype in which layers compute; weights, norms and losses stay float32.

    `auto` takes bfloat16 for large convolutions where the hardware multiplies it natively.
    """
    if name == "auto":
        worthwhile = _is_convolutional(model) and _is_large(model)
        return torch.bfloat16 if worthwhile and _bfloat16_is_native(device) else torch.float32
    return {"float32": torch.float32, "bfloat16": torch.bfloat16}[name]


def use_threads_for(model: nn.Module) -> None:
    """Give a small network one CPU thread: more of them only wait for each other."""
    torch.set_num_threads(_DEFAULT_THREADS if _is_large(model) else 1)


_DEFAULT_THREADS = torch.get_num_threads()


def _is_convolutional(model: nn.Module) -> bool:
    return any(isinstance(layer, nn.Conv2d) for layer in model.modules())


def _is_large(model: nn.Module) -> bool:
    return sum(weight.numel() for weight in model.parameters()) > 1_000_000


def _bfloat16_is_native(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "cpu":
        capabilities = torch.cpu.get_capabilities()
        return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))
    return False
