"""Autoencoders: the paper's three architectures, and small ones that a laptop trains soon.

Architecture only. `build_autoencoder` picks by the config's `network` and the shape of a sample;
`build_dense` and `build_convolutional` make one for any table and any image.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

from torch import Tensor, nn, zeros

Shape = tuple[int, ...]

SHORTEST_SIDE = 8  # pixels, of images for `build_convolutional`


class Encoded(NamedTuple):
    """Latents (n, z_dim) and reconstructions (n, *shape) of a batch."""

    latents: Tensor
    reconstructions: Tensor


class Autoencoder(nn.Module):
    """An encoder to flat latents (n, z_dim) and a decoder back to samples (n, *shape)."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, x: Tensor) -> Encoded:
        latents = self.encoder(x)
        return Encoded(latents, self.decoder(latents))


class LearnedBias(nn.Module):
    """Adds one learned value to every element of a sample, starting at zero."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.bias = nn.Parameter(zeros(shape))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.bias


def build_autoencoder(network: str, shape: Shape, z_dim: int) -> Autoencoder:
    """The autoencoder of this name for samples of `shape`.

    The encoder is built before the decoder, so that a seed gives the published initial weights.

    Raises:
        ValueError: there is no such network for samples of this shape.
    """
    builder = _NETWORKS.get((network, shape))
    if builder is None:
        size = "×".join(map(str, shape))
        valid = [name for name, known in _NETWORKS if known == shape]
        raise ValueError(
            f"there is no network {network!r} for samples of shape {size}; "
            f"valid are {', '.join(valid) or 'none'}"
        )
    return builder(z_dim)


def build_dense(features: int, z_dim: int, hidden: Sequence[int]) -> Autoencoder:
    """For a table of any number of features: hidden layers of these sizes, and back.

    Without batch normalisation, so that a batch may be a single sample.
    """
    sizes = (features, *hidden, z_dim)
    return Autoencoder(_perceptron(sizes), _perceptron(sizes[::-1]))


def build_convolutional(shape: Shape, z_dim: int, width: int) -> Autoencoder:
    """For images of any `shape` (channels, height, width) with sides of 8 pixels or more.

    As in the paper's networks, convolutions are not padded. Each halves the sides that are still
    8 or longer; the first has `width` channels, later ones up to 8 times as many.

    Raises:
        ValueError: a side is shorter than 8 pixels.
    """
    channels, *size = shape
    if min(size) < SHORTEST_SIDE:
        raise ValueError(
            f"images are of {size[0]}×{size[1]} pixels; "
            f"each side must be of {SHORTEST_SIDE} or more"
        )
    layers: list[_Layer] = []
    while max(size) >= SHORTEST_SIDE:
        # Even sides are covered to their last pixel by kernels of 4, odd ones by kernels of 5.
        kernel = [4 + side % 2 if side >= SHORTEST_SIDE else 1 for side in size]
        stride = [2 if side >= SHORTEST_SIDE else 1 for side in size]
        into = layers[-1].out if layers else channels
        layers.append(_Layer(into, width * min(2 ** len(layers), 8), tuple(kernel), tuple(stride)))
        size = [(side - k) // s + 1 for side, k, s in zip(size, kernel, stride, strict=True)]
    innermost = (layers[-1].out, *size)
    down = [_conv(*layer, slope=0.2) for layer in layers]
    encoder = nn.Sequential(*down, nn.Flatten(), nn.Linear(prod(innermost), z_dim))
    first, *others = [_Layer(out, into, *window) for into, out, *window in layers]
    up = [_deconv(*layer, slope=0.2) for layer in reversed(others)]
    decoder = nn.Sequential(
        nn.Linear(z_dim, prod(innermost)),
        nn.Unflatten(1, innermost),
        *up,
        nn.ConvTranspose2d(*first),
    )
    return Autoencoder(encoder, decoder)


class _Layer(NamedTuple):
    """Arguments of a convolution; kernel and stride are (height, width)."""

    into: int
    out: int
    kernel: Any
    stride: Any


def _perceptron(sizes: Sequence[int]) -> nn.Sequential:
    *rectified, last = pairwise(sizes)
    hidden = [layer for into, out in rectified for layer in (nn.Linear(into, out), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(*last))


def _conv(into: int, out: int, kernel: Any, stride: Any = 1, *, slope: float, bias: bool = True):
    return _activated(nn.Conv2d(into, out, kernel, stride, bias=bias), out, slope)


def _deconv(into: int, out: int, kernel: Any, stride: Any = 1, *, slope: float, bias: bool = True):
    return _activated(nn.ConvTranspose2d(into, out, kernel, stride, bias=bias), out, slope)


def _activated(layer: nn.Module, channels: int, slope: float) -> nn.Sequential:
    return nn.Sequential(layer, nn.BatchNorm2d(channels), nn.LeakyReLU(slope))


def _conv_28(z_dim: int, width: int = 64) -> Autoencoder:
    """For 1×28×28: the paper's layers, whose first has `width` channels (the paper: 64)."""
    a, b, c, d = width, 2 * width, 4 * width, 8 * width
    encoder = nn.Sequential(
        _conv(1, a, 4, slope=0.2),
        _conv(a, b, 4, slope=0.2),
        _conv(b, c, 4, 2, slope=0.2),
        _conv(c, d, 4, slope=0.2),
        nn.Conv2d(d, 64, 4),
        nn.Flatten(),
        nn.Linear(64 * 4 * 4, z_dim),
    )
    decoder = nn.Sequential(
        nn.Linear(z_dim, 64 * 4 * 4),
        nn.Unflatten(1, (64, 4, 4)),
        _deconv(64, d, 4, slope=0.2),
        _deconv(d, c, 4, slope=0.2),
        _deconv(c, b, 4, 2, slope=0.2),
        _deconv(b, a, 4, slope=0.2),
        nn.ConvTranspose2d(a, 1, 4),
    )
    return Autoencoder(encoder, decoder)


