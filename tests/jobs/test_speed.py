"""Estimates of how long a training takes: measured, remembered, scaled."""

import math
from collections.abc import Iterator

import pytest
import torch

from tests.small_runs import small_config
from toll.jobs import speed
from toll.jobs.speed import Speed, estimate, known_speed, measure
from toll.recording.record import prepare


@pytest.fixture(autouse=True)
def briefly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(speed, "MEASURED_SECONDS", 0)
    count = torch.get_num_threads()
    yield
    torch.set_num_threads(count)


def test_a_measurement_is_remembered_for_this_config(cache):
    config = small_config()
    assert known_speed(config) is None
    found = measure(config)
    assert all(math.isfinite(seconds) and seconds > 0 for seconds in found)
    assert known_speed(config) == found
    assert (cache / "speed.json").is_file()


def test_a_measurement_holds_for_settings_that_do_not_change_the_speed():
    found = measure(small_config())
    assert known_speed(small_config(beta=0.0, lr=0.1, seed=5, niter=9)) == found
    assert known_speed(small_config(batch_size=8)) is None


def test_measurements_stand_beside_each_other():
    first, second = small_config(), small_config(batch_size=8)
    measure(first)
    measure(second)
    assert known_speed(first) is not None and known_speed(second) is not None


@pytest.mark.parametrize("content", ["", "[1]", '{"a": [1, 2]}', '{"a": [1, -1, NaN]}'])
def test_measurements_that_are_damaged_are_made_again(cache, content):
    (cache / "speed.json").write_text(content)
    assert known_speed(small_config()) is None
    found = measure(small_config())
    assert known_speed(small_config()) == found


def test_an_estimate_counts_steps_validations_snapshots_and_the_last_scoring():
    config = small_config(niter=100, ckpt_interval=20)
    split, _ = prepare(config)
    assert estimate(config, split, Speed(2.0, 0.0, 0.0)) == 200
    assert estimate(config, split, Speed(0.0, 0.0, 1.0)) == pytest.approx(6, abs=1)
    encoded = estimate(config, split, Speed(0.0, 1.0, 0.0))
    assert encoded > 6 * len(split.validation) + 2 * len(split.test)
    longer = estimate(config.replace(niter=200), split, Speed(0.1, 0.01, 0.01))
    assert longer > estimate(config, split, Speed(0.1, 0.01, 0.01))
