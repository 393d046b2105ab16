"""Choosing a threshold: by which rule, what that used, and what it does to the test samples."""

import pandas as pd
import streamlit as st

from dashboard import permission
from dashboard.plain import plain
from toll.data import DATASETS
from toll.evaluation.by_class import by_class
from toll.evaluation.thresholds import (
    DEFAULT_RULE,
    RULES,
    Threshold,
    choose_threshold,
    confusion,
    describe,
)
from toll.runs.run import Run
from toll.runs.schemas import StoredThreshold

NUMBER = {"auroc": "%.3f", "norm": "%.2f", "inside": "%.1f %%"}


def choose(run: Run, held_out: pd.DataFrame, source: str) -> Threshold | None:
    """The threshold that the chosen rule takes from held-out samples; None where it cannot.

    held_out: with `score` and `label`. source: what they are, for people. It begins with the rule
    that is kept with the run.
    """
    kept = run.threshold()
    first = kept["rule"] if kept and kept["rule"] in RULES else DEFAULT_RULE
    left, right = st.columns(2)
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


def tell(threshold: Threshold, tested: pd.DataFrame, source: str) -> None:
    """What the threshold does to the test samples, and what it used."""
    counts = confusion(tested["score"].to_numpy(), tested["label"].to_numpy(), threshold.value)
    columns = st.columns(3)
    columns[0].metric("Anomalies found", f"{counts.recall:.1%}")
    columns[1].metric("False alarms", f"{counts.false_alarm_rate:.1%}")
    flagged = counts.found + counts.false_alarms
    columns[2].metric(
        "Precision",
        f"{counts.precision:.1%}" if flagged else "–",
        help="Share of the flagged samples that are anomalies. It depends on how many anomalies "
        "there are among all samples; false alarms and anomalies found do not.",
    )
    table = pd.DataFrame(
        {
            "flagged": [counts.found, counts.false_alarms],
            "not flagged": [counts.missed, counts.passed],
        },
        index=["anomalous", "normal"],
    )
    st.table(table.style.format("{:,}"))
    mark = "⚠ " if threshold.uses_labels else ""
    st.caption(
        f"Samples that score above **{threshold.value:.4g}** are flagged. "
        f"{mark}{plain(describe(threshold))} It comes from {threshold.samples:,} {source}."
    )


def keep(run: Run, threshold: Threshold, weights: str) -> None:
    """Offer to keep the threshold with the run, and say which one is kept."""
    label = "Keep this threshold with the run"
    if permission.button(label, run.folder):
        run.save_threshold(StoredThreshold(**threshold._asdict(), weights=weights))
    kept = run.threshold()
    if kept is not None:
        st.caption(
            f"Kept: {kept['value']:.4g}, by the rule {plain(kept['rule'])}, for the weights "
            f"{plain(kept['weights'])}. `toll threshold` shows and changes it too."
        )


def show_classes(run: Run, tested: pd.DataFrame, threshold: float) -> None:
    """Which anomalies are found, class by class, the hardest first."""
    names = DATASETS[run.config.dataset].class_names
    rows = by_class(tested, threshold)
    rows["class"] = [names[each] for each in rows["class"]]
    rows["inside"] *= 100
    words = {
        "class": "anomalous class",
        "auroc": "AUROC against normal",
        "norm": "median ‖z‖, normal = 1",
        "inside": "missed",
    }
    formats = {words[name]: st.column_config.NumberColumn(format=NUMBER[name]) for name in NUMBER}
    st.markdown("**Which anomalies are found?** Each anomalous class against the normal samples")
    st.dataframe(
        rows.rename(columns=words), hide_index=True, width="stretch", column_config=formats
    )
    st.caption(
        "The hardest class comes first. Missed: the share of its test samples that the threshold "
        "does not flag. These figures use the test labels."
    )
