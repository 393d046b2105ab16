"""A run's film on the page: the player of `toll/player`, given the run as bytes.

The player draws everything in the browser and asks the server for nothing: playing and scrubbing
are as quick as the viewer's computer. It keeps the instant and the chosen samples in the link.
"""

from collections.abc import Sequence
from functools import cache
from urllib.parse import urlencode

import streamlit as st
from streamlit.components.v2 import component

from dashboard import faults, loading
from dashboard.plain import plain
from toll.film.export import page, title
from toll.film.frames import left_out
from toll.jobs.queue import JobState
from toll.latent.umap import UmapSettings
from toll.player.bundle import DASHBOARD_PAGE, bundle, style
from toll.runs.run import Run

# Seconds between two looks at a run that is training.
EVERY = 2.0


def follow(run: Run, umaps: Sequence[UmapSettings], contrast: Run | None) -> None:
    """The film; while the run trains, or a UMAP is computed, it grows."""
    growing = _is_growing(run, umaps)

    @st.fragment(run_every=EVERY if growing else None)
    def refresh() -> None:
        with faults.shown():
            for each in umaps:
                projection_progress(run, each)
            film = loading.film(run, umaps, contrast)
            faults.left_out(left_out(film))
            show(film)
        if _is_growing(run, umaps) != growing:
            st.rerun()

    refresh()


def _is_growing(run: Run, umaps: Sequence[UmapSettings]) -> bool:
    return run.status().state.is_active or any(loading.is_projecting(run, each) for each in umaps)


def show(film: bytes, *, autoplay: bool = False) -> None:
    """Draw the film into the page. One that is still being made is followed as it grows.

    autoplay: a whole film plays by itself too, when it opens at its beginning.
    """
    _component(autoplay)(key="film", data=film)


def projection_progress(run: Run, settings: UmapSettings) -> None:
    """How far a UMAP has got."""
    job = loading.projection_job(run, settings)
    if job is None:
        return
    if job.state == JobState.FAILED:
        st.error(plain(f"UMAP could not be computed: {job.message}"))
    elif not job.ended.is_set():
        doing = job.message or "UMAP is waiting for its worker to get ready."
        st.progress(job.share, text=plain(doing))


def export_button(run: Run, umaps: Sequence[UmapSettings], contrast: Run | None) -> None:
    """Offer the film as one HTML file, made when it is asked for.

    It opens where the page's link says, as the link was when the page's script last ran: what is
    done in the film asks the server for nothing, and so is not heard of here.
    """
    link = urlencode(st.query_params.to_dict())

    def document() -> bytes:
        return page(loading.film(run, umaps, contrast), title(run), link).encode()

    st.download_button(
        "Export as one file",
        document,
        file_name=f"{run.id.replace('/', '-')}.html",
        mime="text/html",
        on_click="ignore",
        help="An HTML file that plays the film without a server or a network: hand it out to a "
        "class, or put it on any website.",
    )


def _component(autoplay: bool):
    """Registered at every use: a new server, such as a test starts, knows no component yet."""
    return component(
        "toll_film_playing" if autoplay else "toll_film",
        html=f'<div class="toll-film"{" data-autoplay" if autoplay else ""}></div>',
        css=style(),
        js=_script(),
        isolate_styles=False,
    )


@cache
def _script() -> str:
    return bundle(DASHBOARD_PAGE)
