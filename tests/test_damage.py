"""Folders damaged in ways drawn by hypothesis: reading one gives a value or one sentence.

damage.py says how they are damaged and what reads them; `pytest tests/soak -m soak` draws more.
"""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import damage
from tests.conftest import EARLIER, EARLIER_RUNS, EARLIER_TABLE
from tests.small_runs import small_config
from tests.small_tables import small_settings, write_cells
from toll.recording.record import record
from toll.runs.label import Label, save_label
from toll.runs.run import Run
from toll.runs.store import RunStore
from toll.studies.table import Table

NAME = "20260101-101500-digits-8"
drawn = settings(
    max_examples=50,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders to damage: a finished and a paused run of version 0.1.0, and one of today."""
    base = tmp_path_factory.mktemp("whole")
    finished, paused = (
        shutil.copytree(EARLIER / "runs" / name, base / name) for name in EARLIER_RUNS
    )
    today = RunStore(base / "today").create(small_config(niter=5))
    record(today)
    save_label(today, Label(name="today", note="damaged", tags=("a", "b")))
    return {"finished": finished, "paused": paused, "today": damage.with_umap(today).folder}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("tables")
    earlier = shutil.copytree(EARLIER / "tables" / EARLIER_TABLE, base / "earlier")
    today = Table.open(small_settings(), base / "today")
    write_cells(today)
    return {"earlier": earlier, "today": today.folder}


def damage_runs(data: st.DataObject, folders: dict[str, Path], cache: Path) -> None:
    whole = folders[data.draw(st.sampled_from(sorted(folders)))]
    change = data.draw(damage.damages(whole))
    copy = damage.linked(whole, cache / "runs" / NAME)
    damage.read_everything(copy, f"{whole.parent.name}: {change(copy)}", cache / "film.html")


def damage_tables(data: st.DataObject, tables: dict[str, Path], cache: Path) -> None:
    whole = tables[data.draw(st.sampled_from(sorted(tables)))]
    change = data.draw(damage.damages(whole))
    copy = damage.linked(whole, cache / "tables" / "some")
    damage.read_table(copy, change(copy))


def test_whole_folders_are_read_without_a_fault(folders, tables, cache):
    for whole in folders.values():
        run = Run(damage.linked(whole, cache / "runs" / NAME))
        damage.read_everything(run.folder, "nothing", cache / "film.html")
        assert run.snapshots().left_out == []
        assert (cache / "film.html").stat().st_size > 50_000
        (cache / "film.html").unlink()
    for whole in tables.values():
        damage.read_table(damage.linked(whole, cache / "tables" / "some"), "nothing")
        assert Table(cache / "tables" / "some").metrics()


@drawn
@given(data=st.data())
def test_a_damaged_run_gives_values_or_one_sentence(folders, cache, data):
    damage_runs(data, folders, cache)


@drawn
@given(data=st.data())
def test_a_damaged_table_gives_values_or_one_sentence(tables, cache, data):
    damage_tables(data, tables, cache)
