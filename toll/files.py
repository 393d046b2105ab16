"""Writing whole files: under a temporary name, then moved, so that no reader sees half of one.

A writer that is killed leaves its temporary file behind. The name says whose it was:
`.status.json.4711-9f86d081.tmp` was process 4711's. It is litter once it has not been written to
for an hour and no process of that number lives here. The hour is for a writer on another computer
that shares the folder, and for names of version 0.1.0, which have no number.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

LITTER_SECONDS = 3600
_TEMPORARY = re.compile(r"\..+\.(?:(\d+)-)?[0-9a-f]{8}\.tmp")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; it takes the place of `path` at the end."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove the litter of killed writers in a folder and in those inside it.

    For programs that begin to write there, once: a thousand runs take 0.1 s. What cannot be looked
    at or removed, as in a folder that may only be read, stays; nothing is raised for it.
    """
    for place, _, names in os.walk(folder):
        for name in names:
            found = _TEMPORARY.fullmatch(name)
            if found and not (found[1] and _lives(int(found[1]))):
                remove_old(Path(place, name), LITTER_SECONDS)


def remove_old(path: Path, seconds: float) -> None:
    """Remove a file or a folder that has not been written to for so long; if not allowed, don't."""
    with suppress(OSError):
        if time.time() - path.lstat().st_mtime > seconds:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def _lives(process: int) -> bool:
    if os.name == "nt":  # where asking would end it
        return False
    try:
        os.kill(process, 0)
    except PermissionError:
        return True  # another person's
    except (ProcessLookupError, OverflowError):
        return False
    return True


def bytes_in(folder: Path) -> int:
    """The space that lies in a folder: the sizes of all files in it and below."""
    total, left = 0, [folder]
    while left:
        # What vanishes meanwhile, or may not be looked at, is not counted.
        with suppress(OSError), os.scandir(left.pop()) as entries:
            for each in entries:
                if each.is_dir(follow_symlinks=False):
                    left.append(Path(each.path))
                elif each.is_file(follow_symlinks=False):
                    total += each.stat(follow_symlinks=False).st_size
    return total


def size_words(size: int) -> str:
    """A number of bytes as people say it: `1.2 GB`."""
    for unit, power in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= power:
            return f"{size / power:.3g} {unit}"
    return f"{size} bytes"


def leftovers(folder: Path) -> Iterator[Path]:
    """What is under temporary names in a folder where nobody else writes: litter, however new."""
    return folder.glob(".*.tmp")


def write_json(path: Path, value: Any) -> None:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1), encoding="utf-8")


def append_json_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))


def new_folder(parent: Path, stem: str) -> Path:
    """A new folder in `parent` named `stem`, or `stem-2` and so on where that is taken.

    Raises:
        FileExistsError: ten thousand names are taken.
    """
    for number in range(1, 10_000):
        folder = parent / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            continue
    raise FileExistsError(f"{parent} already holds 10,000 folders named {stem}")