def _conv_32(z_dim: int, width: int = 32) -> Autoencoder:
    """For 3×32×32: the paper's layers, whose first has `width` channels (the paper: 32)."""
    a, b, c, d, e = width, 2 * width, 4 * width, 8 * width, 16 * width
    encoder = nn.Sequential(
        _conv(3, a, 5, slope=0.1, bias=False),
        _conv(a, b, 4, 2, slope=0.1, bias=False),
        _conv(b, c, 4, slope=0.1, bias=False),
        _conv(c, d, 4, 2, slope=0.1, bias=False),
        _conv(d, e, 4, slope=0.1, bias=False),
        _conv(e, e, 1, slope=0.1, bias=False),
        nn.Conv2d(e, z_dim, 1),
        nn.Flatten(),
    )
    decoder = nn.Sequential(
        nn.Unflatten(1, (z_dim, 1, 1)),
        _deconv(z_dim, d, 4, slope=0.1, bias=False),
        _deconv(d, c, 4, 2, slope=0.1, bias=False),
        _deconv(c, b, 4, slope=0.1, bias=False),
        _deconv(b, a, 4, 2, slope=0.1, bias=False),
        _deconv(a, a, 5, slope=0.1, bias=False),
        _conv(a, a, 1, slope=0.1, bias=False),
        nn.Conv2d(a, 3, 1, bias=False),
        LearnedBias((3, 32, 32)),
    )
    return Autoencoder(encoder, decoder)


def _dense(into: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(into, out), nn.BatchNorm1d(out), nn.ReLU())


def _table_274(z_dim: int) -> Autoencoder:
    """For 274 features: the paper's network."""
    encoder = nn.Sequential(_dense(274, 256), _dense(256, 128), nn.Linear(128, z_dim))
    decoder = nn.Sequential(_dense(z_dim, 128), _dense(128, 256), nn.Linear(256, 274))
    return Autoencoder(encoder, decoder)


def _image_8(z_dim: int) -> Autoencoder:
    """For 1×8×8: 64-128-64-z_dim and back."""
    encoder = nn.Sequential(
        nn.Flatten(),
        *(nn.Linear(64, 128), nn.ReLU()),
        *(nn.Linear(128, 64), nn.ReLU()),
        nn.Linear(64, z_dim),
    )
    decoder = nn.Sequential(
        *(nn.Linear(z_dim, 64), nn.ReLU()),
        *(nn.Linear(64, 128), nn.ReLU()),
        nn.Linear(128, 64),
        nn.Unflatten(1, (1, 8, 8)),
    )
    return Autoencoder(encoder, decoder)


_NETWORKS: dict[tuple[str, Shape], Callable[[int], Autoencoder]] = {
    ("small", (1, 8, 8)): _image_8,
    ("small", (1, 28, 28)): partial(_conv_28, width=16),
    ("paper", (1, 28, 28)): _conv_28,
    ("small", (3, 32, 32)): partial(_conv_32, width=16),
    ("paper", (3, 32, 32)): _conv_32,
    ("paper", (274,)): _table_274,
}
