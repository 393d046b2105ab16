"""Drawing a run's pictures while it trains: which samples they show, and in what units.

runs/pictures.py says how they are stored.
"""

from math import prod
from pathlib import Path

import numpy as np
from PIL import Image

from toll.config import RunConfig
from toll.data import OneClassSplit
from toll.files import replacing
from toll.runs.pictures import (
    Extremes,
    PictureIndex,
    inputs_path,
    picture_index,
    picture_path,
    save_extremes,
    save_picture_index,
)
from toll.runs.run import Run
from toll.runs.snapshots import snapshot_steps

# Bytes of all pictures of a run, before they are compressed.
BUDGET = 6_000_000
# And of the inputs, of which there is one sheet per run.
INPUTS_BUDGET = 2_000_000
FASTEST = 1  # of zlib's levels: sheets are written while a run trains
# Half of them anomalous: one of each of nine classes.
MOST_GUIDES = 18
GUIDES_SHARE = 0.2
ALPHAS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)


class Drawing:
    """Draws the pictures of one run. `index` says what they hold: chosen once, then read."""

    def __init__(self, run: Run, config: RunConfig, split: OneClassSplit) -> None:
        self.run, self.split = run, split
        stored = picture_index(run)
        self.index = stored or choose_pictures(split, config)
        ids = self.index.ids
        samples = np.array(split.dataset.samples[ids])
        self.guides = np.searchsorted(ids, self.index.guides)
        rays = np.repeat(self.guides, len(self.index.alphas))
        self.shown = np.concatenate((samples, samples[rays]))
        self.normal = samples[split.labels(ids) == 0]
        self.restore = split.normalise.restore
        self.scale = None if split.dataset.spec.is_image else FeatureScale.of(split)
        if stored is None:
            self.run.folder.joinpath("pictures").mkdir(exist_ok=True)
            inputs = np.array(split.dataset.samples[self.index.inputs])
            self._save(self._scaled(split.normalise.display(inputs)), inputs_path(run))
            save_picture_index(run, self.index)  # last: where it is, everything is

    def to_decode(self, latents: np.ndarray) -> np.ndarray:
        """The latents, besides those (K, z_dim) of `index.ids`, whose outputs a sheet shows."""
        alphas = np.array(self.index.alphas, dtype=np.float32)
        rays = alphas[:, None] * latents[self.guides][:, None]  # (G, alphas, z_dim)
        return np.concatenate((np.zeros_like(latents[:1]), *rays))

    def draw(self, step: int, outputs: np.ndarray, decoded: np.ndarray) -> None:
        """The sheet of one step.

        outputs: (K, *shape), reconstructions of `index.ids` in the model's units; decoded: those
        of the latents `to_decode`.

        The origin belongs to no sample. Where an output needs a sample's own contrast to be shown,
        the origin's is the mean of its pictures with the contrast of each normal sample of the ids.
        """
        origin, along = decoded[0], decoded[1:]
        pictures = self.restore(np.concatenate((outputs, along)), self.shown)
        everywhere = np.broadcast_to(origin, self.normal.shape)
        middle = self.restore(everywhere, self.normal).mean(0, keepdims=True)
        place = self.index.origin
        tiles = np.concatenate((pictures[:place], middle, pictures[place:]))
        self._save(self._scaled(tiles), picture_path(self.run, step))

    def draw_extremes(self, step: int, ids: np.ndarray, outputs: np.ndarray) -> None:
        """The sheet of further samples at the end. outputs: (E, *shape), in the model's units."""
        samples = np.array(self.split.dataset.samples[ids])
        inputs = self.split.normalise.display(samples)
        pictures = np.concatenate((inputs, self.restore(outputs, samples)))
        found = Extremes(step, ids)
        save_extremes(self.run, found, lambda path: self._save(self._scaled(pictures), path))

    def _scaled(self, shown: np.ndarray) -> np.ndarray:
        return shown if self.scale is None else self.scale(shown)

    def _save(self, pictures: np.ndarray, path: Path) -> None:
        """Write pictures in [0, 1], (n, *shape), as tiles of one PNG."""
        sheet = joined(as_tiles(pictures, self.index), self.index.columns)
        image = Image.fromarray(sheet if len(self.index.mode) == 3 else sheet[..., 0])
        with replacing(path) as temporary:
            image.save(temporary, "PNG", compress_level=FASTEST)


class FeatureScale:
    """Features of a table to [0, 1], by their range among the normal training samples.

    A feature that is constant there becomes 0.5, and departures from it are measured in units of
    the other features' median range, because a reconstruction is seldom exactly equal.
    """

    def __init__(self, lowest: np.ndarray, highest: np.ndarray) -> None:
        span = (highest - lowest).astype(np.float32)
        constant = span == 0
        usual = np.float32(1) if constant.all() else np.median(span[~constant])
        self.span = np.where(constant, usual, span)
        self.lowest = np.where(constant, lowest - usual / 2, lowest).astype(np.float32)

    @classmethod
    def of(cls, split: OneClassSplit) -> "FeatureScale":
        samples = split.dataset.samples[split.train]
        return cls(samples.min(axis=0), samples.max(axis=0))

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """(n, features) → (n, features)."""
        return (values - self.lowest) / self.span


def choose_pictures(split: OneClassSplit, config: RunConfig) -> PictureIndex:
    """As many probe samples as `BUDGET` has room for, half of them normal, and guides of them."""
    shape = split.dataset.spec.shape
    room = BUDGET // (len(snapshot_steps(config.niter)) * prod(shape))
    guides = min(MOST_GUIDES, int(room * GUIDES_SHARE) // len(ALPHAS), config.probe_size)
    guides = max(guides // 2 * 2, 2)
    kept = max(room - 1 - guides * len(ALPHAS), guides)
    ids, guide_ids = split.probe(min(kept, config.probe_size)), split.probe(guides)
    shown = max(INPUTS_BUDGET // prod(shape), len(ids))
    inputs = split.probe(min(shown, config.probe_size))
    channels, height, width = shape if len(shape) == 3 else (1, 1, *shape)
    count = len(ids) + 1 + len(guide_ids) * len(ALPHAS)
    # A sheet is about as wide as it is high, in pixels.
    columns = max(round((count * height / width) ** 0.5), 1)
    mode = "L" if channels == 1 else "RGB"
    return PictureIndex(inputs, ids, guide_ids, ALPHAS, (height, width), columns, mode)


def as_tiles(pictures: np.ndarray, index: PictureIndex) -> np.ndarray:
    """Pictures in [0, 1], (n, *shape), as uint8 (n, height, width, channels).

    NaN becomes black.
    """
    # `fmin` and `fmax` take the number where the other side is NaN.
    grey = np.fmin(np.fmax(pictures, 0), 1) * 255
    flat = (len(pictures), len(index.mode), *index.tile)
    return grey.round().astype(np.uint8).reshape(flat).transpose(0, 2, 3, 1)


def joined(tiles: np.ndarray, columns: int) -> np.ndarray:
    """Tiles (n, height, width, channels) in rows of `columns`, the last filled up with black."""
    count, height, width, channels = tiles.shape
    rows = -(-count // columns)
    sheet = np.zeros((rows * columns, height, width, channels), np.uint8)
    sheet[:count] = tiles
    sheet = sheet.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return sheet.reshape(rows * height, columns * width, channels)
