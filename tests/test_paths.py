"""Where things lie: what comes of looking goes where one may write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.reading import contents, obey_modes, only_to_be_read
from tests.small_ladders import small_ladder
from tests.small_runs import small_config
from toll import paths
from toll.cli.main import main
from toll.paths import may_write, own_dir
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies.table import Table, paper_table


def test_what_comes_of_looking_goes_into_the_cache_where_that_may_be_written_to(cache):
    assert own_dir() == cache


def test_a_folder_that_is_yet_to_be_made_may_be_written_to_where_its_parent_may(tmp_path):
    assert may_write(tmp_path) and may_write(tmp_path / "not" / "yet" / "there")


def test_else_it_goes_into_the_users_own_folder_for_caches(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    monkeypatch.setattr(paths, "may_write", lambda folder: folder != cache)
    if sys.platform == "linux":
        assert own_dir() == tmp_path / "own" / "toll"
    assert own_dir() != cache


def toll(*words: str, cache: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """The command line, as somebody who may not write to the cache folder."""
    own = ("TOLL_", "XDG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return subprocess.run(
        [sys.executable, "-m", "toll", *words],
        cwd=ROOT,
        env=kept | {"TOLL_CACHE_DIR": str(cache), "HOME": str(home)},
        capture_output=True,
        text=True,
        preexec_fn=obey_modes,
    )


@pytest.mark.parametrize(
    ("place", "command"),
    [
        ("runs", "train --dataset digits --niter 20"),
        ("runs/RUN", "resume RUN"),
        ("ladders", "ladder --dataset digits --niter 20"),
        ("ladders/LADDER", "ladder --add-to LADDER --seeds 1"),
        ("ladders/LADDER", "resume LADDER"),
        ("tables/arrhythmia", "--dataset arrhythmia"),
        ("mine", "--dataset arrhythmia --output_path mine --mode eval"),
    ],
)
def test_where_nothing_may_be_written_the_command_line_says_so_in_one_sentence(
    cache, monkeypatch, capsys, place, command
):
    run, ladder = RunStore().create(small_config()), small_ladder()
    run.conclude(State.PAUSED)
    ladder.conclude(State.PAUSED)
    monkeypatch.chdir(cache)
    Table.open(paper_table("arrhythmia"), cache / "mine")
    before = contents(cache)
    monkeypatch.setattr(paths, "may_write", lambda folder: not folder.is_relative_to(cache))
    names = {"RUN": run.id, "LADDER": ladder.id}
    for word, name in names.items():
        place, command = place.replace(word, name), command.replace(word, name)
    assert main(command.split()) == 2
    said = f"toll: {cache / place} may only be read: nothing can be trained or changed there\n"
    assert capsys.readouterr().err == said
    assert contents(cache) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has other modes")
def test_runs_that_may_only_be_read_are_listed_and_exported_by_the_command_line(
    tmp_path, add_run, cache
):
    run, film, home = add_run(), tmp_path / "film.html", tmp_path / "home"
    home.mkdir()
    (cache / "prepared").unlink()
    before = contents(cache)
    with only_to_be_read(cache):
        listed = toll("runs", cache=cache, home=home)
        exported = toll("export", run.id, str(film), cache=cache, home=home)
        trained = toll("train", "--niter", "20", cache=cache, home=home)
    assert (listed.returncode, listed.stderr) == (0, "") and run.id in listed.stdout
    assert (exported.returncode, exported.stderr) == (0, "")
    assert "window.player" in film.read_text(encoding="utf-8")
    assert trained.returncode == 2 and trained.stderr.count("\n") == 1
    assert trained.stderr.startswith(f"toll: {cache / 'runs'} may only be read: ")
    assert contents(cache) == before
