"""A headless Chromium that reaches this machine alone, and what it had to complain about."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
# Opened at a page's own address, Streamlit first looks whether that is a server's root.
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
# The first script run of a server imports much; computing UMAP waits for longer by itself.
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser that the system provides; nothing is downloaded for it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no chromium on the path")
        pytest.skip("no chromium on the path; install your system's package of that name")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """One person's browser: its tabs, and everything in them that was not as it should be."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda request: self._check_address(request.url))
        context.on("requestfailed", lambda request: self._failed(request))
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))

    def open(self, url: str) -> Page:
        """A new tab with this page, once its script has run."""
        page = self.context.new_page()
        page.goto(url)
        page.wait_for_selector(IDLE)
        return page

    def _check_address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "file") and parts.hostname != "127.0.0.1":
            self.complaints.append(f"request to elsewhere: {url}")

    def _failed(self, request) -> None:
        # A page that is left does not wait for what it had asked for.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"request failed: {request.url}: {request.failure}")

    def _heard(self, message: ConsoleMessage) -> None:
        address = message.location["url"]
        if message.type == "error" and not PROBE.search(address):
            self.complaints.append(f"console: {message.text} ({address})")


@pytest.fixture
def new_visitor(
    chromium: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Visitor]]:
    """Call for a new visitor. Complaints of any fail the test; a failed test leaves pictures."""
    visitors: list[Visitor] = []

    def new_visitor(**options) -> Visitor:
        context = chromium.new_context(viewport={"width": 1440, "height": 1000}, **options)
        visitors.append(Visitor(context))
        return visitors[-1]

    yield new_visitor
    failed = getattr(request.node, "failed_in_call", False)
    for visitor in visitors:
        for number, page in enumerate(visitor.context.pages):
            if failed:
                path = tmp_path / f"tab-{number}.png"
                page.screenshot(path=path, full_page=True)
                print(f"what tab {number} showed: {path}")
            else:
                assert page.locator("[data-testid=stException]").count() == 0
        visitor.context.close()
    assert [visitor.complaints for visitor in visitors] == [[]] * len(visitors)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    if report.when == "call":
        item.failed_in_call = report.failed  # pyright: ignore[reportAttributeAccessIssue]
    return report
