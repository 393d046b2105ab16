"""Files are there whole or not at all."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from toll.files import LITTER_SECONDS, append_json_lines, replacing, sweep, write_json


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path):
    path = tmp_path / "value.json"
    write_json(path, {"a": 1})
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_text('{"a":')
        raise KeyboardInterrupt
    assert json.loads(path.read_text()) == {"a": 1}
    assert [each for each in tmp_path.iterdir() if each.is_file()] == [path]


def test_lines_are_appended_in_order(tmp_path):
    path = tmp_path / "history.jsonl"
    append_json_lines(path, [{"step": 1}, {"step": 2}])
    append_json_lines(path, [{"step": 3}])
    assert path.read_text() == '{"step": 1}\n{"step": 2}\n{"step": 3}\n'


KILLED = """
import os, signal, sys
from pathlib import Path
from toll.files import replacing
with replacing(Path(sys.argv[1])) as temporary:
    temporary.write_text("half of")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def age(path: Path, seconds: float = 2 * LITTER_SECONDS) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def litter_of_a_killed_writer(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT)
    (left,) = path.parent.glob(f".{path.name}.*.tmp")
    return left


def test_what_a_killed_writer_left_is_swept_once_it_is_an_hour_old(tmp_path):
    left = litter_of_a_killed_writer(tmp_path / "runs" / "one" / "status.json")
    sweep(tmp_path)
    assert left.exists(), "a writer on another computer may be at it"
    age(left)
    sweep(tmp_path)
    assert not left.exists()


def test_what_a_living_writer_writes_is_never_swept_however_slow_it_is(tmp_path):
    path = tmp_path / "scores.parquet"
    with replacing(path) as temporary:
        temporary.write_text("slowly")
        age(temporary)
        sweep(tmp_path)
    assert path.read_text() == "slowly"


def test_what_version_0_1_0_left_is_swept_and_files_of_others_are_not(tmp_path):
    older = tmp_path / ".status.json.0a1b2c3d.tmp"
    others = ["status.json", ".hidden", "a.tmp", ".a.tmp", ".a.99999999999.tmp", ".a.0a1b2c3d.tmp~"]
    for path in (older, *(tmp_path / name for name in others)):
        path.touch()
        age(path)
    sweep(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == sorted(others)


def test_sweeping_what_may_only_be_read_raises_nothing(tmp_path, monkeypatch):
    left = litter_of_a_killed_writer(tmp_path / "status.json")
    age(left)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    sweep(tmp_path)
    sweep(tmp_path / "not there")
    assert left.exists()
