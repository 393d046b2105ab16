"""The bar of a long work: what it cannot read, it does not show."""

from pathlib import Path

import pytest

from tests.small_runs import small_config
from tests.waiting import wait_until
from toll.cli.progress import progress
from toll.runs.run import Run
from toll.runs.status import Status
from toll.runs.store import RunStore


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bar_outlives_a_status_that_cannot_be_read(monkeypatch, tmp_path: Path):
    monkeypatch.setattr("toll.cli.progress.READ_SECONDS", 0.001)
    run, looks = RunStore().create(small_config()), []
    run.place.release()
    (run.folder / "status.json").write_text("{")
    status = Run.status

    def look(run: Run) -> Status:
        looks.append(run)
        return status(run)

    monkeypatch.setattr(Run, "status", look)
    with progress(run, 10):
        wait_until(lambda: len(looks) > 1, "the bar has looked twice")
