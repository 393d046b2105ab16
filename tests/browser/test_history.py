"""Back, Forward, reload and a new tab: the link and the page agree, whatever way one came."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import chart, check_chart, choose_run, go_to, wait_for_script
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
    page.wait_for_function("history.watched")  # by the script that comes after the page
    page.go_back()
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()


@pytest.mark.timeout(180)
def test_what_was_found_and_compared_comes_back(server, new_visitor):
    visitor = new_visitor()
    page = visitor.open(f"{server.url}/runs")
    find = page.get_by_label("Find", exact=True)
    find.fill("digits")
    find.press("Enter")
    expect(page).to_have_url(re.compile("list=text%3Ddigits"))
    wait_for_script(page)
    table = page.get_by_test_id("stDataFrame")
    for row in range(2):  # the boxes stand in a canvas
        table.click(position={"x": 17, "y": 53 + 35 * row})
        wait_for_script(page)
    page.get_by_role("link", name="Compare 2").click()
    names = {"A": SECOND, "B": FIRST}
    is_compared(page, names)
    page.go_back()
    expect(page.get_by_role("heading", name="All runs", level=1)).to_be_visible()
    expect(page).not_to_have_url(re.compile("compare="))
    expect(find).to_have_value("digits")
    wait_for_script(page)
    expect(page.get_by_role("link", name="Compare 2")).to_be_visible()
    page.go_forward()
    is_compared(page, names)
    is_compared(visitor.open(page.url), names)
    page.reload()
    is_compared(page, names)


def is_compared(page: Page, names: dict[str, str]) -> None:
    """The page lays these runs side by side, and the link says so."""
    expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile("compare=" + "%2C".join(names.values())))
    wait_for_script(page)
    figure = chart(page, "ROC curves of all")
    check_chart(figure, least=3)
    for letter in names:
        expect(figure.get_by_text(f"{letter} AUROC")).to_be_visible()


@pytest.mark.timeout(180)
def test_back_leads_to_the_instant_of_the_film_that_was_left(server, new_visitor):
    page = new_visitor().open(f"{server.url}/collapse?run={FIRST}&step=50")
    is_at(page, FIRST, 50)
    choose_run(page, re.compile(r"^without ·"))
    player = page.locator(".toll-player")
    expect(player).to_contain_text("β = 0")  # the film of the other run
    player.press("Home")
    is_at(page, SECOND, 0)
    page.go_back()
    is_at(page, FIRST, 50)
    page.go_forward()
    is_at(page, SECOND, 0)


def is_at(page: Page, run: str, step: int) -> None:
    """The film is of this run and stands at this step, and the link says so."""
    expect(page.get_by_test_id("stMain")).to_contain_text(f"120 of 120 · {run}")
    wait_for_script(page)
    expect(page.locator(".toll-player")).to_contain_text(f"step {step} of 120")
    expect(page).to_have_url(re.compile(rf"(?=.*run={run})(?=.*step={step}\b)"))
