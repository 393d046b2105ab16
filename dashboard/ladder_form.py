"""The field for several values of β: a ladder instead of a single run."""

import streamlit as st

from dashboard.form import BETAS
from dashboard.plain import plain
from toll.config import RunConfig
from toll.studies.ladder import MOST_BETAS, MOST_SEEDS, LadderSettings, usual_betas

WANTED, VALUES, SEEDS = "ladder_wanted", "ladder_betas", "ladder_seeds"


def is_wanted() -> bool:
    """Draw the switch between a single run and a ladder."""
    return st.toggle(
        "A ladder: several values of β",
        key=WANTED,
        persist_state="session",
        help="The same training at each of these values of β, from the same initial weights on the "
        "same batches: what differs between them comes from the pull alone.",
    )


def choose(config: RunConfig) -> LadderSettings | None:
    """Draw the fields; the ladder in them, or None, with a sentence, where it cannot be."""
    if VALUES not in st.session_state:
        st.session_state[VALUES] = list(usual_betas(config.beta))
        st.session_state[SEEDS] = 1
    options = sorted({*BETAS, *st.session_state[VALUES], config.beta})
    betas = st.multiselect(
        "Values of β",
        options,
        key=VALUES,
        format_func="{:g}".format,
        max_selections=MOST_BETAS,
        persist_state="session",
    )
    seeds = st.number_input(
        "Seeds",
        1,
        MOST_SEEDS,
        step=1,
        key=SEEDS,
        persist_state="session",
        help="How often each β is trained, from other initial weights each time. With three or "
        "more it can be told whether one β is better than another.",
    )
    try:
        chosen = range(config.seed, config.seed + int(seeds))
        return LadderSettings(base=config, betas=tuple(betas), seeds=tuple(chosen))
    except ValueError as error:
        st.error(plain(f"{error}."))
        return None
