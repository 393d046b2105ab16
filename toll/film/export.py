"""A film as one HTML file that plays without a server or a network."""

import base64
import html
from functools import cache
from pathlib import Path

from toll.data import get_spec
from toll.files import replacing
from toll.runs.run import Run

PLAYER = Path(__file__).resolve().parents[1] / "player"
# In the order in which each needs the ones before it.
MODULES = (
    "kit/page", "film/film", "film/time", "kit/axes", "kit/paint", "kit/card", "views/point_card",
    "views/black_hole", "views/map", "views/norms", "views/curves", "views/score_plane",
    "film/pictures", "views/panel", "views/hole", "controls", "film/horizon", "views/tip", "player",
)  # fmt: skip


@cache
def script() -> str:
    """The player's modules as one: their imports of each other fall away."""
    return "\n".join(
        _alone((PLAYER / f"{name}.js").read_text(encoding="utf-8")) for name in MODULES
    )


@cache
def style() -> str:
    """The player's style sheet."""
    return (PLAYER / "style.css").read_text(encoding="utf-8")


def title(run: Run) -> str:
    """What the film of a run is headed by."""
    config = run.config()
    spec = get_spec(config.dataset)
    name = spec.class_names[config.normal_class]
    return f"Targeted collapse: {spec.title}, normal class {name}, β = {config.beta:g}"


def _alone(module: str) -> str:
    lines, importing = [], False
    for line in module.splitlines():
        importing = importing or line.startswith("import ")
        if not importing:
            lines.append(line.removeprefix("export "))
        importing = importing and not line.endswith(";")
    return "\n".join(lines)


def page(film: bytes, title: str) -> str:
    """The HTML document."""
    template = (PLAYER / "film.html").read_text(encoding="utf-8")
    parts = {
        "TITLE": html.escape(title),
        "STYLE": style(),
        "SCRIPT": script(),
        "FILM": base64.b64encode(film).decode(),
    }
    for name, part in parts.items():
        template = template.replace(f"@{name}@", part)
    return template


def export(film: bytes, title: str, path: Path) -> None:
    """Write the document to `path`."""
    with replacing(path) as temporary:
        temporary.write_text(page(film, title), encoding="utf-8")
