"""`toll runs`: what has been trained, for people and for programs: runs, and then ladders."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from toll.config import RunConfig, shown_names
from toll.data import DATASETS
from toll.runs.folder import DamagedFolder
from toll.runs.label import Label, label_or_fault
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.runs.summary import RunSummary, summarise
from toll.studies.ladder import Ladder, ladders


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON (default: as text)")
    parser.set_defaults(command=_runs)


def _runs(options: argparse.Namespace) -> int:
    summaries, found = RunStore().list(), ladders()
    if options.json:
        runs = [_as_dict(summary) for summary in summaries]
        print(json.dumps([*runs, *map(_ladder_as_dict, found)], indent=1))
        return 0
    if not summaries and not found:
        print("No runs yet. Train one: python -m toll train --dataset digits")
    for summary in summaries:
        config, metrics = summary.config, summary.metrics.get("last")
        what = _what(config) if config else summary.status.message
        score = f"AUROC {metrics['score']['auroc']:.3f} (last weights)" if metrics else ""
        told = score or summary.fault
        newer = f"  ignores {shown_names(summary.ignored)}" if summary.ignored else ""
        line = f"{summary.run.id:36} {summary.status.state:12} {what:40} {told}{newer}"
        print(f"{line.rstrip()}{called(summary.label)}")
    for ladder in found:
        print(_ladder_line(ladder))
    return 0


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
