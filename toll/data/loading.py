"""Loading a dataset by name, and finding out whether its files are there."""

import os
from dataclasses import dataclass
from pathlib import Path

from toll.data.prepared import prepared_arrays
from toll.data.registry import get_spec
from toll.data.spec import Availability, Dataset, DatasetSpec, FileFormat, Found, StrPath
from toll.paths import data_dir


def load_dataset(name: str, folder: StrPath | None = None) -> Dataset:
    """The dataset `name` from `folder` (default: `toll.paths.data_dir()`).

    folder: a data folder of many datasets, the folder that holds this one's files, whatever it
    is called, or one of these files. The first load decodes and keeps the arrays in the cache;
    later ones map them from there.

    Raises:
        FileNotFoundError: `folder` or files in it are missing; says which to put where.
        ValueError: the name is unknown, or a file is damaged or another dataset's; names it.
    """
    spec, path = get_spec(name), _path(folder)
    if folder is not None and not path.exists():
        raise FileNotFoundError(f"{spec.title} cannot be read from {path}, which does not exist")
    located = _locate(spec, path)
    if located.found.refusal:
        raise ValueError(located.found.refusal)
    if located.found.missing:
        raise FileNotFoundError(missing_text(spec, located.folder))
    arrays = prepared_arrays(spec, located.file_format, located.found.files)
    return Dataset(
        spec=spec,
        samples=arrays.samples,
        classes=arrays.classes,
        n_train=arrays.n_train,
        folder=located.folder,
        files=located.found.files,
        fine_classes=arrays.fine_classes,
    )


def availability(name: str, folder: StrPath | None = None) -> Availability:
    """Whether `load_dataset` would find the files; decodes no sample, so it is quick."""
    spec, path = get_spec(name), _path(folder)
    located = _locate(spec, path)
    found, place = located.found, located.folder
    if found.refusal:
        message = f"{spec.title} is not in {place}: {found.refusal}."
    elif found.missing and found.files:
        message = f"{spec.title} is incomplete in {place}: {', '.join(found.missing)} missing."
    elif found.missing:
        message = f"{spec.title} is not in {place}."
    elif not found.files:
        message = f"{spec.title} comes built in."
    else:
        message = f"{spec.title} is in {found.files[0].parent}."
    return Availability(spec.name, found.complete, place, found.files, found.missing, message)


def missing_text(spec: DatasetSpec, folder: Path) -> str:
    """One sentence: which files to put where by hand, in each format that can be read."""
    ways = [file_format.find(spec, folder) for file_format in spec.formats]
    begun = [way for way in ways if way.files]
    lists = " or ".join(", ".join(way.missing) for way in begun or ways)
    state = "incomplete in" if begun else "not in"
    return f"{spec.title} is {state} {folder}; put there, from {spec.by_hand}: {lists}"


@dataclass(frozen=True)
class _Located:
    folder: Path
    file_format: FileFormat
    found: Found


def _locate(spec: DatasetSpec, path: Path) -> _Located:
    """The first complete format, else the first with some files, else a refused one or the first.

    path: a folder or a file; for a file, only formats that read that very file count.
    """
    folder = path.parent if path.is_file() else path
    located = [_Located(folder, each, each.find(spec, folder)) for each in spec.formats]
    refused = [each for each in located if each.found.refusal]
    if path.is_file() and not spec.built_in:
        other = Found(refusal=f"{path} is none of the files that {spec.title} is read from")
        located = [each for each in located if path in each.found.files]
        refused = refused or [_Located(folder, spec.formats[0], other)]
    complete = [each for each in located if each.found.complete]
    begun = [each for each in located if each.found.files]
    return [*complete, *begun, *refused, *located][0]


def _path(folder: StrPath | None) -> Path:
    # Links are not followed: the names of a folder and of its files say what they hold.
    return data_dir() if folder is None else Path(os.path.abspath(Path(folder).expanduser()))
