"""All runs on this machine, with their metrics."""

import pandas as pd
import streamlit as st

from dashboard import components, loading, state
from dashboard.plain import plain
from toll.data import DATASETS
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.runs.label import label_or_fault
from toll.runs.status import State
from toll.runs.summary import RunSummary
from toll.studies.ladder import Ladder


def row(summary: RunSummary) -> dict:
    config, metrics = summary.config, summary.metrics.get("last", {})
    auroc = {
        f"AUROC {each.title}": summary.metrics.get(name, {}).get("score", {}).get("auroc")
        for name, each in WEIGHTS_CHOICES.items()
    }
    spec = DATASETS[config.dataset] if config else None
    return {
        "run": summary.run.id,
        "name": summary.label.name,
        "tags": " ".join(summary.label.tags),
        "state": f"{components.STATE_MARKS[summary.status.state]} {summary.status.state}",
        "dataset": spec.title if spec else "",
        "normal class": spec.classes_name(config.normal_classes) if spec and config else "",
        "β": config.beta if config else None,
        **auroc,
        "AUROC of ‖z‖": metrics.get("latent_norm", {}).get("auroc"),
        "separation": metrics.get("separation"),
        "z_dim": config.z_dim if config else None,
        "lr": config.lr if config else None,
        "network": config.network if config else "",
        "step": summary.status.step,
        "message": summary.message,
    }


def ladder_row(ladder: Ladder) -> dict:
    settings, status = ladder.settings, ladder.status()
    finished = sum(ladder.state_of(*cell) is State.FINISHED for cell in settings.cells)
    return {
        "ladder": ladder.id,
        "name": label_or_fault(ladder)[0].name,
        "state": f"{components.STATE_MARKS[status.state]} {status.state}",
        "dataset": ladder.spec.title,
        "normal class": ladder.spec.classes_name(settings.base.normal_classes),
        "values of β": ", ".join(f"{beta:g}" for beta in settings.betas),
        "seeds": len(settings.seeds),
        "runs finished": f"{finished} of {len(settings.cells)}",
        "message": status.message,
    }


def choose_ladder(ladders: list[Ladder]) -> None:
    """All ladders; a row that is selected is what all pages show."""
    st.subheader("Ladders")
    st.caption("One training at several values of β. Select a row to show it on every page.")
    picked = st.dataframe(
        pd.DataFrame([ladder_row(ladder) for ladder in ladders]),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        key="ladders",
    )
    for row in picked["selection"]["rows"]:
        if ladders[row].id != state.selected_id():
            state.select(ladders[row])
            st.rerun()
        st.page_link(components.PAGES / "ladder.py", label="**Tune β** with it")


st.title("All runs")
summaries, ladders = loading.runs(), loading.ladders()
if not summaries and not ladders:
    components.empty_state("There are no runs yet.")
if ladders:
    choose_ladder(ladders)
    if not summaries:
        st.stop()
    st.subheader("Single runs")
st.caption(
    "Select a row to show that run on every page. Metrics are those of the test samples and use "
    "their labels. AUROC is given for each choice of weights, of which only “best by labels” used "
    "anomaly labels to choose; the other metrics are those of the last weights. Models of the "
    "paper's tables are on the **Paper** page."
)
judged = ["AUROC of ‖z‖", *(f"AUROC {each.title}" for each in WEIGHTS_CHOICES.values())]
numbers = {name: st.column_config.NumberColumn(format="%.3f") for name in judged}
numbers["separation"] = st.column_config.NumberColumn(format="%.2f")
numbers["β"] = numbers["lr"] = st.column_config.NumberColumn(format="%g")
picked = st.dataframe(
    pd.DataFrame([row(summary) for summary in summaries]),
    hide_index=True,
    width="stretch",
    column_config=numbers,
    placeholder=components.NOTHING,
    on_select="rerun",
    selection_mode="single-row",
)
chosen = picked["selection"]["rows"]
if chosen:
    summary = summaries[chosen[0]]
    if summary.config is None:
        st.error(plain(summary.status.message))
    elif summary.run.id != state.selected_id():
        state.select(summary.run)
        st.rerun()
    else:
        components.run_header(summary.run)
        components.controls(summary.run, summary.status)
        st.page_link(components.PAGES / "collapse.py", label="**Watch its collapse**")
