"""Parts of pages about a ladder: what it is, how far it has come, and its film."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from dashboard import components, faults, film, loading, state
from dashboard.labels import heading
from dashboard.plain import plain
from toll.presets import laptop
from toll.runs.run import Run
from toll.studies.ladder import Ladder, LadderSettings, usual_betas
from toll.studies.ladder_report import METRICS

if TYPE_CHECKING:
    import pandas as pd

# Seconds between two looks at a ladder that is training.
EVERY = 1.0


def start(settings: LadderSettings) -> None:
    """Train a new ladder, and show it on every page."""
    state.select(loading.launcher().start_ladder(settings))


def show_story(story: Ladder | None, settings: LadderSettings) -> None:
    """Show the first story: as it is, as it is being trained, or trained now."""
    if story is None:
        start(settings)
        return
    if story.status().state.can_resume:
        loading.launcher().fill(story)
    state.select(story)


def start_like(run: Run) -> None:
    """Train a ladder with a run's settings, and go to its film."""
    config = run.config
    betas = usual_betas(config.beta)
    usual = laptop(config.dataset).beta
    base = config if config.beta else config.replace(beta=usual)
    start(LadderSettings(base=base, betas=betas, seeds=(config.seed,)))
    st.switch_page(components.PAGES / "collapse.py")


def train_more(ladder: Ladder, count: int) -> None:
    """Add so many seeds to a ladder, and train them."""
    last = ladder.settings.seeds[-1]
    ladder.extend(seeds=range(last + 1, last + 1 + count))
    loading.launcher().fill(ladder)


def refresh_while_training(ladder: Ladder) -> None:
    """Have the whole page run again as a ladder goes on, and once more when it has ended."""
    if not ladder.status().state.is_active:
        return
    before = ladder.status().step

    @st.fragment(run_every=2 * EVERY)
    @faults.shown()
    def look() -> None:
        if ladder.status().step != before or not ladder.status().state.is_active:
            st.rerun()

    look()


def header(ladder: Ladder, *, choose_seed: bool = True) -> int:
    """What the page shows, kept fresh while the ladder trains; gives the seed that is shown.

    The seed is chosen here, or the link names it.
    """
    settings = ladder.settings
    active = ladder.status().state.is_active

    @st.fragment(run_every=EVERY if active else None)
    @faults.shown()
    def draw() -> None:
        status = ladder.status()
        config, spec = settings.base, ladder.spec
        betas = ", ".join(f"{beta:g}" for beta in settings.betas)
        st.caption(
            f"{heading(ladder)}"
            f"**{spec.title}**, normal {plain(spec.classes_phrase(config.normal_classes))} · "
            f"a ladder of β = {betas} · {_seeds(settings)} · {_progress(ladder)}"
        )
        if status.message:
            st.warning(plain(status.message))

    draw()
    if len(settings.seeds) == 1 or not choose_seed:
        return settings.seeds[0]
    named = st.query_params.get("seed", "")
    seeds = {str(seed): seed for seed in settings.seeds}
    return st.segmented_control(
        "Seed",
        settings.seeds,
        default=seeds.get(named, settings.seeds[0]),
        required=True,
        help="Each seed gives other initial weights, which all β of the ladder start from.",
    )


def _seeds(settings: LadderSettings) -> str:
    count = len(settings.seeds)
    return f"seed {settings.seeds[0]}" if count == 1 else f"{count} seeds"


def _progress(ladder: Ladder) -> str:
    status, settings = ladder.status(), ladder.settings
    total = len(settings.cells) * settings.base.niter
    if not status.state.is_active:
        return f"{status.state}"
    left = f", {components.duration(status.remaining)} left" if status.remaining else ""
    doing = f" ({plain(status.activity)})" if status.activity else ""
    return f"{status.state}, {status.step / total:.0%} of all steps made{left}{doing}"


def follow(ladder: Ladder) -> None:
    """How far a ladder has come, what can be done with it, and what its rungs say so far."""
    header(ladder, choose_seed=False)
    active = ladder.status().state.is_active

    @st.fragment(run_every=EVERY if active else None)
    @faults.shown()
    def refresh() -> None:
        status = ladder.status()
        if status.state.is_active != active:
            st.rerun()
        total = len(ladder.settings.cells) * ladder.settings.base.niter
        mark = components.STATE_MARKS[status.state]
        st.progress(
            min(status.step / total, 1.0),
            text=f"{mark} **{status.state.capitalize()}** {plain(status.activity)}",
        )
        components.controls(ladder, status)
        rows = loading.judged_rungs(ladder)
        if rows.empty:
            st.info("What each β gives will stand here as soon as all have begun.")
            return
        st.page_link(components.PAGES / "collapse.py", label="**Watch the collapse** as a film")
        st.page_link(components.PAGES / "ladder.py", label="**Tune β**: every β in one picture")
        show_table(rows)
        labelled = ", ".join(words for words, uses in METRICS.values() if uses)
        st.caption(f"Anomaly labels are used for: {labelled}.")

    refresh()


def show_table(rows: pd.DataFrame) -> None:
    """What `rungs` in ladder_report.py gives, under headings for people."""
    words = {name: text for name, (text, _) in METRICS.items()}
    named = rows.drop(columns="scored").rename(columns={"beta": "β", **words}).round(3)
    st.dataframe(named, hide_index=True, width="stretch", placeholder=components.NOTHING)


def shown(ladder: Ladder, seed: int) -> film.Shown | None:
    """What there is to see of one seed's rungs; None until the first snapshots are there.

    A film begins with both sides that it compares: the recommended β and 0.
    """
    rungs, without = ladder.shown(seed)
    if not rungs or (without is None and ladder.status().state.is_active):
        return None
    return film.Shown(tuple(rungs), without, study=ladder)


def shown_again(ladder: Ladder, seed: int, before: film.Shown) -> film.Shown:
    """The same later, when there may be more rungs."""
    return shown(ladder, seed) or before


def wait_for_first(ladder: Ladder, seed: int) -> NoReturn:
    """Where nothing can be seen yet: say so, and look again by itself while there is hope."""
    active = ladder.status().state.is_active

    @st.fragment(run_every=0.3 if active else None)
    @faults.shown()
    def wait() -> None:
        if shown(ladder, seed) is not None:
            st.rerun()
        if not ladder.status().state.is_active:
            st.info("Nothing of this ladder has been trained. **Resume** it on the Train page.")
            return
        st.info("Getting ready: the film begins within a moment, as soon as training does.")

    wait()
    st.stop()
