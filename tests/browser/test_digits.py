"""The main job as a new user does it: watch a black hole form on the digits, then look around."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import (
    cells,
    chart,
    check_chart,
    choose_run,
    fill,
    go_to,
    metric,
    numbers,
    traces,
    wait_for_script,
)
from tests.server import Server, serving
from tests.waiting import wait_until
from toll.data import DATASETS, load_dataset, split_one_class
from toll.evaluation.metrics import separation
from toll.runs.run import Run
from toll.runs.store import RunStore

EXPLAINED = {
    "True anomalies": "Anomalies beyond the event horizon",
    "False alarms": "Normal samples beyond the event horizon",
    "Misses": "Anomalies inside the event horizon",
}
TRAINED_MS, UMAP_MS = 60_000, 1500_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


def progress(page: Page, state: str) -> None:
    """Wait until the page says that the run is in this state."""
    bar = page.get_by_test_id("stProgress").filter(has_text=re.compile(rf"{state}\b"))
    expect(bar.first).to_be_visible(timeout=TRAINED_MS)


def run_in_link(page: Page) -> str:
    found = re.search(r"[?&]run=([\w.-]+)", page.url)
    assert found, page.url
    return found[1]


@pytest.mark.timeout(480)
def test_a_new_user_watches_a_black_hole_form_and_looks_at_it_from_all_sides(server, new_visitor):
    store = RunStore(server.cache / "runs")
    visitor = new_visitor()
    page = visitor.open(server.url)
    read_what_it_is(page)
    first = train_with_the_pull(page, store)
    second = train_without_the_pull(page, store)
    assert second.id != first.id
    see_the_same_in_another_tab_and_after_a_reload(visitor, page, second)

    choose_run(page, re.compile("β 10"))
    expect(page).to_have_url(re.compile(rf"run={first.id}"))
    watch_the_film(page, visitor, first)
    look_at_losses(page)
    look_at_detection(page, first)
    look_at_top_anomalies(page)
    look_at_all_runs(page, first, second)
    look_at_datasets(page)


def read_what_it_is(page: Page) -> None:
    expect(page.get_by_role("heading", name="A black hole for anomalies")).to_be_visible()
    for words in ("autoencoder", "normal samples only", "close to the origin", "stay outside"):
        expect(page.get_by_text(words).first).to_be_visible()
    drawing = chart(page, "a drawing of the idea")
    expect(traces(drawing).first).to_be_attached()
    assert traces(drawing).count() > 20
    assert {"normal: falls in", "anomalous: stays outside", "event horizon"} <= set(
        drawing.locator(".legendtext").all_text_contents()
    )
    expect(page.get_by_test_id("stSidebar")).to_contain_text("No runs yet")


def train_with_the_pull(page: Page, store: RunStore) -> Run:
    go_to(page, "Train", "Train")
    page.get_by_role("button", name="Start training").click()
    expect(traces(chart(page, "loss curves")).first).to_be_attached(timeout=TRAINED_MS)
    progress(page, "Finished")
    wait_for_script(page)
    (summary,) = store.list()
    run = summary.run
    assert run_in_link(page) == run.id
    status = run.status()
    assert status.state == "finished" and status.step == 500
    expect(page.get_by_text("step 500 of 500").first).to_be_visible()

    losses = check_chart(chart(page, "loss curves"), least=5)
    assert any("‖x − x̂‖" in title for title in losses)
    assert any("β‖z‖" in title for title in losses)
    validation = check_chart(chart(page, "validation"), least=4)
    assert any("AUROC" in title for title in validation)
    assert any("separation" in title for title in validation)
    assert "‖z‖" in check_chart(chart(page, re.compile("^latent norms")), least=2)[0]
    assert "‖z‖" in check_chart(chart(page, re.compile("^black hole")), least=4)[0]
    shown = float(metric(page, "Separation").inner_text())
    assert shown == pytest.approx(separation_in(run, 500), abs=0.005)
    assert shown > 1.8
    return run


def separation_in(run: Run, step: int) -> float:
    """The separation in a run's folder, computed past the dashboard."""
    config, snapshot = run.config, run.snapshot(step)
    split = split_one_class(load_dataset(config.dataset), config.normal_class)
    return separation(split.labels(snapshot.ids), snapshot.latent_norm)


