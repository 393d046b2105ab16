"""From a person's own file to a dataset of the registry: read, checked, stored."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from toll.data.own.checks import Refused, check
from toll.data.own.columns import as_texts, column, describe
from toll.data.own.features import features, filled
from toll.data.own.files import (
    NAME,
    ROWS,
    VERSION,
    Description,
    folder_of,
    new_folder,
    write_columns,
    write_description,
    write_samples,
)
from toll.data.own.pictures import (
    EITHER,
    RULE,
    SPLIT,
    holds_pictures,
    names_in,
    read_pictures,
    rows_about,
)
from toll.data.own.plan import ImportPlan, Inspection
from toll.data.own.rows import UNLABELLED, own_names, own_spec, spec_of
from toll.data.own.splitting import PARTS
from toll.data.own.tables import READERS, read_table
from toll.data.spec import Dataset, DatasetSpec
from toll.data.split import split_one_class
from toll.paths import cache_dir, check_may_write, own_data_dir, own_dir

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 2  # normal rows to train on
_ANY = "pixels"
Report = Callable[[float], None]


class _Read(NamedTuple):
    """The rows of a file, and, of pictures, their samples."""

    frame: pd.DataFrame
    samples: np.ndarray | None
    notes: tuple[str, ...]


def check_name(name: str, taken: Collection[str]) -> None:
    """Raises `ValueError` unless a dataset may be called so. taken: names of others."""
    if not NAME.fullmatch(name):
        raise ValueError(
            f"name is {name!r}; it must be up to 40 small letters, digits, - and _, and begin "
            f"with a letter or digit"
        )
    if name in taken or folder_of(name).exists():
        raise ValueError(f"name is {name!r}, which another dataset has; choose another")


def inspect_file(path: Path) -> Inspection:
    """What a file or folder holds, to choose a plan by.

    Raises:
        ValueError: it cannot be read; the sentence names the place.
    """
    _check_kind(path)
    if holds_pictures(path) and path.suffix.lower() != ".npz":
        names = names_in(path)
        if not names:
            read_pictures(path)  # which says so
        frame = rows_about(names)
        return Inspection(len(names), describe(frame), (RULE.format(EITHER),), is_images=True)
    read = _read(path, lambda share: None)
    columns = describe(read.frame)
    return Inspection(len(read.frame), columns, read.notes, read.samples is not None)


def import_file(
    path: Path,
    name: str,
    plan: ImportPlan,
    taken: Collection[str] = (),
    report: Report = lambda share: None,
) -> DatasetSpec:
    """Import a file or a folder of pictures as the dataset `name`, and return its row.

    taken: names that it may not have. report: called with the share that is done; what it raises
    ends the import, of which nothing is left then.

    Raises:
        ValueError: the name, the file or the plan will not do; a sentence a problem.
    """
    check_may_write(own_data_dir())
    check_name(name, taken)
    _check_kind(path)
    read = _read(path, lambda share: report(share / 2))
    report(0.5)
    plan = _with_folders(read, plan)
    frame = read.frame
    if read.samples is not None:
        check_pictures(frame, plan, path.name)
    else:
        if plan.missing == "rows":
            frame = _without_gaps(frame, plan, path.name)
        check(frame, plan, path.name)
    report(0.7)
    return _store(name, path, read._replace(frame=frame), plan, report)


def forget_files(name: str) -> None:
    """Remove an imported dataset and what was made of it.

    Raises:
        ValueError: there is none of this name.
    """
    if own_spec(name) is None:
        valid = ", ".join(own_names()) or "none has been imported"
        raise ValueError(f"no imported dataset is called {name!r}; valid: {valid}")
    folder = folder_of(name)
    hidden = folder.with_name(f".{name}.gone.tmp")
    shutil.rmtree(hidden, ignore_errors=True)
    folder.rename(hidden)  # at once: no half of it can be read
    shutil.rmtree(hidden)
    for home in dict.fromkeys((cache_dir(), own_dir())):
        for made in home.glob(f"prepared/{name}-*"):
            if re.fullmatch("[0-9a-f]{16}", made.name.removeprefix(f"{name}-")):
                shutil.rmtree(made)


def _check_kind(path: Path) -> None:
    if not path.exists():
        raise FileNotFoundError(f"there is no file or folder {path}")
    known = (*READERS, ".zip")
    if not path.is_dir() and path.suffix.lower() not in known:
        kinds = ", ".join(sorted(each.removeprefix(".") for each in known))
        raise ValueError(
            f"{path.name} is of no kind that can be imported; these are: {kinds}, or a folder of "
            f"pictures"
        )
    if path.is_file() and path.stat().st_size == 0:
        raise ValueError(f"{path.name} is empty")


def _read(path: Path, report: Report) -> _Read:
    if holds_pictures(path):
        pictures = read_pictures(path, report)
        return _Read(pictures.rows, pictures.samples, pictures.notes)
    table = read_table(path)
    return _Read(table.frame, None, table.notes)


def _with_folders(read: _Read, plan: ImportPlan) -> ImportPlan:
    """Pictures whose outermost folders are train and test are split so, unless told otherwise."""
    chosen = plan.split_column or plan.test_ratio is not None or plan.train_on_all
    if read.samples is None or SPLIT not in read.frame or chosen:
        return plan
    return replace(plan, split_column=SPLIT)


def check_pictures(frame: pd.DataFrame, plan: ImportPlan, file: str) -> None:
    """Raises `Refused` where what the folders of pictures say is not as the plan has it."""
    if plan.drop or plan.categorical:
        raise Refused([f"{file} holds pictures, of which no column can be left out or categorical"])
    check(frame.assign(**{_ANY: np.arange(len(frame)) % 2}), plan, file)


def _without_gaps(frame: pd.DataFrame, plan: ImportPlan, file: str) -> pd.DataFrame:
    known = [name for name in frame.columns if name not in plan.drop]
    kept = frame.loc[frame[known].notna().all(axis=1), :]
    if kept.empty:
        raise Refused([f"{file}: every row lacks a value, so that none is left"])
    return kept


def _store(name: str, path: Path, read: _Read, plan: ImportPlan, report: Report) -> DatasetSpec:
    """Write the folder of a dataset whose rows have been checked."""
    frame = read.frame
    classes, class_names, normal = _classes(frame, plan)
    place = frame.index.to_numpy()
    rows: dict[str, Any] = {"class": classes, "place": place}
    if plan.split_column:
        rows["part"] = as_texts(column(frame, plan.split_column)).map(PARTS).to_numpy(np.int8)
    samples, names = features(frame, plan) if read.samples is None else (read.samples, ())
    about = Description(
        version=VERSION,
        source=path.name,
        imported=datetime.now(UTC).isoformat(timespec="seconds"),
        rows=len(samples),
        shape=samples.shape[1:],
        class_names=class_names,
        normal_classes=normal,
        labelled=plan.label_column is not None,
        feature_names=names,
        normal_training_rows=1,
        held_out=plan.held_out,
        by_column=plan.split_column is not None,
        everything=plan.train_on_all,
        notes=read.notes,
    )
    report(0.8)
    with new_folder(name) as folder:
        write_columns(folder / ROWS, rows)
        spec = spec_of(name, about)
        dataset = Dataset(spec, samples, classes, len(samples), folder, (folder / ROWS,))
        train = spec.split(dataset, normal).train
        if len(train) < FEWEST:
            raise ValueError(
                f"{path.name} leaves {len(train)} normal rows to train on; {FEWEST} are needed"
            )
        if samples.ndim == 2:
            filled(samples, train)
        split_one_class(dataset, normal)  # which says what the other parts lack
        report(0.9)
        about = replace(about, normal_training_rows=len(train))
        write_samples(folder, about, samples)
        write_description(folder, about)
    return spec_of(name, about)


def _classes(
    frame: pd.DataFrame, plan: ImportPlan
) -> tuple[np.ndarray, tuple[str, ...], tuple[int, ...]]:
    """The class of each row, the names of the classes, and which of them are normal."""
    if plan.label_column is None:
        return np.zeros(len(frame), np.int64), (UNLABELLED,), (0,)
    texts = as_texts(column(frame, plan.label_column))
    names = sorted(texts.unique(), key=_natural)
    numbers = {name: number for number, name in enumerate(names)}
    normal = tuple(sorted(numbers[value] for value in plan.normal_values))
    return texts.map(numbers).to_numpy(np.int64), tuple(names), normal


def _natural(text: str) -> tuple[int, float, str]:
    """So that 2 comes before 10, and numbers before words."""
    try:
        return (0, float(text), text)
    except ValueError:
        return (1, 0.0, text)
