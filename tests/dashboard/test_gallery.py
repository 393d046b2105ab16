"""Which samples the gallery shows, in which order, and what stands on their cards."""

import re

import numpy as np
import pandas as pd
import pytest

from dashboard import gallery
from dashboard.charts.style import KINDS
from toll.data import OneClassSplit

HORIZON = 5.0


def scored() -> pd.DataFrame:
    """Two of each sort: found and missed anomalies, flagged and unflagged normal samples."""
    rows = [(9.0, 1), (2.0, 0), (7.0, 0), (3.0, 1), (8.0, 1), (6.0, 0), (4.0, 1), (1.0, 0)]
    return pd.DataFrame(rows, columns=["score", "label"]).assign(id=range(len(rows)))


@pytest.mark.parametrize(
    ("chosen", "scores"),
    [
        ("all", [9, 8, 7, 6, 4, 3, 2, 1]),
        ("anomalies", [9, 8]),
        ("false_alarms", [7, 6]),
        ("misses", [3, 4]),
    ],
)
def test_each_filter_shows_its_samples_most_telling_first(chosen, scores):
    assert gallery.choose(scored(), chosen, HORIZON, 12)["score"].tolist() == scores


def test_only_so_many_are_shown_as_were_asked_for():
    assert gallery.choose(scored(), "all", HORIZON, 3)["score"].tolist() == [9, 8, 7]
    assert gallery.choose(scored(), "misses", HORIZON, 1)["score"].tolist() == [3]


def test_a_sample_on_the_event_horizon_is_not_flagged():
    rows = pd.DataFrame({"score": [HORIZON, HORIZON], "label": [0, 1], "id": [0, 1]})
    assert gallery.choose(rows, "false_alarms", HORIZON, 12).empty
    assert gallery.choose(rows, "anomalies", HORIZON, 12).empty
    assert gallery.choose(rows, "misses", HORIZON, 12)["id"].tolist() == [1]


def test_the_filters_divide_the_anomalies_and_lose_none():
    rows = scored()
    kept = [gallery.choose(rows, name, HORIZON, 99) for name in ("anomalies", "misses")]
    assert sorted(pd.concat(kept)["id"]) == sorted(rows[rows["label"] == 1]["id"])


def test_every_filter_has_a_name_and_says_what_it_shows():
    assert gallery.FILTERS.keys() == gallery.EXPLAINED.keys()
    assert all([*gallery.FILTERS.values(), *gallery.EXPLAINED.values()])


def row(split: OneClassSplit, **changes) -> dict:
    sample = int(split.test[0])
    row = {
        "id": sample,
        "class": int(split.dataset.classes[sample]),
        "label": int(split.labels(split.test[:1])[0]),
        "score": 4.0,
        "reconstruction_error": 3.0,
        "latent_norm": 0.1,
    }
    return {**row, **changes}


def test_a_card_shows_input_reconstruction_and_error_and_names_the_class(digits):
    shown = row(digits, label=1)
    outputs = {shown["id"]: np.zeros(digits.dataset.spec.shape, np.float32)}
    card = gallery._card(shown, digits, outputs, beta=10.0)
    assert re.findall(r'alt="(\w+)"', card) == ["input", "reconstruction", "error"]
    assert f"<b>{digits.dataset.spec.class_names[shown['class']]}</b>" in card
    assert "anomalous" in card and KINDS[1]["color"] in card


def test_a_card_without_a_kept_reconstruction_shows_the_input_alone(digits):
    card = gallery._card(row(digits, label=0), digits, {}, beta=10.0)
    assert re.findall(r'alt="(\w+)"', card) == ["input"]
    assert "normal" in card and KINDS[0]["color"] in card


@pytest.mark.parametrize(
    ("beta", "share", "pull"), [(10.0, "75.0%", "1"), (0.0, "100.0%", "0"), (290.0, "9.4%", "29")]
)
def test_the_bar_splits_the_score_into_its_two_parts(digits, beta, share, pull):
    card = gallery._card(row(digits), digits, {}, beta)
    assert f"width:{share}" in card
    assert f"‖x − x̂‖ = 3 · β‖z‖ = {pull}" in card


def test_a_score_of_nothing_has_a_bar_too(digits):
    nothing = row(digits, reconstruction_error=0.0, latent_norm=0.0)
    assert "width:0.0%" in gallery._card(nothing, digits, {}, 10.0)
