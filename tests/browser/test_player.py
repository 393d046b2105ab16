"""The film as one file, opened from disk in a browser: what it shows, and what a viewer can do."""

import base64
import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import INK
from tests.small_runs import small_config
from toll.data import load_dataset, split_one_class
from toll.evaluation.metrics import auroc, event_horizon, roc, separation
from toll.film.export import export, title
from toll.film.frames import film
from toll.method.objective import toll_score
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore

CARDS = [
    "Black hole",
    "Latent norms",
    "Loss curves",
    "Map of latent space",
    "ROC",
    "Score plane",
    "AUROC by scoring β",
    "Separation and AUROC",
    "Tug of war",
    "Rank over time",
]


def labels_of(run: Run) -> np.ndarray:
    config = run.config
    split = split_one_class(load_dataset(config.dataset), config.normal_class)
    return split.labels(run.snapshot(0).ids)


def write(runs: Run | list[Run], path: Path, **others) -> Path:
    run = runs if isinstance(runs, Run) else runs[0]
    config = run.config
    dataset = load_dataset(config.dataset)
    split = split_one_class(dataset, config.normal_class, config.validation_size)
    export(film(runs, split, **others), title(runs), path)
    return path


@pytest.fixture
def open_film(new_visitor, tmp_path) -> Callable[..., Page]:
    """Call with a run to open its film in a new tab."""

    def open_film(
        run: Run | list[Run], options: dict | None = None, link: str = "", **others
    ) -> Page:
        visitor = new_visitor(offline=True, **(options or {}))
        page = visitor.context.new_page()
        page.goto(f"file://{write(run, tmp_path / 'film.html', **others)}{link}")
        page.wait_for_function("window.player?.cards[0].shown")
        return page

    return open_film


@pytest.fixture
def run(add_run) -> Run:
    return add_run()


def card(page: Page, name: str):
    return page.get_by_role("region", name=name, exact=True)


def drawn(page: Page) -> None:
    """Wait until all that is due has been drawn, the alarm that pictures may raise among it."""
    page.wait_for_function(
        "!player.pictures.index || player.pictures.variety(player.frame) !== null"
    )
    next_frame = "requestAnimationFrame(() => requestAnimationFrame(done))"
    page.evaluate(f"() => new Promise(done => {next_frame})")


def spot(page: Page, row: int, cards: int = 0) -> dict[str, float]:
    """Where on the screen a sample's point lies in one of the cards."""
    return page.evaluate(
        """([row, index]) => {
            const { shown, canvas } = player.cards[index];
            const box = canvas.getBoundingClientRect();
            return { x: box.x + shown.xs[row], y: box.y + shown.ys[row] };
        }""",
        [row, cards],
    )


def lonely(page: Page) -> int:
    """The row of a sample whose point in the black hole has no other close by."""
    return page.evaluate(
        """() => {
            const { xs, ys } = player.cards[0].shown;
            const near = (i, row) => Math.hypot(xs[i] - xs[row], ys[i] - ys[row]) < 9;
            return xs.findIndex((_, row) => xs.every((_, i) => i === row || !near(i, row)));
        }"""
    )


def test_every_view_draws_something_at_the_beginning_and_at_the_end(open_film, run):
    page = open_film(run)
    for frame in (0, len(run.snapshot_steps()) - 1):
        page.evaluate(f"player.goTo({frame})")
        for name in CARDS:
            card(page, name).scroll_into_view_if_needed()
            drawn(page)
            assert card(page, name).evaluate(INK) > 3, name
            assert card(page, name).locator(".caption").inner_text() or name == "Rank over time"


