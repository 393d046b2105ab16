"""Folders that version 0.1.0 wrote, opened by every command; pages are tried in dashboard/."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.conftest import EARLIER_RUNS, EARLIER_TABLE
from toll.cli.main import main
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore

FINISHED, PAUSED = EARLIER_RUNS


@pytest.fixture(autouse=True)
def process_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch, earlier_folders: Path
) -> Iterator[None]:
    monkeypatch.setenv("TOLL_DATA_DIR", str(earlier_folders / "data"))
    handler, count = signal.getsignal(signal.SIGINT), torch.get_num_threads()
    yield
    signal.signal(signal.SIGINT, handler)
    torch.set_num_threads(count)


def run_of(name: str) -> Run:
    return RunStore().get(name)


def test_they_are_listed_with_their_settings_and_figures(capsys):
    assert main(["runs"]) == 0
    paused, finished = capsys.readouterr().out.splitlines()
    assert paused.split()[:6] == [PAUSED, "paused", "normal", "8,", "beta", "10,"]
    assert finished.split()[:6] == [FINISHED, "finished", "normal", "8,", "beta", "10,"]
    assert finished.endswith("AUROC 0.975 (last weights)")


def test_everything_in_a_finished_run_is_read():
    run = run_of(FINISHED)
    assert run.status().state is State.FINISHED
    assert run.history()["step"].tolist() == list(range(1, 51))
    assert run.validation()["step"].tolist() == [0, 10, 20, 30, 40, 50]
    assert len(run.gradients()) == len(run.snapshot_steps()) == 13
    assert all(len(run.snapshot(step).ids) == 40 for step in run.snapshot_steps())
    scores = run.scores()
    assert scores is not None and set(scores["split"]) == {"test", "validation"}
    assert len(run.reconstructions()) > 0


def test_a_finished_run_is_exported_as_a_film(tmp_path, capsys):
    assert main(["export", FINISHED, str(tmp_path / "film.html")]) == 0
    assert "13 snapshots" in capsys.readouterr().out
    assert (tmp_path / "film.html").stat().st_size > 100_000


def test_a_paused_run_is_resumed_to_the_end_of_an_uninterrupted_one():
    assert main(["resume", PAUSED]) == 0
    assert run_of(PAUSED).status().state is State.FINISHED
    losses = [run_of(name).history()["loss"].to_numpy() for name in EARLIER_RUNS]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


TABLE = ["--dataset", "arrhythmia", "--niter", "2", "--ckpt_interval", "2", "--batch_size", "16"]
TABLE += ["--num_seeds", "1", "--device", "cpu", "--precision", "float32"]


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_a_table_is_gone_on_with_and_tested_again(mode, capsys, earlier_folders):
    assert main([*TABLE, "--mode", mode]) == 0
    out = capsys.readouterr().out
    assert "| normal rhythm | 33.3 | 33.3 | 33.3 | 1 |" in out
    assert str(earlier_folders / "tables" / EARLIER_TABLE) in out


def test_a_table_grows_by_a_seed(earlier_folders):
    assert main([*TABLE, "--num_seeds", "2"]) == 0
    content = json.loads((earlier_folders / "tables" / EARLIER_TABLE / "table.json").read_text())
    assert content["seeds"] == [0, 1] and {row["seed"] for row in content["cells"]} == {0, 1}
