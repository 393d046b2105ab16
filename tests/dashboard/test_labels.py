"""Names, notes and tags on the page."""

import pytest

from tests.small_ladders import small_ladder
from toll.runs.label import Label, read_label, save_label

FIRST, SECOND = "20260101-101500-digits-8", "20260301-111111-digits-8"


def save(app, **fields: str):
    for name, text in fields.items():
        area = app.text_area if name == "Note" else app.text_input
        (field,) = [each for each in area if each.label == name]
        field.set_value(text)
    (button,) = [each for each in app.button if each.label == "Save"]
    return button.click().run()


def test_a_run_is_named_in_the_sidebar_and_shown_by_its_name(show, add_run):
    run = add_run(FIRST)
    add_run(SECOND)
    app = save(show("losses", FIRST), Name="baseline", Tags="thesis old", Note="as published")
    assert read_label(run) == Label(name="baseline", note="as published", tags=("thesis", "old"))
    assert not app.exception and app.query_params["run"] == FIRST
    picker = app.sidebar.selectbox[0]
    assert picker.value == FIRST and picker.options[1].startswith("baseline · Digits")
    for part in ("**baseline**", "thesis", "old", "as published"):
        assert part in app.main.caption[0].value


def test_a_label_that_cannot_be_says_why_and_is_not_kept(show, add_run):
    run = add_run(FIRST)
    app = save(show("losses", FIRST), Tags="a,b")
    assert "must be one word without a comma" in app.error[0].value
    assert read_label(run) == Label()


def test_a_damaged_label_is_named_and_replaced_by_what_is_saved(show, add_run):
    run = add_run(FIRST)
    (run.folder / "label.json").write_text("{")
    app = show("losses", FIRST)
    assert "label.json is damaged" in app.main.caption[0].value
    assert any("takes its place" in each.value for each in app.sidebar.warning)
    save(app, Name="anew")
    assert read_label(run) == Label(name="anew")


def test_what_another_tab_has_named_stays_chosen(show, add_run):
    run = add_run(FIRST)
    add_run(SECOND)
    app = show("losses", FIRST)
    save_label(run, Label(name="renamed elsewhere"))
    assert app.run().sidebar.selectbox[0].value == FIRST


@pytest.mark.parametrize("page", ["train", "ladder"])
def test_the_name_of_a_ladder_stands_above_it(show, page):
    ladder = small_ladder()
    save_label(ladder, Label(name="all of them"))
    app = show(page, ladder.id)
    assert any("**all of them**" in each.value for each in app.main.caption)


def test_what_is_archived_is_offered_only_while_it_is_shown(show, add_run):
    save_label(add_run(FIRST), Label(archived=True))
    add_run(SECOND)
    assert len(show("losses", SECOND).sidebar.selectbox[0].options) == 1