def test_its_figures_are_those_of_the_library_at_every_snapshot(open_film, run):
    page, labels = open_film(run), labels_of(run)
    for frame, step in enumerate(run.snapshot_steps()):
        seen = run.snapshot(step)
        score = toll_score(seen.reconstruction_error, seen.latent_norm, 10.0)
        parts = {"norm": seen.latent_norm, "error": seen.reconstruction_error, "score": score}
        found = page.evaluate(
            """frame => {
                const { film } = player;
                const names = ["norm", "error", "score"];
                return {
                    auroc: Object.fromEntries(names.map(name => [name, film.auroc(name, frame)])),
                    horizon: film.quantile("norm", frame, 0.95, 0),
                    separation: film.separation(frame),
                    ranks: [...film.ranks(frame)],
                };
            }""",
            frame,
        )
        for name, values in parts.items():
            assert found["auroc"][name] == pytest.approx(auroc(labels, values), abs=2e-4)
        assert found["separation"] == pytest.approx(separation(labels, seen.latent_norm), rel=1e-5)
        horizon = event_horizon(seen.latent_norm[labels == 0])
        assert found["horizon"] == pytest.approx(horizon, rel=1e-5)
        assert score[np.argsort(found["ranks"])] == pytest.approx(np.sort(score)[::-1], rel=1e-5)


def test_its_roc_curve_is_that_of_the_library_also_where_scores_are_equal(open_film, run):
    page = open_film(run)
    scores, labels = [3, 1, 2, 2, 2, 0, 3, 1], [1, 0, 0, 1, 1, 0, 0, 1]
    found = page.evaluate(
        """async ([scores, labels]) => {
            const film = player.film, at = film.at;
            film.at = () => Float32Array.from(scores);
            [film.labels, film.kept] = [Uint8Array.from(labels), new Map()];
            const curve = film.roc("norm", 0);
            film.at = at;
            return curve;
        }""",
        [scores, labels],
    )
    wanted = roc(np.array(labels), np.array(scores))
    on_curve = np.interp(wanted[0], found["falsePositive"], found["truePositive"])
    assert found["auroc"] == pytest.approx(auroc(np.array(labels), np.array(scores)))
    assert sorted(on_curve) == pytest.approx(sorted(wanted[1]), abs=0.26)


def test_arrow_keys_go_from_snapshot_to_snapshot_and_the_link_keeps_the_instant(open_film, run):
    page, steps = open_film(run), run.snapshot_steps()
    shown = page.locator(".step")
    expect(shown).to_have_text("step 0 of 120")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_text(f"step {steps[2]} of 120")
    page.keyboard.press("ArrowLeft")
    expect(shown).to_have_text(f"step {steps[1]} of 120")
    expect(page).to_have_url(re.compile(f"step={steps[1]}&"))
    page.reload()
    expect(shown).to_have_text(f"step {steps[1]} of 120")
    narration = page.locator(".narration")
    expect(narration).to_contain_text(f"At step {steps[1]} ")
    page.get_by_label("describe what is seen").uncheck()
    expect(narration).to_be_hidden()


def test_the_link_goes_along_while_the_film_plays(open_film, run):
    page = open_film(run)
    page.get_by_label("Speed").select_option("0.5")
    page.get_by_label("Play", exact=True).click()
    expect(page).to_have_url(re.compile(r"step=[1-9]"))
    assert page.evaluate("player.state.playing")


def test_the_timeline_is_dragged_to_a_snapshot(open_film, run):
    page = open_film(run)
    box = page.get_by_role("slider", name="Training step").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    expect(page.locator(".step")).to_have_text("step 120 of 120")
    page.get_by_label("Steps", exact=True).select_option("linear")
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    middle = min(run.snapshot_steps(), key=lambda step: abs(step - 60))
    expect(page.locator(".step")).to_have_text(f"step {middle} of 120")


def test_playing_moves_through_the_film_on_fixed_axes_and_ends_at_its_end(open_film, run):
    page = open_film(run)
    page.evaluate(
        """() => {
            player.times = [];
            player.state.listeners.add(() => player.times.push(player.state.time));
        }"""
    )
    reach = "[player.radialScale.axis.least, player.radialScale.axis.most]"
    before = page.evaluate(reach)
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".step")).to_have_text("step 120 of 120")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    times = page.evaluate("player.times")
    assert len(times) > 10 and sorted(times) == times
    assert page.evaluate(reach) == before


