"""Ladders on the pages: shown on every one, compared, extended, and started from the form."""

import shutil
from dataclasses import replace

import pytest

from dashboard import loading
from dashboard.loading import prepare_story
from tests.dashboard.test_pages import ALL, check
from tests.small_ladders import small_ladder
from toll.film.container import read_header
from toll.jobs.launcher import Launcher
from toll.paths import bin_dir
from toll.runs.status import State
from toll.studies.fill import fill
from toll.studies.first_story import find_first_story, first_story
from toll.studies.ladder import Ladder, ladders


@pytest.fixture(scope="module")
def trained(cache_of_module):
    """A finished ladder of three values of β and two seeds."""
    ladder = small_ladder(seeds=(0, 1))
    fill(ladder)
    return ladder


@pytest.fixture
def ladder(trained: Ladder, cache) -> Ladder:
    """The same in the test's own cache folder."""
    shutil.copytree(trained.folder, cache / "ladders" / trained.id)
    return Ladder(cache / "ladders" / trained.id)


@pytest.mark.parametrize("page", ALL)
def test_a_ladder_is_shown_on_every_page_and_kept_in_the_link(show, ladder, page):
    app = show(page, ladder.id)
    check(app, page)
    assert not app.warning and not app.error
    assert app.query_params["run"] == ladder.id
    assert app.sidebar.selectbox[0].value == ladder.id


def test_a_page_about_a_single_run_shows_the_recommended_rung_and_lets_one_choose(show, ladder):
    app = show("losses", ladder.id)
    assert "β **10**" in app.caption[0].value
    app.main.selectbox[0].select("0-1").run()
    assert "β **0**" in app.caption[0].value
    assert app.query_params["cell"] == "0-1"


def test_a_link_to_a_rung_selects_its_ladder_and_that_rung(show, ladder):
    app = show("losses", f"{ladder.id}/1-0")
    assert "β **1**" in app.caption[0].value
    assert (app.query_params["run"], app.query_params["cell"]) == (ladder.id, "1-0")


def test_tune_beta_tells_whether_the_pull_helps_and_how_sure_that_is(show, ladder):
    app = show("ladder", ladder.id)
    (verdict,) = [each.value for each in app.markdown if "of 100 pairs" in each.value]
    assert "β = 10" in verdict
    (how,) = [each.value for each in app.caption if "from 2 seeds paired" in each.value]
    assert "computed with the anomaly labels" in how
    app.main.selectbox[0].select("1").run()
    assert any("β = 1 " in each.value for each in app.markdown)


def test_more_seeds_are_trained_where_it_cannot_be_told_yet(show, ladder):
    path = ladder.folder / "runs"
    settings = ladder.settings
    for beta in settings.betas:
        shutil.rmtree(path / f"{beta:g}-1")
    ladder.settings = type(settings)(base=settings.base, betas=settings.betas, seeds=(0,))
    app = show("ladder", ladder.id)
    (button,) = [each for each in app.main.button if each.label == "Train 2 more seeds"]
    button.click().run()
    check(app, "ladder")
    assert ladder.settings.seeds == (0, 1, 2)
    assert ladder.status().state is State.QUEUED


def test_without_a_ladder_one_like_the_selected_run_is_offered(show, add_run):
    run = add_run()
    app = show("ladder", run.id)
    (button,) = app.main.button
    assert button.label == "Train a ladder like the selected run"
    button.click().run()
    (ladder,) = ladders()
    assert ladder.settings.base == run.config and 0 in ladder.settings.betas


def test_the_form_starts_a_ladder_of_the_values_and_seeds_in_it(show):
    app = show("train")
    (toggle,) = app.main.toggle
    toggle.set_value(True).run()
    (values,) = [each for each in app.main.multiselect if each.label == "Values of β"]
    assert values.value == [0, 0.1, 1, 10, 100, 1000]
    values.set_value([0.0, 10.0]).run()
    (seeds,) = [each for each in app.main.number_input if each.label == "Seeds"]
    seeds.set_value(3).run()
    (start,) = [each for each in app.main.button if each.label == "Start training"]
    start.click().run()
    assert not app.exception
    (ladder,) = ladders()
    assert ladder.settings.betas == (0, 10) and ladder.settings.seeds == (0, 1, 2)
    assert ladder.status().state is State.QUEUED


