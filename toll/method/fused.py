"""Batch normalisation and LeakyReLU of a convolution's output, in as few passes as there can be.

On a GPU these two are bound by memory: torch reads and writes an output thirteen times for them, in
training; here it is eight times. A bias before a batch norm is taken away by it again. So it
is not added, and its gradient, which is rounding and nothing else, is zero; the running mean counts
it, as the published network does.

Outputs are seen as rows: (n, channels, height, width) with the channels last in memory, so
(n · height · width, channels). With Triton's interpreter, the kernels run on a CPU too.
"""

from typing import Any, NamedTuple

import torch
import triton
import triton.language as tl
from torch import Tensor, nn
from triton import cdiv

# What one program reads at a time, in elements and of that channels; and programs that share a sum:
# enough to keep the largest GPU's memory busy.
TILE, MOST_CHANNELS, PROGRAMS = 4096, 64, 1024
# Channels whose partial sums one program joins, and how many of those sums it reads at a time.
JOINED, SUMS = 16, 128


def normalise_and_activate(
    x: Tensor, bias: Tensor | None, norm: nn.BatchNorm2d, slope: float
) -> Tensor:
    """LeakyReLU of the batch norm of `x` + `bias`, (n, channels, height, width), channels last.

    bias: of the convolution that made `x` without it. In training the norm's running statistics
    move as torch moves them; in evaluation no gradient can be had.
    """
    x = x.contiguous(memory_format=torch.channels_last)
    if norm.training:
        if norm.num_batches_tracked is not None:
            norm.num_batches_tracked += 1
        return _InTraining.apply(x, norm.weight, norm.bias, bias, norm, slope)
    assert norm.running_mean is not None and norm.running_var is not None
    mean = norm.running_mean if bias is None else norm.running_mean - bias
    deviation = (norm.running_var + norm.eps).rsqrt()
    return _activated(x, mean, deviation, norm.weight, norm.bias, slope=slope)


class _InTraining(torch.autograd.Function):
    """The same with gradients, normalised by the batch's own statistics."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, shift: Tensor, bias: Any, norm: Any, slope: Any
    ):
        mean, deviation = _statistics(x, bias, norm)
        ctx.save_for_backward(x, mean, deviation, weight, shift)
        ctx.slope, ctx.bias = slope, bias
        return _activated(x, mean, deviation, weight, shift, slope=slope)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor):
        x, *known = ctx.saved_tensors
        dy = gradients[0].contiguous(memory_format=torch.channels_last)
        size = _Size.of(x)
        partial = x.new_empty((2, size.programs, size.channels), dtype=torch.float32)
        shape = (size.rows, size.channels)
        shared = (size.programs, size.blocks)
        _run(
            _sum_gradients, shared, dy, x, *known, partial, *shape, size.each, ctx.slope, *size.tile
        )
        sums = x.new_empty((2, size.channels), dtype=torch.float32)
        joined = (cdiv(size.channels, JOINED),)
        _run(_join_gradients, joined, partial, sums, size.programs, size.channels, SUMS, JOINED)
        dx = torch.empty_like(x)
        _run(_gradient, size.grid, dy, x, *known, sums, dx, *shape, ctx.slope, *size.tile)
        nothing = None if ctx.bias is None else torch.zeros_like(ctx.bias)
        return dx, sums[1], sums[0], nothing, None, None


class _Size(NamedTuple):
    """How an output is shared out: `programs` sum `each` rows, one tile of them at a time."""

    rows: int
    channels: int
    blocks: int
    programs: int
    each: int
    tile: tuple[int, int]

    @property
    def grid(self) -> tuple[int, int]:
        """Programs of a kernel that looks at each tile by itself."""
        return cdiv(self.rows, self.tile[0]), self.blocks

    @classmethod
    def of(cls, x: Tensor) -> "_Size":
        n, channels, height, width = x.shape
        rows, across = n * height * width, min(triton.next_power_of_2(channels), MOST_CHANNELS)
        tile = (TILE // across, across)
        blocks, tiles = cdiv(channels, across), cdiv(rows, tile[0])
        each = cdiv(tiles, max(PROGRAMS // blocks, 1))
        return cls(rows, channels, blocks, cdiv(tiles, each), each * tile[0], tile)


def _run(kernel: Any, grid: tuple[int, ...], *arguments: Any) -> None:
    kernel[grid](*arguments)


def _statistics(x: Tensor, bias: Tensor | None, norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Mean and 1 / standard deviation of each channel; the norm's running ones move to them."""
    size = _Size.of(x)
    partial = x.new_empty((2, size.programs, size.channels), dtype=torch.float32)
    shared = (size.programs, size.blocks)
    _run(_sum_moments, shared, x, partial, size.rows, size.channels, size.each, *size.tile)
    mean, deviation = x.new_empty((2, size.channels), dtype=torch.float32)
    moving = (norm.running_mean, norm.running_var, norm.momentum, norm.eps)
    counts = (size.rows, size.channels, size.programs, size.each)
    joined = (cdiv(size.channels, JOINED),)
    _run(_join_moments, joined, partial, bias, mean, deviation, *moving, *counts, SUMS, JOINED)
    return mean, deviation