def test_a_click_shows_the_sample_and_marks_it_in_every_view(open_film, run):
    page = open_film(run)
    page.evaluate("player.goTo(player.film.frames - 1)")
    drawn(page)
    row = lonely(page)
    page.mouse.click(**spot(page, row))
    panel = card(page, "Samples")
    sample = int(run.snapshot(0).ids[row])
    expect(panel).to_contain_text(f"sample {sample}")
    for name in ("input", "reconstruction", "error"):
        assert panel.get_by_role("img", name=name).evaluate(
            "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
        ) > 3  # fmt: skip
    last = run.snapshot(run.snapshot_steps()[-1])
    score = toll_score(last.reconstruction_error, last.latent_norm, 10.0)
    rank = int((score > score[row]).sum()) + 1
    expect(panel).to_contain_text(f"rank {rank} of {len(score)}")
    assert page.evaluate("player.state.selected") == [row]
    expect(page).to_have_url(re.compile(f"samples={sample}&"))
    page.reload()
    expect(panel).to_contain_text(f"sample {sample}")


def test_a_lasso_selects_what_lies_inside(open_film, run):
    page = open_film(run)
    box = card(page, "Black hole").locator("canvas").bounding_box()
    assert box
    x, y, right, bottom = (
        box["x"] + 3, box["y"] + 3, box["x"] + box["width"] / 2, box["y"] + box["height"] - 3
    )  # fmt: skip
    page.mouse.move(x, y)
    page.mouse.down()
    for corner in ((right, y), (right, bottom), (x, bottom), (x, y)):
        page.mouse.move(*corner, steps=4)
    page.mouse.up()
    found = page.evaluate(
        """() => [player.state.selected.length, player.state.selected.every(row =>
            player.cards[0].shown.xs[row] < player.cards[0].canvas.clientWidth / 2)]"""
    )
    assert found[0] > 5 and found[1]
    expect(card(page, "Samples")).to_contain_text(f"{found[0]} samples are selected")
    page.mouse.click(x, y)
    expect(card(page, "Samples")).to_contain_text("Click a point")


def test_up_to_six_samples_are_pinned_with_their_pictures_over_training(open_film, run):
    page = open_film(run)
    for row in range(6):
        page.evaluate(f"player.select([{row}])")
        page.get_by_role("button", name="Pin: follow its orbit").click()
    page.evaluate("player.select([7])")
    expect(page.get_by_role("button", name="6 samples are pinned already")).to_be_disabled()
    strips = page.locator(".strip")
    expect(strips).to_have_count(6)
    steps = run.snapshot_steps()
    expect(strips.first.get_by_role("img")).to_have_count(1 + len(steps))
    strips.first.get_by_role("img", name=f"reconstruction at step {steps[3]}", exact=True).click()
    expect(page.locator(".step")).to_have_text(f"step {steps[3]} of 120")
    ids = ",".join(str(each) for each in run.snapshot(0).ids[:6])
    expect(page).to_have_url(re.compile(f"pins={ids}$"))
    page.get_by_role("button", name="Unpin sample").first.click()
    expect(strips).to_have_count(5)


def test_the_threshold_follows_the_normal_samples_and_can_be_dragged(open_film, run):
    page = open_film(run)
    page.evaluate("player.goTo(player.film.frames - 1)")
    share = page.get_by_label("Share of the normal samples inside the event horizon")
    share.fill("80")
    assert page.evaluate("player.horizon.flagged().mistaken") == pytest.approx(0.2, abs=0.03)
    expect(card(page, "Black hole")).to_contain_text("80 % of the normal samples")
    page.get_by_role("group", name="Event horizon on").get_by_text("Score").click()
    plane = card(page, "Score plane")
    plane.get_by_role("button", name="This instant").click()
    plane.scroll_into_view_if_needed()
    drawn(page)
    start = page.evaluate(
        """() => {
            const card = player.cards[5], { plane, canvas } = card, { beta } = player.film;
            const box = canvas.getBoundingClientRect(), norm = plane.y.value(0.5);
            const error = player.horizon.threshold - beta * norm;
            return { x: box.x + plane.px(error), y: box.y + plane.py(norm) };
        }"""
    )
    page.mouse.move(**start)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"], steps=6)
    page.mouse.up()
    assert page.evaluate("player.state.share") > 0.85
    assert page.evaluate("player.state.selected.length") == 0


