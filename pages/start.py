"""What the black hole is, in four sentences and one picture, and the button that makes one."""

import streamlit as st

from dashboard import components, loading, permission, state
from toll.paths import runs_dir
from toll.presets import laptop

st.title("A black hole for anomalies")
picture, words = st.columns([5, 6], gap="large", vertical_alignment="center")
with words:
    st.markdown(
        """
An **autoencoder** squeezes each sample x into a short vector z and rebuilds it from there.
Toll trains one on **normal samples only**, and adds a pull: besides rebuilding x well, it has to
keep z **close to the origin**. So the normal class falls into the origin as into a black hole,
while **anomalies, which were never trained to fall in, stay outside**. How far out a sample lies,
plus how badly it is rebuilt, tells how anomalous it is.
"""
    )
    st.latex(r"s(x)=\lVert x-\hat x\rVert_2+\beta\,\lVert z\rVert_2")
    st.caption("The loss in training and the score afterwards; β is the strength of the pull.")
    label = "Watch one form: train on the built-in digits"
    if permission.button(label, runs_dir(), type="primary"):
        state.select(loading.launcher().start(laptop("digits")))
        st.switch_page(components.PAGES / "train.py")
    st.caption("Takes a few seconds on any computer; nothing is downloaded.")
# Last, because loading the chart library, here and in the browser, holds up what comes after it.
with picture:
    from dashboard.chart import show
    from dashboard.charts.diagram import black_hole_drawing

    show(black_hole_drawing(), "a drawing of the idea", static=True)

st.divider()
st.markdown(
    "Method: [Targeted collapse regularized autoencoder for anomaly detection: black hole at the "
    "center](https://arxiv.org/abs/2306.12627), arXiv 2306.12627."
)
