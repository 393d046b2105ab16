"""What becomes of training while the server's code changes, and when the server ends."""

import itertools
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.looking import fill
from tests.conftest import ROOT
from tests.server import SECONDS_TO_END, serving
from tests.waiting import wait_until
from toll.runs.run import Run
from toll.runs.store import RunStore


@pytest.fixture
def copied_source(tmp_path: Path) -> Path:
    """The program's files in a folder where a test may change them."""
    folder = tmp_path / "source"
    for name in ("dashboard", "pages", "toll"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder


def train(page, cache: Path, steps: int) -> Run:
    """Start a training from the form and wait until it has made some steps."""
    fill(page, "Training steps", str(steps))
    page.get_by_role("button", name="Start training").click()
    expect(page).to_have_url(re.compile("run="))
    (summary,) = RunStore(cache / "runs").list()
    wait_until(lambda: summary.run.status().step > 20, "the run has made some steps")
    return summary.run


def test_a_changed_source_file_reaches_the_page_and_loses_nothing_of_a_training(
    copied_source, new_visitor, tmp_path
):
    with serving(tmp_path / "server", copied_source) as server:
        page = new_visitor().open(f"{server.url}/train")
        run = train(page, server.cache, steps=3000)
        worker = run.status().owner
        for name in ("dashboard/live.py", "toll/runs/run.py"):
            path = copied_source / name
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("Steps per second", "Steps each second") + "\n# changed\n")

        betas = itertools.count(1)

        def shows_the_change() -> bool:
            # Changed code is read at a session's next run: have it run again.
            fill(page, "β exactly", str(next(betas)))
            return page.get_by_text("Steps each second", exact=True).is_visible()

        wait_until(shows_the_change, "the page is drawn by the changed code")
        assert run.status().owner in (worker, None)
        expect(page.get_by_text("step 3,000 of 3,000").first).to_be_visible(timeout=60_000)
        wait_until(lambda: run.status().state == "finished", "the run is finished")
        assert run.history()["step"].tolist() == list(range(1, 3001))
        page.close()


def test_a_server_that_ends_takes_its_workers_along_and_leaves_the_run_to_resume(
    new_visitor, tmp_path
):
    with serving(tmp_path / "server") as server:
        page = new_visitor().open(f"{server.url}/train")
        run = train(page, server.cache, steps=100_000)
        workers = server.workers()
        assert workers
        page.close()
        server.process.terminate()
        server.process.wait(SECONDS_TO_END)
        wait_until(lambda: not any(each.is_running() for each in workers), "the workers end")
    status = run.status()
    assert status.state == "interrupted" and "Resume" in status.message
    assert run.weights_path("checkpoint").exists()
