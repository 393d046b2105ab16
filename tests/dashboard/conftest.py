"""The dashboard as a test sees it: pages run through frame.py, over runs that were made before."""

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from toll.jobs.queue import JobQueue

COLLECT = "runner.postScriptGC"
FRAME, PAGES = ROOT / "dashboard" / "frame.py", ROOT / "pages"


class IdleQueue(JobQueue):
    """A queue that takes jobs and never gets round to them: no thread, no child process."""

    def _work(self) -> None:
        pass


class NoTimer:
    """A timer that never goes off: what it would do must not reach into later tests."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        pass

    def start(self) -> None:
        pass


@pytest.fixture
def idle_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages may ask for long work; nothing is started, nor after the test has ended."""
    monkeypatch.setattr("toll.jobs.launcher.JobQueue", IdleQueue)
    monkeypatch.setattr("toll.jobs.launcher.Launcher.warm_up", lambda launcher: None)
    monkeypatch.setattr("dashboard.loading.Timer", NoTimer)


@pytest.fixture(scope="session", autouse=True)
def quick_script_runs() -> Iterator[None]:
    """No garbage collection after each, as in config.toml, and no search through all packages."""
    before = st.config.get_option(COLLECT)
    st.config.set_option(COLLECT, False)
    with pytest.MonkeyPatch.context() as patch:
        # Which installed packages bring components of their own? None that is used here.
        patch.setattr("streamlit.components.v2.manifest_scanner.scan_component_manifests", list)
        yield
    st.config.set_option(COLLECT, before)


@pytest.fixture
def app(idle_launcher: None) -> Iterator[AppTest]:
    """The dashboard before its first page is shown, with empty caches."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield AppTest.from_file(str(FRAME), default_timeout=60)
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def show(app: AppTest) -> Callable[..., AppTest]:
    """Call with a page's name, and a run for its link, to open that page as a new visitor."""

    def show(page: str, run: str | None = None) -> AppTest:
        if run is not None:
            app.query_params["run"] = run
        app.run()
        return app.switch_page(str(PAGES / f"{page}.py")).run()

    return show
