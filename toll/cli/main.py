"""The command line: `python -m toll {train,resume,runs,export,data,download}`.

Flags alone, without such a word, are the paper's own command (paper_cli.py).

Bad input ends with one sentence on standard error and exit code 2.
"""

import argparse
import dataclasses
import json
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any, NoReturn

from tqdm import tqdm

from toll.cli.film import add_flags as add_film_flags
from toll.cli.paper import add_flags
from toll.config import RunConfig
from toll.data import DATASETS, availability, download_dataset, get_spec
from toll.evaluation.metrics import SCORES
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.paths import data_dir
from toll.presets import laptop, paper
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.runs.store import RunStore, RunSummary
from toll.studies.report import METRIC_NAMES

WORDS = {
    "score": "whole score",
    "reconstruction_error": "reconstruction error alone",
    "latent_norm": "latent norm alone",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 for a run that did not finish, or 2 for bad input."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = (_paper_parser() if _is_the_papers(words) else _parser()).parse_args(words)
    try:
        return options.command(options)
    except (ValueError, OSError) as error:
        print(f"toll: {error}", file=sys.stderr)
        return 2


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _is_the_papers(words: list[str]) -> bool:
    """The published command has flags only; ours begins with a word."""
    return bool(words) and words[0].startswith("-") and words[0] not in ("-h", "--help")


def _paper_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="toll", description="Reproduce the paper's table of a dataset.")
    add_flags(parser)
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="toll",
        description="Anomaly detection by targeted collapse.",
        epilog="The paper's own command works without a subcommand: toll --dataset mnist "
        "--mode train; toll --dataset mnist --help lists its flags.",
    )
    commands = parser.add_subparsers(required=True, metavar="command", parser_class=_Parser)

    train = commands.add_parser("train", help="train a run and print its test metrics")
    train.add_argument("--preset", choices=("laptop", "paper"), help="what the settings start from")
    for setting in dataclasses.fields(RunConfig):
        spellings = dict.fromkeys((f"--{setting.name}", f"--{setting.name.replace('_', '-')}"))
        meaning = setting.metadata["help"]
        train.add_argument(*spellings, type=setting.type, default=None, help=meaning)
    train.set_defaults(command=_train)

    resume = commands.add_parser("resume", help="go on with a paused, stopped or interrupted run")
    resume.add_argument("run", help="name of the run, as `runs` lists it")
    resume.set_defaults(command=_resume)

    runs = commands.add_parser("runs", help="list runs")
    runs.add_argument("--json", action="store_true", help="as JSON")
    runs.set_defaults(command=_runs)

    export = commands.add_parser("export", help="write a run's film as one HTML file")
    add_film_flags(export)

    data = commands.add_parser("data", help="list datasets: what is there and what is missing")
    data.add_argument("--json", action="store_true", help="as JSON")
    data.set_defaults(command=_data)

    download = commands.add_parser("download", help="download a dataset")
    download.add_argument("dataset", help=f"one of {', '.join(DATASETS)}")
    download.set_defaults(command=_download)
    return parser


def _train(options: argparse.Namespace) -> int:
    names = [setting.name for setting in dataclasses.fields(RunConfig)]
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    dataset = get_spec(given.pop("dataset", "digits")).name
    config = (paper if options.preset == "paper" else laptop)(dataset, **given)
    _check_feasible(config)
    return _record(RunStore().create(config))


def _resume(options: argparse.Namespace) -> int:
    run = RunStore().get(options.run)
    state = run.status().state
    if not state.can_resume:
        wanted = ", ".join(state for state in State if state.can_resume)
        raise ValueError(f"run {run.id} is {state}; only these can be resumed: {wanted}")
    run.clear_request()
    return _record(run)


def _check_feasible(config: RunConfig) -> None:
    """Whatever is wrong with the data or the device shows before a run is created."""
    from toll.recording.record import prepare

    prepare(config)


def _record(run: Run) -> int:
    """Train in this process with a progress bar; Ctrl-C stops the run and keeps it."""
    from toll.recording.record import record

    signal.signal(signal.SIGINT, lambda *_: run.ask("stop"))
    ended = threading.Event()
    watcher = threading.Thread(target=_show_progress, args=(run, ended))
    watcher.start()
    try:
        status = record(run)
    finally:
        ended.set()
        watcher.join()
    _print_outcome(run, status)
    return 0 if status.state is State.FINISHED else 1


def _show_progress(run: Run, ended: threading.Event) -> None:
    with tqdm(total=run.config.niter, unit="step", disable=None) as bar:
        while not ended.wait(0.2):
            status = run.status()
            bar.set_description(status.activity)
            bar.update(status.step - bar.n)
        bar.update(run.status().step - bar.n)


def _print_outcome(run: Run, status: Status) -> None:
    print(f"Run {run.id} {status.state} at step {status.step}. {status.message}".strip())
    print(f"Folder: {run.folder}")
    judged = run.metrics()
    if not judged:
        return
    metrics = judged["last"]
    print("Test metrics of the last weights (no anomaly labels were used to choose them):")
    print(f"{'':28}{'AUROC':>8}{'AUPR':>8}{'FPR@95TPR':>11}")
    for name in SCORES:
        row = metrics[name]
        print(f"{WORDS[name]:28}{row['auroc']:8.4f}{row['aupr']:8.4f}{row['fpr_at_95_tpr']:11.4f}")
    print(f"Separation (median anomalous / normal latent norm): {metrics['separation']:.2f}")
    metric = get_spec(run.config.dataset).metric
    print(f"{METRIC_NAMES[metric]} of the whole score by the choice of weights:")
    for name, each in WEIGHTS_CHOICES.items():
        if name in judged:
            print(f"{each.title:15}{judged[name]['score'][metric]:8.4f}  {each.text}")


def _runs(options: argparse.Namespace) -> int:
    summaries = RunStore().list()
    if options.json:
        print(json.dumps([_as_dict(summary) for summary in summaries], indent=1))
    elif not summaries:
        print("No runs yet. Train one: python -m toll train --dataset digits")
    for summary in summaries if not options.json else []:
        config, metrics = summary.config, summary.metrics.get("last")
        what = f"beta {config.beta:g}, z_dim {config.z_dim}" if config else summary.status.message
        auroc = f"AUROC {metrics['score']['auroc']:.3f} (last weights)" if metrics else ""
        print(f"{summary.run.id:36} {summary.status.state:12} {what:28} {auroc}".rstrip())
    return 0


def _as_dict(summary: RunSummary) -> dict[str, Any]:
    return {
        "run": summary.run.id,
        "folder": str(summary.run.folder),
        "state": summary.status.state,
        "message": summary.status.message,
        "step": summary.status.step,
        "config": summary.config.to_dict() if summary.config else None,
        "metrics": summary.metrics,
    }


def _data(options: argparse.Namespace) -> int:
    found = [availability(name) for name in DATASETS]
    if options.json:
        rows = [dataclasses.asdict(each) for each in found]
        print(json.dumps(rows, indent=1, default=str))
        return 0
    print(f"Data folder: {data_dir()}")
    for each in found:
        print(f"{each.name:12} {'there' if each.present else 'missing':8} {each.message}")
        if not each.present:
            print(f"{'':21} Needed: {', '.join(each.missing)}")
            if get_spec(each.name).downloadable:
                print(f"{'':21} To download: python -m toll download {each.name}")
    return 0


def _download(options: argparse.Namespace) -> int:
    spec = get_spec(options.dataset)
    with tqdm(total=spec.download_bytes, unit="B", unit_scale=True, disable=None) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        download_dataset(spec.name, report=report)
    print(availability(spec.name).message)
    return 0
