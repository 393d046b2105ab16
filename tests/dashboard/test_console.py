"""What the threshold console is given: all test samples, pictures of some, and a threshold."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from dashboard import console, loading, threshold
from toll.evaluation.thresholds import RULES, choose_threshold
from toll.evaluation.uncertainty import roc_band
from toll.film.container import unpack


@pytest.fixture
def tested(app, add_run):
    """A run and its test samples. `app`: with empty caches."""
    run = add_run("20260101-101500-digits-8")
    scores = loading.scores(run)
    assert scores is not None
    return run, loading.judged(run, scores).tested


def packed(run, rows: pd.DataFrame, chosen) -> tuple[dict, dict[str, np.ndarray]]:
    band = roc_band(rows["label"].to_numpy(), rows["score"].to_numpy())
    words = threshold.sentence(chosen, "validation samples")
    return unpack(console.packed(run, rows, chosen, words, band))


def test_the_console_is_given_every_sample_and_a_picture_of_some(tested):
    run, rows = tested
    chosen = threshold.set_by_hand(2.5, len(rows))
    header, arrays = packed(run, rows, chosen)
    assert header["threshold"] == 2.5
    assert np.allclose(arrays["score"], rows["score"]) and len(arrays["id"]) == len(rows)
    assert arrays["label"].tolist() == rows["label"].tolist()
    sheet = Image.open(io.BytesIO(arrays["sheet"].tobytes()))
    height, width = header["tile"]
    assert sheet.size[0] == width * header["columns"]
    lines = -(-len(header["pictured"]) // header["columns"])
    assert sheet.size[1] == height * lines


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_says_what_it_does_and_whether_it_used_anomaly_labels(tested, rule):
    run, rows = tested
    labels, scores = rows["label"].to_numpy(), rows["score"].to_numpy()
    header, _ = packed(run, rows, choose_threshold(scores, labels, rule))
    used = RULES[rule].uses_labels
    assert ("It used anomaly labels." in header["rule"], "⚠" in header["rule"]) == (used, used)


def test_samples_with_pictures_are_spread_evenly_over_the_ranks_of_each_label():
    scores = np.random.default_rng(0).permutation(2000).astype(float)
    rows = pd.DataFrame({"score": scores, "label": np.repeat([0, 1], [1900, 100])})
    chosen = console.pictured(rows)
    normal = np.sort(scores[chosen[chosen < 1900]])
    assert len(normal) == console.PICTURED and len(chosen) == console.PICTURED + 100
    assert normal[0] == scores[:1900].min() and normal[-1] == scores[:1900].max()
    assert np.diff(normal).max() < 40
