"""Autoencoders: the paper's three architectures, and families that fit samples of any shape.

A dataset's row names a family and its sizes (`Network` in data/spec.py); `build_autoencoder` makes
the network for the shape of its samples. The small networks for the paper's images are its layers
with fewer channels, which train quickly on a laptop.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple, cast

from torch import Tensor, channels_last, is_autocast_enabled, is_grad_enabled, nn, zeros
from torch.nn.functional import conv2d, conv_transpose2d

from toll.data.spec import Network
from toll.method.devices import fuses

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


class Activated(nn.Sequential):
    """A convolution, batch normalisation and LeakyReLU."""

    def __init__(self, layer: nn.Conv2d | nn.ConvTranspose2d, channels: int, slope: float) -> None:
        super().__init__(layer, nn.BatchNorm2d(channels), nn.LeakyReLU(slope))
        self.slope = slope

    def forward(self, input: Tensor) -> Tensor:
        x = input
        # Quick, and not to the last bit; in evaluation it gives no gradients.
        quick = x.is_cuda and is_autocast_enabled("cuda")
        if quick and (self.training or not is_grad_enabled()) and fuses():
            from toll.method.fused import normalise_and_activate

            layer, norm, _ = cast(Any, self)
            return normalise_and_activate(_unbiased(layer, x), layer.bias, norm, self.slope)
        return super().forward(x)


class LearnedBias(nn.Module):
    """Adds one learned value to every element of a sample, starting at zero."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.bias = nn.Parameter(zeros(shape))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.bias


def build_autoencoder(network: Network, shape: Shape, z_dim: int) -> Autoencoder:
    """The autoencoder of this family and these sizes, for samples of `shape`.

    The encoder is built before the decoder, so that a seed gives the published initial weights.

    Raises:
        ValueError: there is no such family, or it has no network for samples of this shape.
    """
    if network.family not in FAMILIES:
        raise ValueError(
            f"there is no family of networks {network.family!r}; valid are {', '.join(FAMILIES)}"
        )
    return FAMILIES[network.family](shape, z_dim, network.sizes)


def build_dense(shape: Shape, z_dim: int, hidden: Sequence[int]) -> Autoencoder:
    """For samples of any shape, flattened: hidden layers of these sizes, and back.

    Without batch normalisation, so that a batch may be a single sample.
    """
    sizes = (prod(shape), *hidden, z_dim)
    down, up = (_layers(each) for each in (sizes, sizes[::-1]))
    if len(shape) > 1:
        down, up = [nn.Flatten(), *down], [*up, nn.Unflatten(1, shape)]
    return Autoencoder(nn.Sequential(*down), nn.Sequential(*up))


def build_dense_normalised(shape: Shape, z_dim: int, hidden: Sequence[int]) -> Autoencoder:
    """For tables: as `build_dense`, with batch normalisation before each activation.

    With hidden sizes 256 and 128 it is the paper's network for arrhythmia.
    """
    sizes = (prod(shape), *hidden, z_dim)
    return Autoencoder(_normalised_perceptron(sizes), _normalised_perceptron(sizes[::-1]))


def build_convolutional(shape: Shape, z_dim: int, sizes: Sequence[int]) -> Autoencoder:
    """For images of any `shape` (channels, height, width) with sides of 8 pixels or more.

    As in the paper's networks, convolutions are not padded. Each halves the sides that are still
    8 or longer; the first has `sizes[0]` channels, later ones up to 8 times as many.

    Raises:
        ValueError: a side is shorter than 8 pixels.
    """
    (width,) = sizes
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


