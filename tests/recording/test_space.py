"""The space that a run takes: estimated before it starts, and compared with what is left."""

import errno
import os
import shutil

import pytest

from tests.small_runs import small_config
from toll.cli.main import main
from toll.files import bytes_in, size_words
from toll.presets import laptop
from toll.recording.record import prepare, record
from toll.recording.space import OutOfSpace, check_space, needed_bytes
from toll.runs.status import State
from toll.runs.store import RunStore


def left(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = shutil._ntuple_diskusage(10**12, 10**12 - free, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)


@pytest.mark.parametrize("changes", [{}, {"niter": 600, "ckpt_interval": 5, "z_dim": 64}])
def test_the_estimate_is_no_less_than_what_a_run_has_at_its_largest(monkeypatch, changes):
    monkeypatch.setattr("toll.recording.recorder.CHECKPOINT_SECONDS", 0)
    config = small_config(**changes)
    run = RunStore().create(config)
    largest = 0

    def watch() -> None:
        nonlocal largest
        largest = max(largest, bytes_in(run.folder))

    record(run, watch)
    split, state = prepare(config)
    needed = needed_bytes(config, split, state.model)
    largest = max(largest, bytes_in(run.folder))
    inputs_and_pictures = 8_000_000  # what pictures may take at most; small ones take less
    assert largest <= needed <= 3 * largest + inputs_and_pictures


def test_what_a_folder_has_already_is_not_needed_again(tmp_path, monkeypatch):
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "last").write_bytes(bytes(600))
    left(monkeypatch, 500)
    check_space(1000, tmp_path)
    with pytest.raises(OutOfSpace, match=r"^500 bytes are left .* about 501 bytes are needed: "):
        check_space(1101, tmp_path)


def test_in_the_shell_no_run_is_made_that_would_not_fit(monkeypatch, capsys):
    left(monkeypatch, 10_000)
    assert main(["train", "--dataset", "digits", "--device", "cpu"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("toll: 10 kB are left on the disk of ") and said.count("\n") == 1
    assert "TOLL_CACHE_DIR" in said and RunStore().list() == []


def test_in_the_shell_no_table_is_made_that_would_not_fit(monkeypatch, capsys, real_data):
    monkeypatch.setenv("TOLL_DATA_DIR", str(real_data))
    left(monkeypatch, 10_000_000)
    flags = ["--dataset", "arrhythmia", "--num_seeds", "1000", "--device", "cpu"]
    assert main(flags) == 2
    assert "10 MB are left on the disk of " in capsys.readouterr().err


def test_a_queued_run_that_does_not_fit_waits_for_space(monkeypatch):
    run = RunStore().create(laptop("digits", niter=20, device="cpu"))
    with monkeypatch.context() as patch:
        left(patch, 10_000)
        status = record(run)
    assert status.state is State.INTERRUPTED and "Then resume." in status.message
    assert record(run).state is State.FINISHED


def test_in_the_shell_a_disk_that_fills_up_ends_a_run_with_one_sentence_and_its_own_exit_code(
    monkeypatch, capsys
):
    def full(*arguments, **changes):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "status.json")

    monkeypatch.setattr("toll.recording.recorder.Recorder.observe", full)
    monkeypatch.setattr("toll.runs.run.Run.conclude", full)
    assert main(["train", "--dataset", "digits", "--device", "cpu", "--niter", "5"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("toll: The disk is full: ") and said.count("\n") == 1
    (summary,) = RunStore().list()
    assert summary.status.state is State.INTERRUPTED


def test_sizes_are_said_as_people_say_them():
    said = [size_words(size) for size in (0, 999, 1_000, 2_500_000, 1_234_567_890)]
    assert said == ["0 bytes", "999 bytes", "1 kB", "2.5 MB", "1.23 GB"]