def test_a_class_is_lit_up_by_its_name(open_film, run):
    page = open_film(run)
    chip = page.get_by_role("button", name="◇ 3", exact=True)
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("[...player.state.lit]") == [3]


def test_the_hole_shows_the_origin_and_a_ray_of_a_chosen_sample(open_film, run):
    page = open_film(run)
    hole = card(page, "Inside the hole")
    hole.scroll_into_view_if_needed()
    names = [f"decode({alpha})" for alpha in ("0", *(f"{a} z" for a in (0.5, 1, 1.5, 2, 2.5, 3)))]
    for name in names:
        expect(hole.get_by_role("img", name=name, exact=True)).to_be_visible()
    guides = hole.get_by_role("button")
    assert guides.count() > 1
    guides.last.click()
    expect(guides.last).to_have_class(re.compile("focus"))


def test_one_picture_for_everything_is_a_state_where_the_norm_tells_and_else_a_fault(
    open_film, run, add_run
):
    page = open_film(run)
    alarm, notice = page.get_by_role("alert"), page.locator(".notice:not(.alarm, .room)")
    expect(alarm).to_be_hidden()
    top = page.evaluate("player.cards[0].root.getBoundingClientRect().top")
    page.evaluate("player.goTo(player.film.frames - 1)")
    drawn(page)
    expect(notice).to_contain_text("the score lives on ‖z‖")
    expect(alarm).to_be_hidden()
    assert 0 < page.evaluate("player.pictures.variety(player.frame)") < 0.1
    page.evaluate("player.film.auroc = () => 0.5; player.film.separation = () => 1.0")
    page.evaluate("player.requestRedraw()")
    drawn(page)
    expect(alarm).to_contain_text("almost one picture")
    expect(notice).to_be_hidden()
    assert page.evaluate("player.cards[0].root.getBoundingClientRect().top") == top

    page = open_film(add_run("20260102-000000-digits-8", beta=0.0))
    page.evaluate("player.goTo(player.film.frames - 1)")
    page.wait_for_function("player.pictures.variety(player.frame) > 0.3")
    drawn(page)
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("kind", ["PNG", "SVG", "CSV"])
def test_every_figure_can_be_taken_along(open_film, run, kind):
    page = open_film(run)
    page.evaluate("player.pin(0); player.select([1, 2])")
    for name in CARDS:
        figure = card(page, name)
        figure.scroll_into_view_if_needed()
        figure.get_by_label(f"Save {name}").click()
        with page.expect_download() as download:
            figure.get_by_role("button", name=kind, exact=True).click()
        content = Path(download.value.path()).read_bytes()
        assert download.value.suggested_filename.endswith(kind.lower())
        if kind == "PNG":
            assert content.startswith(b"\x89PNG") and len(content) > 2000
        elif kind == "SVG":
            root = ElementTree.fromstring(content)
            assert len(list(root.iter())) > 20
        else:
            rows = list(csv.DictReader(io.StringIO(content.decode())))
            assert len(rows) > 3 and all(None not in row for row in rows), name


def test_the_table_of_the_score_plane_holds_the_snapshot(open_film, run):
    page = open_film(run)
    page.evaluate("player.goTo(2)")
    text = page.evaluate("player.cards[5].csv().text()")
    rows = list(csv.DictReader(io.StringIO(text)))
    seen = run.snapshot(run.snapshot_steps()[2])
    assert [int(row["sample"]) for row in rows] == seen.ids.tolist()
    assert [float(row["latent_norm"]) for row in rows] == pytest.approx(seen.latent_norm, rel=1e-5)
    assert {row["step"] for row in rows} == {str(seen.step)}