def test_a_ladder_without_zero_is_refused_beside_its_field(show):
    app = show("train")
    app.main.toggle[0].set_value(True).run()
    app.main.multiselect[0].set_value([1.0, 10.0]).run()
    (error,) = app.error
    assert "0 must be among them" in error.value
    (start,) = [each for each in app.main.button if each.label == "Start training"]
    assert start.disabled


def test_a_value_of_ones_own_is_typed_into_a_ladder_and_what_is_none_is_named(show):
    app = show("train")
    app.main.toggle[0].set_value(True).run()
    assert not [each.label for each in app.main.number_input if "β" in each.label]
    app.main.multiselect[0].set_value([0.0, "0.37"]).run()
    (start,) = [each for each in app.main.button if each.label == "Start training"]
    assert app.main.multiselect[0].value == [0.0, 0.37] and not start.disabled
    app.main.multiselect[0].set_value([0.0, "strong"]).run()
    (error,) = app.error
    assert "**Values of β** has 'strong'" in error.value and "from 0 to 1e+06" in error.value
    (start,) = [each for each in app.main.button if each.label == "Start training"]
    assert start.disabled


def test_the_button_on_start_trains_the_first_story_once_and_shows_its_film(show):
    for _ in range(2):
        app = show("start")
        app.main.button[0].click().run()
        assert not app.exception
        assert app.title[0].value == "Watch the collapse"
    (ladder,) = ladders()
    assert ladder.settings == first_story()
    found = find_first_story()
    assert found is not None and found.id == ladder.id


def test_the_first_story_is_trained_in_the_background_once_unless_one_does_not_want_it(
    idle_launcher, monkeypatch
):
    launcher = Launcher()
    for wanted, there in (("0", 0), ("1", 1), ("1", 1)):
        monkeypatch.setenv("TOLL_FIRST_STORY", wanted)
        prepare_story(launcher)
        assert len(ladders()) == there
    (story,) = ladders()
    (bin_dir() / "ladders").mkdir(parents=True)
    story.folder.rename(bin_dir() / "ladders" / story.folder.name)
    prepare_story(launcher)
    assert not ladders()


def test_the_two_betas_that_are_compared_stand_in_the_link(show, ladder):
    app = show("ladder", ladder.id)
    assert "pair" not in app.query_params
    app.main.selectbox[0].select("1").run()
    assert app.query_params["pair"] == "1,0"
    app.main.selectbox[1].select("10").run()
    assert app.query_params["pair"] == "1,10"
    app.main.selectbox[0].select("10").run()
    app.main.selectbox[1].select("0").run()
    assert "pair" not in app.query_params


def test_a_damaged_ladder_breaks_no_page(show, ladder):
    (ladder.folder / "settings.json").write_text("{")
    for page in ALL:
        assert not show(page, ladder.id).exception


def test_a_damaged_rung_is_named_where_it_was_to_be_shown(show, ladder):
    run = ladder.cell(10.0, 0)
    (run.folder / "config.json").write_text("")
    app = show("losses", ladder.id)
    check(app, "losses")
    (said,) = [each.value for each in app.info]
    assert f"{ladder.id}/10-0 cannot be shown" in said and "config.json is damaged" in said


def test_a_link_to_a_damaged_ladder_names_the_file(app, ladder, add_run):
    run = add_run()
    (ladder.folder / "settings.json").write_text("")
    app.query_params["run"] = ladder.id
    app.run()
    assert app.query_params["run"] == run.id
    (said,) = [each.value for each in app.sidebar.warning]
    assert said.startswith(f"settings.json of ladder {ladder.id} is damaged: ")


def test_the_film_of_a_ladder_knows_what_all_its_seeds_gave(ladder):
    rungs, without = ladder.shown()
    header = read_header(loading.film(rungs, (), without, ladder))
    assert {(row["beta"], row["seed"]) for row in header["table"]} == set(ladder.settings.cells)
    alone = Ladder.create(replace(ladder.settings, seeds=(0,)))
    assert read_header(loading.film(rungs, (), without, alone))["table"] is None


def test_a_link_to_values_of_beta_that_are_not_on_the_ladder_says_so(show, ladder):
    app = show("ladder", ladder.id)
    app.query_params["pair"] = "7,0"
    app.run()
    assert app.main.selectbox[0].value == "10"
    (warning,) = app.warning
    assert "The link compares β = '7,0'; valid are two of 0, 1, 10." in warning.value
