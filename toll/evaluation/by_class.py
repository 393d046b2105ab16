"""Which anomalies are found: one row for each anomalous class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toll.evaluation.metrics import auroc

if TYPE_CHECKING:
    import pandas as pd


def by_class(rows: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """How each anomalous class is told from the normal samples, the hardest first.

    rows: test samples with `class`, `label`, `score` and `latent_norm`. The result has a row for
    each anomalous class: `class`, `samples`, `auroc` against all normal samples, `norm`, its median
    ‖z‖ over that of the normal samples, and `inside`, the share of it that lies inside the
    threshold and so is missed.
    """
    import pandas as pd

    normal, anomalous = rows.query("label == 0"), rows.query("label == 1")
    middle = float(np.median(normal["latent_norm"].to_numpy()))
    found = []
    for name, group in anomalous.groupby("class"):
        scores = np.concatenate((normal["score"], group["score"]))
        norm = float(np.median(group["latent_norm"].to_numpy()))
        labels = np.repeat((0, 1), (len(normal), len(group)))
        found.append(
            {
                "class": int(str(name)),
                "samples": len(group),
                "auroc": auroc(labels, scores),
                "norm": norm / middle if middle else np.inf,
                "inside": float(np.mean(group["score"].to_numpy() <= threshold)),
            }
        )
    return pd.DataFrame(found).sort_values("auroc", ignore_index=True)
