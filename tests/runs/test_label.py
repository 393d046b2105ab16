"""Names, notes and tags: what is written is read again, and damage to them harms nothing else."""

import pytest

from tests.small_runs import small_config
from toll.runs.label import Label, label_or_fault, read_label, save_label
from toll.runs.run import DamagedRun, Run
from toll.runs.store import RunStore
from toll.runs.summary import summarise


@pytest.fixture
def run() -> Run:
    return RunStore().create(small_config())


def test_a_run_has_no_name_at_first_and_then_what_was_written(run):
    assert read_label(run) == Label()
    label = Label(name="baseline", note="two\nlines", tags=("a", "b"), archived=True)
    save_label(run, label)
    assert read_label(Run(run.folder)) == label == summarise(run).label


def test_a_label_is_tidied():
    label = Label(name="  my \n run ", note="\nnote\n", tags=("a", "b", "a"))
    assert (label.name, label.note, label.tags) == ("my run", "note", ("a", "b"))


def test_tags_are_added_and_taken_away():
    label = Label(tags=("a", "b"))
    assert label.changed(tag=["c"], untag=["a"], name="x") == Label(name="x", tags=("b", "c"))
    with pytest.raises(ValueError, match="no tag 'z' to take away; its tags are a, b"):
        label.changed(untag=["z"])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "n" * 81}, "the name has 81 characters; it must be at most 80"),
        ({"note": "n" * 4001}, "the note has 4,001 characters; it must be at most 4,000"),
        ({"tags": ("two words",)}, "the tag is 'two words'; it must be one word"),
        ({"tags": ("a,b",)}, "the tag is 'a,b'; it must be one word"),
        ({"tags": ("t" * 31,)}, "has 31 characters; it must be at most 30"),
        ({"tags": tuple(map(str, range(21)))}, "there are 21 tags; it must be at most 20"),
    ],
)
def test_what_is_no_label_is_refused_in_a_sentence(fields, message):
    with pytest.raises(ValueError, match=message):
        Label(**fields)


@pytest.mark.parametrize(
    "content", ["{", '{"tags": "a"}', '{"name": 3}', '{"tags": ["a b"]}', '{"archived": "yes"}']
)
def test_a_damaged_label_is_named_and_the_rest_of_the_run_is_there(run, content):
    (run.folder / "label.json").write_text(content)
    with pytest.raises(DamagedRun, match=f"label.json of run {run.id} is damaged"):
        read_label(run)
    found = summarise(run)
    assert found.config == run.config and found.label == Label()
    assert "Its name, note and tags cannot be shown: label.json is damaged" in found.message
    save_label(run, Label(name="anew"))
    assert label_or_fault(run) == (Label(name="anew"), "")


def test_settings_of_a_newer_version_are_passed_over(run):
    (run.folder / "label.json").write_text('{"name": "x", "colour": "red"}')
    assert read_label(run) == Label(name="x")
