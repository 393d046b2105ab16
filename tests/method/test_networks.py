"""Networks: the published layers, shapes that come back, seeds that give the published weights."""

import pytest
import torch
from torch import nn

from toll.data import DATASETS
from toll.data.registry import ROWS
from toll.data.spec import Network
from toll.method.networks import (
    FAMILIES,
    Autoencoder,
    build_autoencoder,
    build_convolutional,
    build_dense,
    build_padded,
)

IMAGE_28, IMAGE_32, TABLE = (1, 28, 28), (3, 32, 32), (274,)
EVERY = [(name, spec.shape) for spec in ROWS for name in spec.networks]

# Weights of the layers in their order, as published: out × in × kernel × kernel for
# convolutions, in × out × kernel × kernel for transposed ones, out × in for linear ones.
PUBLISHED = {
    (IMAGE_28, "encoder"): [
        *[(64, 1, 4, 4), (128, 64, 4, 4), (256, 128, 4, 4), (512, 256, 4, 4), (64, 512, 4, 4)],
        (7, 1024),
    ],
    (IMAGE_28, "decoder"): [
        (1024, 7),
        *[(64, 512, 4, 4), (512, 256, 4, 4), (256, 128, 4, 4), (128, 64, 4, 4), (64, 1, 4, 4)],
    ],
    (IMAGE_32, "encoder"): [
        *[(32, 3, 5, 5), (64, 32, 4, 4), (128, 64, 4, 4), (256, 128, 4, 4), (512, 256, 4, 4)],
        *[(512, 512, 1, 1), (7, 512, 1, 1)],
    ],
    (IMAGE_32, "decoder"): [
        *[(7, 256, 4, 4), (256, 128, 4, 4), (128, 64, 4, 4), (64, 32, 4, 4), (32, 32, 5, 5)],
        *[(32, 32, 1, 1), (3, 32, 1, 1)],
    ],
    (TABLE, "encoder"): [(256, 274), (128, 256), (7, 128)],
    (TABLE, "decoder"): [(128, 7), (256, 128), (274, 256)],
}
STRIDES = {
    (IMAGE_28, "encoder"): [1, 1, 2, 1, 1],
    (IMAGE_28, "decoder"): [1, 1, 2, 1, 1],
    (IMAGE_32, "encoder"): [1, 2, 1, 2, 1, 1, 1],
    (IMAGE_32, "decoder"): [1, 2, 1, 2, 1, 1, 1],
}
# Whether batch normalisation and an activation follow; whether the layer has a bias.
NORMALISED = {
    (IMAGE_28, "encoder"): [True] * 4 + [False] * 2,
    (IMAGE_28, "decoder"): [False] + [True] * 4 + [False],
    (IMAGE_32, "encoder"): [True] * 6 + [False],
    (IMAGE_32, "decoder"): [True] * 6 + [False],
    (TABLE, "encoder"): [True, True, False],
    (TABLE, "decoder"): [True, True, False],
}
BIASED = {
    (IMAGE_32, "encoder"): [False] * 6 + [True],
    (IMAGE_32, "decoder"): [False] * 7,
}
SLOPES = {IMAGE_28: {0.2}, IMAGE_32: {0.1}, TABLE: set()}
LAYERS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)


def built(name: str, shape: tuple[int, ...], z_dim: int) -> Autoencoder:
    """The network of this name of a dataset with samples of this shape."""
    spec = next(each for each in DATASETS.values() if each.shape == shape)
    return build_autoencoder(spec.network(name), shape, z_dim)


def leaves(part: nn.Module) -> list[nn.Module]:
    return [module for module in part.modules() if not list(module.children())]


@pytest.mark.parametrize(("shape", "part"), PUBLISHED)
def test_the_layers_are_the_published_ones(shape, part):
    found = leaves(getattr(built("paper", shape, 7), part))
    layers = [each for each in found if isinstance(each, LAYERS)]
    assert [tuple(each.weight.shape) for each in layers] == PUBLISHED[shape, part]
    strides = [each.stride[0] for each in layers if not isinstance(each, nn.Linear)]
    assert strides == STRIDES.get((shape, part), [])
    biased = [each.bias is not None for each in layers]
    assert biased == BIASED.get((shape, part), [True] * len(layers))


@pytest.mark.parametrize(("shape", "part"), PUBLISHED)
def test_batch_normalisation_and_activation_stand_where_published(shape, part):
    found = [*leaves(getattr(built("paper", shape, 7), part)), nn.Identity()]
    after = [found[i + 1] for i, each in enumerate(found) if isinstance(each, LAYERS)]
    normal = [isinstance(each, (nn.BatchNorm1d, nn.BatchNorm2d)) for each in after]
    assert normal == NORMALISED[shape, part]
    active = [each for each in found if isinstance(each, (nn.LeakyReLU, nn.ReLU))]
    assert len(active) == sum(normal)
    assert {each.negative_slope for each in active if isinstance(each, nn.LeakyReLU)} == (
        SLOPES[shape]
    )


def test_the_cifar_decoder_ends_with_a_learned_bias_that_starts_at_zero():
    last = leaves(built("paper", IMAGE_32, 7).decoder)[-1]
    (bias,) = last.parameters()
    assert torch.equal(bias, torch.zeros(3, 32, 32))


@pytest.mark.parametrize("z_dim", [1, 16, 100])
@pytest.mark.parametrize(("network", "shape"), EVERY)
def test_samples_come_back_in_their_shape_for_every_latent_size(network, shape, z_dim):
    model = built(network, shape, z_dim).eval()
    latents, reconstructions = model(torch.rand(2, *shape))
    assert latents.shape == (2, z_dim) and reconstructions.shape == (2, *shape)
    assert latents.isfinite().all() and reconstructions.isfinite().all()


