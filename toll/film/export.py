"""A film as one HTML file that plays without a server or a network."""

import base64
import html
from functools import cache
from pathlib import Path

from toll.data import class_noun, get_spec
from toll.files import replacing
from toll.player.bundle import FILM_PAGE, PLAYER, bundle, style
from toll.runs.run import Run


def title(run: Run) -> str:
    """The heading of a run's film."""
    config = run.config
    spec, classes = get_spec(config.dataset), config.normal_classes
    normal = f"normal {class_noun(classes)} {spec.classes_name(classes)}"
    return f"Targeted collapse: {spec.title}, {normal}, β = {config.beta:g}"


@cache
def _script() -> str:
    return bundle(FILM_PAGE)


def page(film: bytes, title: str) -> str:
    """The HTML document."""
    template = (PLAYER / "film.html").read_text(encoding="utf-8")
    parts = {
        "TITLE": html.escape(title),
        "STYLE": style(),
        "SCRIPT": _script(),
        "FILM": base64.b64encode(film).decode(),
    }
    for name, part in parts.items():
        template = template.replace(f"@{name}@", part)
    return template


def export(film: bytes, title: str, path: Path) -> None:
    """Write the document to `path`."""
    with replacing(path) as temporary:
        temporary.write_text(page(film, title), encoding="utf-8")
