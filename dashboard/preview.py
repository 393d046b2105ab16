"""The first story in small, moving; until it has been trained, a drawing of the idea."""

from functools import cache
from typing import NamedTuple

import streamlit as st
from streamlit.components.v2 import component

from dashboard import faults, loading
from toll.player.bundle import PREVIEW_PAGE, bundle, style
from toll.runs.run import Run
from toll.studies.first_story import find_first_story
from toll.studies.ladder import Ladder

# Seconds between two looks at a story that is being trained.
EVERY = 2.0
# Pixels that either takes, so that nothing moves when the one becomes the other.
HEIGHT = 285


class Race(NamedTuple):
    """Two runs that have been trained and scored: with the recommended pull, and without."""

    pulled: Run
    plain: Run

    @property
    def aurocs(self) -> tuple[float, float]:
        """Of the whole score on the test samples, under the last weights."""
        pulled, plain = (run.metrics()["last"]["score"]["auroc"] for run in self)
        return pulled, plain


def show() -> None:
    """Draw what there is, and look again while there may soon be more."""
    story = find_first_story()
    waiting = story is not None and finished_race(story) is None and story.status().state.is_active

    @st.fragment(run_every=EVERY if waiting else None)
    @faults.shown()
    def draw() -> None:
        race = finished_race(story) if story is not None else None
        if race is None:
            _show_drawing()
            return
        _component()(key="preview", data=loading.preview(race.pulled, race.plain), height=HEIGHT)
        with_pull, without = race.aurocs
        st.caption(
            "Two trainings as recorded, without the pull and with it. Points are samples, ● normal "
            "and ◇ anomalous; their distance from the cross is ‖z‖; 95 % of the normal ones lie "
            "inside the dashed event horizon. On test samples, whose labels are used, AUROC is "
            f"**{without:.2f}** without the pull and **{with_pull:.2f}** with it."
        )
        if waiting:
            st.rerun()

    draw()


def finished_race(story: Ladder) -> Race | None:
    """The two runs of a story, once both are done; None also where they cannot be read."""
    try:
        rungs, plain = story.shown()
        if not rungs or plain is None or not (rungs[0].metrics() and plain.metrics()):
            return None
        return Race(rungs[0], plain)
    except ValueError:  # damaged: where the story itself is shown, it is said what
        return None


def _show_drawing() -> None:
    from dashboard.chart import show
    from dashboard.charts.diagram import black_hole_drawing

    show(black_hole_drawing().update_layout(height=HEIGHT), "a drawing of the idea", static=True)


def _component():
    """Registered at every use: a new server, such as a test starts, knows no component yet."""
    return component(
        "toll_preview",
        html='<div class="toll-preview"></div>',
        css=style(),
        js=_script(),
        isolate_styles=False,
    )


@cache
def _script() -> str:
    return bundle(PREVIEW_PAGE)
