"""What every dataset of the registry keeps to, shown on small files in the published formats."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.data.own_files import OWN
from toll.data import DATASETS, PUBLISHED, Dataset, availability, load_dataset, split_one_class
from toll.data.split import OneClassSplit
from toll.presets import PAPER_DATASETS, laptop
from toll.runs.snapshots import snapshot_steps


@pytest.fixture(params=[*PUBLISHED, *OWN])
def dataset(request, tmp_path: Path, write_small: Callable[[str, Path], None]) -> Dataset:
    folder = tmp_path / "datasets"
    folder.mkdir()
    write_small(request.param, folder)
    return load_dataset(request.param, folder)


@pytest.fixture
def split(dataset: Dataset) -> OneClassSplit:
    return split_one_class(dataset, dataset.spec.normal_classes[-1])


def test_samples_and_classes_have_the_shapes_and_types_of_the_row(dataset):
    spec, n = dataset.spec, len(dataset.classes)
    assert dataset.samples.shape == (n, *spec.shape)
    assert dataset.samples.dtype == (np.uint8 if spec.is_image else np.float32)
    assert dataset.classes.shape == (n,) and dataset.classes.dtype == np.int64
    assert set(np.unique(dataset.classes)) == set(range(len(spec.class_names)))
    assert 0 < dataset.n_train <= n <= spec.n_samples


def test_a_second_load_gives_the_same_arrays_in_the_same_order(dataset):
    again = load_dataset(dataset.spec.name, dataset.folder)
    assert np.array_equal(again.samples, dataset.samples)
    assert np.array_equal(again.classes, dataset.classes)
    assert again.n_train == dataset.n_train


def test_what_loads_is_said_to_be_available(dataset):
    there = availability(dataset.spec.name, dataset.folder)
    assert there.present and not there.missing
    assert there.files == dataset.files


def test_a_row_is_complete_and_known_to_the_presets(dataset):
    spec = dataset.spec
    for text in (spec.title, spec.description, spec.source, spec.licence, spec.by_hand):
        assert text.strip() == text != ""
    assert set(spec.normal_classes) <= set(range(len(spec.class_names)))
    assert len(set(spec.class_names)) == len(spec.class_names)
    assert not spec.downloadable or spec.download_bytes > 0
    assert laptop(spec.name).network in spec.networks
    assert set(PAPER_DATASETS) <= set(DATASETS)


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_typed_for_a_class_is_its_index_or_its_name(name):
    spec = DATASETS[name]
    for index, class_name in enumerate(spec.class_names):
        assert spec.classes_typed(str(index)) == spec.classes_typed(class_name) == (index,)
    assert spec.classes_typed(f"1, {spec.class_names[0]},1") == (0, 1)
    with pytest.raises(ValueError, match="has no class 'tea'; valid: 0"):
        spec.classes_typed("0,tea")


def test_snapshots_of_a_laptop_preset_encode_at_most_half_as_many_samples_as_it_trains_on():
    """That keeps their share of the time low: a step back costs twice a step forward."""
    for name in PUBLISHED:
        config = laptop(name)
        encoded = len(snapshot_steps(config.niter)) * config.probe_size
        assert encoded <= 0.5 * config.niter * config.batch_size, name


def test_only_arrhythmia_is_judged_by_f1():
    judged = {spec.name: (spec.metric, spec.f1_share) for spec in DATASETS.values()}
    assert judged.pop("arrhythmia") == ("f1", 0.854)
    assert set(judged.values()) == {("auroc", None)}


def test_the_parts_of_a_split_are_disjoint_rows_of_the_dataset(split):
    ids = np.concatenate([split.train, split.validation, split.test])
    assert ids.dtype == np.int64
    assert len(np.unique(ids)) == len(ids)
    assert ids.min() >= 0 and ids.max() < len(split.dataset.classes)


def test_training_is_normal_only_and_the_other_parts_hold_both_labels(split):
    assert not split.labels(split.train).any()
    assert split.labels(split.validation).dtype == np.int8
    for part in (split.validation, split.test):
        assert set(split.labels(part)) == {0, 1}
        is_normal = np.isin(split.dataset.classes[part], split.normal_classes)
        assert np.array_equal(split.labels(part) == 0, is_normal)


def test_a_split_is_the_same_every_time(split):
    again = split_one_class(split.dataset, split.normal_classes)
    for part in ("train", "validation", "test"):
        assert np.array_equal(getattr(again, part), getattr(split, part))
    assert again.normalise == split.normalise


def test_the_probe_is_a_balanced_part_of_the_test_part(split):
    probe = split.probe(20)
    assert np.isin(probe, split.test).all()
    assert np.array_equal(probe, np.unique(probe))
    labels = split.labels(probe)
    n_normal, n_anomalous = np.bincount(split.labels(split.test))
    assert (labels == 0).sum() == min(10, n_normal)
    assert (labels == 1).sum() == min(10, n_anomalous)
    assert np.array_equal(probe, split.probe(20))
    assert np.isin(split.probe(8), probe).all()


def test_the_anomalous_half_of_the_probe_is_spread_evenly_over_its_classes(split):
    n_classes = len(split.dataset.spec.class_names)
    probe = split.probe(4 * (n_classes - 1))
    anomalous = split.dataset.classes[probe[split.labels(probe) == 1]]
    counts = np.bincount(anomalous, minlength=n_classes)
    assert set(np.delete(counts, split.normal_classes)) == {2}


def test_model_input_is_float32_on_raw_samples_of_any_kind(split):
    raw = torch.from_numpy(split.dataset.samples[split.test[:5]])
    model_input = split.normalise(raw)
    assert model_input.dtype == torch.float32
    assert model_input.shape == raw.shape
    assert torch.isfinite(model_input).all()


def test_restoring_the_model_input_gives_what_the_raw_sample_displays(split):
    raw = split.dataset.samples[split.test[:20]]
    restored = split.normalise.restore(split.normalise(torch.from_numpy(raw)).numpy(), raw)
    displayed = split.normalise.display(raw)
    assert restored.dtype == displayed.dtype == np.float32
    assert restored.shape == displayed.shape == raw.shape
    np.testing.assert_allclose(restored, displayed, atol=1e-5)
    if split.dataset.spec.is_image:
        assert displayed.min() >= 0 and displayed.max() <= 1


def test_nothing_is_apart_from_the_raw_sample_that_the_model_input_is_made_of(split):
    raw = split.dataset.samples[split.test[:20]]
    inputs = split.normalise(torch.from_numpy(raw)).numpy()
    np.testing.assert_allclose(split.normalise.apart(inputs, raw), 0, atol=1e-4)
    np.testing.assert_allclose(split.normalise.apart(inputs - 1, raw), 1, atol=1e-4)


def test_a_class_that_does_not_exist_is_named_with_the_valid_ones(dataset):
    valid = dataset.spec.class_text(dataset.spec.normal_classes[-1])
    with pytest.raises(ValueError) as raised:
        split_one_class(dataset, 777)
    assert "class 777" in str(raised.value) and valid in str(raised.value)
