"""Folders that version 0.1.0 wrote, opened on every page; commands are tried in test_earlier.py."""

import pytest

from tests.conftest import EARLIER_RUNS, EARLIER_TABLE
from tests.dashboard.test_pages import ALL, OF_A_RUN, check

CELL = f"{EARLIER_TABLE}/0-0"


@pytest.fixture(autouse=True)
def earlier(earlier_folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLL_DATA_DIR", str(earlier_folders / "data"))


@pytest.mark.parametrize("run", [*EARLIER_RUNS, CELL])
@pytest.mark.parametrize("page", ALL)
def test_a_run_is_shown_on_every_page(show, page, run):
    app = show(page, run)
    check(app, page)
    assert not app.warning
    # The form beside the table finds that the small dataset is less than the paper's batch.
    assert all(page == "paper" and "**Batch size** is 100" in error.value for error in app.error)
    assert app.query_params["run"] == run


@pytest.mark.parametrize("page", OF_A_RUN)
def test_a_finished_run_is_shown_with_what_it_holds(show, page):
    app = show(page, EARLIER_RUNS[0])
    assert not app.info


def test_a_table_is_shown_with_its_metrics(show):
    app = show("paper")
    assert [box.value for box in app.main.selectbox if box.label == "Table"] == [EARLIER_TABLE]
    assert [table.value.loc["normal rhythm"].iloc[0] for table in app.table] == ["33.3", "59.4"]
