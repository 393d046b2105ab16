"""What people would otherwise use, on the same split: is the pull worth it here?"""

import streamlit as st

from dashboard import components, loading, rivals
from dashboard.chart import show
from dashboard.charts.rivals import differences, rocs
from dashboard.plain import plain
from toll.data import DATASETS, NO_LABELS
from toll.studies.rivals import verdict_of

st.title("Other detectors")
run = components.require_run()
components.run_header(run)
if not run.is_scored:
    components.empty_state("This run has no scores yet, which others could be compared with.")
if not DATASETS[run.config.dataset].labelled:
    components.empty_state(f"{NO_LABELS} Which detector is better cannot be told without.")
found = loading.rivals(run)
is_alone = len(found) < 2
if is_alone:
    st.markdown(
        "Is the pull worth it here? One click fits what people would otherwise use to the **same "
        "normal training samples** and scores the **same test samples**: nearest neighbours, "
        "principal components, isolation forest, local outlier factor, a one-class SVM, each on "
        "the input and on this run's latent z, and the same autoencoder without the pull."
    )
else:
    st.markdown(f"#### {plain(verdict_of(found))}")
rivals.offer(run, found)
if not is_alone:
    show(differences(found), "AUROC of this run minus that of other detectors", key="differences")
    st.caption(
        "Right of the line this run is better, left of it the other one. The bars hold together "
        "at 95 % (DeLong's interval, Bonferroni): they say how much other test samples would "
        "change the difference; another training would change it too. Nothing is tuned, neither "
        "here nor there, and all numbers use the labels of the test samples."
    )
    rivals.show_table(found)
    titles = [each.title for each in found]
    chosen = st.multiselect("ROC curves", titles, titles[:4], max_selections=6)
    if shown := [each for each in found if each.title in chosen]:
        show(rocs(shown), "ROC curves of this run and other detectors", key="rocs")
if said := rivals.missing_packages():
    st.caption(said)
