"""Text from outside is shown as it is: in a run's folder, a table's, an exception's."""

import itertools
import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.looking import cells, go_to
from tests.conftest import ROOT
from tests.server import Server, serving
from tests.small_tables import small_settings, write_cells
from toll.data import PUBLISHED, load_dataset, split_one_class
from toll.files import write_json
from toll.film.export import export, title
from toll.film.frames import film
from toll.runs.run import Run
from toll.runs.status import State
from toll.studies.table import Table

# What Markdown, Streamlit's additions to it, HTML and Plotly each read as something else.
TRICKS = [
    *("![x](http://127.0.0.1:9/a.png)", "[a](b)", "[x]: y", "[^1]", "<b>", "<!-- c -->", "&amp;"),
    *(":red[x]", ":help[x]", ":color[x]{foreground=red}", "{foreground=red}", "::leaf", ":::note"),
    *(":smile:", ":+1:", ":material/star:", ":material_star:", ":streamlit:", ":red-badge[x]"),
    *("$x$", "$$y$$", "`", "``", "*", "**", "_", "__", "~", "~~", "#", "# h", "- a", "+ ", "1. "),
    *("=", "===", "---", ">", "|", "| a | b |", "->", "<->", "--", ">=", "<=", "~=", "\\", "\\:"),
    *("http://a.example/x", "www.a.example", "me@a.example", "<http://a.b>", "ftp://x.y", ":"),
    *(
        " ",
        " ",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "a",
        "word",
        "β‖z‖",
        "é",
        "😀",
        "1️⃣",
        ".",
        "!",
        "(",
        ")",
    ),
]
SCRIPT = """
import json, sys
sys.path.insert(0, {root!r})
import streamlit as st
from dashboard.plain import plain

KINDS = [
    st.warning,
    st.caption,
    lambda text: st.markdown(f"a **{{text or '–'}}** b"),
    lambda text: st.progress(0.5, text=text),
    lambda text: st.metric("name", text),
]
for number, text in enumerate(json.loads(open({texts!r}, encoding="utf-8").read())["texts"]):
    with st.container(key=f"text-{{number}}"):
        KINDS[number % len(KINDS)](plain(text))
st.text("That is all.")
"""
# What is shown of each text, and the names of the elements that show it.
SHOWN = """count => Array.from({ length: count }, (_, number) => {
    const place = document.querySelector(`.st-key-text-${number}`);
    const part = place.querySelector("[data-testid=stMetricValue]") ??
        place.querySelector("[data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]");
    const elements = Array.from(part?.querySelectorAll("*") ?? [], each => each.localName);
    return [part?.textContent ?? "", elements];
})"""


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_whatever_the_text_it_is_shown_letter_by_letter(new_visitor, tmp_path):
    draw = random.Random(7)
    texts = [*TRICKS, *("".join(draw.choices(TRICKS, k=draw.randint(2, 7))) for _ in range(400))]
    write_json(tmp_path / "texts.json", {"texts": texts})
    script = tmp_path / "root" / "dashboard" / "app.py"
    # With the dashboard's settings.
    shutil.copytree(ROOT / "dashboard" / ".streamlit", script.parent / ".streamlit")
    script.write_text(SCRIPT.format(root=str(ROOT), texts=str(tmp_path / "texts.json")))
    with serving(tmp_path / "server", tmp_path / "root") as server:
        page = new_visitor().open(server.url)
        expect(page.get_by_text("That is all.")).to_be_visible()
        wanted = [in_one_line(text) for text in texts]
        wanted[2::5] = [f"a {text or '–'} b" for text in wanted[2::5]]
        # Each part is drawn once what draws it has been loaded.
        all_drawn = f"texts => ({SHOWN})(texts.length).every(([text], n) => text || !texts[n])"
        page.wait_for_function(all_drawn, arg=wanted)
        shown = page.evaluate(SHOWN, len(texts))
        assert [in_one_line(text) for text, _ in shown] == wanted
        assert set(itertools.chain(*(names for _, names in shown))) <= {
            "p",
            "span",
            "strong",
            "div",
        }
        page.close()


