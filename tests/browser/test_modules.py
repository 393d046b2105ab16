"""The player's modules as they are, served to a browser without being bundled."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import INK
from tests.conftest import ROOT
from tests.player.small_film import FILM

PAGE = "tests/browser/modules.html"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    extensions_map: ClassVar = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    """Address of a server of the repository's files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=ROOT)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(address, new_visitor) -> Page:
    page = new_visitor().context.new_page()
    page.goto(f"{address}/{PAGE}?film=/{FILM.relative_to(ROOT).as_posix()}")
    page.wait_for_function("window.mounted?.player.cards[0].shown")
    return page


def test_modules_that_are_not_bundled_draw_a_film(page):
    card = page.get_by_role("region", name="Black hole", exact=True)
    assert card.evaluate(INK) > 3
    expect(page.locator(".step")).to_have_text("step 0 of 100")
    colors = page.evaluate("mounted.player.theme")
    assert colors["normal"].startswith("#") and len(colors["pins"]) == 6


def test_where_the_viewer_is_is_told_to_the_page(page):
    page.evaluate("mounted.player.goTo(2); mounted.player.select([1]); mounted.player.pin(4)")
    seen = {"step": 10, "samples": [101], "pins": [104]}
    assert page.evaluate("told.at(-1)") == [seen, "small"]


def test_a_film_that_is_shown_already_is_not_opened_again(page):
    page.evaluate("mounted.player.goTo(2); window.before = mounted.player.film")
    page.evaluate("mounted.replace(bytes)")
    assert page.evaluate("mounted.player.film === before")


def test_a_film_that_has_grown_takes_the_place_of_the_one_before_it(page):
    page.evaluate("mounted.player.goTo(2); window.before = mounted.player.film")
    page.evaluate("mounted.replace(changed)")
    assert page.evaluate("mounted.player.film !== before")
    expect(page.locator(".step")).to_have_text("step 10 of 100")


MOUNT = """async options => {
    const { mount } = await import("/toll/player/mount.js");
    const place = document.createElement("div");
    document.body.append(place);
    const lastSeen = () => options.seen;
    window.other = mount(place, bytes.slice(), { autoplay: options.autoplay, lastSeen });
}"""


def test_a_film_plays_by_itself_where_a_page_asks_for_it_and_nobody_has_seen_it(page):
    page.evaluate(MOUNT, {"autoplay": True, "seen": {}})
    page.wait_for_function("other.player.state.time > 0.1")
    page.evaluate(MOUNT, {"autoplay": True, "seen": {"step": 10}})
    assert page.evaluate("[other.player.state.playing, other.player.step]") == [False, 10]


def test_a_film_does_not_play_by_itself_for_who_wants_less_movement(page):
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(MOUNT, {"autoplay": True, "seen": {}})
    assert page.evaluate("other.player.state.playing") is False
