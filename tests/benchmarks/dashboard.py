"""What a user of the dashboard waits for, measured in headless Chromium on a real server.

Every number is in seconds, from the click (or the start of the server) to what is on the screen.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies.ladder import ladders

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
REPEATS = 5
TRIALS = 10
# Pages and the name of the first chart that each one draws.
SWITCHED = {
    "Loss curves": "loss curves",
    "Detection": "ROC",
    "Train": "black hole",
}


def main(*parts: str) -> None:
    """Measure the named parts, or all: start, story, switch, mnist, speed."""
    wanted = set(parts or ("start", "story", "switch", "mnist", "speed"))
    with tempfile.TemporaryDirectory() as cache:
        # The story is trained when its button is pressed, as at the first visit of all.
        os.environ |= {"TOLL_CACHE_DIR": cache, "TOLL_FIRST_STORY": "0"}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            for _ in range(REPEATS if "start" in wanted else 0):
                with server() as (url, started), tab(browser, url) as page:
                    page.get_by_role("button", name="Watch one form").wait_for()
                    show("server start to usable first page", time.perf_counter() - started)
            with server() as (url, _), tab(browser, url) as page:
                page.wait_for_timeout(8000)  # the worker is to be warm
                for name, measure in MEASURED.items():
                    if name in wanted:
                        measure(page)
            browser.close()
        if "speed" in wanted:
            training_speed()


def story(page: Page) -> None:
    """The first minute: from the button on Start to a film that plays, and to the race's end."""
    first, raced, finished = [], [], []
    for _ in range(TRIALS):
        go_to(page, "Start")
        page.get_by_role("button", name="Watch one form").click()
        clicked = time.perf_counter()
        page.wait_for_function("() => document.querySelector('.toll-player canvas')")
        first.append(time.perf_counter() - clicked)
        (ladder,) = ladders()
        race = [ladder.cell(beta, 0) for beta in (0, ladder.settings.recommended)]
        wait_for(lambda race=race: all(run.metrics() for run in race))
        raced.append(time.perf_counter() - clicked)
        wait_for(lambda ladder=ladder: ladder.status().state is State.FINISHED)
        finished.append(time.perf_counter() - clicked)
        go_to(page, "Start")  # away from what is about to vanish
        shutil.rmtree(ladder.folder)
    show(f"first story: click to first moving picture, of {TRIALS}", *first)
    show(f"first story: click to the race's end, of {TRIALS}", *raced)
    show(f"first story: click to the whole ladder, of {TRIALS}", *finished)


def wait_for(happens: Callable[[], bool]) -> None:
    while not happens():
        time.sleep(0.02)


def page_switches(page: Page) -> None:
    """While a long training of digits runs."""
    start(laptop_digits_steps=20_000, page=page)
    taken: list[float] = []
    by_page: dict[str, list[float]] = {}
    for _ in range(4):
        for title, chart in SWITCHED.items():
            clicked = go_to(page, title, wait=False)
            page.get_by_role("heading", name=title, exact=True).wait_for()
            drawn = f"[aria-label^='{chart}'] .trace, .card[aria-label='{chart}']"
            page.locator(drawn).first.wait_for()
            taken.append(time.perf_counter() - clicked)
            page.wait_for_selector(IDLE)
            by_page.setdefault(title, []).append(taken[-1])
    for title, seconds in by_page.items():
        show(f"    to {title}", *seconds)
    show(f"switching pages while training, of {len(taken)}", *taken)
    page.get_by_role("button", name="Stop", exact=True).first.click()
    page.get_by_text("Stopped", exact=True).wait_for()


def start(laptop_digits_steps: int, page: Page) -> None:
    go_to(page, "Train")
    steps = page.get_by_role("spinbutton", name="Training steps")
    steps.fill(str(laptop_digits_steps))
    steps.press("Enter")
    page.wait_for_selector(IDLE)
    page.get_by_role("button", name="Start training").click()
    page.get_by_text("Running", exact=True).wait_for()


def mnist(page: Page) -> None:
    go_to(page, "Train")
    page.get_by_test_id("stMain").get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="MNIST", exact=True).click()
    page.wait_for_selector(IDLE)
    page.get_by_text("on this machine.").wait_for(timeout=60_000)
    page.get_by_role("button", name="Start training").click()
    clicked = time.perf_counter()
    page.get_by_test_id("stCaptionContainer").filter(has_text="MNIST, normal").first.wait_for()
    page.wait_for_function(
        """() => [...document.querySelectorAll('[data-testid=stMetric]')].some(metric =>
            metric.innerText.startsWith('Separation') &&
            parseFloat(metric.innerText.split('\\n').at(-1)) >= 1.2)""",
        timeout=120_000,
    )
    show("mnist, class 8: click to separation of 1.2 or more", time.perf_counter() - clicked)
    page.get_by_text("Finished", exact=True).wait_for(timeout=300_000)
    show("mnist, class 8: click to finished and scored", time.perf_counter() - clicked)
    metrics = RunStore().list()[0].metrics["last"]
    print(f"    test AUROC {metrics['score']['auroc']:.4f}, separation {metrics['separation']:.2f}")


def training_speed() -> None:
    """Steps a second of a long digits run, without and with one tab that follows it."""
    rates: dict[str, list[float]] = {"no tab": [], "one tab": []}
    with server() as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for _ in range(3):
            for name, followed in (("no tab", False), ("one tab", True)):
                with tab(browser, url) as page:
                    start(laptop_digits_steps=100_000, page=page)
                    run = RunStore().list()[0].run
                    if not followed:
                        page.goto("about:blank")
                    rates[name].append(steps_per_second(run, 12.0))
                    run.ask("stop")
                    while run.status().state.is_active or run.status().activity:
                        time.sleep(0.1)
        browser.close()
    for name, values in rates.items():
        print(f"{name}: {statistics.median(values):.0f} steps/s")
    ratio = statistics.median(rates["one tab"]) / statistics.median(rates["no tab"])
    print(f"training speed with one tab, as a share of that with none: {ratio:.2f}")


MEASURED = {"story": story, "switch": page_switches, "mnist": mnist}


def steps_per_second(run: Run, seconds: float) -> float:
    time.sleep(12)  # while a run is young, its page is refreshed more often
    first, started = run.status().step, time.perf_counter()
    time.sleep(seconds)
    return (run.status().step - first) / (time.perf_counter() - started)


@contextmanager
def server() -> Iterator[tuple[str, float]]:
    """A dashboard on a free port: its address, and when its process was started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("streamlit")), "run"]
    command += [str(ROOT / "dashboard" / "app.py"), "--server.headless", "true"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--server.port", str(port)], stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir()
    )
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}", started
    finally:
        process.terminate()
        process.wait()


@contextmanager
def tab(browser, url: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    yield page
    page.close()


def go_to(page: Page, title: str, *, wait: bool = True) -> float:
    """Click a page in the sidebar; the moment of the click."""
    page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()
    clicked = time.perf_counter()
    if wait:
        page.get_by_test_id("stMain").get_by_role("heading", level=1).wait_for()
        page.wait_for_selector(IDLE)
    return clicked


def show(what: str, *seconds: float) -> None:
    spread = f" (from {min(seconds):.2f} to {max(seconds):.2f})" if len(seconds) > 1 else ""
    print(f"{what}: {statistics.median(seconds):.2f} s{spread}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
