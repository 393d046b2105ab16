"""Digits drawn by code: as many as asked for, the same ones each time, each another drawing."""

import numpy as np
import pytest

from toll.data.glyphs import draw_glyphs


def test_drawings_are_white_on_black_and_each_digit_is_drawn_equally_often():
    drawn, digits = draw_glyphs(6)
    assert drawn.shape == (60, 1, 16, 16) and drawn.dtype == np.uint8
    assert np.bincount(digits).tolist() == [6] * 10
    assert (drawn > 100).any(axis=(1, 2, 3)).all()
    # Edges stay black but for the noise: no drawing is cut off.
    edges = np.concatenate((drawn[..., 0, :], drawn[..., -1, :]), axis=None)
    assert np.median(edges) < 10


def test_the_same_seed_gives_the_same_drawings_and_more_begin_with_the_fewer():
    few, _ = draw_glyphs(3)
    many, _ = draw_glyphs(8)
    assert np.array_equal(many[:30], few)
    assert not np.array_equal(draw_glyphs(3, seed=1)[0], few)


def test_no_two_drawings_of_a_digit_are_alike():
    drawn, digits = draw_glyphs(20)
    flat = drawn[digits == 8].reshape(20, -1).astype(int)
    distances = np.abs(flat[:, None] - flat[None]).mean(axis=2)
    assert distances[np.triu_indices(20, 1)].min() > 3


def test_one_drawing_of_a_digit_is_the_least_that_can_be_asked_for():
    with pytest.raises(ValueError, match="per_digit is 0; it must be at least 1"):
        draw_glyphs(0)
