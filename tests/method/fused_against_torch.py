"""How far the fused kernels are from torch's layers, on a device: `python -m` prints it as JSON.

Triton decides when it is imported whether it interprets kernels, so that is done in a process of
its own, with TRITON_INTERPRET=1.
"""

import copy
import json
import sys
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, leaky_relu

from toll.method import fused
from toll.method.networks import Activated

SLOPE = 0.2
CASES = [(channels, bias) for channels in (3, 16, 40) for bias in (True, False)]
# So small that there are many tiles, some of them not full.
SMALL = {"TILE": 512, "MOST_CHANNELS": 16, "PROGRAMS": 6, "SUMS": 4}


def differences(channels: int, bias: bool, device: str, dtype: torch.dtype) -> dict[str, float]:
    """Relative distances of outputs, gradients and statistics, in training and in evaluation."""
    torch.manual_seed(channels)
    plain = Activated(nn.Conv2d(5, channels, 3, bias=bias), channels, SLOPE)
    norm: Any = plain[1]
    norm.weight.data.uniform_(0.5, 1.5)
    norm.bias.data.normal_()
    plain.to(memory_format=torch.channels_last)
    x, weights = torch.randn(4, 5, 9, 8), torch.randn(4, channels, 7, 6)
    layer, ours, _ = cast = copy.deepcopy(plain).to(device)

    def forward(x: Tensor) -> Tensor:
        convolved = conv2d(x, layer.get_parameter("weight")).to(dtype)
        return fused.normalise_and_activate(convolved, layer.bias, ours, SLOPE).float()  # type: ignore

    expected = seen(plain, plain, x, weights)
    found = seen(cast, forward, x.to(device), weights.to(device))
    plain.eval(), ours.eval()
    with torch.no_grad():
        expected["evaluated"], found["evaluated"] = plain(x), forward(x.to(device))
    if bias:  # which the norm takes away again
        expected["0.bias"] = torch.zeros(channels)
    return {
        name: float((found[name].cpu() - expected[name]).norm() / (expected[name].norm() + 1e-9))
        for name in expected
    }


def seen(made: nn.Module, forward: Any, x: Tensor, weights: Tensor) -> dict[str, Tensor]:
    x = x.to(memory_format=torch.channels_last).requires_grad_()
    y = forward(x)
    (y * weights).sum().backward()
    gradients = {name: each.grad for name, each in made.named_parameters()}
    statistics = {name: each.clone().float() for name, each in made.named_buffers()}
    return {"output": y.detach(), "input": x.grad, **gradients, **statistics}  # type: ignore


def far_from_zero() -> float:
    """The same of a channel whose mean is a thousand times its deviation."""
    x = (torch.randn(2, 16, 20, 20) + 1000).to(memory_format=torch.channels_last)
    found = fused.normalise_and_activate(x, None, nn.BatchNorm2d(16), SLOPE)
    expected = leaky_relu(nn.BatchNorm2d(16).double()(x.double()), SLOPE).float()
    return float((found - expected).norm() / expected.norm())


if __name__ == "__main__":
    for name, size in SMALL.items():
        setattr(fused, name, size)
    cases = [differences(*case, "cpu", torch.float32) for case in CASES]
    json.dump({"cases": cases, "far from zero": far_from_zero()}, sys.stdout)
