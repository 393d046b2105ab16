"""A person's own table, from the file to its top anomalies, and a film without labels."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import go_to, wait_for_script
from tests.data.own_files import write_csv
from tests.server import Server, serving
from toll.data import ImportPlan, import_own, load_dataset, split_one_class
from toll.film.export import export, title
from toll.film.frames import film
from toll.presets import laptop
from toll.recording.record import record
from toll.runs.run import Run
from toll.runs.store import RunStore

NEED_LABELS = ("ROC", "AUROC by scoring β", "Separation and AUROC", "Time and β")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "server") as server:
        yield server


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")
    wait_for_script(page)


@pytest.mark.timeout(300)
def test_a_dropped_table_is_imported_trained_on_and_explained_by_its_own_names(
    server, new_visitor, tmp_path
):
    page = new_visitor().open(server.url)
    go_to(page, "Your data", "Your data")
    page.set_input_files("input[type=file]", write_csv(tmp_path / "parts.csv"))
    expect(page.get_by_text("240 rows of 4 columns")).to_be_visible()
    choose(page, "Label column", "state")
    choose(page, "Normal values", "good")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("button", name="Train on it").click()
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible()
    expect(page.get_by_role("combobox", name="Dataset")).to_have_value("parts")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text("Finished")).to_be_visible()
    go_to(page, "Top anomalies", "Top anomalies")
    card = page.locator(".toll-card").first
    expect(card).to_contain_text(re.compile(r"row \d+"))
    expect(card).to_contain_text(re.compile("heat|noise level"))
    expect(card).to_contain_text("rebuilt as")


@pytest.fixture
def unlabelled(tmp_path: Path) -> list[Run]:
    """Two runs on a table without labels, which differ in β."""
    plan = ImportPlan(drop=("state", "maker"))
    import_own(write_csv(tmp_path / "a.csv"), "unlabelled", plan)
    runs = []
    for beta in (10.0, 0.0):
        few = {"niter": 20, "ckpt_interval": 10, "device": "cpu", "probe_size": 60}
        runs.append(RunStore().create(laptop("unlabelled", beta=beta, **few)))
        assert record(runs[-1]).state.value == "finished"
    return runs


def test_a_film_without_labels_shows_what_needs_none_and_says_what_is_absent(
    unlabelled, new_visitor, tmp_path
):
    split = split_one_class(load_dataset("unlabelled"), 0)
    packed = film(unlabelled, split, contrast=unlabelled[1])
    export(packed, title(unlabelled[0]), tmp_path / "film.html")
    page = new_visitor(offline=True).context.new_page()
    page.goto(f"file://{tmp_path / 'film.html'}")
    page.wait_for_function("window.player?.cards[0].shown")
    page.evaluate("player.goTo(99)")
    expect(page.locator(".narration")).to_contain_text("None is labelled")
    expect(page.get_by_text("These samples have no labels")).to_be_visible()
    for name in NEED_LABELS:
        expect(page.get_by_role("region", name=name, exact=True)).to_have_count(0)
    expect(page.locator(".notice").first).to_be_hidden()