def train_without_the_pull(page: Page, store: RunStore) -> Run:
    start = page.get_by_role("button", name="Start training")
    fill(page, "β exactly", "-1")
    expect(page.get_by_text("β exactly is -1; it must be from 0 to 1e+06.")).to_be_visible()
    expect(start).to_be_disabled()
    fill(page, "β exactly", "0")
    expect(page.get_by_text("it must be from")).to_have_count(0)
    expect(start).to_be_enabled()
    fill(page, "Training steps", "500000")
    # The estimate shows that the page has taken the number of steps.
    expect(page.get_by_text(re.compile(r"About .* (min|h) on this machine"))).to_be_visible()
    start.click()

    progress(page, "Running")
    expect(page).not_to_have_url(re.compile(re.escape(store.list()[-1].run.id) + "$"))
    run = store.get(run_in_link(page))
    wait_until(lambda: run.status().step > 50, "the run has made some steps")
    page.get_by_role("button", name="Pause", exact=True).click()
    progress(page, "Paused")
    paused = run.status()
    assert paused.state == "paused" and paused.step < 500_000
    page.get_by_role("button", name="Resume", exact=True).click()
    progress(page, "Running")
    wait_until(lambda: run.status().step > paused.step, "the run goes on")
    expect(page.get_by_text("Waiting", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Stop", exact=True).click()
    progress(page, "Stopped")
    wait_until(lambda: run.metrics() and not run.status().activity, "the stopped run is scored")
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible()
    config = run.config
    assert config.beta == 0 and config.niter == 500_000
    wait_for_script(page)
    assert "‖z‖ (unitless)" in check_chart(chart(page, "loss curves"), least=4)
    return run


def see_the_same_in_another_tab_and_after_a_reload(visitor, page: Page, run: Run) -> None:
    other = visitor.open(page.url)
    page.reload()
    wait_for_script(page)
    step = f"step {run.status().step:,} of 500,000"
    for tab in (page, other):
        assert run_in_link(tab) == run.id
        progress(tab, "Stopped")
        expect(tab.get_by_text(step).first).to_be_visible()
        picker = tab.get_by_test_id("stSidebar").get_by_role("combobox")
        expect(picker).to_have_value(re.compile("β 0 "))
        check_chart(chart(tab, "loss curves"), least=4)
        wait_for_script(tab)
    shown = [metric(tab, "Separation").inner_text() for tab in (page, other)]
    assert shown[0] == shown[1] == f"{separation_in(run, run.snapshot_steps()[-1]):.2f}"
    other.close()


def watch_the_film(page: Page, visitor, run: Run) -> None:
    go_to(page, "Watch the collapse", "Watch the collapse")
    film = page.locator(".toll-player")
    expect(film.locator(".step")).to_have_text("step 0 of 500")
    film.get_by_label("Speed").select_option("4")
    film.get_by_role("button", name="Play").click()
    expect(film.locator(".step")).to_have_text("step 500 of 500")
    words = f"The median anomaly lies {separation_in(run, 500):.2f} times as far out"
    expect(film.locator(".narration")).to_contain_text(words)
    expect(page).to_have_url(re.compile("step=500"))
    hole = film.get_by_role("region", name="Black hole", exact=True).locator("canvas")
    box = hole.bounding_box()
    assert box is not None and box["width"] > 300 < box["height"]

    film.get_by_label("Kind of map").get_by_role("option", name="UMAP, 2-D").wait_for(
        state="attached", timeout=UMAP_MS
    )
    film.get_by_label("Kind of map").select_option("UMAP, 2-D")
    expect(film.get_by_role("region", name="Map of latent space")).to_contain_text("throws scale")

    other = visitor.open(page.url)
    expect(other.locator(".toll-player .step")).to_have_text("step 500 of 500")
    with other.expect_download() as download:
        other.get_by_role("button", name="Export as one file").click()
    assert download.value.suggested_filename == f"{run.id}.html"
    assert b"window.player" in Path(download.value.path()).read_bytes()
    other.close()
    wait_for_script(page)


def look_at_losses(page: Page) -> None:
    go_to(page, "Loss curves", "Loss curves")
    figure = chart(page, "loss curves")
    titles = check_chart(figure, least=5)
    assert titles.count("training step") >= 2
    assert figure.locator(".legendtext").all_text_contents() == [
        "loss",
        "reconstruction error ‖x − x̂‖",
        "β · latent norm, β‖z‖",
    ]
    check_chart(chart(page, "validation"), least=4)


def look_at_detection(page: Page, run: Run) -> None:
    go_to(page, "Detection", "Detection")
    by_choice = json.loads((run.folder / "metrics.json").read_text())
    stored = by_choice["last"]
    roc = page.get_by_role("region", name="ROC").locator(".caption")
    expect(roc).to_contain_text(f"AUROC {stored['score']['auroc']:.3f}")
    low, high = map(float, re.findall(r"\d\.\d+", roc.inner_text())[1:3])
    assert low <= stored["score"]["auroc"] <= high
    table = page.get_by_test_id("stTable").last.locator("td")
    expect(table.first).to_be_visible()
    parts = ("score", "reconstruction_error", "latent_norm")
    assert numbers(table.all_inner_texts()) == [
        round(number, 3) for part in parts for number in stored[part].values()
    ]
    shown = numbers(cells(page))
    for judged in by_choice.values():
        assert round(judged["score"]["auroc"], 3) in shown


def look_at_top_anomalies(page: Page) -> None:
    go_to(page, "Top anomalies", "Top anomalies")
    cards = page.locator(".toll-card")
    expect(cards).to_have_count(12)
    for card in cards.all():
        assert [image.get_attribute("alt") for image in card.get_by_role("img").all()] == [
            "input",
            "reconstruction",
            "error",
        ]
        widths = card.locator("img").evaluate_all("images => images.map(i => i.naturalWidth)")
        assert widths == [8, 8, 8]
        assert "score" in card.inner_text() and "β‖z‖ =" in card.inner_text()
    shown = {"All": cards.all_inner_texts()}
    kinds = {"True anomalies": "◇ anom", "False alarms": "● normal", "Misses": "◇ anom"}
    for name, kind in kinds.items():
        page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()
        expect(page.get_by_text(EXPLAINED[name])).to_be_visible()
        wait_for_script(page)
        expect(cards.first).to_be_visible()
        shown[name] = cards.all_inner_texts()
        assert all(text.startswith(kind) for text in shown[name])
    assert not set(shown["Misses"]) & set(shown["True anomalies"])
    assert not set(shown["False alarms"]) & set(shown["True anomalies"])


def look_at_all_runs(page: Page, first: Run, second: Run) -> None:
    go_to(page, "All runs", "All runs")
    table = cells(page)
    assert table.count(first.id) == table.count(second.id) == 1
    assert "✓ finished" in table and "■ stopped" in table
    assert round(first.metrics()["last"]["score"]["auroc"], 3) in numbers(table)


def look_at_datasets(page: Page) -> None:
    go_to(page, "Datasets", "Datasets")
    main = page.get_by_test_id("stMain")
    for spec in DATASETS.values():
        mark = "✓" if spec.built_in else "○"
        expect(main.get_by_text(f"{mark} {spec.title}: {spec.description}")).to_be_visible()
        if not spec.built_in:
            expect(main.get_by_text(f"{spec.title} is not in").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background_in_a_light_and_a_dark_room(
    server, new_visitor, scheme
):
    page = new_visitor(color_scheme=scheme).open(server.url)
    legend = chart(page, "a drawing of the idea").locator(".legendtext")
    expect(legend.first).to_be_visible()
    colours = page.evaluate(
        """() => [
            getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor,
            getComputedStyle(document.querySelector("h1")).color,
            getComputedStyle(document.querySelector("[data-testid=stMarkdown] p")).color,
            getComputedStyle(document.querySelector(".legendtext")).fill,
        ]"""
    )
    background, *texts = (brightness(colour) for colour in colours)
    assert (background < 0.2) == (scheme == "dark"), colours
    for text in texts:
        lighter, darker = max(text, background) + 0.05, min(text, background) + 0.05
        assert lighter / darker >= 4.5, colours


def brightness(colour: str) -> float:
    """Relative luminance, 0 to 1, of a CSS colour such as “rgb(14, 17, 23)”."""
    numbers = [float(number) / 255 for number in re.findall(r"[\d.]+", colour)[:3]]
    linear = [n / 12.92 if n <= 0.03928 else ((n + 0.055) / 1.055) ** 2.4 for n in numbers]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
