"""What a viewer of the film waits for, in headless Chromium: opening, playing, clicking, exporting,
going from β to β, weighing the score another way.

The runs are of MNIST (`TOLL_DATA_DIR`), trained for a few steps with a snapshot at each.
"""

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.dashboard import FLAGS, server, show, tab
from toll.data import load_dataset, split_one_class
from toll.film.export import export, title
from toll.film.frames import film
from toll.presets import laptop
from toll.recording import recorder
from toll.recording.record import record
from toll.runs import run as runs
from toll.runs.run import Run
from toll.runs.store import RunStore

FRAMES, REPEATS, SECONDS = 20, 5, 5
BETAS = (0.0, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
DRAWN = "document.querySelector('.toll-film')?.mounted?.player.cards[0].shown"
# Frames a second that the black hole draws while the film plays, and the slowest frame.
RATE = """async seconds => {
    const player = window.player ?? document.querySelector(".toll-film").mounted.player;
    const drawn = [];
    const card = player.cards[0], redraw = card.redraw.bind(card);
    card.redraw = () => { redraw(); drawn.push(performance.now()); };
    player.goTo(0);
    player.state.set({ speed: 0.5 });
    player.play();
    await new Promise(done => setTimeout(done, 1000 * seconds));
    player.goTo(0);
    const gaps = drawn.slice(1).map((now, i) => now - drawn[i]);
    return [1000 * gaps.length / (drawn.at(-1) - drawn[0]), Math.max(...gaps)];
}"""
# Milliseconds from a click on a sample's point until the panel shows it and all has been drawn.
CLICK = """async row => {
    const card = player.cards[0], box = card.canvas.getBoundingClientRect();
    const at = { clientX: box.x + card.shown.xs[row], clientY: box.y + card.shown.ys[row] };
    const began = performance.now();
    for (const name of ["pointerdown", "pointerup"])
        card.canvas.dispatchEvent(new PointerEvent(name, { ...at, pointerId: 1, button: 0 }));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    if (!document.querySelector(".chosen .parts")) throw new Error("the panel shows nothing");
    return performance.now() - began;
}"""

# Frames a second while the gravity slider is dragged to and fro, and the slowest frame.
DRAG = """async seconds => {
    const drawn = [], card = player.cards[0], redraw = card.redraw.bind(card);
    card.redraw = () => { redraw(); drawn.push(performance.now()); };
    const began = performance.now(), last = player.ladder.size - 1;
    player.goTo(player.lastFrame / 2);
    while (performance.now() - began < 1000 * seconds) {
        await new Promise(done => requestAnimationFrame(done));
        player.slide(last * (1 + Math.sin((performance.now() - began) / 700)) / 2);
    }
    delete card.redraw;
    const gaps = drawn.slice(1).map((now, i) => now - drawn[i]);
    return [1000 * gaps.length / (drawn.at(-1) - drawn[0]), Math.max(...gaps)];
}"""
# Milliseconds from a move of the scoring slider until figures and charts have been drawn anew.
WEIGH = """async weight => {
    const began = performance.now();
    player.state.set({ scoring: weight });
    cancelAnimationFrame(player.due);
    player.due = null;
    player.controls.redraw();
    player.views.redraw(true);
    return performance.now() - began;
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as cache, sync_playwright() as playwright:
        os.environ["TOLL_CACHE_DIR"] = cache
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        thousand, all_of_them = trained(1000), trained(20_000)
        for run in (thousand, all_of_them):
            export_and_play(browser, run, Path(cache))
        weigh(browser, all_of_them, Path(cache))
        open_in_the_dashboard(browser, thousand)
        for probe_size in (500, 1000):
            export_and_drag(browser, ladder(probe_size), Path(cache))
        browser.close()


def trained(probe_size: int) -> Run:
    """A run with `FRAMES` snapshots of up to so many samples, with 64 latent dimensions."""
    recorder.snapshot_steps = runs.snapshot_steps = lambda niter: set(range(niter + 1))
    config = laptop("mnist", niter=FRAMES - 1, probe_size=probe_size, z_dim=64)
    run = RunStore().create(config)
    record(run)
    return run


def ladder(probe_size: int) -> list[Run]:
    """Runs from the same weights with `BETAS`."""
    recorder.snapshot_steps = runs.snapshot_steps = lambda niter: set(range(niter + 1))
    made = []
    for beta in BETAS:
        config = laptop("mnist", niter=FRAMES - 1, probe_size=probe_size, beta=beta)
        made.append(RunStore().create(config))
        record(made[-1])
    return made


def export_and_drag(browser: Browser, rungs: list[Run], folder: Path) -> None:
    config = rungs[0].config
    split = split_one_class(load_dataset("mnist"), config.normal_class, config.validation_size)
    began = time.perf_counter()
    made = film([rungs[-1], *rungs[:-1]], split)
    count = len(split.probe(config.probe_size))
    print(f"ladder of {len(rungs)} βs, {count:,} samples × {FRAMES} frames:")
    print(f"    making the film {time.perf_counter() - began:.2f} s, {len(made) / 1e6:.1f} MB")
    path = folder / "ladder.html"
    export(made, title(rungs), path)
    print(f"    exported as HTML: {path.stat().st_size / 1e6:.1f} MB")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"file://{path}")
    page.wait_for_function("window.player?.cards[0].shown")
    page.wait_for_function("player.allPictures.every(p => p.sheets.size === p.frames.length + 1)")
    for words, versus in (("compared", "0"), ("alone", "null")):
        page.evaluate(f"player.compareWith({versus})")
        page.wait_for_function("player.cards[0].shown")
        page.evaluate(DRAG, 2)  # what is computed once is not what dragging takes
        rate, worst = page.evaluate(DRAG, SECONDS)
        print(f"    dragging gravity, {words}: {rate:.1f} frames/s, slowest frame {worst:.0f} ms")
    page.close()


def weigh(browser: Browser, run: Run, folder: Path) -> None:
    config = run.config
    split = split_one_class(load_dataset("mnist"), config.normal_class, config.validation_size)
    path = folder / "weighed.html"
    export(film(run, split), title(run), path)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"file://{path}")
    page.wait_for_function("window.player?.cards[0].shown")
    page.evaluate("player.goTo(player.lastFrame)")
    for words, place in (("at the black hole", 0), ("at the score plane", 1100)):
        page.evaluate(f"window.scrollTo(0, {place})")
        page.wait_for_timeout(500)
        taken = [page.evaluate(WEIGH, 1.1**power) / 1000 for power in range(20)]
        show(f"    weighing the score of {len(split.probe(config.probe_size)):,}, {words}", *taken)
    page.close()


def export_and_play(browser: Browser, run: Run, folder: Path) -> None:
    config = run.config
    split = split_one_class(load_dataset("mnist"), config.normal_class, config.validation_size)
    began = time.perf_counter()
    made = film(run, split)
    print(f"{len(split.probe(config.probe_size)):,} samples × {FRAMES} frames:")
    print(f"    making the film {time.perf_counter() - began:.2f} s, {len(made) / 1e6:.1f} MB")
    path = folder / "film.html"
    export(made, title(run), path)
    print(f"    exported as HTML: {path.stat().st_size / 1e6:.1f} MB")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"file://{path}")
    page.wait_for_function("window.player?.cards[0].shown")
    page.wait_for_function(f"player.pictures.sheets.size === {FRAMES + 1}")
    rates = [page.evaluate(RATE, SECONDS) for _ in range(3)]
    rate, worst = statistics.median(rate for rate, _ in rates), max(worst for _, worst in rates)
    print(f"    playing: {rate:.1f} frames/s, slowest frame {worst:.0f} ms")
    size = page.evaluate("player.film.size")
    clicks = [page.evaluate(CLICK, row) / 1000 for row in range(0, size, size // 20)]
    show("    click to side panel", *clicks)
    page.close()


def open_in_the_dashboard(browser: Browser, run: Run) -> None:
    """From the click in the sidebar to the first drawn frame, in a server that has shown a page."""
    taken, again = [], []
    with server() as (url, _):
        for _ in range(REPEATS):
            with tab(browser, f"{url}/losses?run={run.id}") as page:
                page.locator("[aria-label^='loss curves'] .trace").first.wait_for()
                page.wait_for_timeout(6000)  # the worker is to be warm
                taken.append(_open(page))
                page.get_by_test_id("stSidebarNav").get_by_text("Loss curves").click()
                page.locator("[aria-label^='loss curves'] .trace").first.wait_for()
                again.append(_open(page))
                rate, worst = page.evaluate(RATE, SECONDS)
                print(f"    playing in the dashboard: {rate:.1f} frames/s, slowest {worst:.0f} ms")
    show("opening the film, the first time in a server", taken[0])
    show(f"opening the film, later visitors, of {REPEATS - 1}", *taken[1:])
    show(f"opening the film again, of {REPEATS}", *again)


def _open(page: Page) -> float:
    page.get_by_test_id("stSidebarNav").get_by_text("Watch the collapse").click()
    clicked = time.perf_counter()
    page.wait_for_function(DRAWN)
    return time.perf_counter() - clicked


if __name__ == "__main__":
    main()