def _activated(x: Tensor, *known: Tensor, slope: float) -> Tensor:
    """known: mean, 1 / standard deviation, weight and shift of each channel."""
    size, y = _Size.of(x), torch.empty_like(x)
    _run(_activate, size.grid, x, *known, y, size.rows, size.channels, slope, *size.tile)
    return y


@triton.jit
def _sum_moments(x, partial, rows, channels, each, R: tl.constexpr, C: tl.constexpr):
    """Mean and sum of squared deviations of a program's rows, measured from the first of them.

    So a mean that is far from zero costs no digits.
    """
    c = tl.program_id(1) * C + tl.arange(0, C)
    known = c < channels
    first = tl.program_id(0) * each
    last = tl.minimum(first + each, rows)
    pivot = tl.load(x + tl.cast(first, tl.int64) * channels + c, known, 0.0).to(tl.float32)
    plain = tl.zeros((R, C), tl.float32)
    squares = tl.zeros((R, C), tl.float32)
    for start in range(first, last, R):
        r = start + tl.arange(0, R)
        there = (r < last)[:, None] & known[None, :]
        place = r.to(tl.int64)[:, None] * channels + c[None, :]
        v = tl.load(x + place, there, 0.0).to(tl.float32) - pivot[None, :]
        v = tl.where(there, v, 0.0)
        plain += v
        squares += v * v
    count = (last - first).to(tl.float32)
    away = tl.sum(plain, 0) / count
    out = partial + tl.program_id(0) * channels + c
    tl.store(out, pivot + away, known)
    tl.store(out + tl.num_programs(0) * channels, tl.sum(squares, 0) - count * away * away, known)


@triton.jit
def _join_moments(
    partial,
    bias,
    mean_out,
    deviation_out,
    running_mean,
    running_var,
    momentum,
    eps,
    rows,
    channels,
    programs,
    each,
    P: tl.constexpr,
    C: tl.constexpr,
):
    c = tl.program_id(0) * C + tl.arange(0, C)
    total = tl.zeros((C,), tl.float32)
    for start in range(0, programs, P):
        p = start + tl.arange(0, P)
        there = (p < programs)[:, None] & (c < channels)[None, :]
        means = tl.load(partial + p[:, None] * channels + c[None, :], there, 0.0)
        counts = tl.minimum(rows - p * each, each).to(tl.float32)
        total += tl.sum(means * counts[:, None], 0)
    mean = total / rows
    squares = tl.zeros((C,), tl.float32)
    for start in range(0, programs, P):
        p = start + tl.arange(0, P)
        there = (p < programs)[:, None] & (c < channels)[None, :]
        place = partial + p[:, None] * channels + c[None, :]
        means = tl.load(place, there, 0.0)
        inside = tl.load(place + programs * channels, there, 0.0)
        counts = tl.minimum(rows - p * each, each).to(tl.float32)
        away = means - mean[None, :]
        squares += tl.sum(tl.where(there, inside + away * away * counts[:, None], 0.0), 0)
    known = c < channels
    tl.store(mean_out + c, mean, known)
    tl.store(deviation_out + c, 1.0 / tl.sqrt(squares / rows + eps), known)
    if bias is not None:
        mean += tl.load(bias + c, known, 0.0)
    old_mean = tl.load(running_mean + c, known, 0.0)
    old_var = tl.load(running_var + c, known, 0.0)
    tl.store(running_mean + c, old_mean + momentum * (mean - old_mean), known)
    tl.store(running_var + c, old_var + momentum * (squares / (rows - 1) - old_var), known)


