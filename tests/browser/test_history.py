"""Back, Forward, reload and a new tab: the link and the page agree, whatever way one came."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import choose_run, go_to, wait_for_script
from tests.server import Server, serving
from toll.runs.label import Label, save_label
from toll.runs.run import Run

FIRST, SECOND = "20260101-101500-digits-8", "20260301-111111-digits-8"
PATHS = {"Start": "", "Loss curves": "losses", "All runs": "runs", "Detection": "detection"}
TITLES = {"Start": "A black hole for anomalies"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, trained_digits) -> Iterator[Server]:
    """A dashboard with two runs that have names."""
    with serving(tmp_path_factory.mktemp("server")) as server:
        for name, beta, title in ((FIRST, 10.0, "with"), (SECOND, 0.0, "without")):
            folder = server.cache / "runs" / name
            shutil.copytree(trained_digits(beta), folder)
            save_label(Run(folder), Label(name=title))
        yield server


def shows(page: Page, title: str, run: str) -> None:
    """The address, the page and the picker agree."""
    expect(page.get_by_role("heading", name=TITLES.get(title, title), level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/{PATHS[title]}\?run={run}$"))
    wait_for_script(page)
    picker = page.get_by_test_id("stSidebar").get_by_role("combobox")
    expect(picker).to_have_value(re.compile(r"^with ·" if run == FIRST else r"^without ·"))
    if title in ("Loss curves", "Detection"):
        expect(page.get_by_test_id("stMain")).to_contain_text(f"step 120 of 120 · {run}")


@pytest.mark.timeout(300)
def test_twenty_steps_back_and_forth_each_show_what_they_should(server, new_visitor):
    visitor = new_visitor()
    page = visitor.open(server.url)
    shows(page, "Start", SECOND)
    go_to(page, "Loss curves", "Loss curves")
    shows(page, "Loss curves", SECOND)
    choose_run(page, re.compile(r"^with ·"))
    shows(page, "Loss curves", FIRST)
    go_to(page, "Detection", "Detection")
    shows(page, "Detection", FIRST)
    choose_run(page, re.compile(r"^without ·"))
    shows(page, "Detection", SECOND)
    walk = [
        (Page.go_back, "Detection", FIRST),
        (Page.go_back, "Loss curves", FIRST),
        (Page.reload, "Loss curves", FIRST),
        (Page.go_back, "Loss curves", SECOND),
        (Page.go_forward, "Loss curves", FIRST),
        (Page.go_back, "Loss curves", SECOND),
        (Page.go_back, "Start", SECOND),
        (Page.go_forward, "Loss curves", SECOND),
        (Page.go_forward, "Loss curves", FIRST),
        (Page.go_forward, "Detection", FIRST),
        (Page.go_forward, "Detection", SECOND),
        (Page.reload, "Detection", SECOND),
        (Page.go_back, "Detection", FIRST),
        (Page.go_forward, "Detection", SECOND),
        (Page.go_back, "Detection", FIRST),
        (Page.reload, "Detection", FIRST),
    ]
    for number, (step, title, run) in enumerate(walk):
        step(page)
        try:
            shows(page, title, run)
        except AssertionError as error:
            raise AssertionError(f"step {number}, {step.__name__}: {error}") from error
    other = visitor.open(page.url)
    shows(other, "Detection", FIRST)
    choose_run(other, re.compile(r"^without ·"))
    shows(other, "Detection", SECOND)
    other.go_back()
    shows(other, "Detection", FIRST)
    choose_run(page, re.compile(r"^without ·"))
    shows(page, "Detection", SECOND)
    shows(other, "Detection", FIRST)
    go_to(page, "All runs", "All runs")
    shows(page, "All runs", SECOND)
    page.go_back()
    shows(page, "Detection", SECOND)
    page.go_back()
    shows(page, "Detection", FIRST)


@pytest.mark.timeout(120)
def test_back_leaves_the_dashboard_by_the_way_one_came(server, new_visitor, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere.html"
    elsewhere.write_text("<h1>Elsewhere</h1>")
    page = new_visitor().context.new_page()
    page.goto(elsewhere.as_uri())
    page.goto(server.url)
    shows(page, "Start", SECOND)
    page.go_back()
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
