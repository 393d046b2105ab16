"""Folders that may only be read, for tests that are run by root too."""

import ctypes
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DROP_FROM_BOUNDING_SET = 24
# CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: root's rights to pass over the modes of files.
CAPABILITIES = (1, 2)


def obey_modes() -> None:
    """Between fork and exec: the new program has to keep to the modes of files, even as root."""
    if sys.platform == "linux":
        for capability in CAPABILITIES:  # refused where one is not root, who has them alone
            ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


@contextmanager
def only_to_be_read(folder: Path) -> Iterator[None]:
    """Inside, nobody who obeys modes may write to the folder or to anything in it."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    try:
        for path, mode in modes.items():
            path.chmod(mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of all that is in a folder, by path."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in folder.rglob("*")
    }
