"""The top-scored samples as cards: input, reconstruction, error map, and the split of the score."""

import html
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import images
from dashboard.charts.style import KINDS, PARTS, ink
from toll.data import OneClassSplit

FILTERS = {
    "all": "All",
    "anomalies": "True anomalies",
    "false_alarms": "False alarms",
    "misses": "Misses",
}
EXPLAINED = {
    "all": "The highest scores among all test samples.",
    "anomalies": "Anomalies beyond the event horizon: found, the most anomalous first.",
    "false_alarms": "Normal samples beyond the event horizon: flagged by mistake, worst first.",
    "misses": "Anomalies inside the event horizon: not found, the most normal-looking first.",
}
CARD = """
<style>
.toll-cards {display:grid;grid-template-columns:repeat(auto-fill,minmax(13.5rem,1fr));gap:1rem}
.toll-card {border:1px solid rgba(128,128,128,.3);border-radius:.5rem;padding:.7rem}
.toll-card .row {display:flex;gap:.4rem;justify-content:space-between}
.toll-card figure {margin:0;text-align:center;font-size:.72rem;opacity:.9;flex:1}
.toll-card img {width:100%}
.toll-card .bar {display:flex;height:.55rem;border-radius:.3rem;overflow:hidden;margin:.35rem 0}
.toll-card .parts {font-size:.74rem;opacity:.85}
.toll-card .title {font-size:.85rem;margin-bottom:.35rem}
.toll-card .score {white-space:nowrap}
</style>
"""


def choose(rows: pd.DataFrame, chosen: str, horizon: float, most: int) -> pd.DataFrame:
    """The rows (with a column `score`) that a filter shows, in its order."""
    flagged, anomalous = rows["score"] > horizon, rows["label"] == 1
    kept = {
        "all": rows,
        "anomalies": rows[flagged & anomalous],
        "false_alarms": rows[flagged & ~anomalous],
        "misses": rows[~flagged & anomalous],
    }[chosen]
    return kept.sort_values("score", ascending=chosen == "misses").head(most)


def legend(is_image: bool, is_own: bool) -> str:
    """What stands with each sample, in words. is_own: whether by the run's own score."""
    if not is_image:
        below = (
            "The features with the largest shares of the squared reconstruction error: the dot is "
            "the sample, the stroke its reconstruction, and the band holds 90 % of the normal "
            "training samples, in the units of the data."
        )
    else:
        below = "Bright pixels in the error map are badly rebuilt."
    bar = "The bar splits the score: green is the reconstruction error, pink is β times the "
    bar += "latent norm. "
    return f"{bar if is_own else ''}{below}"


def show_images(
    rows: pd.DataFrame,
    split: OneClassSplit,
    outputs: dict[int, np.ndarray],
    beta: float | None,
    names: Mapping[int, str] = MappingProxyType({}),
) -> None:
    """Cards of image samples, in one piece of HTML so that many are drawn at once.

    names: what samples are called, of those that have a name. beta: of the run, whose score is
    split into its parts; None: the score is another detector's.
    """
    cards = "".join(
        _card(row, split, outputs, beta, names.get(row["id"], ""))
        for row in rows.to_dict("records")
    )
    st.html(f'{CARD}<div class="toll-cards">{cards}</div>')


def _card(
    row: dict,
    split: OneClassSplit,
    outputs: dict[int, np.ndarray],
    beta: float | None,
    called: str = "",
) -> str:
    raw = split.dataset.samples[row["id"]][None]
    shown = split.normalise.display(raw)[0]
    pictures = [("input", images.as_pixels(shown))]
    if row["id"] in outputs:
        rebuilt = split.normalise.restore(outputs[row["id"]][None], raw)[0]
        pictures.append(("reconstruction", images.as_pixels(rebuilt)))
        pictures.append(("error", images.error_map(shown, rebuilt)))
    figures = "".join(
        f"<figure>{images.picture(pixels, name, 64)}<figcaption>{name}</figcaption></figure>"
        for name, pixels in pictures
    )
    return (
        f'<div class="toll-card">{title(row, split, called)}'
        f'<div class="row">{figures}</div>{split_bar(row, beta)}</div>'
    )


def title(row: dict, split: OneClassSplit, called: str) -> str:
    """What a card is about: what the sample is and is called, and its score."""
    spec, kind = split.dataset.spec, KINDS[row["label"]]
    name = html.escape(spec.class_names[row["class"]])
    mark, colour = "◇" if row["label"] else "●", ink(kind["color"])
    what = f'<span style="color:{colour}">{mark} {kind["name"]}</span>: <b>{name}</b> · '
    said = f"{html.escape(called)} · " if called else ""
    what = what if spec.labelled else ""
    return (
        f'<div class="title">{what}{said}<span class="score">score {row["score"]:.4g}</span></div>'
    )


def split_bar(row: dict, beta: float | None) -> str:
    """How the score is made of its two parts; nothing for the score of another detector."""
    if beta is None:
        return ""
    error, pull = row["reconstruction_error"], beta * row["latent_norm"]
    share = error / (error + pull) if error + pull else 0.0
    colors = (PARTS["reconstruction_error"]["color"], PARTS["latent_norm"]["color"])
    return (
        f'<div class="bar"><div style="width:{share:.1%};background:{colors[0]}"></div>'
        f'<div style="flex:1;background:{colors[1]}"></div></div>'
        f'<div class="parts">‖x − x̂‖ = {error:.4g} · β‖z‖ = {pull:.4g}</div>'
    )
