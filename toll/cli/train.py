"""`toll train` and `toll resume`: a training in this process, with a progress bar."""

import argparse
import dataclasses
import signal
import threading
from pathlib import Path

from tqdm import tqdm

from toll.cli.defaults import defaults, typed
from toll.config import RunConfig
from toll.data import DATASETS, get_spec
from toll.evaluation.metrics import SCORES
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.files import sweep
from toll.paths import cache_dir
from toll.presets import PAPER_DATASETS, laptop, paper
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.runs.store import RunStore
from toll.studies.report import METRIC_NAMES

WORDS = {
    "score": "whole score",
    "reconstruction_error": "reconstruction error alone",
    "latent_norm": "latent norm alone",
}
EVERYDAY = ("dataset", "normal_class", "beta", "niter", "seed", "device")
DATASET, PRESET = "digits", "laptop"


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Train a run and print its test metrics. Ctrl-C stops it and keeps it. Settings that are "
        "not given are those of the dataset's preset."
    )
    everyday = parser.add_argument_group("everyday flags")
    advanced = parser.add_argument_group("advanced flags")
    everyday.add_argument(
        "--preset",
        choices=("laptop", "paper"),
        help="what the settings start from: `laptop` shows the collapse within a minute, `paper` "
        f"has the published settings (default: {PRESET})",
    )
    classes = everyday.add_mutually_exclusive_group()
    for setting in dataclasses.fields(RunConfig):
        name = setting.name
        choices = f": {', '.join(DATASETS)}" if name == "dataset" else ""
        meaning = f"{setting.metadata['help']}{choices} (default: {_default(name)})"
        group = everyday if name in EVERYDAY else advanced
        group = classes if name == "normal_class" else group
        group.add_argument(*_spelt(name), help=meaning, **typed(setting, metavar="VALUE"))
        if name == "normal_class":
            meaning = "the other way round: all classes but these are normal (default: not given)"
            classes.add_argument(*_spelt("anomalous_class"), help=meaning, metavar="VALUE")
    parser.set_defaults(command=_train)


def _spelt(name: str) -> list[str]:
    return list(dict.fromkeys((f"--{name}", f"--{name.replace('_', '-')}")))


def add_resume_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="name of the run, as `toll runs` lists it")
    parser.set_defaults(command=_resume)


def _default(name: str) -> str:
    """What stands for a setting that is not given: one value, or the preset's."""
    if name == "dataset":
        return DATASET
    presets = {each: laptop(each) for each in DATASETS}
    presets |= {f"{each}, paper": paper(each) for each in PAPER_DATASETS}
    texts = defaults(name, presets)
    if len(set(texts.values())) == 1:
        return texts[DATASET]
    return f"the preset's: {texts[DATASET]} for {DATASET}"


def _train(options: argparse.Namespace) -> int:
    names = [setting.name for setting in dataclasses.fields(RunConfig)]
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    spec = get_spec(given.pop("dataset", DATASET))
    if options.normal_class is not None:
        given["normal_class"] = spec.classes_typed(options.normal_class)
    if options.anomalous_class is not None:
        given["normal_class"] = spec.other_classes(spec.classes_typed(options.anomalous_class))
    config = (paper if options.preset == "paper" else laptop)(spec.name, **given)
    store = RunStore()
    _check_feasible(config, store.folder)
    return _record(store.create(config))


def _resume(options: argparse.Namespace) -> int:
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

    split, state = prepare(config)
    check_space(needed_bytes(config, split, state.model), folder / "new")


def _record(run: Run) -> int:
    """Train in this process with a progress bar; Ctrl-C stops the run and keeps it."""
    from toll.recording.record import record

    sweep(cache_dir())
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
