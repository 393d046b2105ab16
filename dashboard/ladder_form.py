"""The fields for several values of β: a ladder instead of a single run."""

import math
from collections.abc import Sequence

import streamlit as st

from dashboard.plain import plain
from toll.config import MAX_BETA, RunConfig
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


def draw(beta: float, offered: Sequence[float]) -> None:
    """The fields: values of β, others than those `offered` too, and seeds.

    beta: the one that is recommended for the data.
    """
    if VALUES not in st.session_state:
        st.session_state[VALUES] = list(usual_betas(beta))
        st.session_state[SEEDS] = 1
    st.multiselect(
        "Values of β",
        sorted({*offered, beta, *st.session_state[VALUES]}, key=_place),
        key=VALUES,
        format_func=_words,
        on_change=_read_typed,
        max_selections=MOST_BETAS,
        accept_new_options=True,
        persist_state="session",
        help="Choose from the list, or type a value of your own and press Enter. 0, a plain "
        f"autoencoder, has to be among them. The film shows β = {beta:g}, the usual one here, "
        "beside 0 first; without it, the largest.",
    )
    st.number_input(
        "Seeds",
        1,
        MOST_SEEDS,
        step=1,
        key=SEEDS,
        persist_state="session",
        help="How often each β is trained, from other initial weights each time. With three or "
        "more it can be told whether one β is better than another.",
    )


def chosen(config: RunConfig) -> LadderSettings | None:
    """The ladder in the fields; None, with a sentence, where it cannot be."""
    wrong = [each for each in st.session_state[VALUES] if isinstance(each, str)]
    if wrong:
        valid = f"each must be a number from 0 to {MAX_BETA:g}"
        st.error(f"**Values of β** has {plain(repr(wrong[0]))}; {valid}.")
        return None
    try:
        seeds = range(config.seed, config.seed + int(st.session_state[SEEDS]))
        betas = tuple(st.session_state[VALUES])
        return LadderSettings(base=config, betas=betas, seeds=tuple(seeds))
    except ValueError as error:
        st.error(plain(f"{error}."))
        return None


def _read_typed() -> None:
    """Values that were typed become numbers; what is none stays, to be told."""
    read = [_number(each) for each in st.session_state[VALUES]]
    st.session_state[VALUES] = list(dict.fromkeys(read))


def _number(value: float | str) -> float | str:
    try:
        number = float(value)
    except ValueError:
        return value
    return number if math.isfinite(number) else str(value)


def _place(value: float | str) -> tuple[bool, float]:
    return isinstance(value, str), 0.0 if isinstance(value, str) else value


def _words(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"
