"""Ladders of runs on the built-in digits, trained within a second."""

from typing import Any

from tests.small_runs import small_config
from toll.studies.ladder import Ladder, LadderSettings

BETAS = (0.0, 1.0, 10.0)


def small_ladder(
    betas: tuple[float, ...] = BETAS, seeds: tuple[int, ...] = (0,), **changes: Any
) -> Ladder:
    settings = LadderSettings(base=small_config(**changes), betas=betas, seeds=seeds)
    return Ladder.create(settings)
