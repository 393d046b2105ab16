"""The bin: what is deleted can be put back, whole, until the bin is emptied."""

import errno
import os
import shutil

import pytest

from tests.holding import held_elsewhere
from tests.reading import contents
from tests.small_ladders import small_ladder
from tests.small_runs import small_config
from toll.latent.stored import project_umap
from toll.latent.umap import UmapSettings
from toll.runs.claim import Busy
from toll.runs.run import Run
from toll.runs.store import RunStore
from toll.studies import bin
from toll.studies.ladder import Ladder, find_ladder, ladders


def names() -> list[str]:
    return [each.work.id for each in bin.deleted()]


def listed() -> list[str]:
    return [each.run.id for each in RunStore().list()]


def test_a_deleted_run_lies_in_the_bin_and_comes_back_as_it_was(add_run):
    run = add_run()
    before = contents(run.folder)
    gone = bin.delete(run)
    assert (listed(), names()) == ([], [run.id])
    assert gone.bytes > 100_000 and not run.folder.exists()
    back = bin.restore(run.id)
    assert (listed(), names()) == ([run.id], [])
    after = contents(run.folder)
    assert isinstance(back, Run) and {*after} - {*before} <= {"work.lock"}
    assert all(after[name] == before[name] for name in before if name != "work.lock")
    assert back.metrics() and back.config == run.config


def test_a_deleted_ladder_takes_its_rungs_along_and_brings_them_back():
    ladder = small_ladder()
    bin.delete(ladder)
    assert ladders() == [] and names() == [ladder.id]
    assert isinstance(bin.restore(ladder.id), Ladder)
    assert find_ladder(ladder.id) is not None


def test_what_is_damaged_can_be_deleted_and_put_back(add_run):
    run = add_run()
    (run.folder / "config.json").write_text("{")
    (run.folder / "status.json").unlink()
    bin.delete(run)
    bin.restore(run.id)
    assert listed() == [run.id]


def test_an_emptied_bin_is_empty_and_the_rest_is_there(add_run):
    kept, gone = add_run("kept"), add_run("gone")
    size = bin.delete(gone).bytes
    assert bin.empty() == size
    assert names() == [] and listed() == [kept.id]
    with pytest.raises(ValueError, match="there is no 'gone' in"):
        bin.restore("gone")


def test_what_was_half_removed_is_not_offered_and_goes_with_the_next_emptying(add_run, monkeypatch):
    run = add_run()
    bin.delete(run)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda path: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            bin.empty()
    assert names() == []
    bin.empty()
    assert bin.empty() == 0


def test_a_run_that_waits_or_is_worked_on_is_not_deleted(add_run):
    waiting = RunStore().create(small_config())
    with pytest.raises(Busy, match=f"run {waiting.id} waits in a queue: stop it first"):
        bin.delete(waiting)
    run = add_run()
    lock = run.folder / "work.lock"
    with held_elsewhere(lock), pytest.raises(Busy, match=f"run {run.id} is being worked on"):
        bin.delete(run)
    assert names() == [] and len(listed()) == 2


def test_a_ladder_one_of_whose_rungs_is_worked_on_is_not_deleted():
    ladder = small_ladder()
    rung = ladder.begin_cell(*ladder.settings.cells[0])
    rung.place.release()
    lock = rung.folder / "work.lock"
    with held_elsewhere(lock), pytest.raises(Busy, match="0-0 is being worked on"):
        bin.delete(ladder)


def test_rungs_and_models_of_tables_are_deleted_with_these_alone():
    ladder = small_ladder()
    rung = ladder.begin_cell(*ladder.settings.cells[0])
    with pytest.raises(ValueError, match=f"belongs to {ladder.id}, and can only be deleted with"):
        bin.delete(rung)


def test_nothing_is_put_in_the_place_of_another(add_run):
    first = add_run("same")
    bin.delete(first)
    second = add_run("same")
    with pytest.raises(ValueError, match="there is another run same where this one lay"):
        bin.restore("same")
    with pytest.raises(ValueError, match="another run same lies in the bin: empty that first"):
        bin.delete(second)


def test_another_disk_is_named_in_a_sentence(add_run, monkeypatch):
    run = add_run()

    def refuse(source, target):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(source))

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(OSError, match=run.id):
        bin.delete(run)
    assert listed() == [run.id] and run.status().state.value == "finished"


def test_a_projection_that_is_ready_after_its_run_was_deleted_brings_nothing_back(
    add_run, monkeypatch
):
    run = add_run()

    def meanwhile(vectors, settings, before):
        if run.folder.exists():
            bin.delete(run)
        return vectors[:, :2]

    monkeypatch.setattr("toll.latent.stored.umap_points", meanwhile)
    project_umap(run, UmapSettings())
    assert not run.folder.exists() and names() == [run.id]