def test_the_run_to_compare_with_keeps_to_the_same_training_step(open_film, run, add_run):
    other = add_run("20260102-000000-digits-8", beta=0.0)
    page = open_film(run, contrast=other)
    expect(card(page, "Black hole · β = 0 (no pull)")).to_be_visible()
    page.evaluate("player.goTo(4)")
    assert page.evaluate("player.beside.step") == run.snapshot_steps()[4]


@pytest.fixture
def ladder(run, add_run) -> list[Run]:
    return [run, add_run("20260102-000000-digits-8", beta=0.0)]


def test_of_two_rungs_every_view_is_doubled_and_says_which_it_is_of(open_film, ladder):
    page = open_film(ladder)
    for name in ("Black hole", "Latent norms", "Score plane", "Inside the hole"):
        for beta in ("β = 10", "β = 0 (no pull)"):
            expect(card(page, f"{name} · {beta}")).to_have_count(1)
    for name in ("ROC", "Separation and AUROC"):
        expect(card(page, name)).to_have_count(1)
    page.evaluate("player.pin(4)")
    expect(page.locator(".strip")).to_have_count(2)
    page.get_by_label("Compare with").select_option("alone")
    expect(card(page, "Black hole")).to_be_visible()
    expect(page.locator(".strip")).to_have_count(1)
    expect(page.locator(".verdict:not(.room)")).to_be_hidden()
    expect(page).to_have_url(re.compile("versus=none"))


def test_a_verdict_follows_the_instant(open_film, ladder):
    page = open_film(ladder)
    verdict = page.locator(".verdict > span")
    said = []
    for frame in (0, len(ladder[0].snapshot_steps()) - 1):
        page.evaluate(f"player.goTo({frame})")
        drawn(page)
        aurocs = page.evaluate("player.sides.map(s => s.film.auroc('score', s.frame))")
        said.append(verdict.inner_text())
        for auroc_of_side in aurocs:
            assert str(round(100 * auroc_of_side)) in said[-1]
        assert "of 100 comparisons come out right" in said[-1]
    assert said[0] != said[1]
    page.get_by_text("what is this?", exact=True).click()
    expect(page.locator(".explained")).to_contain_text("uses the labels")


def test_the_gravity_slider_takes_every_view_from_rung_to_rung(open_film, ladder):
    page = open_film(ladder)
    page.evaluate("player.goTo(99)")
    page.evaluate("player.slide(0.5)")
    drawn(page)
    between, low, high = page.evaluate(
        """() => {
            const of = rung => rung.at("norm", rung.frames - 1)[3];
            return [player.main.between("norm", true)[3], ...player.ladder.rungs.map(of)];
        }"""
    )
    assert between == pytest.approx(np.sqrt(low * high), rel=1e-5)
    page.get_by_role("slider", name="β, the pull").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("player.state.rung === 0")
    expect(page.locator(".beta")).to_have_text("β = 0 (no pull)")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("player.state.rung === 1")
    page.locator(".gravity").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("player.state.rung === 0")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("player.state.rung === 1")
    expect(page).to_have_url(re.compile("beta=10&"))
    page.reload()
    expect(page.locator(".beta")).to_have_text("β = 10")


def test_a_weight_of_the_norm_in_the_score_is_chosen_and_every_view_follows(open_film, run):
    page = open_film(run)
    page.evaluate("player.goTo(99)")
    figures = """() => [
        player.film.auroc("score", player.frame), player.film.auroc("norm", player.frame),
        player.film.auroc("error", player.frame), [...player.film.order(player.frame)].join()]"""
    own, norm, error, order = page.evaluate(figures)
    slider = page.get_by_role("slider", name="Scoring β")
    slider.fill("1000")
    found = page.evaluate(figures)
    assert found[0] == pytest.approx(norm) and found[3] != order
    expect(page).to_have_url(re.compile("scoring=Infinity"))
    page.evaluate("player.select([2])")
    expect(card(page, "Samples")).to_contain_text("‖z‖ alone")
    slider.fill("0")
    assert page.evaluate(figures)[0] == pytest.approx(error)
    page.get_by_role("button", name="as trained").click()
    assert page.evaluate(figures)[0] == pytest.approx(own)