def build_padded(shape: Shape, z_dim: int, sizes: Sequence[int]) -> Autoencoder:
    """For images of any `shape` (channels, height, width): a few small convolutions, padded.

    Each halves both sides and has as many channels as `sizes` says: with sizes 16, 32 and 64,
    1×16×16 become 16×8×8, 32×4×4, 64×2×2 and then (z_dim,). The decoder doubles the sides again
    before each of its convolutions. Without batch normalisation it would train faster, but in
    trials on a few seeds the pull did much less.

    Raises:
        ValueError: a side is not a multiple of 2 to the power of the number of sizes.
    """
    channels, *sides = shape
    shrunk = 2 ** len(sizes)
    if any(side % shrunk for side in sides):
        raise ValueError(
            f"images are of {sides[0]}×{sides[1]} pixels; each side must be a multiple of {shrunk}"
        )
    innermost = (sizes[-1], *(side // shrunk for side in sides))
    links = list(pairwise((channels, *sizes)))
    down = [Activated(nn.Conv2d(*link, 3, 2, 1), link[1], slope=0.2) for link in links]
    first, *others = [nn.Conv2d(out, into, 3, padding=1) for into, out in links]
    up = [
        nn.Sequential(nn.Upsample(scale_factor=2), Activated(conv, conv.out_channels, slope=0.2))
        for conv in reversed(others)
    ]
    return Autoencoder(
        nn.Sequential(*down, nn.Flatten(), nn.Linear(prod(innermost), z_dim)),
        nn.Sequential(
            nn.Linear(z_dim, prod(innermost)),
            nn.Unflatten(1, innermost),
            *up,
            nn.Upsample(scale_factor=2),
            first,
        ),
    )


def build_published_28(shape: Shape, z_dim: int, sizes: Sequence[int]) -> Autoencoder:
    """For images of 1×28×28: the paper's layers, whose first has `sizes[0]` channels.

    In the paper it has 64.
    """
    _check_shape(shape, (1, 28, 28))
    (width,) = sizes
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


def build_published_32(shape: Shape, z_dim: int, sizes: Sequence[int]) -> Autoencoder:
    """For images of 3×32×32: the paper's layers, whose first has `sizes[0]` channels.

    In the paper it has 32.
    """
    _check_shape(shape, (3, 32, 32))
    (width,) = sizes
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


FAMILIES: dict[str, Callable[[Shape, int, Sequence[int]], Autoencoder]] = {
    "dense": build_dense,
    "dense-normalised": build_dense_normalised,
    "convolutional": build_convolutional,
    "convolutional-padded": build_padded,
    "published-28": build_published_28,
    "published-32": build_published_32,
}


def _check_shape(shape: Shape, expected: Shape) -> None:
    if shape != expected:
        found, wanted = ("×".join(map(str, each)) for each in (shape, expected))
        raise ValueError(f"this network is for samples of {wanted}, not of {found}")


class _Layer(NamedTuple):
    """Arguments of a convolution; kernel and stride are (height, width)."""

    into: int
    out: int
    kernel: Any
    stride: Any


def _layers(sizes: Sequence[int]) -> list[nn.Module]:
    """Linear layers from each size to the next, rectified in between."""
    *rectified, last = pairwise(sizes)
    hidden = [layer for into, out in rectified for layer in (nn.Linear(into, out), nn.ReLU())]
    return [*hidden, nn.Linear(*last)]


def _normalised_perceptron(sizes: Sequence[int]) -> nn.Sequential:
    *hidden, last = pairwise(sizes)
    blocks = [
        nn.Sequential(nn.Linear(into, out), nn.BatchNorm1d(out), nn.ReLU()) for into, out in hidden
    ]
    return nn.Sequential(*blocks, nn.Linear(*last))


def _conv(into: int, out: int, kernel: Any, stride: Any = 1, *, slope: float, bias: bool = True):
    return Activated(nn.Conv2d(into, out, kernel, stride, bias=bias), out, slope)


def _deconv(into: int, out: int, kernel: Any, stride: Any = 1, *, slope: float, bias: bool = True):
    return Activated(nn.ConvTranspose2d(into, out, kernel, stride, bias=bias), out, slope)


def _channels_last(x: Tensor) -> Tensor:
    """The same images laid out so; torch takes those of one channel for laid out otherwise."""
    _, channels, height, width = x.shape
    if channels > 1:
        return x.contiguous(memory_format=channels_last)
    return x.contiguous().as_strided(x.shape, (height * width, 1, width, 1))


def _unbiased(layer: Any, x: Tensor) -> Tensor:
    """What a convolution, transposed or not, makes of `x` without its bias."""
    x = _channels_last(x)
    convolve: Any = conv_transpose2d if isinstance(layer, nn.ConvTranspose2d) else conv2d
    return convolve(x, layer.weight, None, layer.stride, layer.padding)
