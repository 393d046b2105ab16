"""How well the scores detect anomalies among samples that the model has not seen."""

import pandas as pd
import streamlit as st

from dashboard import components, console, faults, loading, threshold, unlabelled
from dashboard.charts.style import PARTS
from toll.data import DATASETS
from toll.evaluation.metrics import evaluate, f1_at_share
from toll.evaluation.selection import WEIGHTS_CHOICES


def explained(found: dict) -> str:
    """How each of the kept weights was chosen."""
    chosen = [each for name, each in WEIGHTS_CHOICES.items() if name in found]
    how = "; ".join(f"*{each.title}*: {each.text}" for each in chosen)
    return f"{how[0].upper()}{how[1:]}."


def choose_weights(found: dict) -> str:
    """Which of the kept weights the page is about."""
    return st.segmented_control(
        "Weights",
        [name for name in WEIGHTS_CHOICES if name in found],
        default="last",
        required=True,
        format_func=lambda name: WEIGHTS_CHOICES[name].title,
        help=explained(found),
    )


def show_weights(found: dict, f1_share: float | None) -> None:
    """The kept weights side by side."""
    names = [name for name in WEIGHTS_CHOICES if name in found]
    chosen = [WEIGHTS_CHOICES[name] for name in names]
    rows = {
        "weights": [each.title for each in chosen],
        "of step": [f"{found[name]['step']:,}" for name in names],
        "chosen with anomaly labels": ["yes" if each.uses_labels else "no" for each in chosen],
        "AUROC": [found[name]["score"]["auroc"] for name in names],
        **({"F1": [found[name]["score"]["f1"] for name in names]} if f1_share else {}),
        "AUROC of ‖x − x̂‖": [found[name]["reconstruction_error"]["auroc"] for name in names],
        "AUROC of ‖z‖": [found[name]["latent_norm"]["auroc"] for name in names],
        "separation": [found[name]["separation"] for name in names],
    }
    st.markdown("**Which weights?** Metrics on the test samples, by how the step was chosen")
    st.dataframe(pd.DataFrame(rows).style.format(precision=3), hide_index=True, width="stretch")
    st.caption(f"{explained(found)} The metrics themselves use the test labels.")


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
        choice = choose_weights(weights)
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
    show_weights(weights, f1_share)
