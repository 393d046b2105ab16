"""All runs: finding, ordering, grouping, archiving and deleting them on the page."""

from dataclasses import replace

import pandas as pd
import pytest

from dashboard import labels, run_list
from dashboard.finding import Finding
from tests.dashboard.conftest import PAGES
from tests.small_ladders import small_ladder
from toll.runs.label import Label, read_label, save_label
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies import bin
from toll.studies.library import Library, Wanted

ONE, TWO, THREE = (f"2026010{number}-101500-digits-8" for number in (1, 2, 3))


@pytest.fixture
def three(add_run) -> None:
    save_label(add_run(ONE, beta=10.0), Label(name="baseline", tags=("thesis",)))
    save_label(add_run(TWO, beta=0.0), Label(name="aardvark"))
    add_run(THREE, beta=10.0).update_status(state=State.STOPPED)


def listed(app) -> list[str]:
    return app.dataframe[-1].value["run"].tolist()


def field(app, kind: str, label: str):
    (found,) = [each for each in app.main.get(kind) if each.label == label]
    return found


def test_words_find_runs_and_stand_in_the_link(show, three):
    app = show("runs")
    assert listed(app) == [THREE, TWO, ONE]
    field(app, "text_input", "Find").set_value("base").run()
    assert listed(app) == [ONE] and app.query_params["list"] == "text=base"
    field(app, "text_input", "Find").set_value("").run()
    assert listed(app) == [THREE, TWO, ONE] and "list" not in app.query_params


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("text=aardvark", [TWO]),
        ("state=stopped", [THREE]),
        ("tag=thesis", [ONE]),
        ("beta=0,1", [TWO]),
        ("sort=name", [TWO, ONE, THREE]),
        ("sort=beta", [TWO, THREE, ONE]),
        ("group=state&sort=beta", [TWO, ONE, THREE]),
        ("dataset=mnist", []),
        ("sort=nothing&kind=&beta=x,y&group=nothing&state=done", [THREE, TWO, ONE]),
    ],
)
def test_a_link_brings_back_what_was_listed(app, three, link, expected):
    app.query_params["list"] = link
    app.run()
    app.switch_page(str(PAGES / "runs.py")).run()
    assert not app.exception
    assert listed(app) == expected if expected else app.dataframe[-1].value.empty


def test_groups_say_how_many_runs_they_have_and_how_good_these_are(three):
    rows = run_list.group_rows(Library().runs(), "beta")
    assert rows["β"].tolist() == [0, 10]
    assert rows["runs"].tolist() == [1, 2] and rows["finished"].tolist() == [1, 1]
    assert rows["best AUROC"].between(0.5, 1).all()
    assert rows["of"].tolist() == ["Digits 8", "Digits 8"]


def test_a_group_of_different_data_is_marked_and_only_finished_runs_are_averaged(three):
    summaries = Library().runs()
    rows = run_list.group_rows(summaries, "state").set_index("state")
    assert rows.loc["stopped", "finished"] == 0
    assert pd.isna(rows.loc["stopped", "mean AUROC"])
    assert rows.loc["finished", "mean AUROC"] > 0.5
    other = replace(summaries[0], config=summaries[0].config.replace(normal_class=3))
    mixed = run_list.group_rows([other, *summaries[1:]], "z_dim")
    assert mixed["latent size z_dim"].tolist() == [16]
    assert mixed["of"].tolist() == ["⚠ 2 kinds of data"]


def test_what_has_no_metric_comes_last_in_either_order(three):
    metrics = RunStore().folder / THREE / "metrics.json"
    metrics.unlink()
    for sort in ("auroc", "separation"):
        found = Finding("runs", Wanted(), sort, "")
        assert run_list.ordered(Library().runs(), found)[-1].run.id == THREE


def test_ladders_have_a_list_of_their_own_and_so_have_rungs(show):
    ladder = small_ladder()
    rung = ladder.begin_cell(*ladder.settings.cells[0])
    app = show("runs")
    assert app.dataframe[0].value["ladder"].tolist() == [ladder.id]
    assert app.dataframe[0].value["runs finished"].tolist() == ["0 of 3"]
    field(app, "button_group", "List").set_value("rungs").run()
    assert listed(app) == [rung.id]


def test_what_is_archived_is_listed_only_when_asked_for(show, three):
    labels.archive([RunStore().get(ONE)], archived=True)
    app = show("runs")
    assert listed(app) == [THREE, TWO]
    field(app, "checkbox", "Archived ones too").set_value(True).run()
    assert listed(app) == [THREE, TWO, ONE] and app.query_params["list"] == "archived=1"
    labels.archive([RunStore().get(ONE)], archived=False)
    assert read_label(RunStore().get(ONE)) == Label(name="baseline", tags=("thesis",))


def test_putting_into_the_archive_can_be_undone(show, three):
    app = show("runs")
    app.session_state["just_moved"] = ([RunStore().get(ONE)], True)
    save_label(RunStore().get(ONE), Label(archived=True))
    app.run()
    assert listed(app) == [THREE, TWO]
    assert any(f"Put {ONE} into the archive." in each.value for each in app.main.markdown)
    field(app, "button", "Undo").click().run()
    assert listed(app) == [THREE, TWO, ONE]
    assert any(f"Took {ONE} from the archive." in each.value for each in app.main.markdown)


def test_a_link_to_another_page_does_without_what_is_listed_and_compared(show, three):
    app = show("runs")
    field(app, "text_input", "Find").set_value("base").run()
    app.session_state["compare"] = f"{ONE},{TWO}"
    app.switch_page(str(PAGES / "losses.py")).run()
    assert not {"list", "compare"} & {*app.query_params}
    app.switch_page(str(PAGES / "compare.py")).run()
    assert app.query_params["compare"] == f"{ONE},{TWO}" and "list" not in app.query_params
    app.switch_page(str(PAGES / "runs.py")).run()
    assert app.query_params["list"] == "text=base" and "compare" not in app.query_params


def test_what_is_deleted_can_be_undone_put_back_or_removed_for_good(show, three):
    app = show("runs", ONE)
    bin.delete(RunStore().get(ONE))
    app.run()
    assert listed(app) == [THREE, TWO]
    assert any("lies in the bin" in each.value for each in app.sidebar.warning)
    assert app.main.expander[0].label.startswith("Bin: 1 deleted, ")
    field(app, "button", "Put back").click().run()
    assert listed(app) == [THREE, TWO, ONE] and not app.main.expander
    bin.delete(RunStore().get(TWO))
    app.run()
    field(app, "button", "Remove them for good").click().run()
    assert bin.deleted() == [] and listed(app) == [THREE, ONE]


def test_the_space_that_runs_take_is_said(show, three):
    said = [each.value for each in show("runs").main.caption]
    assert any(text.startswith("3 of 3") and "All runs take" in text for text in said)


def test_the_last_run_can_be_put_back_too(show, add_run):
    bin.delete(add_run(ONE))
    app = show("runs")
    field(app, "button", "Put back").click().run()
    assert listed(app) == [ONE]
