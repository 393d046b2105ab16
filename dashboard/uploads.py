"""Files that were dropped on the page, kept beside the cache until they are imported.

uploads/<number of the upload>/<name of the file>

The browser's copy is in the server's memory; a worker, which does the reading, needs one on disk.
"""

import shutil
from pathlib import Path
from typing import Protocol

from toll.files import remove_old, replacing
from toll.paths import own_dir

STALE_SECONDS = 24 * 3600


class Uploaded(Protocol):
    """What Streamlit gives for a file that was dropped."""

    file_id: str
    name: str

    def getbuffer(self) -> memoryview: ...


def keep(file: Uploaded) -> Path:
    """The file on disk, under its own name; written once, however often it is asked for."""
    home = own_dir() / "uploads"
    # Neither is what a browser says to be a part of a path.
    path = home / Path(file.file_id).name / Path(file.name.replace("\\", "/")).name
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        for old in home.iterdir():
            remove_old(old, STALE_SECONDS)
        path.parent.mkdir(exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_bytes(file.getbuffer())
    return path


def forget(path: Path) -> None:
    """Remove what `keep` has written."""
    shutil.rmtree(path.parent, ignore_errors=True)
