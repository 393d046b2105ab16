"""Fetching a dataset with torchvision, so that an interrupted download never looks complete."""

import contextlib
import functools
import http.client
import os
import ssl
import tarfile
import tempfile
import threading
import traceback
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path

from toll.data.loading import availability, missing_text
from toll.data.registry import get_spec
from toll.data.spec import Availability, DatasetSpec, StrPath
from toll.files import remove_old
from toll.paths import data_dir

Report = Callable[[int, int], None]
ARCHIVES = (".gz",)
PREFIX = ".download-"
WATCH_SECONDS = 0.25
STALE_SECONDS = 24 * 3600
# What a broken connection or a wrong file raises; disk and permission errors are not hidden.
FAILURES = (
    *(urllib.error.URLError, http.client.HTTPException, ssl.SSLError),
    *(ConnectionError, TimeoutError, RuntimeError, tarfile.TarError),
)


class DownloadError(ConnectionError):
    """The files could not be fetched; the message says which files to put where."""


def download_dataset(
    name: str, folder: StrPath | None = None, report: Report | None = None
) -> Availability:
    """Fetches the dataset `name` into `folder` (default: `toll.paths.data_dir()`).

    A dataset that is complete is not fetched again. The files' checksums are verified before they
    are moved into place. report: called with (bytes done, bytes in total) from another thread.

    Raises:
        DownloadError: it cannot be downloaded, the network failed, or a checksum was wrong.
        OSError: the folder cannot be written.
    """
    spec = get_spec(name)
    place = data_dir() if folder is None else Path(folder).expanduser().resolve()
    if (there := availability(name, place)).present:
        return there
    if not spec.downloadable:
        raise DownloadError(f"No download is known. {missing_text(spec, place)}")
    place.mkdir(parents=True, exist_ok=True)
    remove_left(place)
    with tempfile.TemporaryDirectory(dir=place, prefix=f"{PREFIX}{name}-") as temporary:
        try:
            with _reported(Path(temporary), spec.download_bytes, report):
                _fetch(spec, temporary)
        except FAILURES as error:
            _close_responses(error)
            reason = " ".join(str(error).split()) or type(error).__name__
            raise DownloadError(
                f"{spec.title} could not be downloaded ({reason}). {missing_text(spec, place)}"
            ) from error
        _move(Path(temporary), place)
    return availability(name, place)


def _fetch(spec: DatasetSpec, root: str) -> None:
    """Downloads into `root`, verifies and unpacks, with torchvision's own code."""
    from torchvision import datasets

    with _no_progress_bar():
        # The training part brings the test part too; creating it checks that both are whole.
        getattr(datasets, spec.torchvision)(root, download=True)


def _close_responses(error: BaseException) -> None:
    """Closes the failed responses that torchvision leaves open, in the error or in its frames."""
    traceback.clear_frames(error.__traceback__)
    if isinstance(error, urllib.error.HTTPError):
        error.close()


@contextlib.contextmanager
def _no_progress_bar() -> Iterator[None]:
    from torchvision.datasets import utils

    original = utils.tqdm
    utils.tqdm = functools.partial(original, disable=True)
    try:
        yield
    finally:
        utils.tqdm = original


@contextlib.contextmanager
def _reported(root: Path, total: int, report: Report | None) -> Iterator[None]:
    """Calls `report` while the archives in `root` grow, and once when they are whole."""
    if report is None:
        yield
        return
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(WATCH_SECONDS):
            report(min(_archived_bytes(root), total), total)

    watcher = threading.Thread(target=watch, name="download progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
    report(total, total)


def _archived_bytes(root: Path) -> int:
    # Unpacked files are not counted: the total is that of the download.
    done = 0
    for file in root.rglob("*"):
        if file.suffix in ARCHIVES:
            with contextlib.suppress(FileNotFoundError):
                done += file.stat().st_size
    return done


def _move(source: Path, target: Path) -> None:
    """Moves the unpacked files, one by one, over any that are there; leaves the archives."""
    for file in sorted(source.rglob("*")):
        if file.is_file() and file.suffix not in ARCHIVES:
            goal = target / file.relative_to(source)
            goal.parent.mkdir(parents=True, exist_ok=True)
            os.replace(file, goal)


def remove_left(place: Path) -> None:
    """Removes what killed downloads left behind, once it is so old that none can be running."""
    for left in place.glob(f"{PREFIX}*"):
        remove_old(left, STALE_SECONDS)
