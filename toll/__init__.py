"""Toll: anomaly detection by targeted collapse, a black hole in latent space.

The method is in `method/objective.py` and `method/training.py`; everything else serves it. For use
in other programs there are `TollDetector`, a scikit-learn estimator, and `TargetedCollapse`, a term
for one's own PyTorch loss.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toll.detectors.collapse import TargetedCollapse
    from toll.detectors.toll_detector import TollDetector

__all__ = ["TargetedCollapse", "TollDetector"]
__version__ = "0.2.0.dev0"

_HOMES = {
    "TargetedCollapse": "toll.detectors.collapse",
    "TollDetector": "toll.detectors.toll_detector",
}


def __getattr__(name: str) -> Any:
    """Imported on first use: the dashboard starts without torch and scikit-learn."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
