"""A run's film on the page: the player of `toll/player`, given the run as bytes.

The player draws everything in the browser and asks the server for nothing: playing and scrubbing
are as quick as the viewer's computer. It keeps the instant and the chosen samples in the link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

import streamlit as st
from streamlit.components.v2 import component

from dashboard import faults, loading, state
from dashboard.plain import plain
from toll.film.export import page, title
from toll.film.frames import left_out
from toll.jobs.queue import JobState
from toll.latent.umap import UmapSettings
from toll.player.bundle import DASHBOARD_PAGE, bundle, style
from toll.runs.run import Run
from toll.studies.ladder import Ladder

# Seconds between two looks at runs that are training.
EVERY = 1.0


@dataclass(frozen=True)
class Shown:
    """What a film is of. It opens on the first of `runs`, beside `contrast`, another of them.

    study: whose runs they are, for as long as there may come more of them.
    """

    runs: tuple[Run, ...]
    contrast: Run | None = None
    umaps: tuple[UmapSettings, ...] = ()
    study: Ladder | None = None

    @property
    def grows(self) -> bool:
        """Whether runs are being trained, or a UMAP computed, that it shows."""
        busy = self.study is not None and self.study.status().state.is_active
        return (
            busy
            or any(run.status().state.is_active for run in self.runs)
            or any(loading.is_projecting(self.runs[0], each) for each in self.umaps)
        )

    def film(self) -> bytes:
        """As the player takes it."""
        return loading.film(self.runs, self.umaps, self.contrast, self.study)


def follow(choose: Callable[[], Shown], *, autoplay: bool = False) -> None:
    """The film of what `choose` gives; while that grows, so does the film."""
    growing = choose().grows

    @st.fragment(run_every=EVERY if growing else None)
    @faults.shown()
    def refresh() -> None:
        shown = choose()
        for each in shown.umaps:
            projection_progress(shown.runs[0], each)
        film = shown.film()
        faults.left_out(left_out(film))
        show(film, autoplay=autoplay)
        if shown.grows != growing:
            st.rerun()

    refresh()


def show(film: bytes, *, autoplay: bool = False) -> None:
    """Draw the film into the page. One that is still being made is followed as it grows.

    autoplay: a whole film plays by itself too, when it opens at its beginning.
    """
    # Back and Forward lead to another instant in the same film, which it reads when it is made.
    _component(autoplay)(key=f"film {state.moves()}", data=film)


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


def export_button(shown: Shown) -> None:
    """Offer the film as one HTML file, made when it is asked for.

    It opens where the page's link says, as the link was when the page's script last ran: what is
    done in the film asks the server for nothing, and so is not heard of here.
    """
    link = urlencode(st.query_params.to_dict())
    name = shown.study.id if shown.study else shown.runs[0].id.replace("/", "-")

    def document() -> bytes:
        return page(shown.film(), title(shown.runs), link).encode()

    st.download_button(
        "Export as one file",
        document,
        file_name=f"{name}.html",
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
