"""Toll: anomaly detection by targeted collapse, a black hole in latent space.

The method is in `toll/method/`: read `objective.py`, then `training.py`. Other programs can use
`TollDetector`, an outlier detector for scikit-learn, and `TargetedCollapse`, a term to add to a
PyTorch loss. For runs like the dashboard's, take settings from `laptop` or `paper`, create a run
with `RunStore`, and train it with `record`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toll.config import RunConfig
    from toll.detectors.collapse import TargetedCollapse
    from toll.detectors.toll_detector import TollDetector
    from toll.method.training import train
    from toll.presets import laptop, paper
    from toll.recording.record import record
    from toll.runs.run import Run
    from toll.runs.store import RunStore
    from toll.studies.ladder import Ladder, LadderSettings

__all__ = [
    "Ladder",
    "LadderSettings",
    "Run",
    "RunConfig",
    "RunStore",
    "TargetedCollapse",
    "TollDetector",
    "laptop",
    "paper",
    "record",
    "train",
]
__version__ = "0.2.0.dev0"

_HOMES = {
    "Ladder": "toll.studies.ladder",
    "LadderSettings": "toll.studies.ladder",
    "Run": "toll.runs.run",
    "RunConfig": "toll.config",
    "RunStore": "toll.runs.store",
    "TargetedCollapse": "toll.detectors.collapse",
    "TollDetector": "toll.detectors.toll_detector",
    "laptop": "toll.presets",
    "paper": "toll.presets",
    "record": "toll.recording.record",
    "train": "toll.method.training",
}


def __getattr__(name: str) -> Any:
    """Import a name on first use, so that the dashboard starts without torch and scikit-learn."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
