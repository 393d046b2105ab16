"""Sheets of pictures: what they show, of which samples, and within which bytes."""

from dataclasses import replace
from math import prod

import numpy as np
import pytest
import torch
from PIL import Image

from tests.small_runs import small_config
from toll.data import OneClassSplit
from toll.data.normalisation import Identity, contrast_min_max
from toll.method.encoding import Samples, decode, encode_and_show, reconstruct
from toll.method.training import train
from toll.recording.drawing import ALPHAS, Drawing, FeatureScale, as_tiles, choose_pictures
from toll.recording.record import prepare
from toll.runs.pictures import PictureIndex, inputs_path, picture_index, picture_path
from toll.runs.run import Run
from toll.runs.snapshots import snapshot_steps
from toll.runs.store import RunStore


@pytest.fixture
def table(digits) -> OneClassSplit:
    """Made-up measurements, the last of which is always 7."""
    random = np.random.default_rng(0)
    samples = random.normal(size=(len(digits.dataset.classes), 5)).astype(np.float32)
    samples[:, 4] = 7
    spec = replace(digits.dataset.spec, shape=(5,))
    dataset = replace(digits.dataset, spec=spec, samples=samples)
    return replace(digits, dataset=dataset, normalise=Identity())


@pytest.fixture
def colours(digits) -> OneClassSplit:
    """Noise in three colours and CIFAR's normalisation, which needs each sample's contrast."""
    random = np.random.default_rng(0)
    size = (len(digits.dataset.classes), 3, 8, 9)
    spec = replace(digits.dataset.spec, shape=size[1:])
    samples = random.integers(0, 256, size, dtype=np.uint8)
    dataset = replace(digits.dataset, spec=spec, samples=samples)
    return replace(digits, dataset=dataset, normalise=contrast_min_max(dataset, 8))


@pytest.fixture
def run(tmp_path) -> Run:
    return RunStore(tmp_path / "runs").create(small_config())


def tiles_in(path, index: PictureIndex) -> np.ndarray:
    """(n, height, width, channels) of all tiles, unused ones at the end too."""
    with Image.open(path) as image:
        assert image.mode == index.mode
        pixels = np.asarray(image).reshape(image.height, image.width, len(index.mode))
    height, width = index.tile
    split = pixels.reshape(-1, height, index.columns, width, len(index.mode)).swapaxes(1, 2)
    return split.reshape(-1, height, width, len(index.mode))


def drawn(run: Run, split: OneClassSplit, outputs: np.ndarray, decode) -> np.ndarray:
    """Tiles of a sheet of made-up latents."""
    drawing = Drawing(run, run.config, split)
    latents = np.random.default_rng(1).normal(size=(len(outputs), 4)).astype(np.float32)
    drawing.draw(20, outputs, decode(drawing.to_decode(latents)))
    return tiles_in(picture_path(run, 20), drawing.index)


