"""How well the scores detect anomalies among samples that the model has not seen."""

import pandas as pd
import streamlit as st

from dashboard import components, loading
from dashboard.chart import show
from dashboard.charts import detection
from dashboard.charts.style import PARTS
from toll.evaluation import event_horizon, figures

CHECKPOINTS = {"last": "after the last step", "best_by_labels": "best on the validation labels"}

st.title("Detection")
run = components.require_run()
components.run_header(run)
scores = loading.scores(run)
if scores is None:
    components.empty_state("This run has no scores yet.")

checkpoints = [name for name in CHECKPOINTS if name in set(scores.rows["checkpoint"])]
checkpoint = checkpoints[0]
if len(checkpoints) > 1:
    checkpoint = st.segmented_control(
        "Weights",
        checkpoints,
        default="last",
        required=True,
        format_func=CHECKPOINTS.__getitem__,
        help="Choosing the best step by validation AUROC uses anomaly labels, as the paper does.",
    )
tested, reference, source = loading.judged(run, scores, checkpoint)
labels = tested["label"].to_numpy()
if not scores.complete:
    st.info(
        f"The run is not scored yet: these are the {len(tested):,} probe samples at step "
        f"{scores.step:,}, a part of the test samples."
    )

curve, judged = {}, {}
for part in PARTS:
    values = tested[part].to_numpy()
    judged[PARTS[part]["name"]] = figures(labels, values)
    rates = loading.roc_curve(labels, values)
    curve[part] = detection.RocCurve(*rates, judged[PARTS[part]["name"]].auroc)

left, right = st.columns([3, 2], gap="large")
with left:
    show(detection.roc_plot(curve), "ROC curves")
    st.caption(
        "Each point is one choice of threshold: how many normal samples it flags by mistake, and "
        "how many anomalies it finds. The closer to the upper left corner, the better."
    )
with right:
    st.markdown("**Figures on the test samples**")
    shown = pd.DataFrame(judged, index=["AUROC", "AUPR", "FPR@95TPR"]).T
    st.dataframe(shown.style.format("{:.3f}"), width="stretch")
    st.caption(
        f"{(labels == 0).sum():,} normal, {(labels == 1).sum():,} anomalous samples; the figures "
        "use their labels. AUPR counts anomalies as positives. FPR@95TPR: the share of normal "
        "samples flagged when 95 % of the anomalies are found, lower is better."
    )
    share = st.slider("Normal samples to lie inside the event horizon", 0.50, 0.99, 0.95, 0.01)
    horizon = event_horizon(reference["score"].to_numpy(), share)
    flagged = (tested["score"] > horizon).to_numpy()
    false_alarms, found = flagged[labels == 0].mean(), flagged[labels == 1].mean()
    columns = st.columns(2)
    columns[0].metric("Anomalies found", f"{found:.1%}")
    columns[1].metric("False alarms", f"{false_alarms:.1%}")
    st.caption(
        f"Samples that score above {horizon:.4g} are flagged. The threshold comes from the "
        f"{source} alone ({len(reference):,}) and uses no anomaly labels."
    )
