"""UMAP beside the black hole: computed in the background, shown as each picture gets ready."""

import streamlit as st

from dashboard import loading, views
from toll.projection import MIN_DIST, N_NEIGHBORS, stored_umap
from toll.runs import Run


def umap_row(run: Run, moments: dict[str, int]) -> None:
    """UMAP of the snapshots at these steps; asks for those that have not been computed."""
    launcher, name = loading.launcher(), f"umap {run.id}"
    missing = [step for step in moments.values() if stored_umap(run, step) is None]
    if missing and run.status().state.is_active and launcher.find_errand(name) is None:
        st.info("UMAP takes much computing, so it waits until training has ended.")
        if not st.button("Compute UMAP now"):
            return
    if missing:
        details = {"job": "project", "run": str(run.folder), "steps": sorted(set(missing))}
        launcher.errand(name, launcher.lane("projections"), details)

    views.legend(with_hole=False)

    @st.fragment(run_every=1.0 if missing else None)
    def draw() -> None:
        job = launcher.find_errand(name)
        if missing and job is not None and job.ended.is_set() and job.state == "done":
            st.rerun()
        for column, (moment, step) in zip(st.columns(len(moments)), moments.items(), strict=True):
            with column:
                points = stored_umap(run, step)
                st.markdown(f"**{moment}**, step {step:,}")
                if points is not None:
                    views.umap_chart(run, step, points)
                elif job is not None and job.state == "failed":
                    st.error(job.message)
                else:
                    share = job.share if job is not None else 0.0
                    st.progress(share, text="UMAP is being computed; the first time takes longest.")

    draw()
    st.caption(
        f"UMAP ({N_NEIGHBORS} neighbours, minimal distance {MIN_DIST}) shows who is near whom, and "
        "throws scale away: a collapse by a factor of a thousand leaves its picture almost as it "
        "was. Distances and sizes of clusters mean nothing here; for those look at the black hole."
    )