def test_a_sheet_shows_what_the_model_makes_of_the_samples_the_origin_and_the_rays(run):
    config = run.config
    split, state = prepare(config)
    for _ in train(config.replace(niter=10), split, state):
        pass
    drawing = Drawing(run, run.config, split)
    index = drawing.index
    probe = split.probe(config.probe_size)
    assert np.array_equal(index.ids, probe)
    encoding, outputs = encode_and_show(
        state, Samples(split, probe, state.device), np.isin(probe, index.ids)
    )
    drawing.draw(10, outputs, decode(state, drawing.to_decode(encoding.latents)))
    tiles = tiles_in(picture_path(run, 10), index)

    def pixels(latents: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            shown = state.model.decoder(torch.from_numpy(latents)).numpy().clip(0, 1)
        return as_tiles(shown, index).astype(int)

    rebuilt = as_tiles(reconstruct(state, split, probe).clip(0, 1), index).astype(int)
    assert abs(tiles[: len(probe)] - rebuilt).max() <= 1
    assert abs(tiles[index.origin] - pixels(np.zeros((1, 16), np.float32))[0]).max() <= 1
    for number, guide in enumerate(index.guides):
        z = encoding.latents[probe == guide]
        for place, alpha in zip(index.ray(number), index.alphas, strict=True):
            assert abs(tiles[place] - pixels(np.float32(alpha) * z)[0]).max() <= 1
    assert len(set(map(bytes, tiles[: index.origin]))) > 1


def test_the_inputs_are_shown_as_the_gallery_shows_them(run, digits):
    index = Drawing(run, run.config, digits).index
    tiles = tiles_in(inputs_path(run), index)[: len(index.inputs)]
    shown = digits.normalise.display(digits.dataset.samples[index.inputs])
    assert np.array_equal(tiles[..., 0], (shown[:, 0] * 255).round())


def test_colours_are_shown_with_the_contrast_of_their_sample(run, colours):
    probe = colours.probe(20)
    raw = colours.dataset.samples[probe]
    outputs = colours.normalise(torch.from_numpy(raw)).numpy()
    middle = outputs[:1] * 0 + 0.5
    tiles = drawn(run, colours, outputs, lambda z: np.repeat(middle, len(z), axis=0))
    index = picture_index(run)
    assert index is not None and index.mode == "RGB" and index.tile == (8, 9)
    assert np.array_equal(tiles[:20], raw.transpose(0, 2, 3, 1))
    each = raw[np.isin(probe, index.guides[:1])]
    shown = colours.normalise.restore(middle, each)[0].transpose(1, 2, 0)
    assert np.array_equal(tiles[index.ray(0)[0]], (shown * 255).round())


def test_the_origin_is_shown_as_the_mean_over_the_contrasts_of_normal_samples(run, colours):
    probe = colours.probe(20)
    outputs = np.zeros((20, 3, 8, 9), np.float32)
    tiles = drawn(run, colours, outputs, lambda z: np.full((len(z), 3, 8, 9), 0.3, np.float32))
    normal = colours.dataset.samples[probe[colours.labels(probe) == 0]]
    shown = colours.normalise.restore(np.full(normal.shape, 0.3, np.float32), normal).mean(0)
    assert np.array_equal(tiles[20], (shown.transpose(1, 2, 0) * 255).round())


def test_a_table_is_shown_within_the_range_of_its_normal_training_samples(run, table):
    samples = table.dataset.samples[table.probe(20)]
    tiles = drawn(run, table, samples, lambda z: np.full((len(z), 5), 1e9, np.float32))
    index = picture_index(run)
    assert index is not None and index.tile == (1, 5) and index.mode == "L"
    trained = table.dataset.samples[table.train][:, :4]
    low, high = trained.min(0), trained.max(0)
    expected = ((samples[:, :4] - low) / (high - low)).clip(0, 1) * 255
    assert abs(tiles[:20, 0, :4, 0] - expected).max() <= 1
    assert set(tiles[:20, 0, 4, 0].tolist()) == {128}
    assert (tiles[index.origin] == 255).all()


def test_a_feature_that_is_constant_is_grey_and_departs_from_it_by_degrees():
    scale = FeatureScale(np.float32([0, 0, 7]), np.float32([2, 4, 7]))
    values = scale(np.float32([[1, 1, 7], [2, 4, 7.3], [0, 0, 5]]))
    assert values[0] == pytest.approx((0.5, 0.25, 0.5))
    assert values[1] == pytest.approx((1, 1, 0.6)) and values[2, 2] < 0
    alone = FeatureScale(np.float32([3]), np.float32([3]))
    assert alone(np.float32([[3], [4]]))[:, 0] == pytest.approx((0.5, 1.5))


def test_what_is_no_number_is_black_and_what_is_too_bright_is_white(run, table):
    outputs = table.dataset.samples[table.probe(20)]
    outputs[0], outputs[1] = np.nan, np.inf
    tiles = drawn(run, table, outputs, lambda z: np.full((len(z), 5), -np.inf, np.float32))
    assert (tiles[0] == 0).all() and (tiles[1] == 255).all() and (tiles[20] == 0).all()


def test_all_probe_samples_are_shown_where_there_is_room(digits):
    config = small_config(probe_size=100)
    index = choose_pictures(digits, config)
    assert np.array_equal(index.ids, digits.probe(100))
    labels = digits.labels(index.guides)
    assert (labels == 0).sum() == (labels == 1).sum() == 9
    classes = digits.dataset.classes[index.guides[labels == 1]]
    assert set(np.bincount(classes)) <= {0, 1, 2} and len(set(classes)) == 9


@pytest.mark.parametrize("room", [20, 45, 100, 121])
def test_fewer_samples_and_guides_are_shown_where_room_is_short(digits, monkeypatch, room):
    config = small_config(probe_size=400)
    frames = len(snapshot_steps(config.niter))
    monkeypatch.setattr("toll.recording.drawing.BUDGET", room * 64 * frames)
    index = choose_pictures(digits, config)
    tiles = len(index.ids) + 1 + len(index.guides) * len(ALPHAS)
    assert room - 2 < tiles <= room
    assert len(index.guides) == max(int(room / 5 / len(ALPHAS)) // 2 * 2, 2)
    for ids in (index.ids, index.guides):
        labels = digits.labels(ids)
        assert (labels == 0).sum() == (labels == 1).sum()
    assert set(index.guides) <= set(index.ids) <= set(digits.probe(400))


def test_more_inputs_than_reconstructions_are_shown_as_there_is_one_sheet_of_them(
    digits, monkeypatch
):
    monkeypatch.setattr("toll.recording.drawing.BUDGET", 1)
    monkeypatch.setattr("toll.recording.drawing.INPUTS_BUDGET", 64 * 50)
    index = choose_pictures(digits, small_config(probe_size=400))
    assert np.array_equal(index.inputs, digits.probe(50))
    assert set(index.ids) < set(index.inputs)


@pytest.mark.parametrize("probe_size", [2, 3, 5])
def test_the_smallest_probe_is_shown_whole_whatever_the_room(digits, monkeypatch, probe_size):
    monkeypatch.setattr("toll.recording.drawing.BUDGET", 1)
    index = choose_pictures(digits, small_config(probe_size=probe_size))
    assert len(index.ids) == len(index.guides) == 2


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (274,)])
def test_pictures_of_a_run_of_the_papers_length_stay_within_the_budget(digits, shape):
    spec = replace(digits.dataset.spec, shape=shape)
    split = replace(digits, dataset=replace(digits.dataset, spec=spec))
    config = small_config(niter=2000, probe_size=1000)
    index = choose_pictures(split, config)
    frames, height, width = len(snapshot_steps(2000)), *index.tile
    assert frames * (index.ray(len(index.guides) - 1)[-1] + 1) * prod(shape) <= 6_000_000
    assert len(index.ids) >= 40 and index.columns * width < 4096
    assert height * width * len(index.mode) == prod(shape)


def test_the_choice_that_a_run_began_with_stays(run, digits, monkeypatch):
    first = Drawing(run, run.config, digits).index
    monkeypatch.setattr("toll.recording.drawing.BUDGET", 1)
    again = Drawing(run, run.config, digits).index
    assert np.array_equal(again.ids, first.ids) and again.columns == first.columns
