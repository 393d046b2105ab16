"""The paper's own command: its flags, its defaults, its tables, and bad input in one line."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.conftest import ROOT
from tests.data.small_files import write_mat
from tests.waiting import wait_until
from toll.cli.main import main
from toll.config import MOST_AT_A_TIME
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.paths import tables_dir
from toll.presets import PAPER_DATASETS
from toll.runs.status import State
from toll.runs.summary import summarise
from toll.studies.table import Table, paper_table, tables

BRIEF = ["--niter", "20", "--num_seeds", "2", "--batch_size", "8", "--device", "cpu"]


@pytest.fixture(autouse=True)
def process_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The handler of Ctrl-C, the number of threads and the data folder."""
    monkeypatch.setenv("TOLL_DATA_DIR", "")
    handler, count = signal.getsignal(signal.SIGINT), torch.get_num_threads()
    yield
    signal.signal(signal.SIGINT, handler)
    torch.set_num_threads(count)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a small arrhythmia.mat."""
    write_mat(tmp_path / "somewhere" / "arrhythmia.mat")
    return tmp_path / "somewhere"


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch):
    """Call with flags: the table that they ask for, which is not trained."""

    def parse(*flags: str):
        seen = []
        monkeypatch.setattr("toll.cli.paper._train", lambda *given: seen.append(given) or 0)
        assert main(list(flags)) == 0
        return seen[0]

    return parse


def exit_code(arguments: list[str]) -> int | str | None:
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code


@pytest.mark.parametrize("dataset", PAPER_DATASETS)
def test_without_flags_it_is_the_papers_table(settings_of, dataset):
    assert settings_of("--dataset", dataset) == (paper_table(dataset), None)


def test_every_published_flag_is_understood(settings_of, tmp_path):
    values = {"num_seeds": 3, "num_classes": 2, "niter": 40, "ckpt_interval": 5, "batch_size": 7}
    values |= {"lr": 0.5, "z_dim": 9, "beta": 4.0, "inference_batch_size": 11, "device": "cpu"}
    flags = [text for name, value in values.items() for text in (f"--{name}", str(value))]
    command = ["--dataset", "mnist", "--dataset_path", str(tmp_path), "--mode", "train", *flags]
    command += ["--batch_inference", "True", "--output_path", str(tmp_path / "out")]
    found, folder = settings_of(*command)
    assert (found, folder) == (paper_table("mnist", **values), tmp_path / "out")


def test_models_can_be_seeded_as_published(settings_of):
    found, _ = settings_of("--dataset", "mnist", "--seeding", "published")
    assert found == paper_table("mnist", seeding="published") != paper_table("mnist")


def test_a_switch_is_on_where_its_flag_is_given(settings_of):
    found, _ = settings_of("--dataset", "mnist", "--deterministic")
    assert found == paper_table("mnist", deterministic=True)


@pytest.mark.parametrize("word", ["False", "false", "0", "no"])
def test_batch_inference_false_means_false(settings_of, word):
    found, _ = settings_of("--dataset", "mnist", "--batch_inference", word)
    assert found.base.inference_batch_size == MOST_AT_A_TIME
    found, _ = settings_of("--dataset", "mnist", "--batch_inference", "True")
    assert found.base.inference_batch_size == 0


def test_a_table_is_trained_printed_and_written(capsys, data, tmp_path):
    out = tmp_path / "out"
    command = ["--dataset", "arrhythmia", "--dataset_path", str(data), "--output_path", str(out)]
    assert main([*command, *BRIEF]) == 0
    said = capsys.readouterr().out
    for seed in (0, 1):
        (line,) = [
            x for x in said.splitlines() if x.startswith(f"class 0 (normal rhythm), seed {seed}:")
        ]
        assert line.count("F1") == line.count("AUROC") == 1
        assert all(each.title in line for each in WEIGHTS_CHOICES.values())
    assert "F1 in % on the test samples, mean ± SD" in said and "| average |" in said
    content = json.loads((out / "table.json").read_text())
    rows = {
        (each["metric"], each["weights"], each["class_name"]): each for each in content["summary"]
    }
    cells = [each for each in content["cells"] if each["weights"] == "last"]
    row = rows["f1", "last", "average"]
    assert row["mean"] == pytest.approx(np.mean([each["f1"] for each in cells]))
    assert row["sd"] == pytest.approx(np.std([each["f1"] for each in cells], ddof=1))
    for name in ("table.md", "table.csv", "cells.csv"):
        assert (out / name).stat().st_size > 0


def test_the_same_command_again_trains_nothing_and_more_seeds_train_only_those(capsys, data):
    command = ["--dataset", "arrhythmia", "--dataset_path", str(data), *BRIEF]
    assert main(command) == 0
    (table,) = tables()
    before = table.cell(0, 0).status().updated
    capsys.readouterr()
    assert main([*command, "--num_seeds", "3"]) == 0
    said = capsys.readouterr().out
    assert "seed 2:" in said and "seed 0:" not in said
    assert table.cell(0, 0).status().updated == before and len(table.metrics()) == 3


def test_eval_tests_the_saved_weights_again(capsys, data):
    command = ["--dataset", "arrhythmia", "--dataset_path", str(data), *BRIEF]
    main(command)
    (table,) = tables()
    expected = table.metrics()
    trained = capsys.readouterr().out
    assert main([*command, "--mode", "eval", "--num_seeds", "3"]) == 0
    said = capsys.readouterr().out
    assert "1 of 3 models have no saved weights yet." in said
    assert table.metrics() == expected
    tables_in = [text[text.index("# Arrhythmia") :].splitlines()[2:8] for text in (trained, said)]
    assert tables_in[0] == tables_in[1]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--beta", "-1"], "beta is -1"),
        (["--lr", "0"], "lr is 0"),
        (["--num_classes", "2"], "num_classes is 2; it must be from 1 to 1"),
        (["--num_seeds", "0"], "num_seeds is 0"),
        (["--batch_size", "500"], "batch_size is 500, but class 0 (normal rhythm) of Arrhythmia"),
        (["--batch_inference", "perhaps"], "'perhaps' is neither True nor False"),
        (["--inference_batch_size", "0"], "inference_batch_size is 0; it must be at least 1"),
        (["--mode", "test"], "'test'"),
        (["--device", "cuda:99", "--batch_size", "8"], "device 'cuda:99' is not on this machine"),
        (["--dataset_path", "nowhere"], "nowhere"),
        (["--dataset", "nist"], "'nist'"),
        (["--niter", "2.5"], "'2.5'"),
        (["--mode", "eval"], "there is no table in"),
        (["--no_such_flag"], "--no_such_flag"),
        (["--seeding", "never"], "seeding is 'never'; it must be one of run, published"),
    ],
)
def test_bad_input_is_told_in_one_line_and_writes_nothing(capsys, data, cache, flags, said):
    there = sorted(cache.iterdir())
    assert exit_code(["--dataset", "arrhythmia", "--dataset_path", str(data), *flags]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1 and said in captured.err
    assert sorted(cache.iterdir()) == there and not tables_dir().exists()


def test_bad_data_is_told_in_one_line_and_writes_nothing(capsys, data, cache):
    file, command = data / "arrhythmia.mat", ["--dataset", "arrhythmia", *BRIEF]
    whole = file.read_bytes()
    x = np.zeros((60, 274))
    x[7, 3] = np.nan
    damages = {
        "not a .mat file": lambda: file.write_bytes(whole[: len(whole) // 2]),
        "row 7 of X": lambda: write_mat(file, X=x),
        "274": lambda: write_mat(file, X=np.zeros((60, 20))),
        "arrhythmia.mat": file.unlink,
    }
    for said, damage in damages.items():
        damage()
        assert exit_code([*command, "--dataset_path", str(data)]) == 2
        captured = capsys.readouterr()
        assert captured.out == "" and len(captured.err.splitlines()) == 1
        assert said in captured.err and not tables_dir().exists()


def test_a_folder_with_another_table_is_left_as_it_is(capsys, data, tmp_path):
    out = tmp_path / "out"
    command = ["--dataset", "arrhythmia", "--dataset_path", str(data), "--output_path", str(out)]
    main([*command, *BRIEF])
    before = {path: path.stat().st_mtime_ns for path in sorted(out.rglob("*"))}
    capsys.readouterr()
    assert main([*command, *BRIEF, "--beta", "3"]) == 2
    assert "has beta 10.0, not 3.0" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in sorted(out.rglob("*"))} == before


def test_ctrl_c_stops_the_table_and_the_same_command_goes_on(data, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-W", "error", "-m", "toll", "--dataset", "arrhythmia"]
    command += ["--dataset_path", str(data), "--output_path", str(out), "--num_seeds", "1"]
    command += ["--batch_size", "8", "--device", "cpu", "--ckpt_interval", "1000000"]
    with subprocess.Popen(
        [*command, "--niter", "10000000"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        cell = Table(out).cell(0, 0)
        try:
            wait_until(lambda: summarise(cell).status.step > 0, "training has begun")
            process.send_signal(signal.SIGINT)
            said, err = process.communicate(timeout=120)
        finally:
            process.kill()
    assert (process.returncode, err) == (1, "")
    assert "Stopped. The same command goes on from here." in said
    assert Table(out).status().state is State.STOPPED
    assert cell.status().state is State.PAUSED and cell.weights_path("checkpoint").exists()