GOOD = "20260101-101500-digits-8"
# As a folder's name, which has no slash.
NAMED = "20260101-000000-:red[x]$y$<b>"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "server") as server:
        yield server


def tricks(port: int) -> str:
    """A sentence of which a browser that reads it as Markdown fetches a picture from this port."""
    return f"See ![x](http://127.0.0.1:{port}/a.png) :red[red] $x$ <b>bold</b> :smile: <img src=x>"


def test_text_in_a_folder_is_shown_as_text_and_fetches_nothing(server, new_visitor, add_run, cache):
    elsewhere = server.port + 1
    text = tricks(elsewhere)
    home = server.cache / "runs"
    home.parent.mkdir(exist_ok=True)
    for name in (NAMED, GOOD):
        run = add_run(name)
        run.update_status(state=State.INTERRUPTED, message=text, activity=text, device=text)
    damaged = add_run("20250101-000000-digits-8")
    config = json.loads((damaged.folder / "config.json").read_text())
    write_json(damaged.folder / "config.json", {**config, "dataset": text, "network": text})
    (cache / "runs").rename(home)
    table = Table.open(small_settings(), server.cache / "tables" / f"a{NAMED}")
    write_cells(table)
    table.update_status(message=text, activity=text)

    visitor = new_visitor()
    fetched: list[str] = []
    visitor.context.on("request", lambda request: fetched.append(request.url))
    page = visitor.open(f"{server.url}/?run={GOOD}")
    for name in ("Train", "Watch the collapse", "Loss curves", "Detection", "Top anomalies"):
        go_to(page, name, name)
        expect(page.get_by_test_id("stAlert").get_by_text(text, exact=True)).to_be_visible()
    go_to(page, "Paper", "Paper")
    expect(page.get_by_test_id("stAlert").get_by_text(text, exact=True)).to_be_visible()
    expect(page.get_by_test_id("stProgress")).to_contain_text(text)
    go_to(page, "All runs", "All runs")
    assert NAMED in cells(page)
    page.goto(f"{server.url}/train?run={GOOD}")
    expect(page.get_by_test_id("stMetricValue").get_by_text(text)).to_be_visible()
    page.goto(f"{server.url}/?run={text.replace('#', '')}")
    expect(page.get_by_test_id("stSidebar").get_by_test_id("stAlert")).to_contain_text(text[:30])
    assert not [url for url in fetched if url.startswith(f"http://127.0.0.1:{elsewhere}")]
    assert page.locator("img[src='x'], b:text('bold')").count() == 0
    page.close()


def test_names_in_a_film_are_shown_as_text(new_visitor, add_run, monkeypatch, tmp_path):
    text = tricks(9)
    spec = PUBLISHED["digits"]
    names = tuple(f"{name} {text}" for name in spec.class_names)
    monkeypatch.setitem(PUBLISHED, "digits", replace(spec, title=text, class_names=names))
    run: Run = add_run()
    split = split_one_class(load_dataset("digits"), run.config.normal_class)
    export(film(run, split), title(run), tmp_path / "film.html")
    visitor = new_visitor(offline=True)
    fetched: list[str] = []
    visitor.context.on("request", lambda request: fetched.append(request.url))
    page = visitor.context.new_page()
    page.goto(f"file://{tmp_path / 'film.html'}")
    page.wait_for_function("window.player?.cards[0].shown")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(f"Targeted collapse: {text}, normal class {names[8]}, β = 10")
    expect(page.get_by_text(re.compile(re.escape(names[3]))).first).to_be_attached()
    assert page.locator("img[src='x'], b:text('bold')").count() == 0
    assert all(url.startswith(("file:", "data:", "blob:")) for url in fetched), fetched
