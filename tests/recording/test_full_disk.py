"""A disk that is full at any write: the run can be resumed, to the end of an uninterrupted one."""

import contextlib
import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.small_runs import assert_same_results, small_config
from toll.errors import Unfinished, in_words
from toll.recording.record import record
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.runs.store import RunStore

CONFIG = small_config(niter=12, ckpt_interval=4)
# Every so many writes one is tried here; tests/soak tries all of them.
STRIDE = 6


class FullDisk(OSError):
    """What a system says of a write for which there is no space."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


class Disk:
    """Counts what is written, and has no space from write number `full_at` on, until it is freed.

    A file that takes another's place is one write, and so is an appended text, of which one half
    is still written.
    """

    def __init__(self, patch: pytest.MonkeyPatch, full_at: int | None = None) -> None:
        self.writes, self.full_at = 0, full_at
        replace, append = os.replace, self._append
        patch.setattr(os, "replace", lambda source, target: self._replace(replace, source, target))
        for module in ("toll.files", "toll.runs.run"):
            patch.setattr(f"{module}.append_json_lines", append)

    def is_full(self) -> bool:
        self.writes += 1
        return self.full_at is not None and self.writes > self.full_at

    def _replace(self, replace: Callable, source: Path, target: Path) -> None:
        if self.is_full():
            raise FullDisk(target)
        replace(source, target)

    def _append(self, path: Path, rows: list[dict]) -> None:
        import json

        text = "".join(json.dumps(row) + "\n" for row in rows)
        full = self.is_full()
        with path.open("a", encoding="utf-8") as file:
            file.write(text[: len(text) // 2] if full else text)
        if full:
            raise FullDisk(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, int]:
    """An uninterrupted run, and the number of its writes."""
    with pytest.MonkeyPatch.context() as patch:
        at_every_step(patch)
        run = RunStore(tmp_path_factory.mktemp("whole")).create(CONFIG)
        disk = Disk(patch)
        record(run)
    return run, disk.writes


def at_every_step(patch: pytest.MonkeyPatch) -> None:
    """Have everything written after every step: history, status and checkpoint."""
    patch.setattr("toll.recording.recorder.FLUSH_SECONDS", -1)
    patch.setattr("toll.recording.recorder.CHECKPOINT_SECONDS", -1)


def fill_at(store: RunStore, write: int) -> tuple[Run, Status | OSError]:
    """A run whose disk is full from this write on, and what became of it."""
    with pytest.MonkeyPatch.context() as patch:
        at_every_step(patch)
        run = store.create(CONFIG)
        Disk(patch, write)
        try:
            return run, record(run)
        except OSError as error:  # not even the status could be written
            return run, error


def check_full_at(store: RunStore, write: int, whole: Run) -> None:
    run, outcome = fill_at(store, write)
    if isinstance(outcome, OSError):
        assert isinstance(outcome, Unfinished) and outcome.errno == errno.ENOSPC
        assert "Errno" not in in_words(outcome)
    run = store.get(run.id)
    status = run.status()
    if status.state is not State.FINISHED:
        assert status.state is State.INTERRUPTED, (write, status)
        assert record(run).state is State.FINISHED
    assert_same_results(run, whole)
    assert not list(run.folder.glob("**/.*.tmp"))


def test_a_run_is_none_the_worse_for_a_disk_that_was_full_at_some_write(whole):
    run, writes = whole
    for write in range(0, writes, STRIDE):
        check_full_at(RunStore(), write, run)


def test_the_status_says_that_the_disk_is_full_once_it_can_be_written(whole, monkeypatch):
    """As when a large file did not fit, and its remains have been removed."""
    save = "toll.recording.recorder.save_checkpoint"
    with monkeypatch.context() as patch:
        at_every_step(patch)

        def full(state, path) -> None:
            if state.step == 7:
                raise FullDisk(path)

        patch.setattr(save, full)
        run = RunStore().create(CONFIG)
        status = record(run)
    assert status.state is State.INTERRUPTED
    assert status.message == (
        f"The disk is full: nothing more could be written to {run.folder}. "
        "Free some of it, then resume."
    )


def test_a_run_that_cannot_be_begun_leaves_no_folder(monkeypatch):
    store = RunStore()
    with monkeypatch.context() as patch:
        Disk(patch, 1)
        with pytest.raises(OSError, match="No space left"):
            store.create(CONFIG)
    assert store.list() == [] and list(store.folder.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes, where this process may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a file system can only be mounted by root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("step", [1, 5, 9])
def test_a_file_system_without_a_free_byte_loses_nothing_of_a_run(
    whole, small_disk, monkeypatch, step
):
    store, ballast = RunStore(small_disk / "runs"), small_disk / "ballast"

    def fill() -> None:
        if run.status().step >= step and not ballast.exists():
            with (
                ballast.open("wb", buffering=0) as file,
                pytest.raises(OSError, match="No space left"),
            ):
                while True:
                    file.write(bytes(4096))

    with monkeypatch.context() as patch:
        at_every_step(patch)
        run = store.create(CONFIG)
        with contextlib.suppress(OSError):
            record(run, fill)
    found = store.get(run.id)
    assert found.status().state is State.INTERRUPTED
    with pytest.raises(OSError, match="No space left"):
        store.create(CONFIG)
    assert [each.run.id for each in store.list()] == [run.id]
    ballast.unlink()
    assert record(found).state is State.FINISHED
    assert_same_results(found, whole[0])
