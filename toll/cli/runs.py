"""`toll runs`: what has been trained, for people and for programs: runs, and then ladders.

As a table, in a file, the rungs of ladders stand among the runs instead.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from toll.config import RunConfig, shown_names
from toll.data import DATASETS
from toll.runs.folder import DamagedFolder
from toll.runs.label import Label, label_or_fault
from toll.runs.status import State
from toll.runs.summary import RunSummary, summarise
from toll.studies.ladder import Ladder, ladders
from toll.studies.library import Library, Wanted, write_table


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON (default: as text)")
    for form in ("csv", "parquet"):
        parser.add_argument(
            f"--{form}",
            metavar="FILE",
            type=Path,
            help=f"write runs and rungs with settings and metrics as {form.upper()}",
        )
    wanted = parser.add_argument_group("which of them; each may be repeated")
    for flag, metavar, text in (
        ("search", "WORD", "with this word in name, tags, note, dataset or folder"),
        ("dataset", "NAME", f"of this dataset: {', '.join(DATASETS)}"),
        ("state", "STATE", f"in this state: {', '.join(State)}"),
        ("tag", "TAG", "with this tag"),
    ):
        wanted.add_argument(f"--{flag}", metavar=metavar, action="append", default=[], help=text)
    wanted.add_argument("--archived", action="store_true", help="those in the archive too")
    parser.set_defaults(command=_runs)


def _runs(options: argparse.Namespace) -> int:
    wanted, library = _wanted(options), Library()
    summaries, found = wanted.runs(library.runs()), wanted.ladders(ladders())
    if path := options.csv or options.parquet:
        rows = [*summaries, *wanted.runs(library.rungs())]
        write_table(rows, path, "parquet" if options.parquet else "csv")
        print(f"Wrote {len(rows)} runs to {path}.")
        return 0
    if options.json:
        runs = [_as_dict(summary) for summary in summaries]
        print(json.dumps([*runs, *map(_ladder_as_dict, found)], indent=1))
        return 0
    if not summaries and not found:
        asked = wanted != Wanted()
        nothing = "No runs yet. Train one: python -m toll train --dataset digits"
        print("No run is like that." if asked else nothing)
    for summary in summaries:
        config, metrics = summary.config, summary.metrics.get("last")
        what = _what(config) if config else summary.status.message
        judged = (metrics or {}).get("score")  # which data without labels has not
        score = f"AUROC {judged['auroc']:.3f} (last weights)" if judged else ""
        told = score or summary.fault
        newer = f"  ignores {shown_names(summary.ignored)}" if summary.ignored else ""
        line = f"{summary.run.id:36} {summary.status.state:12} {what:40} {told}{newer}"
        print(f"{line.rstrip()}{called(summary.label)}")
    for ladder in found:
        print(_ladder_line(ladder))
    return 0


def _wanted(options: argparse.Namespace) -> Wanted:
    for flag, given, known in (
        ("dataset", options.dataset, list(DATASETS)),
        ("state", options.state, list(State)),
    ):
        if strange := [each for each in given if each not in known]:
            raise ValueError(f"there is no {flag} {strange[0]!r}; valid are {', '.join(known)}")
    return Wanted(
        text=" ".join(options.search),
        datasets=tuple(options.dataset),
        states=tuple(map(State, options.state)),
        tags=tuple(options.tag),
        archived=options.archived,
    )


def _what(config: RunConfig) -> str:
    spec = DATASETS.get(config.dataset)
    normal = f"normal {spec.classes_text(config.normal_classes)}, " if spec else ""
    return f"{normal}beta {config.beta:g}, z_dim {config.z_dim}"


def called(label: Label) -> str:
    """The name and tags of a line in the list; nothing where there are none."""
    name = f"  “{label.name}”" if label.name else ""
    tags = "".join(f" #{tag}" for tag in label.tags)
    return name + (f" {tags}" if tags else "")


def _as_dict(summary: RunSummary) -> dict[str, Any]:
    return {
        "run": summary.run.id,
        "folder": str(summary.run.folder),
        "state": summary.status.state,
        "message": summary.message,
        "step": summary.status.step,
        "ignored_settings": list(summary.ignored),
        "config": summary.config.to_dict() if summary.config else None,
        "metrics": summary.metrics,
        "label": asdict(summary.label),
    }


def _ladder_line(ladder: Ladder) -> str:
    try:
        settings, state = ladder.settings, ladder.status().state
    except DamagedFolder as error:
        return f"{ladder.id:36} {State.DAMAGED:12} {error}"
    finished = sum(ladder.state_of(*cell) is State.FINISHED for cell in settings.cells)
    normal = ladder.spec.classes_text(settings.base.normal_classes)
    betas = ", ".join(f"{beta:g}" for beta in settings.betas)
    seeds = ", ".join(map(str, settings.seeds))
    what = f"{settings.base.dataset}, normal {normal}; betas {betas}; seeds {seeds}"
    newer = f"  ignores {shown_names(ignored)}" if (ignored := ladder.ignored_settings) else ""
    count = f"{finished} of {len(settings.cells)} rungs finished"
    name = called(label_or_fault(ladder)[0])
    return f"{ladder.id:36} {state:12} {what}; {count}{newer}{name}"


def _ladder_as_dict(ladder: Ladder) -> dict[str, Any]:
    """A ladder in the list; `ladder` stands where a run has `run`."""
    named = {"ladder": ladder.id, "folder": str(ladder.folder)}
    try:
        settings, status = ladder.settings, ladder.status()
        ignored = list(ladder.ignored_settings)
    except DamagedFolder as error:
        return named | {"state": State.DAMAGED, "message": f"{error}.", "config": None, "rungs": []}
    rungs = []
    for beta, seed in settings.cells:
        run = ladder.cell(beta, seed)
        rung = {"run": run.id, "beta": beta, "seed": seed, "state": None, "metrics": {}}
        if run.folder.exists():
            summary = summarise(run)
            rung |= {"state": ladder.state_of(beta, seed), "metrics": summary.metrics}
        rungs.append(rung)
    return {
        **named,
        "state": status.state,
        "message": status.message,
        "ignored_settings": ignored,
        "config": settings.base.to_dict(),
        "betas": settings.betas,
        "seeds": settings.seeds,
        "label": asdict(label_or_fault(ladder)[0]),
        "rungs": rungs,
    }
