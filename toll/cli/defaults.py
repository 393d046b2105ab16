"""Flags for a run's settings: what is typed, and what a setting is when its flag is not given."""

from collections.abc import Mapping
from dataclasses import Field
from typing import Any

from toll.config import RunConfig


def typed(setting: Field, **how: Any) -> dict[str, Any]:
    """Arguments of argparse's `add_argument`: a switch takes no value, all else one of its type.

    how: what else to say about the value. A flag that is not given reads as None.
    """
    if setting.type is bool:
        return {"action": "store_true", "default": None}
    # Classes are typed as text, which their dataset reads.
    return {"type": setting.type if isinstance(setting.type, type) else str, **how}


def defaults(name: str, presets: Mapping[str, RunConfig]) -> dict[str, str]:
    """A setting's value in each preset, as one types it; by what the preset is called."""
    return {title: _text(getattr(preset, name)) for title, preset in presets.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
