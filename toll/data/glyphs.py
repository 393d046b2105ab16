"""Digits drawn by code: a dataset that needs no files and shows what the pull is for.

Each is a digit of the font that Pillow carries, turned, stretched, sheared and shifted at random,
with ink of random strength and some noise. It is a drawing, not anyone's handwriting, and so as
large as one asks for. Digits with curves are varied; 1, 4 and 7, of straight strokes, are simple: a
plain autoencoder rebuilds these even better than the digits that it was trained on, and calls
nothing about them anomalous.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from toll.data.spec import Arrays, DatasetSpec, Found

if TYPE_CHECKING:
    from PIL import Image

SIDE = 16  # pixels
# Drawn this many times larger, and then made smaller, for smooth edges.
FINER = 6
FONT_SIZE = 84  # of 96 pixels, the side of the large drawing

# How much drawings vary: each is uniform from minus to plus these, but for the ink and the noise.
TURN = 0.25  # radians
STRETCH = 0.15  # of the logarithm of width and of height
SHEAR = 0.25
SHIFT = 0.06  # of the side
INK = (0.6, 1.0)
NOISE = 0.04  # standard deviation; white is 1


def draw_glyphs(per_digit: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Drawings uint8 (10 · per_digit, 1, 16, 16), white on black, and their digits int64.

    A larger drawing with the same seed begins with those of a smaller one, ten digits at a time.

    Raises:
        ValueError: `per_digit` is less than 1.
    """
    if per_digit < 1:
        raise ValueError(f"per_digit is {per_digit}; it must be at least 1")
    random = np.random.default_rng(seed)
    digits = np.tile(np.arange(10), per_digit)
    drawn = np.stack([_glyph(digit, random) for digit in digits])
    noisy = drawn + NOISE * random.spawn(1)[0].standard_normal(drawn.shape)
    return (255 * noisy.clip(0, 1)).round().astype(np.uint8)[:, None], digits


def _glyph(digit: int, random: np.random.Generator) -> np.ndarray:
    """One drawing in [0, 1], (16, 16), without noise."""
    from PIL import Image

    turn, shear = random.uniform(-1, 1, 2) * (TURN, SHEAR)
    stretch = np.exp(random.uniform(-STRETCH, STRETCH, 2))
    middle = np.full(2, SIDE * FINER / 2)
    shift = random.uniform(-SHIFT, SHIFT, 2) * SIDE * FINER
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    # From places in the drawing back to places in the font's picture, as Pillow wants it.
    back = turned @ np.array([[1, shear], [0, 1]]) @ np.diag(1 / stretch)
    offset = middle - back @ (middle + shift)
    places = np.column_stack((back, offset)).ravel().tolist()
    picture = _font_picture(digit)
    affine, smooth = Image.Transform.AFFINE, Image.Resampling.BILINEAR
    moved = picture.transform(picture.size, affine, places, smooth)
    small = moved.resize((SIDE, SIDE), Image.Resampling.BOX)
    return random.uniform(*INK) * np.asarray(small, np.float64) / 255


@cache
def _font_picture(digit: int) -> Image.Image:
    """A digit of the font in the middle of a square, white on black."""
    from PIL import Image, ImageDraw, ImageFont

    side = SIDE * FINER
    picture = Image.new("L", (side, side))
    font = ImageFont.load_default(size=FONT_SIZE)
    drawing = ImageDraw.Draw(picture)
    left, top, right, bottom = drawing.textbbox((0, 0), str(digit), font=font)
    corner = ((side - right - left) / 2, (side - bottom - top) / 2)
    drawing.text(corner, str(digit), fill=255, font=font)
    return picture


@dataclass(frozen=True)
class Glyphs:
    """As many drawings as the dataset's row says."""

    seed: int = 0

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        return Found()

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        samples, digits = draw_glyphs(spec.n_samples // len(spec.class_names), self.seed)
        return Arrays(samples, digits, n_train=len(samples))
