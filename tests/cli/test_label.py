"""`toll label`: names, notes and tags from the shell."""

import json

import pytest

from tests.small_ladders import small_ladder
from toll.cli.main import main
from toll.runs.label import Label, read_label


def test_a_run_is_named_noted_and_tagged_and_listed_so(add_run, capsys):
    run = add_run()
    flags = ["--name", "baseline", "--note", "as published", "--tag", "thesis", "--tag", "old"]
    assert main(["label", run.id, *flags]) == 0
    assert main(["label", run.id, "--untag", "old", "--tag", "new"]) == 0
    label = Label(name="baseline", note="as published", tags=("thesis", "new"))
    assert read_label(run) == label
    capsys.readouterr()
    assert main(["label", run.id]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "name: baseline",
        "tags: thesis new",
        "note: as published",
    ]
    assert main(["runs"]) == 0
    assert "“baseline”  #thesis #new" in capsys.readouterr().out
    assert main(["runs", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["label"]["name"] == "baseline" and listed["label"]["tags"] == ["thesis", "new"]


def test_a_ladder_and_a_rung_have_labels_of_their_own(capsys):
    ladder = small_ladder()
    assert main(["label", ladder.id, "--name", "all of them"]) == 0
    assert read_label(ladder).name == "all of them"
    assert main(["runs"]) == 0
    assert "“all of them”" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--untag", "x"], "there is no tag 'x' to take away; it has none"),
        (["--tag", "two words"], "it must be one word without a comma"),
        (["--name", "n" * 100], "the name has 100 characters"),
    ],
)
def test_bad_labels_are_refused_in_a_sentence(add_run, capsys, flags, message):
    run = add_run()
    assert main(["label", run.id, *flags]) == 2
    assert message in capsys.readouterr().err and read_label(run) == Label()


def test_a_damaged_label_is_named_and_can_be_begun_anew(add_run, capsys):
    run = add_run()
    (run.folder / "label.json").write_text("{")
    assert main(["label", run.id, "--name", "x"]) == 2
    assert f"label.json of run {run.id} is damaged" in capsys.readouterr().err
    assert main(["label", run.id, "--name", "x", "--anew"]) == 0
    assert read_label(run) == Label(name="x")


def test_there_is_no_label_without_a_run(capsys):
    assert main(["label", "nothing"]) == 2
    assert "there is no run 'nothing'" in capsys.readouterr().err
