"""Decoded arrays kept in the cache, so that images are decoded and unzipped only once.

A prepared folder holds samples.npy, classes.npy, fine_classes.npy where the dataset has them and,
written last, meta.json. Its name carries a fingerprint of the source files and of this format, so
another version of either gets another folder.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path

import numpy as np

from toll.data.spec import Arrays, DatasetSpec, FileFormat
from toll.files import remove_old
from toll.paths import cache_dir, own_dir

VERSION = 2
STALE_SECONDS = 24 * 3600


def prepared_arrays(spec: DatasetSpec, file_format: FileFormat, files: tuple[Path, ...]) -> Arrays:
    """The arrays of `files`, mapped read-only from the cache; decoded first if need be."""
    name = f"{spec.name}-{_fingerprint(files)}"
    places = [folder / "prepared" / name for folder in dict.fromkeys((cache_dir(), own_dir()))]
    for place in places:
        if (arrays := _load(place, spec)) is not None:
            return arrays
    _store(places[-1], file_format.read(spec, files))
    arrays = _load(places[-1], spec)
    assert arrays is not None, f"what was just written to {places[-1]} cannot be read"
    return arrays


def _fingerprint(files: tuple[Path, ...]) -> str:
    stats = [(str(file), file.stat()) for file in files]
    key = json.dumps([VERSION, *((path, stat.st_size, stat.st_mtime_ns) for path, stat in stats)])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _store(place: Path, arrays: Arrays) -> None:
    # Each file is written in a temporary folder and moved over. Processes that prepare the same
    # files write the same bytes, so whichever moves last, the folder is whole after the first.
    place.mkdir(parents=True, exist_ok=True)
    for left in place.parent.glob(".*-*"):  # of processes that were killed
        remove_old(left, STALE_SECONDS)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as temporary:
        new = Path(temporary)
        np.save(new / "samples.npy", arrays.samples)
        np.save(new / "classes.npy", arrays.classes)
        if arrays.fine_classes is not None:
            np.save(new / "fine_classes.npy", arrays.fine_classes)
        (new / "meta.json").write_text(json.dumps(_meta(arrays), indent=1))
        for file in sorted(new.iterdir(), key=lambda each: each.name == "meta.json"):
            os.replace(file, place / file.name)


def _load(place: Path, spec: DatasetSpec) -> Arrays | None:
    """None where the folder is missing, unfinished or damaged: it is then made again."""
    try:
        meta = json.loads((place / "meta.json").read_text())
        samples = np.load(place / "samples.npy", mmap_mode="r", allow_pickle=False)
        classes = _labels(place / "classes.npy")
        fine = _labels(place / "fine_classes.npy") if meta["fine_classes_sha256"] else None
        arrays = Arrays(samples, classes, n_train=int(meta["n_train"]), fine_classes=fine)
        whole = meta == _meta(arrays) and samples.shape == (len(classes), *spec.shape)
    except (OSError, ValueError, EOFError, KeyError, TypeError):
        return None
    return arrays if whole else None


def _labels(file: Path) -> np.ndarray:
    labels = np.load(file, allow_pickle=False)
    labels.setflags(write=False)
    return labels


def _meta(arrays: Arrays) -> dict[str, object]:
    return {
        "version": VERSION,
        "n_train": arrays.n_train,
        "shape": list(arrays.samples.shape),
        "dtype": str(arrays.samples.dtype),
        "classes_sha256": _sha256(arrays.classes),
        "fine_classes_sha256": _sha256(arrays.fine_classes),
    }


def _sha256(labels: np.ndarray | None) -> str | None:
    return None if labels is None else hashlib.sha256(labels.tobytes()).hexdigest()