def test_the_chart_of_weights_is_taken_hold_of(open_film, run):
    page = open_film(run)
    chart = card(page, "AUROC by scoring β")
    chart.scroll_into_view_if_needed()
    drawn(page)
    box = chart.locator("canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 16, box["y"] + 60)
    assert page.evaluate("player.state.scoring === Infinity")


def test_the_cursor_is_put_on_the_map_of_time_and_beta(open_film, ladder):
    page = open_film(ladder)
    chart = card(page, "Time × β")
    chart.scroll_into_view_if_needed()
    drawn(page)
    box = chart.locator("canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 57, box["y"] + box["height"] - 50)
    page.wait_for_function("player.state.rung === 0 && player.frame === player.film.frames - 1")
    chart.get_by_label("Figure").select_option("variety")
    drawn(page)
    expect(chart).to_contain_text("Needs no labels")
    page.wait_for_function("player.cards.find(c => c.title === 'Time × β').csv().size > 300")


def test_a_run_alone_has_no_gravity_slider(open_film, run):
    page = open_film(run)
    expect(page.locator(".pull")).to_be_hidden()
    assert page.evaluate("player.sides.length") == 1


def test_an_exported_film_opens_where_its_link_says(new_visitor, ladder, tmp_path):
    config = ladder[0].config
    split = split_one_class(load_dataset("digits"), 8, config.validation_size)
    path = tmp_path / "film.html"
    step = ladder[0].snapshot_steps()[2]
    pin = ladder[0].snapshot(0).ids[5]
    link = f"step={step}&beta=0&versus=10&threshold=score&share=80&pins={pin}"
    export(film(ladder, split), title(ladder[0]), path, link)
    page = new_visitor(offline=True).context.new_page()
    page.goto(f"file://{path}")
    expect(page.locator(".step")).to_have_text(f"step {step} of 120")
    found = page.evaluate(
        "(({ rung, versus, threshold, share, pins }) => "
        "[rung, versus, threshold, share, pins])(player.state)"
    )
    assert found == [0, 1, "score", 0.8, [5]]


def test_a_link_that_means_nothing_opens_the_film_at_its_beginning(open_film, run):
    page = open_film(run, link="#step=abc&beta=x&share=7")
    expect(page.locator(".step")).to_have_text("step 0 of 120")
    told = page.locator(".notice[role=status]")
    expect(told).to_contain_text("The link has step = abc; a training step is a number from 0 to")
    page.evaluate("player.select([1])")
    expect(page).to_have_url(re.compile("step=0&"))


def packed_film(run: Run) -> str:
    split = split_one_class(load_dataset("digits"), 8, run.config.validation_size)
    return base64.b64encode(film(run, split)).decode()


REPLACE = """film => player.replace(Uint8Array.from(atob(film), letter => letter.charCodeAt(0)))"""


def test_a_film_that_grows_is_played_evenly_through_what_comes_and_rests_at_its_end(
    open_film, run, tmp_path
):
    snapshots = run.folder / "snapshots"
    shutil.copytree(snapshots, tmp_path / "all")
    later = run.snapshot_steps()[4:]
    for step in later:
        run.snapshot_path(step).unlink()
    run.work.take()
    run.update_status(state=State.RUNNING)
    page = open_film(run)
    for step in later[:5]:
        shutil.copy(tmp_path / "all" / run.snapshot_path(step).name, snapshots)
    grown = packed_film(run)
    run.work.release()
    run.update_status(state=State.FINISHED)
    shutil.copytree(tmp_path / "all", snapshots, dirs_exist_ok=True)
    whole = packed_film(run)

    expect(page.get_by_label("follow live")).to_be_checked()
    page.evaluate("player.live = true; player.goTo(3); player.play()")
    page.evaluate(
        """() => {
            player.times = [];
            player.state.listeners.add(() => player.times.push(player.state.time));
        }"""
    )
    page.evaluate(REPLACE, grown)
    page.wait_for_function("player.lastFrame === 8 && player.state.time === 8")
    times = page.evaluate("player.times")
    assert len(times) > 10 and sorted(times) == times and max(np.diff(times)) < 1.5
    assert page.evaluate("player.state.playing")
    page.evaluate(REPLACE, whole)
    expect(page.locator(".step")).to_have_text("step 120 of 120")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert page.evaluate("player.state.time === player.lastFrame")


def test_who_wants_less_movement_sees_rungs_and_new_frames_at_once(open_film, ladder):
    page = open_film(ladder, {"reduced_motion": "reduce"})
    assert page.evaluate("player.goToRung(0), player.state.rung") == 0


def test_a_map_in_space_is_turned_by_dragging(open_film, run):
    page = open_film(run)
    page.get_by_label("Kind of map").select_option("PCA, 3-D")
    figure = card(page, "Map of latent space").locator("canvas")
    figure.scroll_into_view_if_needed()
    drawn(page)
    before = page.evaluate("[...player.map.shown.xs]")
    box = figure.bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 120, steps=4)
    page.mouse.up()
    drawn(page)
    assert page.evaluate("[...player.map.shown.xs]") != before
    assert page.evaluate("player.state.selected.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_in_a_light_and_a_dark_room(open_film, run, scheme):
    page = open_film(run, {"color_scheme": scheme})
    text, background = page.evaluate("[player.theme.text, player.theme.background]")
    bright = [sum(int(part) for part in re.findall(r"\d+", text)[:3]) / 765]
    bright.append(sum(int(background[i : i + 2], 16) for i in (1, 3, 5)) / 765)
    assert abs(bright[0] - bright[1]) > 0.6
    assert (bright[1] < 0.2) == (scheme == "dark")


def test_a_run_of_one_snapshot_is_shown(open_film, tmp_path):
    from toll.recording.record import record

    run = RunStore(tmp_path / "runs").create(small_config(niter=3))
    record(run)
    for step in run.snapshot_steps()[1:]:
        run.snapshot_path(step).unlink()
    page = open_film(run)
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".step")).to_have_text("step 0 of 3")


