"""Settings: what is refused and how it is said, presets, the way to a file and back."""

import dataclasses
import json
from dataclasses import replace

import pytest

from toll.config import RunConfig
from toll.data import DATASETS, PUBLISHED, get_spec
from toll.method.networks import build_autoencoder
from toll.presets import PAPER_DATASETS, laptop, paper

WRONG = {
    "beta": (-1.0, 1e7, float("nan"), float("inf"), "10", True, None),
    "lr": (0.0, 11.0, "fast"),
    "z_dim": (0, 5000, 2.5),
    "batch_size": (1, 100_001),
    "niter": (0, -3),
    "seed": (-1, 2**32, 10**400),
    "ckpt_interval": (0,),
    "validation_size": (-1, 1),
    "probe_size": (1, 20_001),
    "normal_class": (-1, 1.0, "8", (), [3, -1], (3, 1.0), [True], {2, 3}),
    "network": ("large", ""),
    "precision": ("float16",),
    "seeding": ("never", 7),
    "device": ("gpu", "cuda:x", "cpu:0", "cuda:0 "),
    "dataset": (5,),
    "deterministic": (1, "yes", None),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_is_refused_in_one_sentence_that_names_the_setting(name, value):
    with pytest.raises(ValueError) as raised:
        RunConfig(**{name: value})
    said = str(raised.value)
    assert said.startswith(f"{name} is ") and "must be" in said and "\n" not in said


def test_the_sentence_names_the_value_and_the_range():
    with pytest.raises(ValueError, match=r"^beta is -1; it must be from 0 to 1e\+06$"):
        RunConfig(beta=-1)


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:3", "mps"])
def test_every_kind_of_device_can_be_named(device):
    assert RunConfig(device=device).device == device


@pytest.mark.parametrize("beta", [0, 0.001, 10, 10_000.0])
def test_beta_may_be_zero_and_a_whole_number(beta):
    assert RunConfig(beta=beta).beta == beta


def test_a_config_survives_the_way_through_json():
    config = laptop("digits", beta=0.1, seed=7)
    assert RunConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize("given", [(5, 2, 3), [2, 3, 5, 2]])
def test_several_normal_classes_are_the_same_however_they_are_written(given):
    config = RunConfig(normal_class=given)
    assert config.normal_class == config.normal_classes == (2, 3, 5)
    assert config == RunConfig(normal_class=(2, 3, 5)) and len({config, RunConfig()}) == 2
    assert json.loads(json.dumps(config.to_dict()))["normal_class"] == [2, 3, 5]
    assert RunConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize("given", [8, [8], (8, 8)])
def test_a_single_normal_class_is_a_number(given):
    config = RunConfig(normal_class=given)
    assert config == RunConfig(normal_class=8) and config.normal_classes == (8,)
    assert config.to_dict()["normal_class"] == 8


def test_several_normal_classes_are_not_seeded_as_published():
    with pytest.raises(ValueError, match="seeding is published; it must be run where several"):
        RunConfig(normal_class=(2, 3), seeding="published")


def test_an_unknown_setting_is_refused_by_name():
    with pytest.raises(ValueError, match="unknown setting 'betta'"):
        RunConfig.from_dict({"betta": 10})


def test_a_changed_copy_is_checked_and_leaves_the_original():
    config = RunConfig(beta=10.0)
    assert config.replace(beta=0.0).beta == 0 and config.beta == 10
    with pytest.raises(ValueError, match="beta is -1"):
        config.replace(beta=-1)


def test_every_setting_says_what_it_is():
    assert all(setting.metadata["help"] for setting in dataclasses.fields(RunConfig))


@pytest.mark.parametrize(
    ("dataset", "batch_size", "beta", "z_dim", "lr"),
    [
        ("mnist", 1000, 1000, 128, 1e-4),
        ("fmnist", 500, 100, 256, 1e-4),
        ("cifar10", 50, 10, 64, 1e-2),
        ("cifar100", 100, 100, 64, 1e-3),
        ("arrhythmia", 100, 10, 16, 1e-3),
    ],
)
def test_the_paper_preset_holds_the_published_settings(dataset, batch_size, beta, z_dim, lr):
    config = paper(dataset)
    assert (config.batch_size, config.beta, config.z_dim, config.lr) == (
        *(batch_size, beta, z_dim),
        lr,
    )
    assert config.niter == 2000 and config.network == "paper" and config.ckpt_interval == 20
    assert config.validation_size == 0


@pytest.mark.parametrize("dataset", PUBLISHED)
def test_the_laptop_preset_of_every_dataset_names_a_network_and_a_class_that_exist(dataset):
    config, spec = laptop(dataset), get_spec(dataset)
    spec.check_normal(config.normal_classes)
    build_autoencoder(spec.network(config.network), spec.shape, config.z_dim)


def test_changes_go_before_the_preset():
    assert laptop("digits", beta=3.0, normal_class=1).beta == 3
    assert paper("mnist", niter=5).niter == 5


def test_a_preset_may_start_from_several_normal_classes(monkeypatch):
    monkeypatch.setitem(PUBLISHED, "digits", replace(get_spec("digits"), first_class=(0, 2, 3)))
    assert laptop("digits").normal_classes == (0, 2, 3)
    assert laptop("digits", normal_class=8).normal_class == 8


def test_a_preset_for_an_unknown_dataset_names_the_known_ones():
    with pytest.raises(ValueError, match="no settings for 'digits'; .*mnist.*arrhythmia"):
        paper("digits")
    with pytest.raises(ValueError, match="unknown dataset 'nist'; known are digits"):
        laptop("nist")
    assert set(PAPER_DATASETS) < set(DATASETS)
