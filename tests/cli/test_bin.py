"""`toll delete`, `toll restore` and `toll bin`."""

from tests.small_ladders import small_ladder
from toll.cli.main import main
from toll.runs.store import RunStore
from toll.studies.ladder import find_ladder


def test_a_run_and_a_ladder_are_deleted_listed_and_put_back(add_run, capsys):
    run, ladder = add_run(), small_ladder()
    assert main(["delete", run.id, ladder.id]) == 0
    assert f"Moved run {run.id} into the bin" in capsys.readouterr().out
    assert main(["bin"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[run.id, "run"], [ladder.id, "ladder"]]
    assert lines[0].split()[-1] in ("kB", "MB")
    assert main(["restore", run.id, ladder.id]) == 0
    assert find_ladder(ladder.id) and RunStore().get(run.id)


def test_the_bin_is_emptied_when_asked_for(add_run, capsys):
    run = add_run()
    assert main(["delete", run.id]) == 0 and main(["bin", "--empty"]) == 0
    assert "Removed 1 for good, and freed" in capsys.readouterr().out
    assert main(["bin"]) == 0
    assert "Nothing lies in" in capsys.readouterr().out
    assert main(["restore", run.id]) == 2
    assert f"there is no '{run.id}' in" in capsys.readouterr().err


def test_a_mistyped_name_deletes_nothing(add_run, capsys):
    run = add_run()
    assert main(["delete", run.id, "nothing"]) == 2
    assert "there is no run 'nothing'" in capsys.readouterr().err
    assert RunStore().get(run.id)
