"""What a person sees on a page of the dashboard, and what they do there."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import IDLE

# Colours other than that of the background in a card's canvas.
INK = """card => {
    const canvas = card.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] > 60) seen.add(data.slice(i, i + 3).join());
    return seen.size;
}"""


def wait_for_script(page: Page) -> None:
    """Wait until the page's script has run."""
    page.wait_for_selector(IDLE)


def go_to(page: Page, link: str, title: str) -> None:
    """Follow a link in the sidebar and wait for its page."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=link, exact=True).click()
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    wait_for_script(page)


def fill(page: Page, label: str, value: str) -> None:
    """Type into a number field and leave it."""
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")
    wait_for_script(page)


def chart(page: Page, name: str | re.Pattern[str]) -> Locator:
    """The charts whose description is, or matches, `name`."""
    return page.get_by_label(name, exact=isinstance(name, str)).filter(
        has=page.locator(".main-svg")
    )


def traces(figure: Locator) -> Locator:
    return figure.locator(".scatterlayer .trace")


def check_chart(figure: Locator, least: int = 1) -> list[str]:
    """The chart has drawn lines or marks inside its frame; gives the titles of its axes."""
    expect(traces(figure).nth(least - 1)).to_be_attached()
    shape = traces(figure).locator("path").first
    box, frame = shape.bounding_box(), figure.bounding_box()
    assert box is not None and frame is not None and frame["width"] > 100 < frame["height"]
    assert frame["x"] - 1 <= box["x"] <= frame["x"] + frame["width"]
    titles = figure.locator(".infolayer text[class*=title]").all_text_contents()
    assert len(titles) >= 2 and all(titles), titles
    return titles


def metric(page: Page, name: str) -> Locator:
    """The number under a heading such as “Separation”."""
    heading = page.get_by_text(name, exact=True)
    return page.get_by_test_id("stMetric").filter(has=heading).get_by_test_id("stMetricValue")


def choose_run(page: Page, label: str | re.Pattern[str]) -> None:
    """Choose a run in the sidebar."""
    page.get_by_test_id("stSidebar").get_by_role("combobox").click()
    page.get_by_role("option", name=label).click()
    wait_for_script(page)


def cells(page: Page) -> list[str]:
    """What stands in the cells of the page's table, row by row.

    The table is painted; for screen readers its text stands inside the canvas besides.
    """
    table = page.locator("canvas [role=grid]")
    expect(table.locator("[role=gridcell]").first).to_be_attached()
    return table.locator("[role=gridcell]").all_text_contents()


def numbers(table: list[str]) -> list[float]:
    """The numbers among a table's cells, to three digits."""
    return [round(float(cell), 3) for cell in table if re.fullmatch(r"-?\d+(\.\d+)?", cell)]
