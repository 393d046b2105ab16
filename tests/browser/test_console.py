"""The threshold console: one threshold, moved by hand, and everything that follows it."""

import re
import shutil
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import choose_run, wait_for_script
from tests.server import Server, serving
from toll.evaluation.scores import rows_of, with_score
from toll.evaluation.thresholds import Confusion, choose_threshold, confusion
from toll.runs.run import Run

FIRST, SECOND = "20260101-101500-digits-8", "20260301-111111-digits-8"
CELLS = ("found", "missed", "false alarms", "passed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, trained_digits) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as server:
        for name, beta in ((FIRST, 10.0), (SECOND, 0.0)):
            shutil.copytree(trained_digits(beta), server.cache / "runs" / name)
        yield server


def scores_of(run: Run, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Scores and labels of the samples of a part of the data, under the last weights."""
    scores = run.scores()
    assert scores is not None
    rows = with_score(rows_of(scores, {}, "last"), run.config.beta).query(f"split == '{split}'")
    return rows["score"].to_numpy(), rows["label"].to_numpy()


def counts_on(page: Page) -> Confusion:
    """The numbers in the cells of the confusion matrix."""
    return Confusion(*map(int, page.locator(".matrix .head b").all_inner_texts()))


def threshold_on(page: Page) -> float:
    text = page.get_by_label("Threshold", exact=True).get_attribute("aria-valuetext")
    return float(text or "nan")


def open_detection(visitor, server: Server, run: str, rest: str = "") -> Page:
    page = visitor.open(f"{server.url}/detection?run={run}{rest}")
    expect(page.locator(".matrix .head b").first).to_have_text(re.compile(r"\d"))
    return page


@pytest.mark.timeout(120)
def test_the_rules_threshold_is_shown_with_what_it_decides(server, new_visitor):
    page = open_detection(new_visitor(), server, FIRST)
    run = Run(server.cache / "runs" / FIRST)
    chosen = choose_threshold(*scores_of(run, "validation"), "quantile")
    wanted = confusion(*scores_of(run, "test"), chosen.value)
    assert counts_on(page) == wanted
    expect(page.get_by_role("img", name=re.compile("^8, sample"))).not_to_have_count(0)
    missed = page.locator(".by-class td.missed").all_inner_texts()
    assert len(missed) == 9 and all(each.endswith("%") for each in missed)
    for title in ("Event horizon", "Scores", "ROC", "Precision and recall"):
        expect(page.get_by_role("img", name=title, exact=True)).to_be_visible()


@pytest.mark.timeout(180)
def test_a_threshold_moved_by_hand_is_in_the_link_and_can_be_kept(server, new_visitor):
    visitor = new_visitor()
    page = open_detection(visitor, server, FIRST)
    run = Run(server.cache / "runs" / FIRST)
    before = counts_on(page)
    slider = page.get_by_label("Threshold", exact=True)
    slider.press("Home")
    expect(page).to_have_url(re.compile(r"cut=[\d.]+"))
    assert counts_on(page).missed == 0 and counts_on(page) != before
    histogram = page.get_by_role("img", name="Scores", exact=True)
    box = histogram.bounding_box()
    assert box is not None
    histogram.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    wait_for_script(page)
    by_hand = counts_on(page)
    assert by_hand.missed > 0
    expect(page.get_by_text("Set by hand, with")).to_be_visible()
    other = open_detection(visitor, server, FIRST, page.url[page.url.index("&cut") :])
    assert counts_on(other) == by_hand
    other.get_by_role("button", name="Keep this threshold").click()
    expect(other.get_by_text(re.compile("^Kept: .* set by hand"))).to_be_visible()
    kept = run.threshold()
    assert kept is not None and kept["rule"] == "by-hand" and kept["uses_labels"]
    assert confusion(*scores_of(run, "test"), kept["value"]) == by_hand
    page.get_by_role("button", name="Back to the threshold of the rule").click()
    expect(page).not_to_have_url(re.compile("cut="))
    assert counts_on(page) == before
    later = open_detection(visitor, server, FIRST)
    assert counts_on(later) == by_hand
    expect(later.get_by_text("Set by hand, with")).to_be_visible()


@pytest.mark.timeout(120)
def test_another_run_or_rule_comes_with_its_own_threshold(server, new_visitor):
    page = open_detection(new_visitor(), server, FIRST)
    slider = page.get_by_label("Threshold", exact=True)
    slider.press("End")
    expect(page).to_have_url(re.compile("cut="))
    wait_for_script(page)
    choose_run(page, re.compile("β 0 "))
    expect(page.locator(".toll-console .narration")).to_have_text(re.compile("^A share of 0.95"))
    expect(page).not_to_have_url(re.compile("cut="))
    run = Run(server.cache / "runs" / SECOND)
    chosen = choose_threshold(*scores_of(run, "validation"), "quantile")
    assert threshold_on(page) == float(f"{np.float32(chosen.value):.4g}")
    share = page.get_by_label("Share of the normal samples inside")
    share.fill("0.5")
    share.press("Enter")
    expect(page.locator(".toll-console .narration")).to_have_text(re.compile("^A share of 0.5 "))
