"""The index of runs: a copy that is never more than the folders, and can be lost at any time."""

import json
import shutil

import pytest

from tests.holding import held_elsewhere
from tests.reading import only_to_be_read
from tests.small_runs import small_config
from toll.runs import index
from toll.runs.index import FILE
from toll.runs.label import Label, save_label
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore


@pytest.fixture
def runs(add_run) -> list[Run]:
    return [add_run("c", beta=10.0), add_run("b", beta=0.0), add_run("a", beta=10.0)]


@pytest.fixture
def read_anew(monkeypatch) -> list[str]:
    """Names of the runs that were read from their folders."""
    names: list[str] = []
    whole = index.summarise

    def noted(run: Run):
        names.append(run.id)
        return whole(run)

    monkeypatch.setattr(index, "summarise", noted)
    return names


def stored() -> list[dict]:
    lines = (RunStore().folder / FILE).read_text().splitlines()
    return [json.loads(line) for line in lines]


def told(store: RunStore) -> list[tuple]:
    return [
        (each.run.id, each.config, each.status, each.metrics, each.label, each.bytes)
        for each in store.list()
    ]


def test_a_second_listing_says_the_same_and_reads_no_folder(runs, read_anew):
    first = told(RunStore())
    assert read_anew == ["c", "b", "a"] and [each["folder"] for each in stored()] == read_anew
    read_anew.clear()
    store = RunStore()
    assert told(store) == told(store) == first and read_anew == []
    assert all(size > 100_000 for *_, size in first)


def test_a_folder_that_has_changed_is_read_anew_and_no_other(runs, read_anew):
    store = RunStore()
    store.list()
    read_anew.clear()
    save_label(runs[1], Label(name="renamed"))
    runs[2].update_status(state=State.STOPPED)
    for fresh in (store, RunStore()):
        found = fresh.list()
        assert found[1].label.name == "renamed"
        assert found[2].status.state is State.STOPPED
    assert sorted(read_anew) == ["a", "b"]


def test_a_run_that_comes_and_one_that_goes_are_noticed(runs, add_run, read_anew):
    RunStore().list()
    shutil.rmtree(runs[0].folder)
    add_run("d")
    assert [each.run.id for each in RunStore().list()] == ["d", "b", "a"]
    assert [each["folder"] for each in stored()] == ["d", "b", "a"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\n", b'{"folder": "a"}\n', b"[]\n", b"null\n" * 3, "half"],
)
def test_an_index_that_is_damaged_is_made_anew_without_a_word(runs, content):
    expected = told(RunStore())
    path = RunStore().folder / FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    assert told(RunStore()) == expected
    assert path.read_bytes() == whole


def test_a_line_with_settings_that_cannot_be_is_not_believed(runs):
    expected = told(RunStore())
    lines = stored()
    lines[0]["config"]["beta"] = -1
    (RunStore().folder / FILE).write_text("".join(json.dumps(each) + "\n" for each in lines))
    assert told(RunStore()) == expected


def test_work_that_goes_on_is_not_in_the_index(runs):
    waiting = RunStore().create(small_config())
    found = {each.run.id: each for each in RunStore().list()}
    assert found[waiting.id].status.state is State.QUEUED
    assert waiting.id not in {each["folder"] for each in stored()}


def test_that_nobody_works_on_a_run_any_more_is_noticed_without_a_change_to_its_folder(runs):
    runs[0].update_status(state=State.RUNNING)
    store = RunStore()
    with held_elsewhere(runs[0].folder / "work.lock"):
        assert store.list()[0].status.state is State.RUNNING
    assert store.list()[0].status.state is State.INTERRUPTED


def test_a_damaged_run_is_not_in_the_index_and_is_well_when_it_is_mended(runs):
    path = runs[0].folder / "metrics.json"
    whole = path.read_text()
    path.write_text("{")
    assert RunStore().list()[0].fault and "c" not in {each["folder"] for each in stored()}
    path.write_text(whole)
    assert not RunStore().list()[0].fault


def test_a_store_that_may_only_be_read_is_listed_without_an_index(runs, monkeypatch):
    expected = told(RunStore())
    (RunStore().folder / FILE).unlink()
    monkeypatch.setattr(index, "may_write", lambda folder: False)
    with only_to_be_read(RunStore().folder):
        assert told(RunStore()) == expected
    assert not (RunStore().folder / FILE).exists()
