"""`toll train` and `toll resume`: a training in this process, with a progress bar."""

import argparse
import signal
from pathlib import Path

from toll.cli.ladder import resume_ladder
from toll.cli.progress import progress
from toll.cli.settings import add_setting_flags, chosen_config
from toll.config import RunConfig
from toll.data import NO_LABELS, get_spec
from toll.evaluation.metrics import SCORES
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.files import sweep
from toll.paths import cache_dir, check_may_write
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.runs.store import RunStore
from toll.studies.ladder import find_ladder
from toll.studies.report import METRIC_NAMES

WORDS = {
    "score": "whole score",
    "reconstruction_error": "reconstruction error alone",
    "latent_norm": "latent norm alone",
}
DATASET = "digits"


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Train a run and print its test metrics. Ctrl-C stops it and keeps it. Settings that are "
        "not given are those of the dataset's preset."
    )
    add_setting_flags(parser, parser.add_argument_group("everyday flags"), DATASET)
    parser.set_defaults(command=_train)


def add_resume_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="name of the run or ladder, as `toll runs` lists it")
    parser.set_defaults(command=_resume)


def _train(options: argparse.Namespace) -> int:
    config = chosen_config(options, DATASET)
    store = RunStore()
    _check_feasible(config, store.folder)
    return _record(store.create(config))


def _resume(options: argparse.Namespace) -> int:
    if ladder := find_ladder(options.run):
        return resume_ladder(ladder)
    run = RunStore().get(options.run)
    with run.claimed() as status:
        state = status.state
        if not state.can_resume:
            wanted = ", ".join(state for state in State if state.can_resume)
            raise ValueError(f"run {run.id} is {state}; only these can be resumed: {wanted}")
        run.check_resumable()
        run.clear_request()
        return _record(run)


def _check_feasible(config: RunConfig, folder: Path) -> None:
    """Whatever is wrong with the data, the device or the disk shows before a run is created."""
    from toll.recording.record import prepare
    from toll.recording.space import check_space, needed_bytes

    check_may_write(folder)
    split, state = prepare(config)
    check_space(needed_bytes(config, split, state.model), folder / "new")


def _record(run: Run) -> int:
    """Train in this process with a progress bar; Ctrl-C stops the run and keeps it."""
    from toll.recording.record import record

    sweep(cache_dir())
    signal.signal(signal.SIGINT, lambda *_: run.ask("stop"))
    with progress(run, run.config.niter, initial=run.status().step):
        status = record(run)
    _print_outcome(run, status)
    return 0 if status.state is State.FINISHED else 1


def _print_outcome(run: Run, status: Status) -> None:
    print(f"Run {run.id} {status.state} at step {status.step}. {status.message}".strip())
    print(f"Folder: {run.folder}")
    judged = run.metrics()
    if not judged:
        return
    metrics = judged["last"]
    if "score" not in metrics:
        print(NO_LABELS)
        return
    print("Test metrics of the last weights (no anomaly labels were used to choose them):")
    print(f"{'':28}{'AUROC':>8}{'AUPR':>8}{'FPR@95TPR':>11}")
    for name in SCORES:
        row = metrics[name]
        print(f"{WORDS[name]:28}{row['auroc']:8.4f}{row['aupr']:8.4f}{row['fpr_at_95_tpr']:11.4f}")
    print(f"Separation (median anomalous / normal latent norm): {metrics['separation']:.2f}")
    metric = get_spec(run.config.dataset).metric
    print(f"{METRIC_NAMES[metric]} of the whole score by the choice of weights:")
    for name, each in WEIGHTS_CHOICES.items():
        if name in judged and "score" in judged[name]:
            print(f"{each.title:15}{judged[name]['score'][metric]:8.4f}  {each.text}")