@triton.jit
def _activate(
    x, mean, deviation, weight, shift, y, rows, channels, slope, R: tl.constexpr, C: tl.constexpr
):
    r, c = tl.program_id(0) * R + tl.arange(0, R), tl.program_id(1) * C + tl.arange(0, C)
    known = c < channels
    there = (r < rows)[:, None] & known[None, :]
    place = r.to(tl.int64)[:, None] * channels + c[None, :]
    v = tl.load(x + place, there, 0.0).to(tl.float32)
    scale = tl.load(deviation + c, known, 0.0) * tl.load(weight + c, known, 0.0)
    z = (v - tl.load(mean + c, known, 0.0)[None, :]) * scale[None, :]
    z += tl.load(shift + c, known, 0.0)[None, :]
    tl.store(y + place, tl.where(z > 0, z, z * slope).to(y.dtype.element_ty), there)


@triton.jit
def _sum_gradients(
    dy,
    x,
    mean,
    deviation,
    weight,
    shift,
    partial,
    rows,
    channels,
    each,
    slope,
    R: tl.constexpr,
    C: tl.constexpr,
):
    """Sums over a program's rows of the gradient at the norm's output, alone and times x̂."""
    c = tl.program_id(1) * C + tl.arange(0, C)
    known = c < channels
    m, d = tl.load(mean + c, known, 0.0), tl.load(deviation + c, known, 0.0)
    w, b = tl.load(weight + c, known, 0.0), tl.load(shift + c, known, 0.0)
    first = tl.program_id(0) * each
    last = tl.minimum(first + each, rows)
    plain = tl.zeros((R, C), tl.float32)
    times = tl.zeros((R, C), tl.float32)
    for start in range(first, last, R):
        r = start + tl.arange(0, R)
        there = (r < last)[:, None] & known[None, :]
        place = r.to(tl.int64)[:, None] * channels + c[None, :]
        v = (tl.load(x + place, there, 0.0).to(tl.float32) - m[None, :]) * d[None, :]
        g = tl.load(dy + place, there, 0.0).to(tl.float32)
        g = tl.where(v * w[None, :] + b[None, :] > 0, g, g * slope)
        plain += g
        times += g * v
    out = partial + tl.program_id(0) * channels + c
    tl.store(out, tl.sum(plain, 0), known)
    tl.store(out + tl.num_programs(0) * channels, tl.sum(times, 0), known)


@triton.jit
def _join_gradients(partial, sums, programs, channels, P: tl.constexpr, C: tl.constexpr):
    c = tl.program_id(0) * C + tl.arange(0, C)
    known = c < channels
    plain = tl.zeros((C,), tl.float32)
    times = tl.zeros((C,), tl.float32)
    for start in range(0, programs, P):
        p = start + tl.arange(0, P)
        there = (p < programs)[:, None] & known[None, :]
        place = partial + p[:, None] * channels + c[None, :]
        plain += tl.sum(tl.load(place, there, 0.0), 0)
        times += tl.sum(tl.load(place + programs * channels, there, 0.0), 0)
    tl.store(sums + c, plain, known)
    tl.store(sums + channels + c, times, known)


@triton.jit
def _gradient(
    dy,
    x,
    mean,
    deviation,
    weight,
    shift,
    sums,
    dx,
    rows,
    channels,
    slope,
    R: tl.constexpr,
    C: tl.constexpr,
):
    """The gradient at the convolution's output (Ioffe and Szegedy, arXiv 1502.03167)."""
    r, c = tl.program_id(0) * R + tl.arange(0, R), tl.program_id(1) * C + tl.arange(0, C)
    known = c < channels
    m, d = tl.load(mean + c, known, 0.0), tl.load(deviation + c, known, 0.0)
    w, b = tl.load(weight + c, known, 0.0), tl.load(shift + c, known, 0.0)
    plain = tl.load(sums + c, known, 0.0) / rows
    times = tl.load(sums + channels + c, known, 0.0) / rows
    there = (r < rows)[:, None] & known[None, :]
    place = r.to(tl.int64)[:, None] * channels + c[None, :]
    v = (tl.load(x + place, there, 0.0).to(tl.float32) - m[None, :]) * d[None, :]
    g = tl.load(dy + place, there, 0.0).to(tl.float32)
    g = tl.where(v * w[None, :] + b[None, :] > 0, g, g * slope)
    out = (g - plain[None, :] - v * times[None, :]) * (w * d)[None, :]
    tl.store(dx + place, out.to(dx.dtype.element_ty), there)
