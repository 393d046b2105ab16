"""A folder of runs that may only be read, as a teacher shares one: all of it can be looked at."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import cells, chart, check_chart, choose_run, go_to, traces
from tests.reading import contents, only_to_be_read
from tests.server import Server, serving
from tests.small_tables import small_settings, write_cells
from toll.runs.run import Run
from toll.runs.status import State
from toll.studies.table import Table

GOOD, STOPPED = "20260301-101500-digits-8", "20260101-101500-digits-8"
SAID = "Everything here can be looked at and nothing changed"
UMAP_MS = 200_000


@pytest.fixture
def shared(tmp_path: Path, add_run, cache: Path) -> Iterator[Path]:
    """The cache folder of a server that is yet to be started: runs and a table, all read-only."""
    folder = tmp_path / "server" / "cache"
    add_run(GOOD)
    add_run(STOPPED, beta=0.0).update_status(state=State.STOPPED, step=60)
    shutil.copytree(cache / "runs", folder / "runs")
    write_cells(Table.open(small_settings(), folder / "tables" / "small"))
    with only_to_be_read(folder):
        yield folder


@pytest.fixture
def server(tmp_path: Path, shared: Path) -> Iterator[Server]:
    with serving(tmp_path / "server", obeys_modes=True) as server:
        yield server


def refused(page: Page, label: str) -> None:
    """The button is there, disabled, and a sentence says why."""
    expect(page.get_by_role("button", name=re.compile(f"^{label}"))).to_be_disabled()
    expect(page.get_by_test_id("stMain").get_by_text(SAID).first).to_be_visible()


@pytest.mark.timeout(480)
def test_every_page_shows_all_of_it_and_offers_nothing_that_would_write(
    server, shared, new_visitor, tmp_path
):
    before = contents(shared)
    page = new_visitor().open(f"{server.url}/?run={GOOD}")
    expect(traces(chart(page, "a drawing of the idea")).first).to_be_attached()
    refused(page, "Watch one form")

    go_to(page, "Watch the collapse", "Watch the collapse")
    film = page.locator(".toll-player")
    film.get_by_label("Kind of map").get_by_role("option", name="UMAP, 2-D").wait_for(
        state="attached", timeout=UMAP_MS
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as one file").click()
    assert b"window.player" in Path(download.value.path()).read_bytes()

    go_to(page, "Loss curves", "Loss curves")
    check_chart(chart(page, "loss curves"), least=5)
    go_to(page, "Detection", "Detection")
    expect(page.get_by_role("img", name="ROC", exact=True)).to_be_visible()
    go_to(page, "Top anomalies", "Top anomalies")
    expect(page.locator(".toll-card")).to_have_count(12)
    go_to(page, "All runs", "All runs")
    assert {GOOD, STOPPED} <= set(cells(page))
    go_to(page, "Paper", "Paper")
    expect(page.get_by_label("models of table small", exact=True)).to_be_visible()
    go_to(page, "Datasets", "Datasets")
    refused(page, "Download \\(12 MB")
    go_to(page, "Train", "Train")
    refused(page, "Start training")
    choose_run(page, re.compile("β 0 "))
    refused(page, "Resume")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    page.close()

    assert contents(shared) == before
    assert "Traceback" not in server.log.read_text()
    own = tmp_path / "server" / ".cache" / "toll"
    (kept,) = (own / "projections").iterdir()
    assert kept.name.startswith(GOOD) and list(kept.rglob("step_*.npz"))
    assert Run(shared / "runs" / GOOD).status().state is State.FINISHED
