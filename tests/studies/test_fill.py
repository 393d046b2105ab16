"""Filling tables: the same models as one by one, whatever cuts it short, and testing them again."""

import errno
import json
import os

import numpy as np
import pytest

from tests.holding import held_elsewhere
from tests.small_runs import assert_same_results
from tests.small_tables import small_settings
from toll.config import SEEDINGS
from toll.errors import Unfinished, in_words
from toll.recording.record import record
from toll.recording.recorder import Halted
from toll.runs.claim import Busy
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies.fill import check_feasible, fill, retest
from toll.studies.table import Table


def interrupted_after(steps: int, table: Table):
    """A check that halts once this many training steps of any cell have been written."""

    def check() -> None:
        written = [table.cell(*cell) for cell in table.settings.cells]
        if sum(len(run.history()) for run in written) >= steps:
            raise Halted(State.INTERRUPTED, "The lights went out.")

    return check


@pytest.fixture(autouse=True)
def every_check_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are looked for, and histories written, at every step."""
    monkeypatch.setattr("toll.studies.fill.STATUS_SECONDS", 0.0)
    monkeypatch.setattr("toll.recording.recorder.FLUSH_SECONDS", 0.0)


@pytest.mark.parametrize("seeding", SEEDINGS)
def test_every_cell_is_the_run_that_training_it_alone_gives(seeding):
    settings = small_settings(seeding=seeding)
    table, announced = Table.open(settings), []
    assert fill(table, announce=lambda run: announced.append(run.id)).state is State.FINISHED
    assert announced == [table.cell(*cell).id for cell in settings.cells]
    for cell in settings.cells:
        alone = RunStore().create(settings.cell(*cell))
        record(alone)
        run = table.cell(*cell)
        assert run.status().state is State.FINISHED
        assert run.history()["loss"].to_numpy() == pytest.approx(
            alone.history()["loss"].to_numpy(), rel=1e-4
        )
        found, expected = (each.metrics()["last"]["score"]["auroc"] for each in (run, alone))
        assert found == pytest.approx(expected, abs=2e-3)


def test_reports_are_written_and_the_status_says_how_far_it_is():
    table = Table.open(small_settings())
    fill(table)
    status = table.status()
    assert (status.state, status.step, status.owner) == (State.FINISHED, 4 * 40, None)
    content = json.loads((table.folder / "table.json").read_text())
    assert {(row["class"], row["seed"]) for row in content["cells"]} == set(table.settings.cells)


@pytest.mark.parametrize(
    ("steps", "seeding"), [(1, "run"), (50, "run"), (100, "run"), (100, "published")]
)
def test_a_table_that_was_cut_short_goes_on_to_the_same_end(tmp_path, steps, seeding):
    whole = Table.open(small_settings(seeding=seeding), tmp_path / "whole")
    fill(whole)
    table = Table.open(small_settings(seeding=seeding))
    status = fill(table, check=interrupted_after(steps, table))
    assert (status.state, status.message) == (State.INTERRUPTED, "The lights went out.")
    assert table.state_of(8, 1) is not State.FINISHED
    assert fill(table).state is State.FINISHED
    for cell in table.settings.cells:
        assert_same_results(table.cell(*cell), whole.cell(*cell))


def test_cells_that_are_finished_are_left_as_they_are():
    table = Table.open(small_settings(seeds=(0,)))
    fill(table)
    kept = {cell: table.cell(*cell).status().updated for cell in table.settings.cells}
    table = Table.open(small_settings(seeds=(0, 1)))
    fill(table)
    for cell, updated in kept.items():
        assert table.cell(*cell).status().updated == updated
    assert len(table.metrics()) == 4


@pytest.mark.parametrize("changes", [{"inference_batch_size": 7}, {"device": "auto"}])
def test_cells_begun_with_other_values_keep_them_and_all_are_trained(changes):
    table = Table.open(small_settings(classes=(8,), seeds=(0, 1, 2)))
    begun = [table.begin_cell(8, seed).config for seed in (0, 1)]
    table = Table.open(small_settings(classes=(8,), seeds=(0, 1, 2), **changes))
    status = fill(table)
    assert (status.state, status.message) == (State.FINISHED, "")
    assert [table.cell(8, seed).config for seed in (0, 1)] == begun
    assert table.cell(8, 2).config == small_settings(**changes).cell(8, 2)


def test_cells_that_failed_or_are_damaged_are_trained_as_the_table_says_now():
    table = Table.open(small_settings(classes=(8,), seeds=(0, 1, 2)))
    table.begin_cell(8, 0).update_status(state=State.FAILED)
    (table.begin_cell(8, 1).folder / "config.json").write_text("{")
    table = Table.open(small_settings(classes=(8,), seeds=(0, 1, 2), inference_batch_size=7))
    assert fill(table).message == ""
    assert {table.cell(8, seed).config.inference_batch_size for seed in (0, 1, 2)} == {7}


def paused_table() -> Table:
    """Two models of one class that have been paused after as many steps."""
    table = Table.open(small_settings(classes=(8,)))
    fill(table, check=interrupted_after(20, table))
    assert table.cell(8, 0).weights_path("checkpoint").exists()
    return table


def test_a_table_that_was_killed_ahead_of_its_checkpoints_goes_on():
    table = paused_table()
    for seed in (0, 1):  # as by a process that had written more steps before it was killed
        table.cell(8, seed).update_status(state=State.RUNNING, step=40)
    rates = []
    assert fill(table, check=lambda: rates.append(table.status().rate)).message == ""
    assert any(rates)


def test_a_cell_that_failed_late_begins_anew_beside_one_that_goes_on():
    table = paused_table()
    table.cell(8, 0).update_status(state=State.FAILED)
    assert fill(table).message == ""
    assert len(table.metrics()) == 2


def test_a_damaged_checkpoint_costs_its_own_cell_only():
    table = paused_table()
    table.cell(8, 0).weights_path("checkpoint").write_bytes(b"{")
    assert fill(table).message == "1 of 2 models did not finish."
    assert "is damaged" in table.cell(8, 0).status().message
    assert fill(table).message == "" and len(table.metrics()) == 2


def test_a_cell_with_a_damaged_file_fails_and_those_that_train_with_it_go_on_later():
    table = paused_table()
    index = table.cell(8, 0).folder / "pictures" / "index.json"
    index.write_text("{}")
    assert fill(table).message == "2 of 2 models did not finish."
    assert table.state_of(8, 0) is State.FAILED and table.state_of(8, 1) is State.INTERRUPTED
    assert f"Pictures/index.json of run {table.id}/8-0" in table.cell(8, 0).status().message
    before = len(table.cell(8, 1).history())
    assert before and fill(table).message == "" and len(table.metrics()) == 2


@pytest.mark.parametrize(("request_", "state"), [("stop", State.STOPPED), ("pause", State.PAUSED)])
def test_a_table_does_what_is_asked_of_it_and_its_cells_can_go_on(request_, state):
    table = Table.open(small_settings(niter=100_000))

    def ask() -> None:
        if len(table.cell(3, 0).history()) >= 20:
            table.ask(request_)

    assert fill(table, check=ask).state is state
    assert table.state_of(3, 0) is State.PAUSED and table.state_of(8, 0) is None
    assert table.cell(3, 0).weights_path("checkpoint").exists()


def test_a_cell_that_diverges_fails_alone_and_is_tried_again(monkeypatch):
    monkeypatch.setattr("toll.recording.recorder.read_means", diverging_for_the_first_member())
    table = Table.open(small_settings(classes=(8,)))
    status = fill(table)
    assert status.message == "1 of 2 models did not finish."
    assert [table.state_of(8, seed) for seed in (0, 1)] == [State.FAILED, State.FINISHED]
    monkeypatch.undo()
    assert fill(table).message == ""
    assert len(table.metrics()) == 2


def diverging_for_the_first_member():
    from toll.method.training import Diverged, read_means

    calls = []

    def read(steps):
        calls.append(steps)
        if len(calls) == 1:
            raise Diverged("the loss was not a finite number at step 1")
        return read_means(steps)

    return read


def test_a_table_that_another_process_fills_is_left_to_them():
    table = Table.open(small_settings())
    with held_elsewhere(table.work.path), pytest.raises(Busy, match="worked on by another"):
        fill(table)
    assert not list((table.folder / "runs").iterdir())


@pytest.mark.parametrize("writable", [True, False])
def test_a_disk_that_is_full_interrupts_a_table_which_can_be_filled_once_it_is_not(
    monkeypatch, writable
):
    table = Table.open(small_settings())

    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/some/file")

    with monkeypatch.context() as patch:
        patch.setattr(Table, "begin_cell", full)
        if not writable:
            patch.setattr(Table, "conclude", full)
        with pytest.raises(Unfinished) as raised:
            fill(table)
    said = "the disk is full, nothing more can be written to /some/file"
    assert in_words(raised.value) == said
    status = table.status()
    assert status.state is State.INTERRUPTED and status.owner is None
    assert status.message == f"{said.capitalize()}." or not writable
    assert fill(table).state is State.FINISHED


def test_testing_again_gives_the_same_metrics_from_the_weights_alone():
    table = Table.open(small_settings(classes=(8,)))
    fill(table)
    expected = {cell: table.cell(*cell).metrics() for cell in table.settings.cells}
    for cell in expected:
        for name in ("metrics.json", "scores.parquet", "reconstructions.npz"):
            (table.cell(*cell).folder / name).unlink()
    base = table.settings.base.replace(inference_batch_size=0)
    assert retest(table, table.settings.cells, base) == [(8, 0), (8, 1)]
    for cell, metrics in expected.items():
        found = table.cell(*cell).metrics()
        assert found.keys() == metrics.keys()
        for name in metrics:
            assert found[name]["step"] == metrics[name]["step"]
            parts = [each[name]["score"]["auroc"] for each in (found, metrics)]
            assert np.diff(parts) == pytest.approx(0, abs=1e-3)


def test_testing_again_without_weights_is_refused():
    table = Table.open(small_settings())
    with pytest.raises(ValueError, match="there are no saved weights in .*: train them first"):
        retest(table, table.settings.cells, table.settings.base)


def test_what_cannot_be_trained_shows_before_a_table_is_made(tmp_path):
    with pytest.raises(ValueError, match="batch_size is 500, but class 3 of Digits has only"):
        check_feasible(small_settings(batch_size=500), tmp_path)
    with pytest.raises(ValueError, match="no network 'paper'"):
        check_feasible(small_settings(network="paper"), tmp_path)
