"""Presets: settings to start from, taken from a dataset's row (data/registry.py)."""

from typing import Any

from toll.config import RunConfig
from toll.data import PUBLISHED, get_spec

# The datasets that the paper has settings for.
PAPER_DATASETS = tuple(spec.name for spec in PUBLISHED.values() if spec.paper is not None)


def laptop(dataset: str, **changes: Any) -> RunConfig:
    """Settings for `dataset` that show the collapse quickly on a CPU, with `changes` on top.

    Raises:
        ValueError: the dataset is unknown, or a change is outside its range.
    """
    spec = get_spec(dataset)
    base = {"validation_size": 500, "probe_size": 500, "normal_class": spec.first_class}
    return RunConfig(**{"dataset": dataset, **base, **spec.laptop, **changes})


def paper(dataset: str, **changes: Any) -> RunConfig:
    """The paper's settings for `dataset`, with `changes` on top.

    Raises:
        ValueError: the paper has none for this dataset, or a change is outside its range.
    """
    settings = PUBLISHED[dataset].paper if dataset in PUBLISHED else None
    if settings is None:
        raise ValueError(
            f"the paper has no settings for {dataset!r}; "
            f"it has them for {', '.join(PAPER_DATASETS)}"
        )
    base = {"niter": 2000, "network": "paper", "normal_class": PUBLISHED[dataset].first_class}
    return RunConfig(**{"dataset": dataset, **base, **settings, **changes})
