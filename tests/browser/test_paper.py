"""The Paper page in a browser: a table's heat map, and a click on one of its models."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.server import Server, serving
from tests.small_tables import small_settings, write_cells
from toll.studies.table import Table


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


def test_a_click_on_the_heat_map_makes_that_model_the_run_of_all_pages(server, new_visitor):
    table = Table.open(small_settings(), server.cache / "tables" / "small")
    written = write_cells(table)
    page = new_visitor().open(f"{server.url}/paper?table=small")
    heat_map = page.get_by_label("models of table small", exact=True)
    texts = [f"{100 * written[cell]['best_by_labels']:.1f}" for cell in table.settings.cells]
    expect(heat_map.locator(".heatmap-label")).to_have_text(texts)
    plot = heat_map.locator(".nsewdrag")
    box = plot.bounding_box()
    assert box is not None
    # The lower left cell: class 8, seed 0.
    plot.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    expect(page).to_have_url(re.compile(r"run=small(/|%2F)8-0"))
    expect(page.get_by_role("link", name="Watch its collapse")).to_be_visible()
