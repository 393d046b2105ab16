"""PNG files: every other program reads the pixels that were written."""

import io

import numpy as np
import pytest
from PIL import Image

from toll.png import png


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (3, "RGB")])
@pytest.mark.parametrize("size", [(1, 1), (1, 274), (30, 17)])
def test_a_file_comes_back_pixel_for_pixel(size, channels, mode):
    pixels = np.random.default_rng(0).integers(0, 256, (*size, channels), dtype=np.uint8)
    with Image.open(io.BytesIO(png(pixels))) as image:
        image.load()  # checks the sums of all parts
        assert image.format == "PNG" and image.mode == mode
        assert np.array_equal(np.asarray(image).reshape(pixels.shape), pixels)


def test_tiles_that_resemble_each_other_take_little_room():
    tile = np.random.default_rng(0).integers(0, 256, (20, 20, 1), dtype=np.uint8)
    assert len(png(np.tile(tile, (1, 30, 1)))) < tile.size * 30 / 10


def test_other_than_grey_and_colours_is_refused():
    with pytest.raises(KeyError):
        png(np.zeros((2, 2, 4), np.uint8))
