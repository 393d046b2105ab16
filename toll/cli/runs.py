"""`toll runs`: what has been trained, for people and for programs."""

import argparse
import json
from typing import Any

from toll.config import RunConfig, shown_names
from toll.data import DATASETS
from toll.runs.store import RunStore, RunSummary


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON (default: as text)")
    parser.set_defaults(command=_runs)


def _runs(options: argparse.Namespace) -> int:
    summaries = RunStore().list()
    if options.json:
        print(json.dumps([_as_dict(summary) for summary in summaries], indent=1))
    elif not summaries:
        print("No runs yet. Train one: python -m toll train --dataset digits")
    for summary in summaries if not options.json else []:
        config, metrics = summary.config, summary.metrics.get("last")
        what = _what(config) if config else summary.status.message
        auroc = f"AUROC {metrics['score']['auroc']:.3f} (last weights)" if metrics else ""
        newer = f"  ignores {shown_names(summary.ignored)}" if summary.ignored else ""
        print(f"{summary.run.id:36} {summary.status.state:12} {what:40} {auroc}{newer}".rstrip())
    return 0


def _what(config: RunConfig) -> str:
    spec = DATASETS.get(config.dataset)
    normal = f"normal {spec.classes_text(config.normal_classes)}, " if spec else ""
    return f"{normal}beta {config.beta:g}, z_dim {config.z_dim}"


def _as_dict(summary: RunSummary) -> dict[str, Any]:
    return {
        "run": summary.run.id,
        "folder": str(summary.run.folder),
        "state": summary.status.state,
        "message": summary.status.message,
        "step": summary.status.step,
        "ignored_settings": list(summary.ignored),
        "config": summary.config.to_dict() if summary.config else None,
        "metrics": summary.metrics,
    }
