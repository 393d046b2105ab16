"""The command line: what it prints, and that bad input ends with one line and no run."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import toll
from tests.conftest import ROOT
from tests.holding import held_elsewhere
from tests.small_runs import assert_same_results, small_config
from tests.waiting import wait_until
from toll.cli import (
    baselines,
    bin,
    dashboard,
    datasets,
    film,
    label,
    ladder,
    own,
    runs,
    threshold,
    train,
)
from toll.cli.main import COMMANDS, main
from toll.data import DATASETS
from toll.recording.record import record
from toll.recording.recorder import Halted
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore

SMALL = ["--niter", "20", "--device", "cpu", "--precision", "float32"]


@pytest.fixture(autouse=True)
def process_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch, cache: Path) -> Iterator[None]:
    """The handler of Ctrl-C and the number of threads; and no datasets but those built in."""
    monkeypatch.delenv("TOLL_DATA_DIR", raising=False)
    handler, count = signal.getsignal(signal.SIGINT), torch.get_num_threads()
    yield
    signal.signal(signal.SIGINT, handler)
    torch.set_num_threads(count)


def only_run() -> Run:
    (summary,) = RunStore().list()
    return summary.run


def test_alone_it_says_what_it_can_do_with_an_example_of_each_command(capsys):
    assert main([]) == 0
    said = capsys.readouterr().out
    for command in COMMANDS:
        assert re.search(rf"^ +{command.name} +{command.what}$", said, re.MULTILINE)
        assert f"{command.example}\n" in said
    assert "toll --dataset mnist" in said


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_example_in_the_help_is_a_command_that_is_understood(command, monkeypatch):
    asked = []
    words = ("_dashboard", "_train", "_ladder", "_resume", "_runs", "_export", "_data")
    words += ("_baselines", "_download", "_threshold", "_label", "_delete", "_restore", "_bin")
    words += ("_import", "_forget")
    modules = (baselines, dashboard, train, ladder, runs, film, datasets, threshold, label, bin)
    for module in (*modules, own):
        for word in words:
            if hasattr(module, word):
                monkeypatch.setattr(module, word, lambda options: asked.append(options) or 0)
    assert main(command.example.split()[1:]) == 0 and len(asked) == 1


@pytest.mark.parametrize(
    "words", [["train"], ["ladder"], ["export"], ["--dataset", "mnist"]], ids=" ".join
)
def test_help_names_the_default_of_every_flag(capsys, words):
    assert exit_code([*words, "--help"]) == 0
    _, *groups = re.split(r"^\w+ flags.*:$", capsys.readouterr().out, flags=re.MULTILINE)
    assert len(groups) == 2  # everyday and advanced
    flags = [
        flag for group in groups for flag in re.split(r"^  (?=--)", group, flags=re.MULTILINE)[1:]
    ]
    assert len(flags) >= 6
    for flag in flags:
        assert "(default:" in " ".join(flag.split()) or flag.startswith("--dataset {"), flag


def test_it_tells_its_version(capsys):
    assert exit_code(["--version"]) == 0
    assert capsys.readouterr().out == f"toll {toll.__version__}\n"


def test_train_sweeps_what_killed_writers_have_left_in_other_runs(cache):
    left = cache / "runs" / "one" / ".status.json.0a1b2c3d.tmp"
    left.parent.mkdir(parents=True)
    left.touch()
    os.utime(left, (0, 0))
    assert main(["train", *SMALL]) == 0
    assert not left.exists()


def test_train_writes_a_run_and_prints_its_folder_and_figures(capsys):
    assert main(["train", "--dataset", "digits", "--normal_class", "3", "--beta", "5", *SMALL]) == 0
    run, out = only_run(), capsys.readouterr().out
    config = run.config
    assert (config.normal_class, config.beta, config.niter) == (3, 5, 20)
    assert run.status().state is State.FINISHED
    assert f"Run {run.id} finished at step 20." in out
    assert f"Folder: {run.folder}\n" in out
    metrics = run.metrics()["last"]
    for name, words in (("score", "whole score"), ("latent_norm", "latent norm alone")):
        (line,) = [line for line in out.splitlines() if line.startswith(words)]
        assert line.split()[-3:] == [f"{each:.4f}" for each in metrics[name].values()]
    assert f"latent norm): {metrics['separation']:.2f}" in out


def test_dashes_stand_for_underscores():
    dashed = ["--normal-class", "2", "--z-dim", "5", "--batch-size", "32", "--ckpt-interval", "10"]
    assert main(["train", *dashed, *SMALL]) == 0
    config = only_run().config
    found = (config.normal_class, config.z_dim, config.batch_size, config.ckpt_interval)
    assert found == (2, 5, 32, 10)


@pytest.mark.parametrize(
    ("flags", "normal"),
    [
        (["--normal_class", "3,2, 0"], (0, 2, 3)),
        (["--normal-class", "4"], 4),
        (["--anomalous_class", "1"], (0, 2, 3, 4, 5, 6, 7, 8, 9)),
        (["--anomalous-class", "1,7"], (0, 2, 3, 4, 5, 6, 8, 9)),
        (["--dataset", "cifar10", "--normal_class", "dog,cat"], (3, 5)),
        (["--dataset", "arrhythmia", "--anomalous_class", "arrhythmia"], 0),
    ],
)
def test_normal_classes_are_typed_by_index_or_name_or_as_all_but_some(monkeypatch, flags, normal):
    seen = []
    monkeypatch.setattr("toll.cli.train._check_feasible", lambda config, folder: None)
    monkeypatch.setattr("toll.cli.train._record", lambda run: seen.append(run.config) or 0)
    assert main(["train", *flags]) == 0
    assert seen[0].normal_class == normal


def test_a_run_of_several_normal_classes_is_trained_and_listed_with_them(capsys):
    assert main(["train", "--anomalous_class", "1", *SMALL]) == 0
    assert only_run().status().state is State.FINISHED
    capsys.readouterr()
    assert main(["runs"]) == 0
    assert "normal all but 1, beta 10," in capsys.readouterr().out


@pytest.mark.parametrize("flags", [[], ["--deterministic"]])
def test_a_switch_is_on_where_its_flag_is_given(flags):
    assert main(["train", *SMALL, *flags]) == 0
    assert only_run().config.deterministic is bool(flags)


def test_a_preset_fills_in_what_is_not_given(monkeypatch):
    seen = []
    monkeypatch.setattr("toll.cli.train._check_feasible", lambda config, folder: None)
    monkeypatch.setattr("toll.cli.train._record", lambda run: seen.append(run.config) or 0)
    main(["train", "--preset", "paper", "--dataset", "mnist", "--lr", "0.5"])
    main(["train", "--dataset", "mnist"])
    assert (seen[0].network, seen[0].batch_size, seen[0].lr) == ("paper", 1000, 0.5)
    assert (seen[1].network, seen[1].batch_size) == ("small", 64)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--beta", "-1"], "beta is -1"),
        (["--beta", "much"], "'much'"),
        (["--beta", "nan"], "beta is nan"),
        (["--dataset", "nist"], "unknown dataset 'nist'"),
        (["--normal_class", "11"], "Digits has no class '11'; valid: 0, 1, 2, 3"),
        (["--normal_class", "0,x"], "Digits has no class 'x'; valid: 0, 1, 2, 3"),
        (["--anomalous_class", "11"], "Digits has no class '11'; valid: 0, 1, 2, 3"),
        (["--normal_class", "0,1,2,3,4,5,6,7,8,9"], "all classes of Digits are normal"),
        (["--normal-class", "0", "--anomalous_class", "1"], "not allowed with argument"),
        (["--normal_class", "0,2", "--seeding", "published"], "seeding is published; it must"),
        (["--batch_size", "5000"], "batch_size is 5000, but class 8 of Digits has only 87"),
        (["--batch_size", "2.5"], "'2.5'"),
        (["--device", "gpu"], "device is 'gpu'"),
        (["--device", "cuda:99"], "device 'cuda:99' is not on this machine"),
        (["--network", "large"], "network is 'large'"),
        (["--network", "paper"], "Digits has no network 'paper'; valid: small"),
        (["--no-such-flag", "1"], "--no-such-flag"),
        (["--preset", "tiny"], "'tiny'"),
        (["--preset", "paper"], "the paper has no settings for 'digits'"),
    ],
)
def test_bad_input_to_train_is_told_in_one_line_and_leaves_no_run(capsys, flags, said):
    assert exit_code(["train", *flags]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1 and said in captured.err
    assert not RunStore().folder.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fly"], "'fly'"),
        (["resume", "no-such-run"], "there is no run 'no-such-run'"),
        (["resume", ".."], "there is no run '..'"),
        (["download", "nist"], "unknown dataset 'nist'"),
    ],
)
def test_bad_input_to_other_commands_is_told_in_one_line(capsys, arguments, said):
    assert exit_code(arguments) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1 and said in captured.err


def test_bad_input_to_the_module_is_no_traceback(cache):
    done = subprocess.run(
        [sys.executable, "-m", "toll", "train", "--beta", "-1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("toll: beta is -1")
    assert len(done.stderr.splitlines()) == 1
    assert not RunStore().folder.exists()


def test_a_dataset_that_is_not_there_says_which_files_to_put_where(capsys, cache):
    assert main(["train", "--dataset", "mnist"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("toll: MNIST is not in ") and "train-images-idx3-ubyte" in said
    assert not RunStore().folder.exists()


def exit_code(arguments: list[str]) -> int | str | None:
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code


def test_runs_are_listed_for_people_and_as_json(capsys):
    assert main(["runs"]) == 0
    assert capsys.readouterr().out.startswith("No runs yet. Train one: python -m toll train")
    assert main(["runs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []

    run = RunStore().create(small_config(beta=7.0))
    record(run)
    (RunStore().folder / "broken").mkdir()
    assert main(["runs"]) == 0
    broken, whole = capsys.readouterr().out.splitlines()
    assert broken.split()[:2] == ["broken", "damaged"] and "config.json is missing" in broken
    assert whole.split()[:2] == [run.id, "finished"] and "beta 7" in whole
    assert f"AUROC {run.metrics()['last']['score']['auroc']:.3f}" in whole

    assert main(["runs", "--json"]) == 0
    broken, whole = json.loads(capsys.readouterr().out)
    assert (broken["run"], broken["state"], broken["config"]) == ("broken", "damaged", None)
    assert (whole["run"], whole["state"], whole["step"]) == (run.id, "finished", 40)
    assert whole["folder"] == str(run.folder) and whole["metrics"] == run.metrics()
    assert whole["config"] == run.config.to_dict()


def test_a_run_of_a_newer_version_is_listed_with_what_is_ignored_and_not_resumed(capsys):
    run = RunStore().create(small_config())
    run.conclude(State.PAUSED)
    newer = run.config.to_dict() | {"warm_up": 3}
    (run.folder / "config.json").write_text(json.dumps(newer))
    assert main(["runs"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("ignores 'warm_up'")
    assert main(["runs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["ignored_settings"] == ["warm_up"]
    assert main(["resume", run.id]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"toll: run {run.id} has settings that this version does not know")
    assert run.status().state is State.PAUSED


@pytest.mark.parametrize("file", ["config.json", "status.json", "history.jsonl"])
def test_a_damaged_run_is_not_resumed_and_the_sentence_names_run_and_file(capsys, file):
    run = RunStore().create(small_config())
    run.conclude(State.PAUSED)
    run.place.release()
    (run.folder / file).write_text("]\n")
    assert main(["resume", run.id]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"toll: {file} of run {run.id} is damaged: ")


def test_a_film_without_a_damaged_snapshot_is_exported_and_says_so(add_run, tmp_path, capsys):
    run = add_run()
    steps = run.snapshot_steps()
    run.snapshot_path(steps[-1]).write_bytes(b"PK")
    assert main(["export", run.id, str(tmp_path / "film.html")]) == 0
    out, said = capsys.readouterr()
    assert f"{len(steps) - 1} snapshots" in out
    file = f"snapshots/step_{steps[-1]:08}.npz"
    assert said.splitlines()[-1].startswith(f"left out: {file} of run {run.id} is damaged: ")
    (run.folder / "config.json").write_text("]")
    assert main(["export", run.id, str(tmp_path / "other.html")]) == 2
    assert f"toll: config.json of run {run.id} is damaged: " in capsys.readouterr().err


def test_data_lists_every_dataset_and_what_is_missing(capsys):
    assert main(["data"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.startswith("Data folder: ")
    assert any("Needed: arrhythmia/arrhythmia.mat" in row for row in rows)
    assert any("python -m toll download mnist" in row for row in rows)
    found = {row.split()[0]: row.split()[1] for row in rows if not row.startswith(" ")}
    expected = {name: "there" if spec.built_in else "missing" for name, spec in DATASETS.items()}
    assert found == expected
    assert main(["data", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(DATASETS)
    built_in = [name for name, spec in DATASETS.items() if spec.built_in]
    assert [row["name"] for row in rows if row["present"]] == built_in


def test_a_paused_run_resumes_to_the_same_end_though_the_request_is_still_there(capsys):
    whole, run = (RunStore().create(small_config()) for _ in range(2))
    record(whole)

    def pause() -> None:
        if len(run.history()) >= 10:
            run.ask("pause")

    assert record(run, pause).state is State.PAUSED
    assert main(["resume", run.id]) == 0
    assert f"Run {run.id} finished at step 40." in capsys.readouterr().out
    assert_same_results(run, whole)


@pytest.mark.parametrize("content", ["", "{"])
def test_a_run_that_lost_its_status_resumes_from_its_checkpoint_to_the_same_end(capsys, content):
    whole, run = (RunStore().create(small_config()) for _ in range(2))
    record(whole)

    def pause() -> None:
        if len(run.history()) >= 10:
            run.ask("pause")

    record(run, pause)
    run.place.release()
    (run.folder / "status.json").write_text(content)
    assert main(["runs"]) == 0
    assert f"{run.id:36} interrupted" in capsys.readouterr().out
    assert main(["resume", run.id]) == 0
    assert f"Run {run.id} finished at step 40." in capsys.readouterr().out
    assert_same_results(run, whole)


def test_a_finished_run_is_not_resumed(capsys):
    run = RunStore().create(small_config())
    record(run)
    assert main(["resume", run.id]) == 2
    assert capsys.readouterr().err == (
        f"toll: run {run.id} is finished; only these can be resumed: paused, stopped, interrupted\n"
    )


def test_a_run_that_another_process_works_on_is_not_resumed_and_stays_as_it_is(capsys):
    run = RunStore().create(small_config())
    record(run, lambda: run.ask("pause"))
    before = run.status()
    with held_elsewhere(run.work.path):
        assert main(["resume", run.id]) == 2
    said = f"toll: run {run.id} is being worked on by another process\n"
    assert capsys.readouterr().err == said
    assert run.status() == before


def test_a_run_that_waits_in_a_queue_is_not_resumed(capsys):
    run = RunStore().create(small_config())
    assert main(["resume", run.id]) == 2
    assert f"run {run.id} is queued; only these can be resumed" in capsys.readouterr().err


def test_a_run_that_does_not_finish_has_another_exit_code(capsys, monkeypatch):
    def interrupted(run: Run, check=None):
        return record(run, interrupt)

    def interrupt() -> None:
        raise Halted(State.INTERRUPTED, "The lights went out.")

    monkeypatch.setattr("toll.recording.record.record", interrupted)
    assert main(["train", *SMALL]) == 1
    assert "interrupted at step 0. The lights went out." in capsys.readouterr().out


def has_begun() -> bool:
    """Whether a run has made a step; its folder may still be without a status."""
    return any(summary.status.step > 0 for summary in RunStore().list())


def test_ctrl_c_stops_the_run_and_keeps_it_whatever_folder_it_was_started_in(tmp_path):
    """As a process: this also sees that off a terminal no progress bar is drawn."""
    command = [sys.executable, "-W", "error", "-m", "toll", "train", "--niter", "10000000"]
    with subprocess.Popen(
        [*command, "--device", "cpu", "--ckpt_interval", "1000000"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_until(has_begun, "training has begun")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
    run = only_run()
    assert (process.returncode, err) == (1, "")
    assert f"Run {run.id} stopped at step " in out and "whole score" in out
    assert f"Folder: {run.folder}\n" in out
    assert run.status().state is State.STOPPED and run.metrics()["last"]["step"] > 0
