"""`toll baselines RUN`: other detectors on a run's own split, and whether the run is better."""

import argparse

from tqdm import tqdm

from toll.detectors.baselines import BASELINES, EXTRA, get_baseline
from toll.runs.rivals import INPUTS
from toll.runs.store import RunStore, quoted
from toll.studies.ladder import find_ladder
from toll.studies.rivals import Entry, entries, verdict_of


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="name of a run, or of a rung: LADDER/100-0")
    parser.add_argument(
        "--only",
        metavar="NAMES",
        help=f"some of {', '.join(BASELINES)} (default: all whose package is installed)",
    )
    parser.add_argument(
        "--on",
        metavar="INPUTS",
        default=",".join(INPUTS),
        help="input, latent: what they are given (default: both)",
    )
    parser.set_defaults(command=_baselines)


def _baselines(options: argparse.Namespace) -> int:
    if ladder := find_ladder(options.run):
        rung = ladder.cell(*ladder.settings.cells[-1])
        raise ValueError(f"{quoted(options.run)} is a ladder; name one of its rungs, as {rung.id}")
    run = RunStore().get(options.run)
    names = options.only.split(",") if options.only else None
    for name in names or ():
        get_baseline(name)
    from toll.recording.rivals import compare_detectors

    with tqdm(total=100, unit="%", disable=None, bar_format="{desc} {bar} {n:.0f} %") as bar:

        def report(share: float, doing: str) -> None:
            bar.set_description(doing, refresh=False)
            bar.update(100 * share - bar.n)

        compare_detectors(run, names, options.on.split(","), report=report)
        bar.update(100 - bar.n)
    found = entries(run)
    print(f"{'detector':42}{'AUROC':>7}{'AUPR':>7}{'FPR@95TPR':>11}  run minus it, interval")
    for each in found:
        print(_row(each))
    print(verdict_of(found))
    print(
        "Numbers use the labels of the test samples. Intervals hold together at 95 % and say how "
        "much other test samples would change them, not another training. No detector is tuned."
    )
    if not all(each.is_present for each in BASELINES.values()):
        print(f"More detectors: {EXTRA}")
    return 0


def _row(each: Entry) -> str:
    metrics, against = each.metrics, each.against
    apart = ""
    if against is not None:
        apart = f"{against.value:+.3f}  {against.low:+.3f} to {against.high:+.3f}"
    few = f"  (trained on {each.trained_on})" if each.trained_on else ""
    return (
        f"{each.title:42}{metrics.auroc:7.3f}{metrics.aupr:7.3f}{metrics.fpr_at_95_tpr:11.3f}  "
        f"{apart}{few}"
    ).rstrip()
