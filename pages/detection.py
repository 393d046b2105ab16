"""How well the scores detect anomalies among samples that the model has not seen."""

import pandas as pd
import streamlit as st

from dashboard import (
    components,
    console,
    faults,
    loading,
    threshold,
    unlabelled,
    weights_choice,
)
from dashboard.charts.style import PARTS
from toll.data import DATASETS
from toll.evaluation.metrics import evaluate, f1_at_share
from toll.evaluation.selection import WEIGHTS_CHOICES

st.title("Detection")
run = components.require_run()
components.run_header(run)
scores = loading.scores(run)
if scores is None:
    components.empty_state("This run has no scores yet.")
f1_share = DATASETS[run.config.dataset].f1_share
choice, weights, places = "last", None, st.columns([4, 5, 4] if scores.step is None else [5, 4])
if scores.step is None:
    with places[0], faults.shown():
        weights = run.metrics()
        choice = weights_choice.choose(run, weights)
judged = loading.judged(run, scores, choice)
tested = judged.tested
spec = DATASETS[run.config.dataset]
labels = tested["label"].to_numpy()
if scores.step is not None:
    st.info(
        f"The run is not scored yet: these are the {len(tested):,} probe samples at step "
        f"{scores.step:,}, a part of the test samples."
    )

chosen = threshold.choose(run, judged.held_out, judged.source, choice, places[-2:])
shown = chosen or threshold.usual(judged.held_out)
source = judged.source if scores.step is None else f"{judged.source}, which are those shown here"
words = threshold.sentence(shown, source)
if not spec.labelled:
    unlabelled.show(run, tested, shown, words)
    if chosen and scores.step is None:
        threshold.keep(run, chosen, choice)
    st.stop()
by_hand = console.show(run, tested, shown, words if chosen else f"In its place: {words}")
if chosen and scores.step is None:
    if by_hand is not None:
        chosen = threshold.set_by_hand(by_hand, len(tested))
    threshold.keep(run, chosen, choice)

figures = {}
for part in PARTS:
    values, name = tested[part].to_numpy(), PARTS[part]["name"]
    found = evaluate(labels, values)
    figures[name] = {"AUROC": found.auroc, "AUPR": found.aupr, "FPR@95TPR": found.fpr_at_95_tpr}
    if f1_share:
        figures[name]["F1"] = f1_at_share(labels, values, f1_share)
st.markdown(f"**Metrics on the test samples**, weights: {WEIGHTS_CHOICES[choice].title}")
st.table(pd.DataFrame(figures).T.style.format("{:.3f}"))
at_share = f" F1: the lowest {f1_share:.1%} of scores are called normal." if f1_share else ""
st.caption(
    f"{(labels == 0).sum():,} normal, {(labels == 1).sum():,} anomalous samples; the metrics "
    "use their labels. AUPR counts anomalies as positives. FPR@95TPR: the share of normal "
    f"samples flagged when 95 % of the anomalies are found, lower is better.{at_share}"
)
if weights is not None:
    weights_choice.show(weights, f1_share)
