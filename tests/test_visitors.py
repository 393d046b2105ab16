"""Many visitors at once of one server, which trains a run meanwhile."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server import Server, serving
from tests.visitors import Opened, start_training, visit
from tests.waiting import wait_until
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore

VISITORS = 20
# No page takes so long, on the slowest machine: one that does hangs.
PATIENCE_SECONDS = 200
pytestmark = pytest.mark.timeout(2 * PATIENCE_SECONDS)


@pytest.fixture
def server(tmp_path: Path, trained_digits: Callable[[float], Path]) -> Iterator[Server]:
    """A dashboard of two finished runs, and one that is being trained for as long as it lives."""
    folder = tmp_path / "server"
    for number, beta in enumerate((0.0, 10.0)):
        shutil.copytree(
            trained_digits(beta), folder / "cache" / "runs" / f"20260101-10000{number}-digits-8"
        )
    with serving(folder) as server:
        asyncio.run(start_training(server.port, steps=1_000_000))
        wait_until(lambda: training(server).status().step > 0, "the training has begun")
        yield server


def training(server: Server) -> Run:
    """The newest run."""
    return RunStore(server.cache / "runs").list()[0].run


def open_at_once(server: Server, pages: tuple[str, ...]) -> list[Opened]:
    """Have each visitor open these pages, of one run or another, and each page as it should be."""
    queries = [f"run={each.run.id}" for each in RunStore(server.cache / "runs").list()]
    visits = visit(server.port, VISITORS, pages, queries)
    opened = asyncio.run(asyncio.wait_for(visits, PATIENCE_SECONDS))
    assert [complaint for each in opened for complaint in each.complaints()] == []
    assert all(each.elements for each in opened) and len(opened) == VISITORS * len(pages)
    assert "Traceback" not in server.log.read_text(encoding="utf-8")
    return opened


def test_twenty_visitors_at_once_see_their_pages_while_a_run_is_trained(server):
    run = training(server)
    before = run.status()
    open_at_once(server, ("train", "collapse", "detection"))
    assert run.status().state is State.RUNNING and run.status().step > before.step
