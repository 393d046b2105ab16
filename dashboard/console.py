"""The threshold console: one threshold and all that it decides, moved in the browser.

Every view of it is drawn by `toll/player/console` from the scores that it is given; the server
hears of a threshold that was set by hand once the viewer has let go of it.
"""

import io
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from streamlit.components.v2 import component

from dashboard import images, loading, state
from dashboard.plain import plain
from toll.data import DATASETS, OneClassSplit, availability
from toll.evaluation.thresholds import BY_HAND, Threshold
from toll.evaluation.uncertainty import RocBand
from toll.film.container import pack
from toll.player.bundle import CONSOLE_PAGE, bundle, style
from toll.runs.run import Run

# Samples of each label whose pictures go along: evenly over the ranks of the scores.
PICTURED = 250
COLUMNS = 25


def show(run: Run, tested: pd.DataFrame, threshold: Threshold, words: str) -> float | None:
    """Draw the console; gives the threshold that the viewer has set by hand, if any.

    tested: test samples with `score`, `label`, `class` and the parts of the score. words: where the
    threshold comes from.
    """
    labels, scores = tested["label"].to_numpy(), tested["score"].to_numpy()
    data = packed(run, tested, threshold, words, loading.roc_band(labels, scores))
    # Back and Forward may lead to another threshold, which is read when the console is made.
    key = f"console {state.moves()}"
    result = _component()(key=key, data=data, on_threshold_change=lambda: None)
    value = result.get("threshold")
    return None if value is None else float(value)


def packed(
    run: Run, tested: pd.DataFrame, threshold: Threshold, words: str, band: RocBand
) -> bytes:
    """What the console draws from, as `toll/player/console/judged.js` reads it."""
    spec = DATASETS[run.config.dataset]
    chosen = pictured(tested)
    header: dict[str, Any] = {
        "run": run.id,
        "classNames": [plain(name) for name in spec.class_names],
        "threshold": threshold.value,
        "isKept": threshold.rule == BY_HAND,
        "rule": words,
        "band": {
            "rate": band.false_positive_rate.tolist(),
            "lower": band.lower.tolist(),
            "upper": band.upper.tolist(),
            "auroc": list(band.auroc),
        },
        "pictured": chosen.tolist(),
        "tile": None,
        "columns": COLUMNS,
    }
    arrays: dict[str, np.ndarray | bytes] = {
        "score": tested["score"].to_numpy(np.float32),
        "norm": tested["latent_norm"].to_numpy(np.float32),
        "label": tested["label"].to_numpy(np.uint8),
        "class": tested["class"].to_numpy(np.int32),
        "id": tested["id"].to_numpy(np.int32),
    }
    if spec.is_image and availability(spec.name).present:  # else samples are told by number
        tiles = _tiles(loading.split_of(run.config), tested["id"].to_numpy()[chosen])
        header["tile"] = list(tiles.shape[1:3])
        arrays["sheet"] = png(tiles)
    return pack(header, arrays)


def pictured(tested: pd.DataFrame) -> np.ndarray:
    """Places of the rows whose samples can be looked at: of each label as many, at even ranks."""
    labels = tested["label"].to_numpy()
    order = np.argsort(tested["score"].to_numpy(), kind="stable")
    chosen = []
    for label in (0, 1):
        ranked = order[labels[order] == label]
        even = np.linspace(0, len(ranked) - 1, min(PICTURED, len(ranked))).round().astype(int)
        chosen.append(ranked[even])
    return np.sort(np.concatenate(chosen))


def _tiles(split: OneClassSplit, ids: np.ndarray) -> np.ndarray:
    """Pictures of samples, uint8 (n, height, width, 3)."""
    shown = split.normalise.display(split.dataset.samples[ids])
    return np.stack([images.as_pixels(image) for image in shown])


def png(tiles: np.ndarray) -> bytes:
    """Tiles in rows of `COLUMNS`, as one PNG file."""
    from PIL import Image

    from toll.recording.drawing import joined

    buffer = io.BytesIO()
    Image.fromarray(joined(tiles, COLUMNS)).save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def _component():
    """Registered at every use: a new server, such as a test starts, knows no component yet."""
    return component(
        "toll_console",
        html='<div class="toll-console"></div>',
        css=style(),
        js=_script(),
        isolate_styles=False,
    )


@cache
def _script() -> str:
    return bundle(CONSOLE_PAGE)
