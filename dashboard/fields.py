"""Fields for a run's settings, and what is said, in a field's own name, of a value in it."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from dashboard.plain import plain
from toll.config import RunConfig
from toll.errors import in_words

# What the fields are called.
LABELS = {
    "beta": "β exactly",
    "z_dim": "Latent size z_dim",
    "batch_size": "Batch size",
    "lr": "Learning rate",
    "niter": "Training steps",
    "seed": "Seed",
    "ckpt_interval": "Steps between validations",
    "validation_size": "Validation samples (0 = all)",
    "probe_size": "Samples in each snapshot",
    "inference_batch_size": "Samples encoded at a time (0 = as suit the device)",
    "deterministic": "Deterministic",
    "num_classes": "Normal classes",
    "num_seeds": "Seeds",
}


def number(name: str, step: float, form: str | None = None, *, prefix: str) -> None:
    """A field for one of a run's settings, kept in the session as prefix + name."""
    text = RunConfig.__dataclass_fields__[name].metadata["help"]
    # Without a value of its own a field that is emptied is empty, and not 0.
    st.number_input(
        LABELS[name],
        value=None,
        key=prefix + name,
        step=step,
        format=form,
        help=text,
        persist_state="session",
    )


def switch(name: str, *, prefix: str) -> None:
    """A box to tick for one of a run's settings, kept in the session as prefix + name."""
    text = RunConfig.__dataclass_fields__[name].metadata["help"]
    st.checkbox(LABELS[name], key=prefix + name, help=text, persist_state="session")


def values(names: Iterable[str], prefix: str) -> dict[str, Any] | None:
    """What stands in these fields; None, and a sentence on the page, where one is empty."""
    found = {name: st.session_state[prefix + name] for name in names}
    empty = [name for name, value in found.items() if value is None]
    if empty:
        show_empty(LABELS[empty[0]])
        return None
    return found


def show_empty(label: str) -> None:
    """Say that nothing stands in the field with this label."""
    st.error(f"**{plain(label)}** is empty; it must be a number.")


def show_fault(error: Exception, labels: Mapping[str, str] = LABELS) -> None:
    """Say what is wrong with a value: a setting's name becomes the label of its field."""
    text = in_words(error)
    name, _, rest = text.partition(" is ")
    if name in labels:
        st.error(f"**{plain(labels[name])}** {plain(f'is {rest}.')}")
    else:
        st.error(plain(f"{text}."))
