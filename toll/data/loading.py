"""Loading a dataset by name, and telling whether its files are there."""

from dataclasses import dataclass
from pathlib import Path

from toll.data.prepared import prepared_arrays
from toll.data.registry import get_spec
from toll.data.spec import Availability, Dataset, DatasetSpec, FileFormat, Found, StrPath
from toll.paths import data_dir


def load_dataset(name: str, folder: StrPath | None = None) -> Dataset:
    """The dataset `name` from `folder` (default: `toll.paths.data_dir()`).

    The first load decodes and keeps the arrays in the cache; later ones map them from there.

    Raises:
        FileNotFoundError: its files are not there; lists which to put where.
        ValueError: unknown name, or a file is damaged; names it.
    """
    spec, place = get_spec(name), _folder(folder)
    located = _locate(spec, place)
    if located.found.missing:
        raise FileNotFoundError(missing_text(spec, place))
    arrays = prepared_arrays(spec, located.file_format, located.found.files)
    return Dataset(
        spec=spec,
        samples=arrays.samples,
        classes=arrays.classes,
        n_train=arrays.n_train,
        folder=place,
        files=located.found.files,
        fine_classes=arrays.fine_classes,
    )


def availability(name: str, folder: StrPath | None = None) -> Availability:
    """Whether `load_dataset` would find the files; looks at names only, so it is quick."""
    spec, place = get_spec(name), _folder(folder)
    found = _locate(spec, place).found
    if found.missing and found.files:
        message = f"{spec.title} is incomplete in {place}: {', '.join(found.missing)} missing."
    elif found.missing:
        message = f"{spec.title} is not in {place}."
    elif not found.files:
        message = f"{spec.title} comes built in."
    else:
        message = f"{spec.title} is in {found.files[0].parent}."
    return Availability(spec.name, not found.missing, place, found.files, found.missing, message)


def missing_text(spec: DatasetSpec, folder: Path) -> str:
    """A sentence and a list: which files to put where by hand."""
    ways = [file_format.find(spec, folder) for file_format in spec.formats]
    state = "not complete" if any(way.files for way in ways) else "not"
    lists = ["\n".join(f"  - {path}" for path in way.missing) for way in ways]
    return f"{spec.title} is {state} in {folder}; put there, from {spec.by_hand}:\n" + (
        "\nor\n".join(lists)
    )


@dataclass(frozen=True)
class _Located:
    file_format: FileFormat
    found: Found


def _locate(spec: DatasetSpec, folder: Path) -> _Located:
    """The first format that is complete, else the first of which there is some, else the first."""
    located = [_Located(each, each.find(spec, folder)) for each in spec.formats]
    complete = (each for each in located if not each.found.missing)
    begun = (each for each in located if each.found.files)
    return next(complete, None) or next(begun, located[0])


def _folder(folder: StrPath | None) -> Path:
    return data_dir() if folder is None else Path(folder).expanduser().resolve()
