"""Tables of runs on the built-in digits, trained within a second, or with made-up metrics."""

from typing import Any

import numpy as np

from tests.small_runs import small_config
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.runs.status import State
from toll.studies.table import Table, TableSettings


def small_settings(
    classes: tuple[int, ...] = (3, 8), seeds: tuple[int, ...] = (0, 1), **changes: Any
) -> TableSettings:
    return TableSettings(base=small_config(**changes), classes=classes, seeds=seeds)


def write_cell(table: Table, normal_class: int, seed: int, auroc: dict[str, float]) -> None:
    """A finished cell whose score has this AUROC under each choice of weights."""
    run = table.begin_cell(normal_class, seed)
    rates = {"aupr": 0.5, "fpr_at_95_tpr": 0.5}
    judged = {
        name: {
            "step": step,
            "score": {"auroc": auroc[name], **rates},
            "reconstruction_error": {"auroc": 0.6, **rates},
            "latent_norm": {"auroc": 0.7, **rates},
            "separation": 2.0,
        }
        for step, name in enumerate(auroc, start=10)
    }
    run.save_metrics(judged)
    run.update_status(state=State.FINISHED, step=40, owner=None)


def write_cells(table: Table) -> dict[tuple[int, int], dict[str, float]]:
    """Every cell of the table with metrics of its own, and these metrics."""
    random = np.random.default_rng(0)
    written = {
        cell: {name: float(random.uniform(0.5, 1)) for name in WEIGHTS_CHOICES}
        for cell in table.settings.cells
    }
    for cell, auroc in written.items():
        write_cell(table, *cell, auroc)
    return written
