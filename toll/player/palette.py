"""The palette, `kit/palette.css`, for Python: the same colours in charts, pictures and the film."""

import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

PALETTE = Path(__file__).resolve().parent / "kit" / "palette.css"

_PROPERTY = re.compile(r"--toll-([\w-]+):\s*([^;]+);")
_REFERENCE = re.compile(r"var\(--toll-([\w-]+)\)")


@dataclass(frozen=True)
class Palette:
    """CSS colours, “#rrggbb” or “rgba(…)”, named as in the file."""

    normal: str
    anomalous: str
    horizon: str
    score: str
    reconstruction_error: str
    latent_norm: str
    error_none: str
    error_middle: str
    error_most: str
    hole: str
    chart_grid: str
    origin: str
    accent: str
    pin_1: str
    pin_2: str
    pin_3: str
    pin_4: str
    pin_5: str
    pin_6: str

    @property
    def apart(self) -> tuple[str, ...]:
        """Six colours that tell things apart: pinned samples, and runs that are compared."""
        return self.pin_1, self.pin_2, self.pin_3, self.pin_4, self.pin_5, self.pin_6

    @property
    def error_ramp(self) -> tuple[str, str, str]:
        """Colours of an error map, from no error to the largest."""
        return self.error_none, self.error_middle, self.error_most


@cache
def palette() -> Palette:
    """The colours of the file.

    Raises:
        KeyError: the file has no such colour.
    """
    found = properties(PALETTE.read_text(encoding="utf-8"))
    return Palette(**{each.name: found[each.name.replace("_", "-")] for each in fields(Palette)})


def properties(css: str) -> dict[str, str]:
    """{name without its prefix: colour}, a reference to another replaced by that one's colour."""
    found = dict(_PROPERTY.findall(css))
    return {name: _REFERENCE.sub(lambda m: found[m[1]], value) for name, value in found.items()}


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a colour written as “#rrggbb”."""
    value = int(color.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255
