"""The exported document is whole: script, style and film in one, and nothing from elsewhere."""

import base64
import re

import pytest

from tests.small_runs import small_config
from toll.film.export import export, page, title
from toll.runs.store import RunStore


def test_the_document_holds_the_film_and_names_no_address_elsewhere():
    made = page(b"\x00film\xff", "Digits")
    (held,) = re.findall(r'type="application/octet-stream">([^<]+)<', made)
    assert base64.b64decode(held) == b"\x00film\xff"
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", made))
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_a_title_is_text_and_no_markup():
    assert "<h1>a &lt;b&gt; &amp; c</h1>" in page(b"", "a <b> & c")


def test_a_title_says_what_the_run_is_of(add_run):
    run, other = add_run(), add_run("20260102-000000-digits-8", beta=0.0)
    assert title(run) == title([run]) == "Targeted collapse: Digits, normal class 8, β = 10"
    assert title([run, other]) == "Targeted collapse: Digits, normal class 8, β = 0 to 10"
    several = RunStore().create(small_config(normal_class=(2, 3, 5)))
    assert title(several) == "Targeted collapse: Digits, normal classes 2, 3 and 5, β = 10"


def test_the_document_names_the_place_that_it_opens_at():
    assert 'data-link="step=20&amp;beta=10"' in page(b"", "", "step=20&beta=10")


def test_an_export_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "film.html"
    path.write_text("before")
    monkeypatch.setattr("toll.film.export.page", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(b"", "", path)
    assert path.read_text() == "before" and len(list(tmp_path.glob("*film*"))) == 1
