"""The paper's own command: `toll --dataset mnist --mode train …`, without a subcommand.

Flags are those of the published main.py; what is not given is the paper's setting of the dataset.
A table goes into a folder, one run a cell, and goes on where it stopped.
"""

import argparse
import os
from pathlib import Path

from toll.cli.progress import fill_with_progress
from toll.cli.settings import defaults, typed
from toll.config import MOST_AT_A_TIME, RunConfig
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.paths import check_may_write
from toll.presets import PAPER_DATASETS, paper
from toll.runs.run import Run
from toll.runs.status import State
from toll.studies.report import METRIC_NAMES, markdown, metrics_of
from toll.studies.table import OFFERED, Table, TableSettings, paper_table, table_folder

DESCRIPTION = """\
The published command: train the paper's table of a dataset, or test its saved weights again. Each
class in turn is the normal one. Ctrl-C stops a table, and the same command goes on from there.
The published loop seeds once for all classes. Here each model is seeded anew, so only that of the
first class starts and draws as published; with `--seeding published` all of them do.
"""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The published flags, and those that say how models are seeded and numbers rounded."""
    everyday = parser.add_argument_group("everyday flags")
    everyday.add_argument("--dataset", required=True, choices=PAPER_DATASETS, help="required")
    everyday.add_argument(
        "--dataset_path",
        help="folder of the dataset's files, or one of them (default: the data folder, which "
        "`toll data` names)",
    )
    everyday.add_argument(
        "--mode",
        choices=("train", "eval"),
        default="train",
        help="eval tests saved weights again (default: train)",
    )
    everyday.add_argument("--num_seeds", type=int, default=10, help="repetitions (default: 10)")
    everyday.add_argument("--num_classes", type=int, help="the first so many (default: all)")
    everyday.add_argument(
        "--output_path", type=Path, help="folder of the table (default: its own, in tables/)"
    )
    advanced = parser.add_argument_group("advanced flags")
    for name in OFFERED:
        setting = RunConfig.__dataclass_fields__[name]
        meaning = f"{setting.metadata['help']} (default: {_default(name)})"
        group = everyday if name == "device" else advanced
        group.add_argument(f"--{name}", help=meaning, **typed(setting))
    advanced.add_argument(
        "--batch_inference",
        type=_boolean,
        default=True,
        help="encode in batches: True or False (default: True)",
    )
    advanced.add_argument(
        "--inference_batch_size",
        type=int,
        help="samples encoded at a time (default: as suit the device)",
    )
    parser.set_defaults(command=reproduce)


def reproduce(options: argparse.Namespace) -> int:
    """Train or re-test the paper's table of a dataset."""
    if options.dataset_path is not None:
        os.environ["TOLL_DATA_DIR"] = str(_existing(options.dataset_path))
    settings = _settings(options)
    return (_train if options.mode == "train" else _test)(settings, options.output_path)


def _default(name: str) -> str:
    """The paper's value of a setting; of each dataset where they differ."""
    texts = defaults(name, {dataset: paper(dataset) for dataset in PAPER_DATASETS})
    if len(set(texts.values())) == 1:
        return texts.popitem()[1]
    return "the paper's: " + ", ".join(f"{text} for {name}" for name, text in texts.items())


def _settings(options: argparse.Namespace) -> TableSettings:
    given = {name: getattr(options, name) for name in OFFERED}
    if options.inference_batch_size is not None and options.inference_batch_size < 1:
        size = options.inference_batch_size
        raise ValueError(f"inference_batch_size is {size}; it must be at least 1")
    given["inference_batch_size"] = (
        options.inference_batch_size if options.batch_inference else MOST_AT_A_TIME
    )
    changes = {name: value for name, value in given.items() if value is not None}
    return paper_table(options.dataset, options.num_seeds, options.num_classes, **changes)


def _train(settings: TableSettings, folder: Path | None) -> int:
    from toll.studies.fill import check_feasible

    check_may_write(table_folder(settings, folder))
    check_feasible(settings, table_folder(settings, folder))
    table = Table.open(settings, folder)
    status = fill_with_progress(table, settings.cells, "stop", lambda run: _line(table, run))
    _print_tables(table)
    if status.state is not State.FINISHED:
        print(f"Stopped. The same command goes on from here.\nFolder: {table.folder}")
        return 1
    if status.message:
        print(status.message)
    return 1 if status.message else 0


def _test(settings: TableSettings, folder: Path | None) -> int:
    from toll.studies.fill import retest

    table = Table.find(settings, folder)
    check_may_write(table.folder)
    tested = retest(
        table,
        settings.cells,
        settings.base,
        announce=lambda run: print(_line(table, run), flush=True),
    )
    _print_tables(table)
    missing = len(settings.cells) - len(tested)
    if missing:
        print(f"{missing} of {len(settings.cells)} models have no saved weights yet.")
    return 0


def _line(table: Table, run: Run) -> str:
    """One line on a model that has ended."""
    config, status, metrics = run.config, run.status(), run.metrics()
    where = f"{table.spec.classes_phrase(config.normal_classes)}, seed {config.seed}"
    if not metrics:
        return f"{where}: {status.state}. {status.message}".rstrip()
    judged = [
        f"{METRIC_NAMES[metric]} "
        + ", ".join(
            f"{metrics[name]['score'][metric]:.4f} {each.title}"
            for name, each in WEIGHTS_CHOICES.items()
            if name in metrics
        )
        for metric in metrics_of(table)
    ]
    return f"{where}: {'; '.join(judged)} ({status.seconds:.0f} s)"


def _print_tables(table: Table) -> None:
    if table.metrics():
        print(f"\n{markdown(table)}")
        print(f"Written to {table.folder}: table.md, table.csv, table.json, cells.csv")


def _existing(path: str) -> Path:
    found = Path(path).expanduser().resolve()
    if not found.exists():
        raise ValueError(f"dataset_path {path!r} does not exist")
    return found


def _boolean(text: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.lower() not in words:
        raise argparse.ArgumentTypeError(f"{text!r} is neither True nor False")
    return words[text.lower()]
