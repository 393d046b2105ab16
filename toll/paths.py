"""Where things live on disk: two environment variables and the folders under them."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What the dashboard consists of. In a checkout it lies beside toll/; an installed package has it
# inside, because "dashboard" and "pages" are names that others use in site-packages too.
_PACKED_APP = Path(__file__).resolve().parent / "app"
IS_INSTALLED = _PACKED_APP.is_dir()
APP = _PACKED_APP if IS_INSTALLED else ROOT


def cache_dir() -> Path:
    """Folder for everything that can be made again.

    It is `TOLL_CACHE_DIR` if that is set; else `cache/` beside the code in a checkout, and the
    user's folder for application data if the package is installed.
    """
    chosen = os.environ.get("TOLL_CACHE_DIR")
    return Path(chosen or _usual_cache_dir()).expanduser().resolve()


def own_dir() -> Path:
    """Folder for what comes of looking at runs: projections, decoded datasets, logs.

    It is the cache folder; where that may only be read, as a folder that a teacher shares, the
    user's own for caches.
    """
    if may_write(cache_dir()):
        return cache_dir()
    from platformdirs import user_cache_path

    return user_cache_path("toll", appauthor=False)


def may_write(folder: Path) -> bool:
    """Whether files can be put into a folder, or it can be made where it is not there yet."""
    while not os.path.exists(folder) and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


def check_may_write(folder: Path) -> None:
    """Raises `PermissionError`, with a sentence, where nothing can be put into a folder."""
    if not may_write(folder) and (folder.is_dir() or not folder.exists()):
        raise PermissionError(f"{folder} may only be read: nothing can be trained or changed there")


def data_dir() -> Path:
    """Folder of the datasets: `TOLL_DATA_DIR`, else `datasets/` in the cache folder."""
    return Path(os.environ.get("TOLL_DATA_DIR") or cache_dir() / "datasets").expanduser().resolve()


def own_data_dir() -> Path:
    """Folder with one subfolder per dataset that was imported from a person's own files."""
    return cache_dir() / "own"


def runs_dir() -> Path:
    """Folder with one subfolder per run."""
    return cache_dir() / "runs"


def tables_dir() -> Path:
    """Folder with one subfolder per table of runs."""
    return cache_dir() / "tables"


def ladders_dir() -> Path:
    """Folder with one subfolder per ladder of runs."""
    return cache_dir() / "ladders"


def bin_dir() -> Path:
    """Folder of what has been deleted, until it is emptied."""
    return cache_dir() / "bin"


def _usual_cache_dir() -> Path:
    if not IS_INSTALLED:
        return ROOT / "cache"
    from platformdirs import user_data_path

    # Not the folder for caches, which systems empty: a run can have taken a night.
    return user_data_path("toll", appauthor=False)
