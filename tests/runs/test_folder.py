"""A status that is damaged or lost: whoever has the work writes it again, else its folder tells."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.holding import held_elsewhere
from tests.runs.test_run import METRICS, rows
from tests.small_ladders import small_ladder
from tests.small_runs import small_config
from tests.small_tables import small_settings, write_cells
from toll.runs.folder import DamagedFolder
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.runs.summary import summarise
from toll.studies.table import Table


def lose(folder: Path) -> None:
    (folder / "status.json").unlink()


def write_half(folder: Path) -> None:
    (folder / "status.json").write_text('{"state": "runn')


def write_what_is_none(folder: Path) -> None:
    (folder / "status.json").write_text(json.dumps({"state": "running", "rate": -1}))


damaged = pytest.mark.parametrize("damage", [lose, write_half, write_what_is_none])
Damage = Callable[[Path], None]


@pytest.fixture
def run() -> Run:
    """A run that nobody has begun, nor has in a queue."""
    run = RunStore().create(small_config(niter=2))
    run.place.release()
    return run


@damaged
def test_claimed_work_needs_no_file_to_change_its_status(run: Run, damage: Damage):
    with run.claimed():
        run.take_up(device="cpu")
        damage(run.folder)
        assert run.status().state is State.RUNNING
        assert run.update_status(step=1).device == "cpu"
        damage(run.folder)
        run.conclude(State.PAUSED, "Later.")
    status = Run(run.folder).status()
    assert (status.state, status.step, status.message) == (State.PAUSED, 1, "Later.")


def test_what_is_known_of_claimed_work_is_forgotten_once_it_is_given_back(run: Run):
    with run.claimed(), run.claimed():
        run.update_status(step=1)
    Run(run.folder).update_status(step=2)
    assert run.status().step == 2
    with run.claimed() as status:
        assert status.step == 2


@damaged
def test_a_run_with_a_checkpoint_can_go_on_without_its_status(run: Run, damage: Damage):
    run.append_history(rows(1))
    run.weights_path("checkpoint").write_bytes(b"")
    damage(run.folder)
    status = run.status()
    assert (status.state, status.step) == (State.INTERRUPTED, 1)
    assert status.message.startswith("Its status was lost: status.json is ")
    assert status.message.endswith(". Resume it.")
    with run.claimed() as claimed:
        assert claimed == status
        run.check_resumable()


@damaged
def test_a_run_with_the_metrics_of_its_last_step_has_finished(run: Run, damage: Damage):
    run.save_metrics(METRICS)
    damage(run.folder)
    status = summarise(run).status
    assert (status.state, status.step) == (State.FINISHED, 2)
    assert status.message.startswith("Its status was lost: status.json is ")


@damaged
def test_a_run_that_keeps_nothing_to_go_on_from_is_damaged(run: Run, damage: Damage):
    run.append_history(rows(1))
    damage(run.folder)
    with pytest.raises(DamagedFolder, match=rf"^status\.json of run {run.id} is "):
        run.status()
    with pytest.raises(DamagedFolder, match=r"^status\.json"), run.claimed():
        pass
    assert not run.work.is_taken()


@damaged
def test_work_without_a_status_that_somebody_has_is_running_or_waits(run: Run, damage: Damage):
    damage(run.folder)
    with held_elsewhere(run.place.path):
        assert run.status().state is State.QUEUED
        with held_elsewhere(run.work.path):
            assert run.status().state is State.RUNNING


@damaged
def test_a_table_or_a_ladder_can_go_on_without_its_status(damage: Damage):
    table, ladder = Table.open(small_settings()), small_ladder()
    for study in (table, ladder):
        damage(study.folder)
        assert study.status().state is State.INTERRUPTED and study.status().step == 0
        with study.claimed() as status:
            assert status.state.can_resume


@damaged
def test_a_table_of_which_all_is_there_has_finished(damage: Damage):
    table = Table.open(small_settings())
    write_cells(table)
    damage(table.folder)
    status = table.status()
    assert (status.state, status.step) == (State.FINISHED, 4 * 40)


def test_a_study_without_settings_has_no_traces_and_says_so():
    table = Table.open(small_settings())
    lose(table.folder)
    (table.folder / "settings.json").write_text("{")
    with pytest.raises(DamagedFolder, match=r"^settings\.json of table .* is damaged"):
        table.status()
