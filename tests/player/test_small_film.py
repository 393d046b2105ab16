"""The files that the player's own tests read are what the library writes today."""

import json

import pytest

from tests.player.small_film import FILM, LADDER, METRICS, TWO, ladder, metrics, packed


def test_the_packed_film_is_what_the_container_writes():
    assert FILM.read_bytes() == packed()
    assert LADDER.read_bytes() == ladder(TWO)


def test_the_metrics_beside_it_are_those_of_the_library():
    stored = json.loads(METRICS.read_text(encoding="utf-8"))
    wanted = metrics()
    assert stored["labels"] == wanted["labels"]
    for here, there in zip(stored["frames"], wanted["frames"], strict=True):
        assert here["scores"] == there["scores"]
        assert here["auroc"] == pytest.approx(there["auroc"])
        assert here["roc"]["true"] == pytest.approx(there["roc"]["true"])
        assert here["separation"] == pytest.approx(there["separation"])
        assert here["horizon"] == pytest.approx(there["horizon"])
