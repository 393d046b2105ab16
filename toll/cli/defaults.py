"""What a setting is when its flag is not given, in words for the help."""

from collections.abc import Mapping

from toll.config import RunConfig


def defaults(name: str, presets: Mapping[str, RunConfig]) -> dict[str, str]:
    """A setting's value in each preset, as one types it; by what the preset is called."""
    values = {title: getattr(preset, name) for title, preset in presets.items()}
    return {
        title: f"{value:g}" if isinstance(value, float) else str(value)
        for title, value in values.items()
    }
