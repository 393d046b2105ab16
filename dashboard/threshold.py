"""Choosing a threshold: by a rule or by hand, and keeping it with the run.

The link has the rule, and its parameter, where they are not what the page opens with: `rule=recall`
or `rule=recall:0.9`. A threshold that is moved by hand stands in it as `cut`, which belongs to the
rule that it was moved away from.
"""

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import fields, permission, state
from dashboard.plain import plain
from toll.data import DATASETS
from toll.evaluation.thresholds import (
    BY_HAND,
    DEFAULT_RULE,
    RULES,
    Threshold,
    choose_threshold,
    describe,
)
from toll.runs.run import Run
from toll.runs.schemas import StoredThreshold

RULE, CUT = "rule", "cut"


def choose(
    run: Run, held_out: pd.DataFrame, source: str, weights: str, places: Sequence[DeltaGenerator]
) -> Threshold | None:
    """The threshold that the chosen rule takes from held-out samples; None where it cannot.

    held_out: with `score` and `label`. source: what they are, for people. It begins with what the
    link has, or else with what is kept with the run for these weights. places: where the rule and
    its parameter are asked for.
    """
    is_labelled = DATASETS[run.config.dataset].labelled
    kept = kept_threshold(run, weights)
    opening = (kept["rule"], kept["parameter"]) if kept else (DEFAULT_RULE, None)
    rules = [name for name in RULES if is_labelled or not RULES[name].uses_labels]
    options = [BY_HAND, *rules] if opening[0] == BY_HAND else rules
    linked = _linked(options)
    key = _key(run, weights)
    st.session_state.setdefault(f"rule {key}", (linked or opening)[0])
    rule = places[0].selectbox(
        "Rule for the threshold",
        options,
        format_func=lambda name: RULES[name].title if name in RULES else "set by hand, and kept",
        key=f"rule {key}",
        help="Samples that score above the threshold are flagged. A rule says where it lies, "
        f"from the {source}; what it does is then told for the test samples.",
    )
    known, parameter = RULES[rule].parameter if rule in RULES else None, None
    title = "" if known is None else f"{known.title[0].upper()}{known.title[1:]}"
    if known is not None:
        remembered = dict(filter(None, (opening, linked))).get(rule)
        st.session_state.setdefault(f"{rule} {key}", remembered or known.default)
        parameter = places[1].number_input(
            title,
            value=None,
            key=f"{rule} {key}",
            step=1.0 if known.highest > 1 else 0.01,
            format="%g" if known.highest > 1 else "%.3f",
        )
    _keep_in_link(_text(rule, parameter), _text(*opening))
    if kept and rule == BY_HAND:
        return set_by_hand(kept["value"], kept["samples"])
    if known is not None and parameter is None:
        fields.show_empty(title)
        return None
    scores, labels = held_out["score"].to_numpy(), held_out["label"].to_numpy()
    try:
        return choose_threshold(scores, labels, rule, parameter)
    except ValueError as error:
        fields.show_fault(error, {known.name: title} if known else {})
        return None


def _key(run: Run, weights: str) -> str:
    """Fields begin anew with another run, other weights, and what one goes back to."""
    return f"of {run.id} {weights} {state.moves()}"


def _linked(options: Sequence[str]) -> tuple[str, float | None] | None:
    """Rule and parameter in the link; None where it has none. What it cannot have is told."""
    text = st.query_params.get(RULE)
    if text is None:
        return None
    rule, _, number = text.partition(":")
    try:
        parameter = float(number) if number else None
    except ValueError:
        parameter = math.nan
    if rule in options and (parameter is None or math.isfinite(parameter)):
        return rule, parameter
    st.warning(plain(f"The link has the rule {text!r}; valid are {', '.join(options)}."))
    return None


def _text(rule: str, parameter: float | None) -> str:
    """As the link has it: without the parameter that is usual."""
    known = RULES[rule].parameter if rule in RULES else None
    usual = known is None or parameter in (None, known.default)
    return rule if usual else f"{rule}:{parameter:.12g}"


def _keep_in_link(text: str, opening: str) -> None:
    """A link without a rule means that of `opening`. Another rule has a `cut` of its own."""
    if st.query_params.get(RULE, opening) != text:
        state.change_link(**{RULE: None if text == opening else text, CUT: None})


def usual(held_out: pd.DataFrame) -> Threshold:
    """That of the rule that is chosen at first, for where another one cannot be carried out."""
    scores, labels = held_out["score"].to_numpy(), held_out["label"].to_numpy()
    return choose_threshold(scores, labels, DEFAULT_RULE)


def set_by_hand(value: float, samples: int) -> Threshold:
    """A threshold that was set where the labels of so many test samples are shown."""
    return Threshold(value, BY_HAND, None, samples, True)


def sentence(threshold: Threshold, source: str) -> str:
    """Where a threshold comes from, and whether it used anomaly labels. source: which samples."""
    if threshold.rule == BY_HAND:
        return f"⚠ {describe(threshold)} It is kept with the run."
    mark = "⚠ " if threshold.uses_labels else ""
    return f"{mark}{describe(threshold)} It comes from {threshold.samples:,} {source}."


def keep(run: Run, threshold: Threshold, weights: str) -> None:
    """Offer to keep the threshold with the run, and say which one is kept."""
    label = "Keep this threshold with the run"
    if permission.button(label, run.folder):
        run.save_threshold(StoredThreshold(**threshold._asdict(), weights=weights))
        if threshold.rule == BY_HAND:  # the page goes on with it, not with the rule before
            state.change_link(**{RULE: None, CUT: None})
            st.session_state.pop(f"rule {_key(run, weights)}", None)
            st.rerun()
    kept = run.threshold()
    if kept is not None:
        how = "set by hand" if kept["rule"] == BY_HAND else f"by the rule {plain(kept['rule'])}"
        further = " The run has been trained further since: keep one anew."
        old = "" if run.is_current(kept) else further
        st.caption(
            f"Kept: {kept['value']:.4g}, {how}, for the weights {plain(kept['weights'])}.{old} "
            "**Top anomalies** uses it; `toll threshold` shows and changes it too."
        )


def kept_threshold(run: Run, weights: str) -> StoredThreshold | None:
    """What is kept for these weights; None where nothing is, or nothing of their present scores."""
    kept = run.threshold()
    if kept is None or kept["weights"] != weights or not run.is_current(kept):
        return None
    return kept if kept["rule"] in (BY_HAND, *RULES) else None
