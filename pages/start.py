"""What the black hole is, in a few sentences, and the film of one."""

import streamlit as st

from dashboard import components, ladder_view, permission
from toll.paths import ladders_dir
from toll.studies.first_story import find_first_story, first_story

st.title("A black hole for anomalies")
picture, words = st.container(key="story").columns([7, 6], gap="large")
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
    story = find_first_story()
    label = "Watch one form, with and without the pull"
    # One that is there already is only shown, which a folder that may only be read allows too.
    pressed = (
        st.button(label, type="primary")
        if story is not None and not story.status().state.can_resume
        else permission.button(label, ladders_dir(), type="primary")
    )
    if pressed:
        ladder_view.show_story(story, first_story())
        st.switch_page(components.PAGES / "collapse.py")
    st.caption(
        "Digits with curves are normal here, 1, 4 and 7, of straight strokes, are anomalies. They "
        "are drawn by code: nothing is downloaded, and it takes a few seconds on any computer."
    )
# Last, because what it needs, here and in the browser, holds up what comes after it.
with picture:
    from dashboard import preview

    preview.show()

st.divider()
st.markdown(
    "Method: [Targeted collapse regularized autoencoder for anomaly detection: black hole at the "
    "center](https://arxiv.org/abs/2306.12627), arXiv 2306.12627."
)
