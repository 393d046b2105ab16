"""Parameters of a detector, checked when it is fitted, as scikit-learn expects."""

from typing import Any

import numpy as np

from toll.config import RunConfig

# The share of normal samples outside the event horizon, unless another is chosen.
AUTOMATIC_CONTAMINATION = 0.05
SCORE_RULES = ("auto", "scaled", "published")
# Parameters that are also settings of a run, with the same ranges.
SETTINGS = ("beta", "z_dim", "lr", "niter", "batch_size", "device", "precision")


def settings_of(detector: Any) -> RunConfig:
    """The settings of a training that the detector's parameters ask for.

    Raises:
        ValueError: one is outside its range; the sentence names it and what is valid.
    """
    if not all(_is_count(size) for size in np.atleast_1d(detector.hidden).tolist()):
        raise ValueError(f"hidden is {detector.hidden!r}; it must hold integers of at least 1")
    if not _is_count(_plain(detector.width)):
        raise ValueError(f"width is {detector.width!r}; it must be an integer of at least 1")
    if not isinstance(_plain(detector.standardise), bool):
        raise ValueError(f"standardise is {detector.standardise!r}; it must be True or False")
    return RunConfig(**{name: _plain(getattr(detector, name)) for name in SETTINGS})


def contamination_of(detector: Any) -> float:
    """Share of samples beyond the threshold, in (0, 0.5].

    Raises:
        ValueError: it is outside its range.
    """
    share = _plain(detector.contamination)
    if share == "auto":
        return AUTOMATIC_CONTAMINATION
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 0.5:
        raise ValueError(
            f"contamination is {detector.contamination!r}; it must be 'auto' or in (0, 0.5]"
        )
    return share


def _plain(value: Any) -> Any:
    """Grids of parameters hold NumPy's numbers; a config takes Python's."""
    return value.item() if isinstance(value, np.generic) else value


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def score_rule_of(detector: Any, is_tabular: bool) -> str:
    """'scaled' or 'published', for tables or for images.

    Raises:
        ValueError: `score_rule` or `n_pairs` is not valid, or the rule is not for images.
    """
    rule = detector.score_rule
    if rule not in SCORE_RULES:
        raise ValueError(f"score_rule is {rule!r}; valid are {', '.join(SCORE_RULES)}")
    if not _is_count(_plain(detector.n_pairs)):
        raise ValueError(f"n_pairs is {detector.n_pairs!r}; it must be an integer of at least 1")
    if rule == "scaled" and not is_tabular:
        raise ValueError("score_rule is 'scaled', which is for tables; images take 'published'")
    return ("scaled" if is_tabular else "published") if rule == "auto" else rule
