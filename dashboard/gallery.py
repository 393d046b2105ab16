"""The top-scored samples as cards: input, reconstruction, error map, and the split of the score."""

import html

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
        return (
            "Beside each sample: the share of the squared reconstruction error that each feature "
            "accounts for."
        )
    bar = "The bar splits the score: green is the reconstruction error, pink is β times the "
    bar += "latent norm. "
    return f"{bar if is_own else ''}Bright pixels in the error map are badly rebuilt."


def show_images(
    rows: pd.DataFrame, split: OneClassSplit, outputs: dict[int, np.ndarray], beta: float | None
) -> None:
    """Cards of image samples, in one piece of HTML so that many are drawn at once.

    beta: of the run, whose score is split into its parts; None: the score is another detector's.
    """
    cards = "".join(_card(row, split, outputs, beta) for row in rows.to_dict("records"))
    st.html(f'{CARD}<div class="toll-cards">{cards}</div>')


def _card(
    row: dict, split: OneClassSplit, outputs: dict[int, np.ndarray], beta: float | None
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
    kind = KINDS[row["label"]]
    name = html.escape(split.dataset.spec.class_names[row["class"]])
    mark, colour = "◇" if row["label"] else "●", ink(kind["color"])
    bar = "" if beta is None else _split_bar(row, beta)
    return (
        f'<div class="toll-card"><div class="title"><span style="color:{colour}">{mark} '
        f"{kind['name']}</span>: <b>{name}</b> · score {row['score']:.4g}</div>"
        f'<div class="row">{figures}</div>{bar}</div>'
    )


def _split_bar(row: dict, beta: float) -> str:
    error, pull = row["reconstruction_error"], beta * row["latent_norm"]
    share = error / (error + pull) if error + pull else 0.0
    colors = (PARTS["reconstruction_error"]["color"], PARTS["latent_norm"]["color"])
    return (
        f'<div class="bar"><div style="width:{share:.1%};background:{colors[0]}"></div>'
        f'<div style="flex:1;background:{colors[1]}"></div></div>'
        f'<div class="parts">‖x − x̂‖ = {error:.4g} · β‖z‖ = {pull:.4g}</div>'
    )


def show_table(
    rows: pd.DataFrame, split: OneClassSplit, outputs: dict[int, np.ndarray], beta: float | None
) -> None:
    """Samples of a table, with the features that contribute most to the reconstruction error.

    beta: as in `show_images`.
    """
    parts = {}
    if beta is not None:
        norms = beta * rows["latent_norm"]
        parts = {"reconstruction error": rows["reconstruction_error"], "β · latent norm": norms}
    shown = pd.DataFrame(
        {
            "sample": rows["id"],
            "class": [
                f"{'◇' if label else '●'} {split.dataset.spec.class_names[index]}"
                for index, label in zip(rows["class"], rows["label"], strict=True)
            ],
            "score": rows["score"],
            **parts,
            "features that contribute most": [
                _top_features(split.dataset.samples[sample], outputs.get(sample))
                for sample in rows["id"]
            ],
        }
    )
    st.dataframe(shown.style.format(precision=4), hide_index=True, width="stretch")


def _top_features(sample: np.ndarray, output: np.ndarray | None, most: int = 4) -> str:
    """Shares of ‖x − x̂‖² by feature, the largest first."""
    if output is None:
        return "reconstruction not kept"
    squares = (sample - output) ** 2
    shares = squares / (squares.sum() or 1.0)
    order = np.argsort(shares)[::-1][:most]
    return ", ".join(f"#{index + 1} ({shares[index]:.0%})" for index in order)
