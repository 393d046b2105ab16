"""A film as one HTML file that plays without a server or a network.

It opens where a link text says, such as `step=20&beta=100&pins=7`; see toll/player/link.js.
"""

import base64
import html
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from toll.data import class_noun, get_spec
from toll.files import replacing
from toll.player.bundle import FILM_PAGE, PLAYER, bundle, style
from toll.runs.run import Run


def title(runs: Run | Sequence[Run]) -> str:
    """The heading of the film of a run, or of several that differ in β."""
    given = [runs] if isinstance(runs, Run) else runs
    config, betas = given[0].config, sorted({run.config.beta for run in given})
    spec, classes = get_spec(config.dataset), config.normal_classes
    normal = f"normal {class_noun(classes)} {spec.classes_name(classes)}"
    pull = " to ".join(f"{beta:g}" for beta in dict.fromkeys((betas[0], betas[-1])))
    return f"Targeted collapse: {spec.title}, {normal}, β = {pull}"


@cache
def _script() -> str:
    return bundle(FILM_PAGE)


def page(film: bytes, title: str, link: str = "") -> str:
    """The HTML document, opening at the place that a link's text names."""
    template = (PLAYER / "film.html").read_text(encoding="utf-8")
    parts = {
        "TITLE": html.escape(title),
        "STYLE": style(),
        "SCRIPT": _script(),
        "LINK": html.escape(link),
        "FILM": base64.b64encode(film).decode(),
    }
    for name, part in parts.items():
        template = template.replace(f"@{name}@", part)
    return template


def export(film: bytes, title: str, path: Path, link: str = "") -> None:
    """Write the document to `path`."""
    with replacing(path) as temporary:
        temporary.write_text(page(film, title, link), encoding="utf-8")
