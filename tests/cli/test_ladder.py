"""`toll ladder`, and ladders in the other commands: what they print, and bad input in one line."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import torch

from tests.conftest import ROOT
from tests.holding import held_elsewhere
from tests.small_ladders import BETAS, small_ladder
from tests.studies.test_fill import diverging_for_the_first_member
from tests.waiting import wait_until
from toll.cli.ladder_text import print_ladder
from toll.cli.main import main
from toll.paths import ladders_dir
from toll.presets import laptop, paper
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies.fill import fill
from toll.studies.ladder import Ladder, ladders, usual_betas
from toll.studies.ladder_report import METRICS

SMALL = ["--dataset", "digits", "--niter", "20", "--probe_size", "20", "--device", "cpu"]


@pytest.fixture(autouse=True)
def process_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch, cache: Path) -> Iterator[None]:
    """The handler of Ctrl-C and the number of threads; and no datasets but those built in."""
    monkeypatch.delenv("TOLL_DATA_DIR", raising=False)
    handler, count = signal.getsignal(signal.SIGINT), torch.get_num_threads()
    yield
    signal.signal(signal.SIGINT, handler)
    torch.set_num_threads(count)


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch):
    """Call with flags: the settings of the ladder that they ask for, which is not trained."""

    def parse(*flags: str):
        seen = []
        monkeypatch.setattr("toll.cli.ladder._begin", lambda settings: seen.append(settings) or 0)
        assert main(["ladder", *flags]) == 0
        return seen[0]

    return parse


def exit_code(arguments: list[str]) -> int | str | None:
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code


def only_ladder() -> Ladder:
    (ladder,) = ladders()
    return ladder


def test_without_flags_it_is_the_usual_betas_of_the_glyphs_with_one_seed(settings_of):
    found = settings_of()
    assert found.base == laptop("glyphs") and found.seeds == (0,)
    assert found.betas == usual_betas(found.base.beta)


def test_settings_are_given_as_to_train(settings_of):
    flags = ["--betas", "10, 0,1e3", "--seeds", "3", "--anomalous-class", "1", "--z-dim", "5"]
    found = settings_of("--dataset", "digits", *flags, "--deterministic")
    assert (found.betas, found.seeds) == ((0, 10, 1000), (0, 1, 2))
    normal = (0, *range(2, 10))
    assert found.base == laptop("digits", normal_class=normal, z_dim=5, deterministic=True)


def test_it_starts_from_the_papers_settings_too(settings_of):
    found = settings_of("--preset", "paper", "--dataset", "mnist", "--lr", "0.5")
    assert found.base == paper("mnist", lr=0.5) and found.betas == usual_betas(found.base.beta)


def test_a_ladder_is_trained_and_says_what_the_pull_is_worth(capsys):
    assert main(["ladder", *SMALL, "--betas", "0,1,10", "--seeds", "2"]) == 0
    ladder, out = only_ladder(), capsys.readouterr().out
    assert ladder.status().state is State.FINISHED and len(ladder.metrics()) == 6
    assert f"Ladder {ladder.id} finished: 6 of 6 rungs are trained.\n" in out
    assert f"Folder: {ladder.folder}\n" in out
    report = json.loads((ladder.folder / "ladder.json").read_text())
    for row in report["summary"]:
        (line,) = [line for line in out.splitlines() if line.split()[:1] == [f"{row['beta']:g}"]]
        assert line.split()[1::3] == [
            f"{row[name]:.3f}" for name in METRICS if name != "reconstruction_error"
        ]
        assert line.split()[3] == f"{row['auroc_sd']:.3f}"
    assert (
        "Mean ± SD over 2 seeds, on the test samples. All but variety needs anomaly labels." in out
    )
    assert "of 100 pairs of a normal and an anomalous sample, β = 10 puts" in out
    assert "95 % interval" in out and "Anomaly labels were used to tell." in out


def test_from_one_seed_it_cannot_be_told_and_the_command_that_would_tell_is_named(capsys):
    ladder = small_ladder()
    print_ladder(ladder, fill(ladder))
    out = capsys.readouterr().out
    assert "Of one seed, on the test samples." in out and "±" not in out
    assert "It can't be told yet whether β = 10 is better" in out
    said = f"More seeds would tell: python -m toll ladder --add-to {ladder.id} --seeds 2\n"
    assert said in out


def test_the_best_beta_is_told_beside_the_recommended_one(capsys, monkeypatch):
    ladder = small_ladder(betas=(0, 1, 10), seeds=(0, 1, 2))
    aurocs = {0.0: 0.7, 1.0: 0.9, 10.0: 0.8}
    rows = pd.DataFrame(
        [
            {"beta": beta, "seed": seed, "step": 40, "scored": True}
            | dict.fromkeys(METRICS, auroc + seed * 0.001)
            for seed in (0, 1, 2)
            for beta, auroc in aurocs.items()
        ]
    )
    monkeypatch.setattr("toll.cli.ladder_text.rungs", lambda *given: rows)
    print_ladder(ladder, ladder.conclude(State.FINISHED))
    said = capsys.readouterr().out
    recommended, best = said.index("β = 10 detects better"), said.index("β = 1 detects better")
    assert recommended < said.index("The highest AUROC is that of β = 1;") < best
    assert "--add-to" not in said


def test_betas_and_seeds_are_added_and_only_what_is_missing_is_trained(capsys):
    ladder = small_ladder()
    fill(ladder)
    before = {run.id: run.status().updated for run in ladder.rungs()}
    assert main(["ladder", "--add-to", ladder.id, "--betas", "1,3", "--seeds", "1"]) == 0
    assert ladder.settings.betas == (0, 1, 3, 10) and ladder.settings.seeds == (0, 1)
    assert len(ladder.metrics()) == 8
    assert {id: RunStore().get(id).status().updated for id in before} == before
    assert "8 of 8 rungs are trained" in capsys.readouterr().out


def test_a_rung_that_fails_is_told_and_the_others_are_shown(capsys, monkeypatch):
    monkeypatch.setattr("toll.recording.recorder.read_means", diverging_for_the_first_member())
    assert main(["ladder", *SMALL, "--betas", "0,1,10"]) == 1
    ladder, out = only_ladder(), capsys.readouterr().out
    assert ladder.state_of(0, 0) is State.FAILED
    assert "β = 0, seed 0: failed. " in out and "not a finite number at step 1" in out
    assert "2 of 3 rungs are trained" in out and "1 of 3 models did not finish." in out


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--betas", "0,x"], "beta 'x' is not a number; --betas takes numbers with commas"),
        (["--betas", ""], "beta '' is not a number"),
        (["--betas", "1,10"], "the values of beta are 1, 10; 0 must be among them"),
        (["--betas", "0,1,1"], "the values of beta of a ladder have 1 twice"),
        (["--betas", ",".join(map(str, range(17)))], "a ladder of 17 values of beta; it must be"),
        (["--betas", "0,-1"], "beta is -1; it must be from 0"),
        (["--betas", "0,nan"], "beta is nan"),
        (["--seeds", "0"], "seeds is 0; it must be from 1 to 100"),
        (["--seeds", "1000000000000"], "seeds is 1000000000000; it must be from 1 to 100"),
        (["--seed", "3"], "unrecognized arguments: --seed 3"),
        (["--beta", "3"], "unrecognized arguments: --beta 3"),
        (["--dataset", "nist"], "unknown dataset 'nist'"),
        (["--dataset", "mnist"], "MNIST is not in "),
        (["--preset", "paper"], "the paper has no settings for 'glyphs'"),
        (["--normal_class", "11"], "Glyphs has no class '11'"),
        (["--batch_size", "50000"], "batch_size is 50000, but"),
        (["--device", "cuda:99"], "device 'cuda:99' is not on this machine"),
        (["--add-to", "nosuch", "--seeds", "1"], "there is no ladder 'nosuch' in"),
        (["--add-to", "..", "--seeds", "1"], "there is no ladder '..' in"),
    ],
)
def test_bad_input_is_told_in_one_line_and_leaves_no_ladder(capsys, flags, said):
    assert exit_code(["ladder", *flags]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1 and said in captured.err
    assert not ladders_dir().exists()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], "--add-to needs --betas or --seeds"),
        (["--betas", "5", "--lr", "1"], "--lr does not go with --add-to"),
        (["--seeds", "100"], "a ladder of 101 seeds; it must be from 1 to 100"),
        (["--betas", "-1"], "beta is -1; it must be from 0"),
    ],
)
def test_what_cannot_be_added_leaves_the_ladder_as_it_is(capsys, flags, said):
    ladder = small_ladder()
    before = ladder.settings
    assert exit_code(["ladder", "--add-to", ladder.id, *flags]) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1 and said in captured.err
    assert ladder.settings == before and ladder.rungs() == []


def test_a_ladder_of_a_newer_version_is_not_added_to(capsys):
    ladder = small_ladder()
    path = ladder.folder / "settings.json"
    stored = json.loads(path.read_text())
    stored["base"]["warm_up"] = 3
    path.write_text(json.dumps(stored))
    assert main(["ladder", "--add-to", ladder.id, "--seeds", "1"]) == 2
    assert "has settings that this version does not know, 'warm_up'" in capsys.readouterr().err
    assert json.loads(path.read_text()) == stored


def test_a_paused_ladder_is_resumed_by_its_name(capsys):
    ladder = small_ladder()
    ladder.ask("pause")
    assert fill(ladder).state is State.PAUSED
    assert main(["resume", ladder.id]) == 0
    assert ladder.status().state is State.FINISHED and len(ladder.metrics()) == len(BETAS)
    capsys.readouterr()
    assert main(["resume", ladder.id]) == 2
    said = f"toll: ladder {ladder.id} is finished; --add-to adds betas and seeds to it\n"
    assert capsys.readouterr().err == said


def test_a_ladder_that_another_process_works_on_is_left_alone(capsys):
    ladder = small_ladder()
    ladder.ask("pause")
    with held_elsewhere(ladder.work.path):
        assert main(["resume", ladder.id]) == 2
    said = f"toll: ladder {ladder.id} is being worked on by another process\n"
    assert capsys.readouterr().err == said
    assert ladder.request() == "pause"


def test_ladders_are_listed_after_runs_for_people_and_as_json(capsys, add_run):
    run, ladder = add_run(), small_ladder(seeds=(0, 1))
    fill(ladder, [(0.0, 0)])
    broken = ladders_dir() / "broken"
    broken.mkdir()
    (broken / "settings.json").write_text("]")
    assert main(["runs"]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.split()[0] == run.id
    damaged, whole = sorted(lines, reverse=True)
    assert damaged.split()[:2] == ["broken", "damaged"] and "settings.json" in damaged
    said = "digits, normal 8; betas 0, 1, 10; seeds 0, 1; 1 of 6 rungs finished"
    assert whole.split()[:2] == [ladder.id, "finished"] and whole.endswith(said)

    assert main(["runs", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["run"] for row in rows if "ladder" not in row] == [run.id]
    by_name = {row["ladder"]: row for row in rows if "ladder" in row}
    assert by_name["broken"]["state"] == "damaged" and by_name["broken"]["config"] is None
    row = by_name[ladder.id]
    assert (row["betas"], row["seeds"]) == ([0, 1, 10], [0, 1])
    assert row["config"] == ladder.settings.base.to_dict()
    begun, *others = row["rungs"]
    assert begun["run"] == f"{ladder.id}/0-0" and begun["state"] == "finished"
    assert begun["metrics"] == ladder.cell(0, 0).metrics()
    assert {each["state"] for each in others} == {None}


def test_a_rung_is_exported_and_so_is_a_whole_ladder(capsys, tmp_path):
    ladder, path = small_ladder(), tmp_path / "film.html"
    fill(ladder)
    assert main(["export", f"{ladder.id}/10-0", str(path)]) == 0
    assert path.stat().st_size > 100_000
    capsys.readouterr()
    assert main(["export", ladder.id, str(path)]) == 0
    assert "β = 0 to 10</title>" in path.read_text(encoding="utf-8")


def test_a_ladder_without_a_snapshot_has_no_film(capsys, tmp_path):
    assert main(["export", small_ladder().id, str(tmp_path / "film.html")]) == 2
    assert "there is nothing to show" in capsys.readouterr().err


def test_ctrl_c_pauses_the_ladder_and_keeps_it(tmp_path):
    """As a process: this also sees that off a terminal no progress bar is drawn."""
    command = [sys.executable, "-W", "error", "-m", "toll", "ladder", "--dataset", "digits"]
    command += ["--betas", "0,10", "--device", "cpu", "--ckpt_interval", "1000000"]
    with subprocess.Popen(
        [*command, "--niter", "10000000"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_until(has_begun, "training has begun")
            process.send_signal(signal.SIGINT)
            said, err = process.communicate(timeout=120)
        finally:
            process.kill()
    ladder = only_ladder()
    assert (process.returncode, err) == (1, "")
    assert f"Ladder {ladder.id} paused: 0 of 2 rungs are trained." in said
    assert f"To go on: python -m toll resume {ladder.id}\n" in said
    assert "on the probe samples at step" in said and "Anomaly labels were used" not in said
    assert ladder.status().state is State.PAUSED
    assert all(run.status().state is State.PAUSED for run in ladder.rungs())


def has_begun() -> bool:
    """Whether a rung has made a step and its handler of Ctrl-C is in place."""
    return any(ladder.status().step > 0 for ladder in ladders())
