"""Pictures of samples: right pixels, bright where the reconstruction fails."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from dashboard import images


def pixels_in(markup: str) -> np.ndarray:
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', markup)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_grey_images_become_three_equal_channels():
    pixels = images.as_pixels(np.array([[[0.0, 0.5], [1.0, 0.25]]]))
    assert pixels.dtype == np.uint8 and pixels.shape == (2, 2, 3)
    assert pixels[..., 0].tolist() == [[0, 128], [255, 64]]
    assert (pixels == pixels[..., :1]).all()


def test_colour_images_keep_their_channels_in_order():
    image = np.stack([np.full((2, 3), level) for level in (1.0, 0.0, 0.2)])
    assert (images.as_pixels(image) == [255, 0, 51]).all()


def test_values_beyond_the_range_are_cut_and_do_not_wrap_around():
    assert images.as_pixels(np.array([[[-0.5, 1.5]]]))[0, :, 0].tolist() == [0, 255]


def test_a_strip_shows_all_images_side_by_side_in_one_picture():
    samples = np.stack([np.full((1, 8, 8), level) for level in (0.0, 1.0, 0.2)])
    shown = pixels_in(images.strip(samples, alt="three examples"))
    assert shown.shape == (8, 26, 3)
    assert shown[0, ::9, 0].tolist() == [0, 255, 51]
    assert shown[0, 8::9, 0].tolist() == [128, 128]


def test_a_picture_is_described_and_scaled_without_blur():
    markup = images.picture(np.zeros((8, 24, 3), np.uint8), "three examples", 40)
    assert 'alt="three examples"' in markup
    assert "image-rendering:pixelated" in markup
    assert "width:120px" in markup


def test_a_picture_larger_than_its_place_is_not_blown_up():
    markup = images.picture(np.zeros((80, 80, 3), np.uint8), "large", 40)
    assert "max-height:40px" in markup and ";width:" not in markup


def test_the_error_map_is_dark_where_equal_and_brighter_the_larger_the_error():
    image = np.zeros((1, 1, 3))
    rebuilt = np.array([[[0.0, 0.5, 1.0]]])
    colours = images.error_map(image, rebuilt)
    assert colours.shape == (1, 3, 3) and colours.dtype == np.uint8
    assert colours[0].tolist() == images.ERROR_RAMP.astype(int).tolist()
    assert np.array_equal(colours, images.error_map(rebuilt, image))


def test_the_error_map_of_colour_images_averages_the_channels():
    rebuilt = np.zeros((3, 1, 1))
    rebuilt[0] = 1.0
    grey = np.full((1, 1, 1), 1 / 3)
    one_channel = images.error_map(np.zeros((1, 1, 1)), grey)
    assert np.array_equal(images.error_map(np.zeros((3, 1, 1)), rebuilt), one_channel)


def test_an_error_beyond_the_range_is_shown_as_the_brightest():
    colours = images.error_map(np.zeros((1, 1, 1)), np.full((1, 1, 1), 7.0))
    assert colours[0, 0].tolist() == pytest.approx(images.ERROR_RAMP[-1].tolist())
