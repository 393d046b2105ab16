"""Loss curves and what validation said along the way."""

import streamlit as st

from dashboard import components, loading, views

st.title("Loss curves")
run = components.require_run()
components.run_header(run)
if loading.history(run).empty:
    components.empty_state("This run has not made a training step yet.")
views.loss_chart(run)
views.validation_chart(run)
