"""Following a run while it trains: refreshed in place for as long as some process has it."""

import streamlit as st

from dashboard import components, faults, loading, views
from dashboard.plain import plain
from toll.runs.run import Run
from toll.runs.status import Status

# Seconds between two refreshes: more often while a run is young than once it trains for long.
EARLY, LATE, YOUNG = 0.8, 3.5, 8.0


def follow(run: Run) -> None:
    """Progress, controls and live charts of a run; a still picture once it has ended."""
    busy = run.status().is_busy
    every = (EARLY if run.status().seconds < YOUNG else LATE) if busy else None

    @st.fragment(run_every=every)
    @faults.shown()
    def refresh() -> None:
        status = run.status()
        if status.is_busy != busy or (every == EARLY and status.seconds >= YOUNG):
            st.rerun()
        _draw(run, status)

    refresh()


def _draw(run: Run, status: Status) -> None:
    config = run.config
    doing = f", {plain(status.activity)}" if status.activity else ""
    st.progress(
        min(status.step / config.niter, 1.0),
        text=f"{components.STATE_MARKS[status.state]} **{status.state.capitalize()}**{doing}: "
        f"step {status.step:,} of {config.niter:,}",
    )
    components.controls(run, status)
    if status.message:
        st.warning(plain(status.message))
    left = components.duration(status.remaining) if status.state.is_active else "–"
    columns = st.columns(4)
    # Three digits, but never as a power of ten.
    rate = "–" if not status.rate else f"{status.rate:,.{0 if status.rate >= 100 else 2}f}"
    columns[0].metric("Steps per second", rate)
    columns[1].metric("Time left", left, help="Training; scoring the test samples comes after it.")
    columns[2].metric("Device", plain(status.device) or "–")
    steps, damaged = loading.snapshots(run)
    faults.left_out(damaged)
    if not steps:
        st.info(plain(components.without_snapshots(run, status)))
        if not loading.history(run).empty:
            _curves(run)
        return
    if len(steps) > 1:
        st.page_link(components.PAGES / "collapse.py", label="**Watch the collapse** as a film")
    separation = views.separation_at(run, steps[-1])
    columns[3].metric(
        "Separation",
        "no labels" if separation is None else f"{separation:.2f}",
        help="Median anomalous over median normal ‖z‖ of the probe samples: above 1, the "
        "collapse is targeted. Computed with their labels.",
    )
    _charts(run, steps)


def _charts(run: Run, steps: list[int]) -> None:
    split = loading.split_of(run.config)
    left, right = st.columns(2)
    with left:
        views.legend()
        views.black_hole_chart(run, steps[-1])
        name = plain(views.normal_name(run))
        st.caption(
            f"The latent space at step {steps[-1]:,}. Distance from the centre is the true ‖z‖; "
            f"95 % of the normal samples ({name}) lie inside the horizon."
        )
    with right:
        snapshot = loading.snapshot(run, steps[-1])
        views.norm_chart(snapshot, split.labels(snapshot.ids))
        st.caption("The same distances as a histogram: the less overlap, the better ‖z‖ detects.")
    _curves(run)


def _curves(run: Run) -> None:
    views.loss_chart(run)
    views.validation_chart(run)
