"""`toll import` and `toll forget`: a person's own data as a dataset, and removing it again."""

import argparse
import csv
from pathlib import Path

from tqdm import tqdm

from toll.data import ImportPlan, import_own, inspect_file
from toll.data.own.plan import MISSING, TEST_RATIO, Column
from toll.paths import own_data_dir
from toll.studies.own_data import forget

KINDS = "CSV, Parquet, Excel, npz, .mat, or a folder or zip file of pictures"


def add_import_flags(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        f"Import a file as a dataset: {KINDS}. Nothing of it leaves this machine. Without --name "
        "it says what the columns hold and imports nothing."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=KINDS)
    parser.add_argument("--name", help="what the dataset is to be called; not given: look only")
    labels = parser.add_argument_group("labels")
    labels.add_argument(
        "--label-column",
        metavar="COL",
        help="says what each row is; of pictures in folders it is `folder` (default: no labels)",
    )
    labels.add_argument(
        "--normal-value",
        action="append",
        default=[],
        metavar="VALUE",
        help="a label that is normal, all others are anomalous; may be given several times",
    )
    labels.add_argument(
        "--anomalous-value",
        action="append",
        default=[],
        metavar="VALUE",
        help="a label that is anomalous; any label that is neither is then refused",
    )
    columns = parser.add_argument_group("columns")
    columns.add_argument("--drop", default="", metavar="COL,COL", help="columns to leave out")
    columns.add_argument(
        "--categorical",
        default="",
        metavar="COL,COL",
        help="columns of which each value becomes a feature, 0 or 1",
    )
    columns.add_argument(
        "--missing",
        choices=MISSING,
        default=MISSING[0],
        help="where a value is missing: refuse the file, leave such rows out, or take the median "
        f"of normal training rows (default: {MISSING[0]})",
    )
    split = parser.add_argument_group("split").add_mutually_exclusive_group()
    split.add_argument(
        "--split-column", metavar="COL", help="says train, validation or test of each row"
    )
    split.add_argument(
        "--test-ratio",
        type=float,
        metavar="SHARE",
        help="share of the normal rows that are held out, a third of them to validate "
        f"(default: {TEST_RATIO})",
    )
    split.add_argument(
        "--train-on-all",
        action="store_true",
        help="train on all normal rows, and score all rows",
    )
    parser.set_defaults(command=_import)


def add_forget_flags(parser: argparse.ArgumentParser) -> None:
    parser.description = "Remove an imported dataset, on which nothing may have been trained."
    parser.add_argument("dataset", help="its name, as `toll datasets` lists it")
    parser.set_defaults(command=_forget)


def _import(options: argparse.Namespace) -> int:
    plan = ImportPlan(
        label_column=options.label_column,
        normal_values=tuple(options.normal_value),
        anomalous_values=tuple(options.anomalous_value),
        drop=_names(options.drop),
        categorical=_names(options.categorical),
        split_column=options.split_column,
        test_ratio=options.test_ratio,
        train_on_all=options.train_on_all,
        missing=options.missing,
    )
    if options.name is None:
        return _look(options.file)
    with tqdm(total=100, unit="%", disable=None) as bar:

        def report(share: float) -> None:
            bar.update(int(100 * share) - bar.n)

        spec = import_own(options.file, options.name, plan, report)
    print(f"{spec.title}: {spec.description}")
    if spec.labelled:
        print(f"Normal: {spec.classes_text(spec.normal_classes)}.")
    if spec.note:
        print(spec.note)
    print(f"Folder: {own_data_dir() / spec.name}")
    print(f"To train: toll train --dataset {spec.name}")
    return 0


def _look(file: Path) -> int:
    found = inspect_file(file)
    print(f"{file.name}: {found.rows:,} {'pictures' if found.is_images else 'rows'}")
    for note in found.notes:
        print(note)
    for column in found.columns:
        print(f"{column.name:28} {column.kind:18} {_described(column)}")
    return 0


def _described(column: Column) -> str:
    said = []
    if column.lowest is not None and column.highest is not None:
        said.append(f"{column.lowest:g} to {column.highest:g}")
    elif column.texts:
        few = ", ".join(column.texts[:5])
        more = f" and {column.distinct - 5:,} more" if column.distinct > 5 else ""
        said.append(f"{few}{more}")
    if column.missing:
        said.append(f"{column.missing:,} missing")
    return "; ".join(said)


def _forget(options: argparse.Namespace) -> int:
    forget(options.dataset)
    print(f"{options.dataset} is forgotten.")
    return 0


def _names(text: str) -> tuple[str, ...]:
    """Names between commas; one with a comma in it stands in double quotes."""
    (row,) = csv.reader([text], skipinitialspace=True) if text.strip() else ([],)
    return tuple(name.strip() for name in row if name.strip())
