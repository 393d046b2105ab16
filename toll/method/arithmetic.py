"""How numbers are rounded: in exact float32, where a GPU would rather be quick, and repeatably.

torch has switches for that which hold for the whole process. A worker trains many runs, one after
another, so a run turns them around its own computing only and then puts them back.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

# How large a workspace cuBLAS takes, and the values with which it repeats itself.
WORKSPACE = "CUBLAS_WORKSPACE_CONFIG"
REPEATABLE = (":4096:8", ":16:8")


@contextmanager
def arithmetic(*, exact: bool, deterministic: bool = False) -> Iterator[None]:
    """While inside, float32 is computed in float32, and equal computations have equal results.

    exact: without TF32, in which a GPU keeps 10 of the 23 binary digits of what it convolves.
    deterministic: with algorithms that add in the same order each time; on a GPU they are slower.
    """
    with ExitStack() as switched:
        if exact:
            switched.enter_context(_without_tf32())
        if deterministic:
            switched.enter_context(_same_each_time())
        yield


def prepare_workspace(*, deterministic: bool) -> None:
    """Have cuBLAS repeat itself in this process, which it reads once, before CUDA starts.

    Done before any run on a GPU, as later ones in this process may be deterministic.

    Raises:
        ValueError: `deterministic`, and it is too late.
    """
    if not torch.cuda.is_initialized():
        os.environ.setdefault(WORKSPACE, REPEATABLE[0])
    found = os.environ.get(WORKSPACE)
    if deterministic and found not in REPEATABLE:
        raise ValueError(
            f"deterministic is True, but {WORKSPACE} is {found!r}; "
            f"set it to {' or '.join(REPEATABLE)} before the program starts"
        )


@contextmanager
def _without_tf32() -> Iterator[None]:
    cudnn: Any = torch.backends.cudnn  # whose `conv` type checkers do not see
    cuda, cpu = torch.backends.cuda, torch.backends.mkldnn
    switches = (cudnn.conv, cuda.matmul, cpu.conv, cpu.matmul)
    before, older = [each.fp32_precision for each in switches], _older_switch()
    # The older switch too: torch refuses to multiply where the two contradict each other.
    torch.set_float32_matmul_precision("highest")
    for each in switches:
        each.fp32_precision = "ieee"
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(older)
        for each, precision in zip(switches, before, strict=True):
            each.fp32_precision = precision


def _older_switch() -> str:
    try:
        return torch.get_float32_matmul_precision()
    except RuntimeError:  # only the newer switch has been turned to TF32
        return "highest"


@contextmanager
def _same_each_time() -> Iterator[None]:
    cudnn = torch.backends.cudnn
    before, mode = (cudnn.deterministic, cudnn.benchmark), torch.get_deterministic_debug_mode()
    cudnn.deterministic, cudnn.benchmark = True, False
    # `use_deterministic_algorithms` would import the compiler, and leave it switched.
    torch.set_deterministic_debug_mode("error")
    try:
        yield
    finally:
        torch.set_deterministic_debug_mode(mode)
        cudnn.deterministic, cudnn.benchmark = before
