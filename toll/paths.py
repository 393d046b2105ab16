"""Where things live on disk: two environment variables and the folders under them."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def cache_dir() -> Path:
    """Folder for all that can be made again: `TOLL_CACHE_DIR`, else `cache/` beside the code."""
    return Path(os.environ.get("TOLL_CACHE_DIR") or ROOT / "cache").expanduser().resolve()


def data_dir() -> Path:
    """Folder of the datasets: `TOLL_DATA_DIR`, else `datasets/` in the cache folder."""
    return Path(os.environ.get("TOLL_DATA_DIR") or cache_dir() / "datasets").expanduser().resolve()


def runs_dir() -> Path:
    """Folder with one subfolder a run."""
    return cache_dir() / "runs"


def tables_dir() -> Path:
    """Folder with one subfolder a table of runs."""
    return cache_dir() / "tables"
