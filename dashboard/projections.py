"""The film's UMAP: its settings on the page, and having it computed in the background."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard import loading
from toll.latent.stored import stored_umap
from toll.latent.umap import UmapSettings
from toll.runs.run import Run

T = TypeVar("T", int, str)

OF = {"latents": "latents z", "directions": "directions z/‖z‖"}


def chosen(run: Run) -> list[UmapSettings]:
    """The UMAP that the page's fields ask for; it is computed unless the run is training."""
    with st.popover("UMAP settings"):
        st.caption(
            "UMAP shows which samples are near each other in latent space, aligned from snapshot "
            "to snapshot. It is computed in the background and kept with the run. Choose it under "
            "“Map of latent space”; a UMAP of directions also gives angles for the black hole."
        )
        settings = UmapSettings(
            dimensions=_choice("Dimensions", [2, 3], lambda number: f"{number}-D"),
            n_neighbors=st.slider("Neighbours (n_neighbors)", 2, 100, 15, key="umap_neighbors"),
            min_dist=st.slider("Least distance (min_dist)", 0.0, 0.99, 0.1, 0.01, key="umap_dist"),
            of=_choice("Of", list(OF), OF.__getitem__),
        )
        last = loading.snapshots(run).steps[-1]
        missing = stored_umap(run, settings, last) is None
        training = run.status().state.is_active
        if missing and training:
            st.caption("While the run is training, UMAP would slow it down.")
        if missing and (not training or st.button("Compute it now")):
            loading.project(run, settings)
    return [settings]


def _choice(label: str, options: list[T], words: Callable[[T], str]) -> T:
    chosen = st.segmented_control(
        label, options, default=options[0], required=True, format_func=words, key=f"umap_{label}"
    )
    return chosen or options[0]
