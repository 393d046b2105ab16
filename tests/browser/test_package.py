"""The installed package, started by `toll dashboard` from another folder."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.looking import chart, check_chart, go_to
from tests.installed import install
from tests.server import serving
from tests.waiting import wait_until
from toll.studies.ladder import Ladder


def ladders_in(cache: Path) -> list[Ladder]:
    folder = cache / "ladders"
    found = [Ladder(path) for path in folder.iterdir()] if folder.exists() else []
    return [ladder for ladder in found if (ladder.folder / "status.json").exists()]


def test_its_one_button_trains_a_ladder_and_shows_it_as_a_film_and_in_charts(new_visitor, tmp_path):
    with serving(tmp_path / "server", site=install(tmp_path)) as server:
        page = new_visitor().open(server.url)
        page.get_by_role("button", name="Watch one form, with and without the pull").click()
        expect(page.get_by_role("heading", name="Watch the collapse", level=1)).to_be_visible()
        said = page.locator(".toll-player [aria-live]", has_text="comparisons come out right")
        expect(said).to_be_visible()
        wait_until(
            lambda: [each.status().state for each in ladders_in(server.cache)] == ["finished"],
            "the ladder is finished",
        )
        # The film has followed the race by itself, and stays where it is as other rungs join.
        expect(page.locator(".toll-player .step")).to_have_text("step 200 of 200")
        expect(page.locator(".toll-player .gravity")).to_be_visible()
        go_to(page, "Tune β", "Tune β")
        check_chart(chart(page, "metrics of every β"), least=6)
        go_to(page, "Loss curves", "Loss curves")
        expect(chart(page, "loss curves")).to_be_visible()
        page.close()
        log = server.log.read_text()
    assert "Traceback" not in log
    site = tmp_path / "site" / "toll" / "app"
    assert not list(site.rglob("static")), "nothing is written to where packages are installed"
