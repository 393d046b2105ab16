"""One palette for Python, CSS and JavaScript: nothing else in the player or the charts has colours
of its own that the palette has."""

import re
import tomllib

import pytest

from tests.conftest import ROOT
from toll.player.palette import PALETTE, palette, properties, rgb

COLORS = properties(PALETTE.read_text(encoding="utf-8"))
DRAWN_BY = [
    path
    for folder, kinds in (("toll/player", ("js", "css", "py", "html")), ("dashboard", ("js", "py")))
    for kind in kinds
    for path in (ROOT / folder).rglob(f"*.{kind}")
    if path != PALETTE
]


def test_a_reference_to_another_colour_is_replaced_by_it():
    assert properties("--toll-a: #123456;\n--toll-b: var(--toll-a);") == {
        "a": "#123456",
        "b": "#123456",
    }
    assert palette().error_ramp[1] == palette().anomalous


def test_red_green_and_blue_are_read_from_a_colour():
    assert rgb("#0d11ff") == (13, 17, 255)


@pytest.mark.parametrize("name", COLORS)
def test_every_entry_is_a_colour(name):
    assert re.fullmatch(r"#[0-9a-f]{6}|rgba\(\d+, \d+, \d+, [\d.]+\)", COLORS[name])


@pytest.mark.parametrize("path", DRAWN_BY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_colour_of_the_palette_is_written_nowhere_else(path):
    own = set(re.findall(r"#[0-9a-f]{6}\b", path.read_text(encoding="utf-8")))
    assert own.isdisjoint(COLORS.values())


@pytest.mark.parametrize("path", DRAWN_BY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_colour_that_is_used_is_in_the_palette(path):
    used = set(re.findall(r"--toll-([a-z][\w-]*)", path.read_text(encoding="utf-8")))
    assert used <= set(COLORS)


def test_controls_of_the_dashboard_and_of_the_film_have_one_colour():
    path = ROOT / "dashboard" / ".streamlit" / "config.toml"
    theme = tomllib.loads(path.read_text(encoding="utf-8"))["theme"]
    assert theme["light"]["primaryColor"] == palette().accent
