"""Runs side by side: what differs in their settings, and what came of it."""

from collections.abc import Sequence

import streamlit as st

from dashboard import comparing, components, faults, loading, state
from dashboard.chart import show
from dashboard.charts import compare as charts
from dashboard.comparing import Compared
from toll.evaluation.metrics import auroc


def drawn(each: Compared) -> charts.Drawn:
    return charts.Drawn(each.name, each.line)


def choose(compared: Sequence[Compared]) -> None:
    """Which runs are compared; further ones are chosen under All runs."""
    names = {each.run.id: f"{each.letter} {each.called}" for each in compared}
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    kept = left.multiselect(
        "Compared", [*names], [*names], format_func=names.__getitem__, key=f"of {','.join(names)}"
    )
    right.page_link(components.PAGES / "runs.py", label="Choose others")
    if kept != [*names]:
        state.compare(kept)
        st.rerun()


def show_losses(compared: Sequence[Compared]) -> None:
    part = st.segmented_control(
        "Curve",
        list(charts.PARTS),
        default="loss",
        required=True,
        format_func=lambda name: name.replace("_", " "),
        label_visibility="collapsed",
    )
    histories = [(drawn(each), loading.history(each.run)) for each in compared]
    show(charts.overlaid_losses(histories, part or "loss"), "losses of all", key="losses")
    st.caption("The loss has β in it: of runs that differ in β, compare its parts.")


def show_scores(compared: Sequence[Compared]) -> None:
    found = [(each, *scores) for each in compared if (scores := comparing.tested(each))]
    without = [each.letter for each in compared if each.letter not in {f[0].letter for f in found}]
    if without:
        letters = ", ".join(without)
        st.info(f"Not scored yet, or without labels, and so without a curve here: {letters}.")
    if not found:
        return
    curves = [
        (drawn(each), *loading.roc_curve(labels, scores), auroc(labels, scores))
        for each, labels, scores in found
    ]
    with left:
        show(charts.overlaid_rocs(curves), "ROC curves of all", key="ROC curves")
        st.caption(
            "ROC curves of the test samples under the last weights, with their AUROC, which use "
            "the labels."
        )
    show(charts.histograms([(drawn(e), y, s) for e, y, s in found]), "scores of all", key="scores")
    st.caption(
        "Anomaly scores of normal and anomalous test samples, each run on its own axis, as scores "
        "of two runs cannot be compared: the less the two overlap, the better it detects. The "
        "farthest percent stands in the last bar."
    )


def show_settings(compared: Sequence[Compared]) -> None:
    judged = [each.summary.metrics.get("last", {}) for each in compared]
    aurocs = [each.get("score", {}).get("auroc") for each in judged]
    settings = comparing.differences([each.config for each in compared])
    words = components.SETTING_WORDS
    axes = {words.get(name, name): values for name, values in settings.items()}
    axes |= {
        "AUROC": aurocs,
        "AUROC of ‖z‖": [each.get("latent_norm", {}).get("auroc") for each in judged],
        "separation": [each.get("separation") for each in judged],
    }
    lines = [drawn(each) for each in compared]
    show(charts.parallel_coordinates(axes, lines, 3), "settings and metrics", key="parallel")
    st.caption("A line a run across the settings that differ, and on to what came of them.")
    rows = [
        (line, each.config.beta, value)
        for line, each, value in zip(lines, compared, aurocs, strict=True)
        if value is not None
    ]
    if len({beta for _, beta, _ in rows}) > 1:
        show(charts.auroc_over_beta(rows), "AUROC over β", key="beta")
        st.caption("AUROC of the test samples against β; it uses their labels.")


st.title("Compare")
if len(state.compared()) < 2:
    st.info("Select from 2 to 12 runs under **All runs**, and press **Compare**.")
    st.page_link(components.PAGES / "runs.py", label="Go to **All runs**")
    st.stop()
compared = comparing.chosen()
choose(compared)
if not compared:
    st.stop()
if unfinished := [each.letter for each in compared if each.unfinished]:
    st.warning(
        f"Not finished, drawn dotted, and not to be held against the others: "
        f"{', '.join(unfinished)}."
    )
components.show_numbers(comparing.metric_table(compared))
differing = comparing.difference_table(compared)
if differing.empty:
    st.caption("All settings are the same.")
else:
    st.markdown("**Settings that differ**")
    components.show_numbers(differing)
left, right = st.columns(2, gap="medium")
with right, faults.shown():
    show_losses(compared)
with faults.shown():
    show_scores(compared)
with faults.shown():
    show_settings(compared)
