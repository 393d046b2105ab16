"""Toll: anomaly detection by targeted collapse, a black hole in latent space.

The method is in `toll/method/`: `objective.py`, then `training.py`. For other programs there are
`TollDetector`, an outlier detector as scikit-learn has them, and `TargetedCollapse`, a term for a
PyTorch loss of one's own; for runs like the dashboard's, `laptop` or `paper` for the settings,
`RunStore` and `record`.
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

__all__ = [
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
    """Imported on first use: the dashboard starts without torch and scikit-learn."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
