"""Detection where no sample has a label: what a threshold flags, without a word on how well."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.chart import show as show_chart
from dashboard.charts.scores import score_histogram
from dashboard.plain import plain
from toll.data import NO_LABELS, get_spec
from toll.evaluation.thresholds import Threshold
from toll.runs.run import Run


def show(run: Run, tested: pd.DataFrame, threshold: Threshold, words: str) -> None:
    """The scores of the test samples and how many lie beyond the threshold.

    tested: with a column `score`. words: where the threshold comes from.
    """
    scores = tested["score"].to_numpy()
    flagged = int(np.sum(scores > threshold.value))
    left, right = st.columns([1, 3])
    left.metric("Flagged", f"{flagged:,} of {len(scores):,}")
    left.metric("Threshold", f"{threshold.value:.4g}")
    with right:
        show_chart(score_histogram(scores, threshold.value), "scores", key=f"scores {run.id}")
    st.caption(f"Scores of the test samples; those beyond the dashed line are flagged. {words}")
    note = plain(get_spec(run.config.dataset).note)
    st.info(
        f"{NO_LABELS} ROC curve, confusion matrix, AUROC and the other metrics are therefore not "
        f"here. {note} **Top anomalies** shows the highest scores."
    )
