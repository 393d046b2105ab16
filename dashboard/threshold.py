"""Choosing a threshold: by a rule or by hand, and keeping it with the run."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import permission
from dashboard.plain import plain
from toll.evaluation.thresholds import (
    BY_HAND,
    DEFAULT_RULE,
    RULES,
    Threshold,
    choose_threshold,
)
from toll.runs.run import Run
from toll.runs.schemas import StoredThreshold


def choose(
    run: Run, held_out: pd.DataFrame, source: str, places: Sequence[DeltaGenerator]
) -> Threshold | None:
    """The threshold that the chosen rule takes from held-out samples; None where it cannot.

    held_out: with `score` and `label`. source: what they are, for people. It begins with the rule
    that is kept with the run. places: where its rule and the rule's parameter are asked for.
    """
    kept = run.threshold()
    first = kept["rule"] if kept and kept["rule"] in RULES else DEFAULT_RULE
    left, right = places
    rule = left.selectbox(
        "Rule for the threshold",
        list(RULES),
        index=list(RULES).index(first),
        format_func=lambda name: RULES[name].title,
        key=f"rule of {run.id}",
        help="Samples that score above the threshold are flagged. A rule says where it lies, "
        f"from the {source}; what it does is then told for the test samples.",
    )
    known, parameter = RULES[rule].parameter, None
    if known is not None:
        stored = kept["parameter"] if kept and kept["rule"] == rule else None
        parameter = right.number_input(
            f"{known.title[0].upper()}{known.title[1:]}",
            value=stored or known.default,
            step=1.0 if known.highest > 1 else 0.01,
            format="%g" if known.highest > 1 else "%.3f",
            key=f"{rule} of {run.id}",
        )
    scores, labels = held_out["score"].to_numpy(), held_out["label"].to_numpy()
    try:
        return choose_threshold(scores, labels, rule, parameter)
    except ValueError as error:
        st.error(plain(f"{error}."))
        return None


def usual(held_out: pd.DataFrame) -> Threshold:
    """That of the rule that is chosen at first, for where another one cannot be carried out."""
    scores, labels = held_out["score"].to_numpy(), held_out["label"].to_numpy()
    return choose_threshold(scores, labels, DEFAULT_RULE)


def set_by_hand(value: float, samples: int) -> Threshold:
    """A threshold that was set where the labels of so many test samples are shown."""
    return Threshold(value, BY_HAND, None, samples, True)


def keep(run: Run, threshold: Threshold, weights: str) -> None:
    """Offer to keep the threshold with the run, and say which one is kept."""
    label = "Keep this threshold with the run"
    if permission.button(label, run.folder):
        run.save_threshold(StoredThreshold(**threshold._asdict(), weights=weights))
    kept = run.threshold()
    if kept is not None:
        how = "set by hand" if kept["rule"] == BY_HAND else f"by the rule {plain(kept['rule'])}"
        old = (
            ""
            if run.is_current(kept)
            else " The run has been trained further since: keep one anew."
        )
        st.caption(
            f"Kept: {kept['value']:.4g}, {how}, for the weights {plain(kept['weights'])}.{old} "
            "**Top anomalies** uses it; `toll threshold` shows and changes it too."
        )


def kept_value(run: Run, weights: str) -> float | None:
    """The threshold that is kept for these weights; None where none is, or none of their scores."""
    kept = run.threshold()
    if kept is None or kept["weights"] != weights or not run.is_current(kept):
        return None
    return kept["value"]


def kept_by_hand(run: Run, weights: str) -> float | None:
    """Likewise, and None where it is that of a rule."""
    kept = run.threshold()
    return kept_value(run, weights) if kept and kept["rule"] == BY_HAND else None
