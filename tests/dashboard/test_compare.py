"""Runs side by side on the page."""

import pytest

from dashboard import comparing
from dashboard.charts import compare as charts
from tests.dashboard.conftest import PAGES
from tests.small_runs import small_config
from toll.runs.label import Label, save_label
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore

ONE, TWO, THREE = (f"2026010{number}-101500-digits-8" for number in (1, 2, 3))


def compare(app, *names: str):
    app.query_params["compare"] = ",".join(names)
    app.run()
    return app.switch_page(str(PAGES / "compare.py")).run()


def stop(run: Run) -> None:
    for name in ("scores.parquet", "metrics.json"):
        (run.folder / name).unlink()
    run.update_status(state=State.STOPPED, step=60)


def test_two_runs_are_laid_beside_each_other(app, add_run):
    one, two = add_run(ONE, beta=10.0), add_run(TWO, beta=0.0)
    save_label(one, Label(name="with the pull"))
    app = compare(app, ONE, TWO)
    assert not app.exception and not app.warning and app.query_params["compare"] == f"{ONE},{TWO}"
    numbers, settings = (each.value for each in app.dataframe)
    assert numbers["run"].tolist() == ["with the pull", "β 0"]
    for run, (_, row) in zip((one, two), numbers.iterrows(), strict=True):
        judged = run.metrics()
        assert row["AUROC last (no labels)"] == judged["last"]["score"]["auroc"]
        best = row["AUROC best by labels (used anomaly labels)"]
        assert best == judged["best_by_labels"]["score"]["auroc"]
    assert settings.to_numpy().tolist() == [["β", "10", "0"]]
    assert len(app.main.get("bidi_component")) == 5


def test_what_is_not_finished_is_marked_wherever_it_stands(app, add_run):
    add_run(ONE), add_run(THREE), stop(add_run(TWO, beta=0.0))
    app = compare(app, ONE, TWO, THREE)
    assert not app.exception
    assert "Not finished" in app.warning[0].value and app.warning[0].value.endswith(": B.")
    assert app.dataframe[0].value["how far"].tolist()[1] == "■ unfinished: stopped at 60 of 120"
    assert "without a curve here: B" in app.info[0].value


def test_a_run_that_is_gone_is_named_and_the_others_are_shown(app, add_run):
    add_run(ONE), add_run(TWO)
    app = compare(app, ONE, "gone", TWO)
    assert [each.value for each in app.warning] == ["There is no run 'gone' to compare."]
    assert app.dataframe[0].value[""].tolist() == ["A", "B"]
    assert any("All settings are the same" in each.value for each in app.main.caption)


def test_with_fewer_than_two_runs_the_page_says_how_to_choose_them(app, add_run):
    add_run(ONE)
    app = compare(app, ONE)
    assert "Select from 2 to 12 runs" in app.info[0].value


def test_no_more_than_twelve_are_compared(app, add_run):
    names = [add_run(f"run-{number:02d}").id for number in range(14)]
    app = compare(app, *names)
    assert not app.exception
    assert app.dataframe[0].value[""].tolist() == list("ABCDEFGHIJKL")


def test_only_settings_that_differ_are_listed():
    configs = [small_config(beta=1.0), small_config(beta=2.0, seed=3), small_config(beta=1.0)]
    assert comparing.differences(configs) == {"beta": [1.0, 2.0, 1.0], "seed": [0, 3, 0]}
    assert comparing.differences(configs[:1]) == {}


def test_twelve_runs_are_drawn_in_twelve_ways_and_dotted_while_unfinished(add_run):
    add_run(ONE)
    (summary,) = RunStore().list()
    lines = [
        comparing.Compared(letter, summary, summary.config, "x", "").line
        for letter in "ABCDEFGHIJKL"
    ]
    assert len({(line["color"], line["dash"]) for line in lines}) == 12
    left = comparing.Compared("A", summary, summary.config, "x", "unfinished: stopped at 1 of 2")
    assert left.line["dash"] == "dot" and left.name == "A unfinished, x"


@pytest.mark.parametrize("even", [True, False])
def test_values_stand_on_an_axis_between_the_least_and_the_largest(even):
    places, ticks = charts._heights([0.0, 100.0, 10.0, None, 10.0], even)
    assert places == ([0, 1, 0.5, None, 0.5] if even else [0, 1, 0.1, None, 0.1])
    assert ticks["0"] == 0 and ticks["100"] == 1


def test_words_and_equal_values_have_a_place_too():
    assert charts._heights(["b", "a", "b"], even=True) == ([1, 0, 1], {"a": 0, "b": 1})
    assert charts._heights([3, 3], even=False) == ([0.5, 0.5], {"3": 0.5})
    assert charts._heights([None, None], even=False) == ([None, None], {})