@pytest.mark.parametrize(("network", "shape"), EVERY)
def test_the_encoder_is_built_first_so_that_a_seed_gives_the_published_weights(network, shape):
    torch.manual_seed(3)
    model = built(network, shape, 4)
    torch.manual_seed(3)
    first = next(each for each in leaves(model.encoder) if isinstance(each, LAYERS))
    arguments = {"bias": first.bias is not None}
    if isinstance(first, nn.Linear):
        fresh = nn.Linear(first.in_features, first.out_features, **arguments)
    else:
        fresh = nn.Conv2d(first.in_channels, first.out_channels, first.kernel_size, **arguments)
    assert torch.equal(first.weight, fresh.weight)


@pytest.mark.parametrize(
    ("dataset", "name", "said"),
    [
        ("digits", "paper", "Digits has no network 'paper'; valid: small"),
        ("arrhythmia", "small", "Arrhythmia has no network 'small'; valid: paper"),
        ("mnist", "large", "MNIST has no network 'large'; valid: small, paper"),
    ],
)
def test_a_network_that_a_dataset_has_not_is_refused_in_one_sentence(dataset, name, said):
    with pytest.raises(ValueError) as raised:
        DATASETS[dataset].network(name)
    assert str(raised.value) == said


def test_an_unknown_family_is_refused_and_the_known_ones_are_named():
    with pytest.raises(ValueError, match="networks 'deep'; valid are dense, dense-n"):
        build_autoencoder(Network("deep", (4,)), (5,), 3)


@pytest.mark.parametrize(("family", "wanted"), [(28, "1×28×28"), (32, "3×32×32")])
def test_the_published_layers_are_for_images_of_one_shape(family, wanted):
    with pytest.raises(ValueError, match=f"is for samples of {wanted}, not of 1×8×8"):
        build_autoencoder(Network(f"published-{family}", (4,)), (1, 8, 8), 3)


@pytest.mark.parametrize("family", ["dense", "dense-normalised"])
def test_a_table_that_nobody_foresaw_needs_no_more_than_a_row(family):
    model = build_autoencoder(Network(family, (9, 5)), (7,), 3).eval()
    latents, reconstructions = model(torch.rand(2, 7))
    assert latents.shape == (2, 3) and reconstructions.shape == (2, 7)
    assert family in FAMILIES


@pytest.mark.parametrize("hidden", [(), (9,), (9, 5, 4)])
@pytest.mark.parametrize("features", [1, 2, 300])
def test_a_dense_network_mirrors_its_hidden_layers(features, hidden):
    model = build_dense((features,), 3, hidden).eval()
    sizes = [each.in_features for each in leaves(model) if isinstance(each, nn.Linear)]
    assert sizes == [features, *hidden, 3, *hidden[::-1]]
    latents, reconstructions = model(torch.rand(2, features))
    assert latents.shape == (2, 3) and reconstructions.shape == (2, features)


@pytest.mark.parametrize("channels", [1, 3, 5])
@pytest.mark.parametrize(
    "size", [(8, 8), (9, 9), (8, 9), (11, 14), (28, 28), (33, 17), (8, 100), (64, 65)]
)
def test_a_convolutional_network_gives_images_of_any_size_back(channels, size):
    model = build_convolutional((channels, *size), 3, (4,)).eval()
    latents, reconstructions = model(torch.rand(2, channels, *size))
    assert latents.shape == (2, 3) and reconstructions.shape == (2, channels, *size)


def test_the_convolutional_network_trains_on_a_single_image():
    for size in [(8, 8), (8, 100), (33, 17)]:
        model = build_convolutional((1, *size), 3, (4,)).train()
        assert model(torch.rand(1, 1, *size)).reconstructions.isfinite().all()


def test_a_convolution_is_never_wider_than_eight_times_the_first():
    model = build_convolutional((1, 256, 256), 3, (2,))
    widths = [each.out_channels for each in leaves(model.encoder) if isinstance(each, nn.Conv2d)]
    assert max(widths) == 16 and widths[0] == 2


def test_an_image_with_a_short_side_is_refused_in_one_sentence():
    with pytest.raises(ValueError) as raised:
        build_convolutional((3, 64, 7), 3, (4,))
    assert str(raised.value) == "images are of 64×7 pixels; each side must be of 8 or more"


def test_padded_layers_halve_the_sides_and_the_decoder_doubles_them():
    model = build_padded((1, 16, 16), 64, (16, 32, 64))
    seen = []
    for layer in (*model.encoder, *model.decoder):
        layer.register_forward_hook(lambda layer, given, made: seen.append(tuple(made.shape[1:])))
    latents, reconstructions = model(torch.rand(2, 1, 16, 16))
    assert seen == [
        *[(16, 8, 8), (32, 4, 4), (64, 2, 2), (256,), (64,)],
        *[(256,), (64, 2, 2), (32, 4, 4), (16, 8, 8), (16, 16, 16), (1, 16, 16)],
    ]
    assert latents.shape == (2, 64) and reconstructions.shape == (2, 1, 16, 16)


def test_padded_layers_refuse_sides_that_do_not_halve_evenly():
    with pytest.raises(ValueError, match="28×20 pixels; each side must be a multiple of 8$"):
        build_padded((1, 28, 20), 4, (4, 8, 8))
