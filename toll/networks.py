"""Autoencoders: the paper's three architectures, and small ones that a laptop trains in seconds.

Architecture only. `build_autoencoder` picks by the config's `network` and the shape of a sample.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor, nn, zeros

Shape = tuple[int, ...]


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
    if network == "small":
        return _small_mlp(shape, z_dim) if math.prod(shape) < 784 else _small_conv(shape, z_dim)
    if network == "paper" and shape in _PAPER_NETWORKS:
        return _PAPER_NETWORKS[shape](z_dim)
    shapes = ", ".join("×".join(map(str, known)) for known in _PAPER_NETWORKS)
    raise ValueError(
        f"there is no {network!r} network for samples of shape {'×'.join(map(str, shape))}; "
        f"paper networks exist for {shapes}, and small is there for every shape"
    )


def networks_for(shape: Shape) -> tuple[str, ...]:
    """Names of the networks that take samples of `shape`."""
    return ("small", "paper") if shape in _PAPER_NETWORKS else ("small",)


def _conv(into: int, out: int, kernel: int, stride: int = 1, *, slope: float, bias: bool = True):
    return _activated(nn.Conv2d(into, out, kernel, stride, bias=bias), out, slope)


def _deconv(into: int, out: int, kernel: int, stride: int = 1, *, slope: float, bias: bool = True):
    return _activated(nn.ConvTranspose2d(into, out, kernel, stride, bias=bias), out, slope)


def _activated(layer: nn.Module, channels: int, slope: float) -> nn.Sequential:
    return nn.Sequential(layer, nn.BatchNorm2d(channels), nn.LeakyReLU(slope))


def _paper_28(z_dim: int) -> Autoencoder:
    encoder = nn.Sequential(
        _conv(1, 64, 4, slope=0.2),
        _conv(64, 128, 4, slope=0.2),
        _conv(128, 256, 4, 2, slope=0.2),
        _conv(256, 512, 4, slope=0.2),
        nn.Conv2d(512, 64, 4),
        nn.Flatten(),
        nn.Linear(64 * 4 * 4, z_dim),
    )
    decoder = nn.Sequential(
        nn.Linear(z_dim, 64 * 4 * 4),
        nn.Unflatten(1, (64, 4, 4)),
        _deconv(64, 512, 4, slope=0.2),
        _deconv(512, 256, 4, slope=0.2),
        _deconv(256, 128, 4, 2, slope=0.2),
        _deconv(128, 64, 4, slope=0.2),
        nn.ConvTranspose2d(64, 1, 4),
    )
    return Autoencoder(encoder, decoder)


def _paper_32(z_dim: int) -> Autoencoder:
    encoder = nn.Sequential(
        _conv(3, 32, 5, slope=0.1, bias=False),
        _conv(32, 64, 4, 2, slope=0.1, bias=False),
        _conv(64, 128, 4, slope=0.1, bias=False),
        _conv(128, 256, 4, 2, slope=0.1, bias=False),
        _conv(256, 512, 4, slope=0.1, bias=False),
        _conv(512, 512, 1, slope=0.1, bias=False),
        nn.Conv2d(512, z_dim, 1),
        nn.Flatten(),
    )
    decoder = nn.Sequential(
        nn.Unflatten(1, (z_dim, 1, 1)),
        _deconv(z_dim, 256, 4, slope=0.1, bias=False),
        _deconv(256, 128, 4, 2, slope=0.1, bias=False),
        _deconv(128, 64, 4, slope=0.1, bias=False),
        _deconv(64, 32, 4, 2, slope=0.1, bias=False),
        _deconv(32, 32, 5, slope=0.1, bias=False),
        _conv(32, 32, 1, slope=0.1, bias=False),
        nn.Conv2d(32, 3, 1, bias=False),
        LearnedBias((3, 32, 32)),
    )
    return Autoencoder(encoder, decoder)


def _dense(into: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(into, out), nn.BatchNorm1d(out), nn.ReLU())


def _paper_274(z_dim: int) -> Autoencoder:
    encoder = nn.Sequential(_dense(274, 256), _dense(256, 128), nn.Linear(128, z_dim))
    decoder = nn.Sequential(_dense(z_dim, 128), _dense(128, 256), nn.Linear(256, 274))
    return Autoencoder(encoder, decoder)


_PAPER_NETWORKS: dict[Shape, Callable[[int], Autoencoder]] = {
    (1, 28, 28): _paper_28,
    (3, 32, 32): _paper_32,
    (274,): _paper_274,
}


def _small_mlp(shape: Shape, z_dim: int) -> Autoencoder:
    size = math.prod(shape)
    encoder = nn.Sequential(
        nn.Flatten(),
        *(nn.Linear(size, 128), nn.ReLU()),
        *(nn.Linear(128, 64), nn.ReLU()),
        nn.Linear(64, z_dim),
    )
    decoder = nn.Sequential(
        *(nn.Linear(z_dim, 64), nn.ReLU()),
        *(nn.Linear(64, 128), nn.ReLU()),
        nn.Linear(128, size),
        nn.Unflatten(1, shape),
    )
    return Autoencoder(encoder, decoder)


def _small_conv(shape: Shape, z_dim: int) -> Autoencoder:
    """Two halvings of height and width by strided convolutions, and back."""
    channels, height, width = shape
    if height % 4 or width % 4:
        raise ValueError(f"images of {height}×{width} cannot be halved twice; 4 must divide both")
    inner = (32, height // 4, width // 4)
    encoder = nn.Sequential(
        *(nn.Conv2d(channels, 16, 4, 2, padding=1), nn.BatchNorm2d(16), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(16, 32, 4, 2, padding=1), nn.BatchNorm2d(32), nn.LeakyReLU(0.2)),
        nn.Flatten(),
        nn.Linear(math.prod(inner), z_dim),
    )
    decoder = nn.Sequential(
        nn.Linear(z_dim, math.prod(inner)),
        nn.Unflatten(1, inner),
        *(nn.ConvTranspose2d(32, 16, 4, 2, padding=1), nn.BatchNorm2d(16), nn.LeakyReLU(0.2)),
        nn.ConvTranspose2d(16, channels, 4, 2, padding=1),
    )
    return Autoencoder(encoder, decoder)
