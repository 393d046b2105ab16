"""`toll import` and `toll forget`: own data comes in, is trained on, and goes again."""

import pytest

from tests.data.own_files import pictures, table, write_csv, write_zip
from toll.__main__ import main
from toll.data import DATASETS
from toll.runs.store import RunStore

CHOICES = ["--label-column", "state", "--normal-value", "good", "--categorical", "maker"]
FEW_STEPS = ["--niter", "4", "--ckpt_interval", "2", "--device", "cpu"]


@pytest.fixture
def parts(tmp_path) -> str:
    return str(write_csv(tmp_path / "parts.csv"))


def test_a_file_is_imported_listed_trained_on_and_scored(parts, capsys):
    assert main(["import", parts, "--name", "parts", *CHOICES]) == 0
    out = capsys.readouterr().out
    assert "parts: 240 rows of 4 features, imported from parts.csv." in out
    assert "Normal: good." in out and "To train: toll train --dataset parts" in out
    assert main(["datasets"]) == 0
    assert "240 rows of 4 features" in capsys.readouterr().out
    assert main(["train", "--dataset", "parts", *FEW_STEPS]) == 0
    assert "whole score" in capsys.readouterr().out


def test_without_a_name_columns_are_described_and_nothing_is_imported(parts, capsys):
    assert main(["import", parts]) == 0
    out = capsys.readouterr().out
    assert "parts.csv: 240 rows" in out and "cracked, good, worn" in out
    assert not [name for name in DATASETS if DATASETS[name].own]


def test_pictures_are_imported_and_trained_on(tmp_path, capsys):
    file = str(write_zip(tmp_path / "p.zip", pictures()))
    labels = ["--label-column", "folder", "--normal-value", "good"]
    assert main(["import", file, "--name", "plates", *labels]) == 0
    assert "60 pictures of 28×28 pixels" in capsys.readouterr().out
    assert main(["train", "--dataset", "plates", *FEW_STEPS, "--batch_size", "8"]) == 0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--label-column", "state"], "the label column 'state' needs a normal value"),
        (["--test-ratio", "2"], "test_ratio is 2; it must lie between 0 and 1"),
        (["--drop", "hat"], "parts.csv has no column 'hat'; valid: heat, noise level"),
        (["--drop", "state"], "column 'maker' holds text in row 2, 'A'; make it categorical"),
        (
            ["--name", "mnist", "--drop", "state,maker"],
            "name is 'mnist', which another dataset has",
        ),
    ],
)
def test_what_will_not_do_is_said_in_one_sentence(parts, capsys, flags, said):
    assert main(["import", parts, "--name", "parts", *flags]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("toll: ") and said in line
    assert "parts" not in DATASETS


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["import", str(tmp_path / "no.csv"), "--name", "no"]) == 2
    assert f"there is no file or folder {tmp_path / 'no.csv'}" in capsys.readouterr().err


def test_names_with_commas_stand_in_quotes(tmp_path):
    rows = [["length, mm" if name == "heat" else name for name in table()[0]], *table()[1:]]
    file = str(write_csv(tmp_path / "a.csv", rows))
    assert main(["import", file, "--name", "a", *CHOICES, "--drop", '"length, mm"']) == 0
    assert DATASETS["a"].feature_names == ("noise level", "maker=A", "maker=B")


def test_what_runs_need_is_not_forgotten_and_they_still_open(parts, capsys):
    main(["import", parts, "--name", "parts", *CHOICES])
    main(["train", "--dataset", "parts", *FEW_STEPS])
    (run,) = [each.run for each in RunStore().list()]
    assert main(["forget", "parts"]) == 2
    assert f"parts is needed by {run.id}: delete what was" in capsys.readouterr().err
    assert main(["delete", run.id]) == 0
    assert main(["forget", "parts"]) == 2  # it can be put back
    assert main(["bin", "--empty"]) == 0
    assert main(["forget", "parts"]) == 0
    assert "parts" not in DATASETS


def test_what_was_never_imported_is_not_forgotten(capsys):
    assert main(["forget", "digits"]) == 2
    assert "no imported dataset is called 'digits'" in capsys.readouterr().err
