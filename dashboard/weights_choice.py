"""Which of a run's kept weights are judged, and the metrics of each."""

import pandas as pd
import streamlit as st

from dashboard import state
from dashboard.plain import plain
from dashboard.threshold import CUT
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.runs.run import Run

WEIGHTS, USUAL = "weights", "last"


def explained(found: dict) -> str:
    """How each of the kept weights was chosen."""
    chosen = [each for name, each in WEIGHTS_CHOICES.items() if name in found]
    how = "; ".join(f"*{each.title}*: {each.text}" for each in chosen)
    return f"{how[0].upper()}{how[1:]}."


def choose(run: Run, found: dict) -> str:
    """Which of the kept weights the page is about, as the link has it."""
    kept = [name for name in WEIGHTS_CHOICES if name in found]
    linked = st.query_params.get(WEIGHTS, USUAL)
    if linked not in kept:
        st.warning(plain(f"The link has the weights {linked!r}; valid are {', '.join(kept)}."))
    key = f"weights of {run.id} {state.moves()}"
    st.session_state.setdefault(key, linked if linked in kept else USUAL)
    chosen = st.segmented_control(
        "Weights",
        kept,
        key=key,
        required=True,
        format_func=lambda name: WEIGHTS_CHOICES[name].title,
        help=explained(found),
    )
    if chosen not in (None, linked):
        # A threshold that was set by hand belongs to the scores of the weights before.
        state.change_link(**{WEIGHTS: None if chosen == USUAL else chosen, CUT: None})
    return chosen or USUAL


def show(found: dict, f1_share: float | None) -> None:
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
