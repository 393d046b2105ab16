"""The threshold console: one threshold, moved by hand, and everything that follows it."""

import re
import shutil
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

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


def shows_counts(page: Page, wanted: Confusion) -> None:
    """These numbers stand in the cells, or will at the next frame of the screen."""
    texts = [re.compile(rf"^ ?{number}$") for number in wanted]
    expect(page.locator(".matrix .head b")).to_have_text(texts)


def narration(page: Page) -> Locator:
    """Where the threshold comes from. Going back, the console before stands there for a moment."""
    return page.locator(".toll-console .narration").last


def rule_field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Rule for the threshold")


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
    shows_counts(page, wanted)
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
    shows_counts(other, by_hand)
    other.get_by_role("button", name="Keep this threshold").click()
    expect(other.get_by_text(re.compile("^Kept: .* set by hand"))).to_be_visible()
    kept = run.threshold()
    assert kept is not None and kept["rule"] == "by-hand" and kept["uses_labels"]
    assert confusion(*scores_of(run, "test"), kept["value"]) == by_hand
    page.get_by_role("button", name="Back to the threshold that it was").click()
    expect(page).not_to_have_url(re.compile("cut="))
    shows_counts(page, before)
    later = open_detection(visitor, server, FIRST)
    shows_counts(later, by_hand)
    expect(rule_field(later)).to_have_value("set by hand, and kept")
    expect(other).not_to_have_url(re.compile("cut="))
    shows_counts(other, by_hand)


@pytest.mark.timeout(120)
def test_another_run_or_rule_comes_with_its_own_threshold(server, new_visitor):
    page = open_detection(new_visitor(), server, FIRST)
    slider = page.get_by_label("Threshold", exact=True)
    slider.press("End")
    expect(page).to_have_url(re.compile("cut="))
    wait_for_script(page)
    choose_run(page, re.compile("β 0 "))
    expect(narration(page)).to_have_text(re.compile("^A share of 0.95"))
    expect(page).not_to_have_url(re.compile("cut="))
    run = Run(server.cache / "runs" / SECOND)
    chosen = choose_threshold(*scores_of(run, "validation"), "quantile")
    assert threshold_on(page) == float(f"{np.float32(chosen.value):.4g}")
    share = page.get_by_label("Share of the normal samples inside")
    share.fill("0.5")
    share.press("Enter")
    expect(narration(page)).to_have_text(re.compile("^A share of 0.5 "))


@pytest.mark.timeout(180)
def test_the_rule_and_its_parameter_come_back_with_the_link(server, new_visitor):
    visitor = new_visitor()
    page = open_detection(visitor, server, SECOND)
    rule_field(page).click()
    page.get_by_role("option", name="guaranteed false-alarm rate").click()
    expect(page).to_have_url(re.compile("rule=conformal$"))
    page.get_by_label("False alarms allowed").fill("0.2")
    page.get_by_label("False alarms allowed").press("Enter")
    expect(page).to_have_url(re.compile("rule=conformal%3A0.2$"))
    run = Run(server.cache / "runs" / SECOND)
    chosen = choose_threshold(*scores_of(run, "validation"), "conformal", 0.2)
    wanted = confusion(*scores_of(run, "test"), chosen.value)
    shows_rule(page, "at most 0.2", wanted)
    page.reload()
    shows_rule(page, "at most 0.2", wanted)
    shows_rule(visitor.open(page.url), "at most 0.2", wanted)
    page.go_back()
    expect(narration(page)).to_contain_text("at most 0.05")
    expect(page.get_by_label("False alarms allowed")).to_have_value("0.050")
    wait_for_script(page)
    page.go_forward()
    shows_rule(page, "at most 0.2", wanted)
    page.get_by_label("False alarms allowed").fill("7")
    page.get_by_label("False alarms allowed").press("Enter")
    expect(page.get_by_text("False alarms allowed is 7; it must lie")).to_be_visible()
    expect(narration(page)).to_contain_text("In its place: A share of")


def shows_rule(page: Page, words: str, wanted: Confusion) -> None:
    """The page judges by a rule, which says so."""
    expect(narration(page)).to_contain_text(words)
    expect(rule_field(page)).to_have_value("guaranteed false-alarm rate")
    wait_for_script(page)
    shows_counts(page, wanted)
