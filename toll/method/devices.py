"""What this machine computes on: the device, its precision and the number of threads."""

import gc
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch
from torch import nn

from toll.config import AUTOMATIC_DEVICES


def resolve_device(name: str) -> torch.device:
    """The torch device for a config's `device`; `auto` takes a GPU where there is one.

    Raises:
        ValueError: the device is not on this machine.
    """
    present = available_devices()
    if name == "auto":
        return torch.device(next(device for device in AUTOMATIC_DEVICES if device in present))
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

    `auto` takes bfloat16 for convolutions where the hardware multiplies it faster: GPUs from
    Ampere on, CPUs with AMX, and AMD's with AVX512-BF16, on which training was measured 1.4 to 1.9
    times as fast as in float32. On an Intel CPU with AVX512-BF16 alone it was slower.

    Raises:
        ValueError: bfloat16 is asked for, and would end this process.
    """
    if name == "auto":
        return torch.bfloat16 if is_convolutional(model) and _has_bfloat16_units(device) else _F32
    if name == "bfloat16" and device.type == "cpu" and amx_is_broken():
        raise ValueError(
            "precision is 'bfloat16', but this machine announces AMX units that do not work; "
            f"choose float32, or set {ISA_LIMIT}=AVX512_CORE_FP16 before the program starts"
        )
    return {"float32": _F32, "bfloat16": torch.bfloat16}[name]


def samples_at_a_time(wanted: int, device: torch.device) -> int:
    """How many samples are encoded at once: as many as `wanted` or, where that is 0, as suit."""
    return wanted or (SUITED_TO_GPU if device.type == "cuda" else SUITED_TO_CPU)


@cache
def fuses() -> bool:
    """Whether kernels of our own can be compiled for this machine's GPU.

    They need Triton, which comes with torch on Linux, and a C compiler. Without them, torch's own
    kernels give the same results, more slowly; a log says so once.
    """
    try:
        from toll.method.fused import normalise_and_activate

        probe = torch.zeros(1, 16, 2, 2, device="cuda", dtype=torch.bfloat16)
        with torch.no_grad():
            normalise_and_activate(probe, None, nn.BatchNorm2d(16, device="cuda").eval(), 0.1)
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        logger.warning("training on the GPU goes without kernels of its own: %s", error)
        return False
    return True


def give_back_memory() -> None:
    """Leave to other programs what a GPU's memory still holds of work that has ended."""
    if torch.cuda.is_initialized():
        gc.collect()
        torch.cuda.empty_cache()


def amx_is_broken() -> bool:
    """Whether a product in bfloat16 would end this process with an illegal instruction.

    Some virtual machines announce AMX but hide the size of its tiles from programs. Where AMX is
    announced, the first call takes a few seconds.
    """
    return _announces_amx() and not _multiplies_bfloat16()


def use_threads_for(model: nn.Module, members: int = 1) -> None:
    """Give one small network one CPU thread: more would only wait for each other.

    members: how many such networks of linear layers are trained as one.
    """
    stacked = members >= MEMBERS_FOR_ALL_THREADS
    many = _is_heavy(model) if is_convolutional(model) else stacked
    torch.set_num_threads(_ALL_THREADS if many else 1)


def all_threads() -> int:
    """How many CPU threads torch had at its start: as many as it may use."""
    return _ALL_THREADS


@contextmanager
def threads_for(model: nn.Module) -> Iterator[None]:
    """`use_threads_for` while inside; afterwards the number is restored."""
    before = torch.get_num_threads()
    if not _is_heavy(model):
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def is_convolutional(model: nn.Module) -> bool:
    return any(isinstance(layer, nn.Conv2d) for layer in model.modules())


def _is_heavy(model: nn.Module) -> bool:
    """Whether a second thread pays off for one such network."""
    weights = sum(each.numel() for each in model.parameters())
    return is_convolutional(model) and weights >= WEIGHTS_FOR_ALL_THREADS


# The variable that tells oneDNN which of a CPU's instructions to leave alone.
ISA_LIMIT = "ONEDNN_MAX_CPU_ISA"

# Samples encoded at a time: more fall out of a CPU's caches, fewer leave a GPU idle.
SUITED_TO_CPU, SUITED_TO_GPU = 100, 2500

logger = logging.getLogger(__name__)

_PRODUCT = "import torch; x = torch.ones(64, 64, dtype=torch.bfloat16); x @ x"
_F32 = torch.float32
# From this many on, a second thread was measured to pay off.
MEMBERS_FOR_ALL_THREADS = 4
# And from so many weights of a convolutional network on: between one of 80,000, which a second
# thread slowed down, and one of 900,000.
WEIGHTS_FOR_ALL_THREADS = 250_000
_ALL_THREADS = torch.get_num_threads()


def _has_bfloat16_units(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type != "cpu":
        return False
    if _announces_amx():
        return _multiplies_bfloat16()
    cpu = torch.cpu.get_capabilities()
    return "AMD" in str(cpu.get("cpu_name")) and bool(cpu.get("avx512_bf16"))


def _announces_amx() -> bool:
    """Whether the CPU says that it has AMX, and oneDNN, which computes for torch, may use it."""
    limit = os.environ.get(ISA_LIMIT, "ALL").upper()
    allowed = limit in ("ALL", "DEFAULT") or "AMX" in limit
    return allowed and bool(torch.cpu.get_capabilities().get("amx_bf16"))


@cache
def _multiplies_bfloat16() -> bool:
    """Whether a product in bfloat16 succeeds, tried in a separate process."""
    return subprocess.run([sys.executable, "-c", _PRODUCT], capture_output=True).returncode == 0
