"""`toll threshold RUN`: what each rule would flag, or one of them, kept with the run."""

import argparse

import numpy as np

from toll.evaluation.scores import rows_of, with_score
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.evaluation.thresholds import (
    BY_HAND,
    RULES,
    ThresholdRule,
    choose_threshold,
    confusion,
    describe,
    parameter_of,
)
from toll.runs.run import Run
from toll.runs.schemas import StoredThreshold
from toll.runs.store import RunStore, quoted
from toll.studies.ladder import find_ladder

PARAMETERS = {
    each.parameter.name: each.parameter for each in RULES.values() if each.parameter is not None
}


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="name of a run, or of a rung: LADDER/100-0")
    parser.add_argument(
        "--rule",
        metavar="RULE",
        help=f"{', '.join(RULES)}: keep its threshold with the run (default: compare all)",
    )
    for name in PARAMETERS:
        rules = [each for each in RULES.values() if each.parameter and each.parameter.name == name]
        meaning = "; ".join(f"{each.name}: {each.title}" for each in rules)
        default = ", ".join(f"{each.parameter.default:g}" for each in rules if each.parameter)
        parser.add_argument(
            f"--{name}", type=float, metavar="NUMBER", help=f"of {meaning} (default: {default})"
        )
    parser.add_argument(
        "--weights",
        default="last",
        metavar="CHOICE",
        help=f"{', '.join(WEIGHTS_CHOICES)} (default: last)",
    )
    parser.set_defaults(command=_threshold)


def _threshold(options: argparse.Namespace) -> int:
    if ladder := find_ladder(options.run):
        rung = ladder.cell(*ladder.settings.cells[-1])
        raise ValueError(f"{quoted(options.run)} is a ladder; name one of its rungs, as {rung.id}")
    run = RunStore().get(options.run)
    given = {name: getattr(options, name) for name in PARAMETERS}
    if options.rule is None:
        strange = [name for name, value in given.items() if value is not None]
        if strange:
            raise ValueError(f"--{strange[0]} needs a --rule; valid are {', '.join(RULES)}")
        return _compare(run, options.weights)
    parameter = parameter_of(given, options.rule)
    held_out, tested = _scores(run, options.weights)
    chosen = choose_threshold(*held_out, options.rule, parameter)
    run.save_threshold(StoredThreshold(**chosen._asdict(), weights=options.weights))
    print(f"Threshold {chosen.value:.6g} for the score of {run.id}, kept with it.")
    print(describe(chosen))
    counts = confusion(*tested, chosen.value)
    if not tested[1].any():
        flagged, whole = counts.false_alarms, len(tested[0])
        print(f"Of the test samples it flags {flagged} of {whole} ({flagged / whole:.1%}).")
        return 0
    print(
        f"Of the test samples it flags {counts.found} of {counts.found + counts.missed} anomalies "
        f"({counts.recall:.1%}) and {counts.false_alarms} of {counts.false_alarms + counts.passed} "
        f"normal ones ({counts.false_alarm_rate:.1%})."
    )
    return 0


def _compare(run: Run, weights: str) -> int:
    held_out, tested = _scores(run, weights)
    kept = run.threshold()
    labelled = bool(tested[1].any())
    said = "found and false alarms" if labelled else "flagged"
    print(f"Thresholds from the validation samples; {said}: of the test samples.")
    heads = f"{'found':>8}{'false alarms':>14}" if labelled else f"{'flagged':>10}"
    print(f"{'rule':30}{'used':20}{'threshold':>11}{heads}")
    for rule in RULES.values():
        try:
            chosen = choose_threshold(*held_out, rule.name)
        except ValueError as error:
            print(f"{_name(rule):30}{error}")
            continue
        counts = confusion(*tested, chosen.value)
        found = f"{counts.recall:8.1%}" if labelled else ""
        width = 14 if labelled else 10
        print(
            f"{_name(rule):30}{rule.uses:20}{chosen.value:11.5g}{found}"
            f"{counts.false_alarm_rate:{width}.1%}"
        )
    if kept:
        how = "set by hand" if kept["rule"] == BY_HAND else f"by the rule {kept['rule']}"
        print(f"Kept with the run: {kept['value']:.6g}, {how}.")
        if not run.is_current(kept):
            print(f"{run.id} has been trained further since: `--rule RULE` keeps one anew.")
    else:
        print("None is kept with the run: `--rule RULE` keeps one.")
    return 0


def _name(rule: ThresholdRule) -> str:
    known = rule.parameter
    return f"{rule.name} ({known.name} {known.default:g})" if known else rule.name


def _scores(run: Run, weights: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Scores and labels of the validation and of the test samples, under one choice of weights."""
    rows, judged = run.scores(), run.metrics()
    if rows is None or not judged:
        raise ValueError(f"run {run.id} has no scores yet: a threshold needs them")
    if weights not in judged:
        raise ValueError(f"run {run.id} has no weights {weights!r}; it has {', '.join(judged)}")
    chosen = with_score(rows_of(rows, judged, weights), run.config.beta)
    parts = (chosen.query("split == @part") for part in ("validation", "test"))
    return [(part["score"].to_numpy(), part["label"].to_numpy()) for part in parts]