def test_a_run_from_before_pictures_were_kept_is_shown_without(open_film, run):
    shutil.rmtree(run.folder / "pictures")
    (run.folder / "gradients.jsonl").unlink()
    page = open_film(run)
    page.evaluate("player.goTo(3); player.select([4]); player.pin(4)")
    expect(card(page, "Samples")).to_contain_text("This run has kept no pictures.")
    expect(card(page, "Inside the hole")).to_contain_text("This run has kept no pictures.")
    expect(page.locator(".strip")).to_contain_text("no reconstructions were kept for it")


def test_rows_of_a_table_are_shown_as_stripes(open_film, real_data, monkeypatch, tmp_path):
    from toll.presets import laptop
    from toll.recording.record import record

    monkeypatch.setenv("TOLL_DATA_DIR", str(real_data))
    run = RunStore(tmp_path / "runs").create(laptop("arrhythmia", niter=10, device="cpu"))
    record(run)
    page = open_film(run)
    page.evaluate("player.select([3])")
    stripes = card(page, "Samples").locator(".stripes")
    expect(stripes.get_by_role("img", name="reconstruction")).to_be_visible()


def test_the_file_stays_small(run, tmp_path):
    assert write(run, tmp_path / "film.html").stat().st_size < 3_000_000
    assert json.loads(json.dumps(title(run))).startswith("Targeted collapse: Digits")
