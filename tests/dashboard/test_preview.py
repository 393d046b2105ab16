"""The first story in small on the page Start."""

import pytest

from dashboard import preview
from tests.small_runs import small_config
from toll.config import RunConfig
from toll.data import load_dataset, split_one_class
from toll.film.container import read_header
from toll.film.frames import film
from toll.studies.fill import fill
from toll.studies.ladder import Ladder, LadderSettings


@pytest.fixture
def ladder() -> Ladder:
    base: RunConfig = small_config(niter=4, beta=10.0)
    return Ladder.create(LadderSettings(base=base, betas=(0.0, 10.0), seeds=(0,)))


def test_there_is_a_race_once_both_runs_are_scored(ladder):
    assert preview.finished_race(ladder) is None
    fill(ladder)
    race = preview.finished_race(ladder)
    assert race is not None
    assert (race.pulled.config.beta, race.plain.config.beta) == (10.0, 0.0)
    judged = [run.metrics()["last"]["score"]["auroc"] for run in race]
    assert list(race.aurocs) == judged


@pytest.mark.parametrize("name", ["metrics.json", "config.json"])
def test_a_damaged_run_is_no_race(ladder, name):
    fill(ladder)
    ladder.cell(10.0, 0).folder.joinpath(name).write_text("{")
    assert preview.finished_race(Ladder(ladder.folder)) is None


def test_without_its_pictures_a_film_is_small(ladder):
    fill(ladder)
    race = preview.finished_race(ladder)
    assert race is not None
    split = split_one_class(load_dataset("digits"), 8)
    whole, small = (
        film(race.pulled, split, contrast=race.plain, pictured=pictured)
        for pictured in (True, False)
    )
    assert len(small) < len(whole)
    assert [rung["pictures"] for rung in read_header(small)["rungs"]] == [None, None]
    assert read_header(small)["versus"] == read_header(whole)["versus"] == 0
