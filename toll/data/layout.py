"""Finding a dataset's folders in a data folder, however people name and nest them."""

import re
from collections.abc import Iterable
from pathlib import Path

# Folders inside a dataset's own: torchvision's raw/, and data/, plain_text/ of dataset hubs.
INNER = frozenset({"raw", "data", "plaintext"})
DEPTH = 3


def plain(name: str) -> str:
    """A folder name in lower case without - _ . and spaces: `Fashion-MNIST` -> `fashionmnist`."""
    return re.sub(r"[-_. ]", "", name).lower()


def own_folders(names: Iterable[str], folder: Path) -> list[Path]:
    """Folders that are named after this dataset, outermost first.

    These are the data folder itself if it has the name, else its subfolders of that name, and
    folders nested in them that have the name again or are one of `INNER`.
    """
    names = frozenset(names)
    found = [folder] if plain(folder.name) in names and folder.is_dir() else []
    level = found or [sub for sub in _subfolders(folder) if plain(sub.name) in names]
    found = list(level)
    for _ in range(DEPTH - 1):
        level = [s for up in level for s in _subfolders(up) if plain(s.name) in names | INNER]
        found += level
    return found


def is_inside_own(names: Iterable[str], folder: Path) -> bool:
    """Whether this is one of `INNER` in a folder named after the dataset."""
    return plain(folder.name) in INNER and plain(folder.parent.name) in names


def _subfolders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
