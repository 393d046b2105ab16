"""`toll runs`: filters, and the list as a table in a file."""

import pandas as pd
import pytest

from tests.small_ladders import small_ladder
from toll.cli.main import main
from toll.runs.label import Label, save_label

ONE, TWO = "20260101-101500-digits-8", "20260102-101500-digits-8"


def listed(capsys, *flags: str) -> list[str]:
    assert main(["runs", *flags]) == 0
    return [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_the_list_is_filtered(add_run, capsys):
    save_label(add_run(ONE), Label(name="baseline", tags=("thesis", "old")))
    save_label(add_run(TWO), Label(archived=True))
    ladder = small_ladder()
    assert listed(capsys) == [ONE, ladder.id]
    assert listed(capsys, "--archived") == [TWO, ONE, ladder.id]
    assert listed(capsys, "--tag", "thesis", "--tag", "old") == [ONE]
    assert listed(capsys, "--state", "finished", "--dataset", "digits") == [ONE]
    assert listed(capsys, "--state", "stopped", "--state", "paused") == [ladder.id]
    assert listed(capsys, "--search", "BASE") == [ONE]
    assert main(["runs", "--search", "nothing"]) == 0
    assert capsys.readouterr().out == "No run is like that.\n"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_runs_and_rungs_are_written_as_a_table(add_run, tmp_path, capsys, form):
    add_run(ONE)
    ladder = small_ladder()
    rung = ladder.begin_cell(*ladder.settings.cells[0])
    path = tmp_path / "runs.table"
    assert main(["runs", f"--{form}", str(path)]) == 0
    assert capsys.readouterr().out == f"Wrote 2 runs to {path}.\n"
    rows = pd.read_csv(path) if form == "csv" else pd.read_parquet(path)
    assert rows["run"].tolist() == [ONE, rung.id]
    assert rows["state"].tolist() == ["finished", "queued"]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--dataset", "cats"], "there is no dataset 'cats'; valid are digits"),
        (["--state", "done"], "there is no state 'done'; valid are queued, running"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_in_a_sentence(capsys, flags, message):
    assert main(["runs", *flags]) == 2
    assert message in capsys.readouterr().err
