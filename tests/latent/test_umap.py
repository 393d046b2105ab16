"""UMAP of frames: finite for any latents, the same each time; points stay where nothing changes."""

import numpy as np
import pytest

from toll.latent.umap import Layout, UmapSettings, umap_points

# Said by umap as it is imported; Python shows it to nobody unless asked.
pytestmark = pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")


def normal(n: int = 60, z_dim: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, z_dim)).astype(np.float32)


def two_clusters(n: int = 30) -> np.ndarray:
    """Samples 0 to n - 1 about one centre, n to 2 n - 1 about another."""
    return normal(2 * n) * 0.1 + np.repeat(np.eye(2, 5, dtype=np.float32), n, axis=0)


def spread(points: np.ndarray) -> float:
    return float(np.sqrt(points.var(axis=0).sum()))


def jump(before: np.ndarray, after: np.ndarray) -> float:
    """Median way that points have gone, in terms of the picture's spread."""
    return float(np.median(np.linalg.norm(after - before, axis=1))) / spread(before)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"dimensions": 4}, "dimensions is 4; it must be 2 or 3"),
        ({"n_neighbors": 1}, "n_neighbors is 1; it must be a whole number from 2 to 200"),
        ({"n_neighbors": 201}, "n_neighbors is 201; it must be a whole number from 2 to 200"),
        ({"n_neighbors": 2.5}, "n_neighbors is 2.5; it must be a whole number from 2 to 200"),
        ({"min_dist": 1}, "min_dist is 1; it must be from 0 to 0.99"),
        ({"min_dist": float("nan")}, "min_dist is nan; it must be from 0 to 0.99"),
        ({"of": "norms"}, "of is 'norms'; it must be one of latents, directions"),
    ],
)
def test_a_setting_outside_its_range_is_named_with_the_range(wrong, sentence):
    with pytest.raises(ValueError) as error:
        UmapSettings(**wrong)
    assert str(error.value) == sentence


def test_settings_name_the_folder_of_their_projections():
    assert UmapSettings().name == "umap-2d-15-0.1"
    settings = UmapSettings(dimensions=3, n_neighbors=30, min_dist=0.05, of="directions")
    assert settings.name == "umap-3d-30-0.05-directions"
    assert UmapSettings(min_dist=0).name == UmapSettings(min_dist=0.0).name == "umap-2d-15-0.0"


@pytest.mark.parametrize(
    "vectors",
    [
        pytest.param(np.zeros((40, 5), np.float32), id="all zero"),
        pytest.param(np.repeat(normal(4), 20, axis=0), id="many duplicates"),
        pytest.param(normal() * np.float32(1e-20), id="tiny"),
        pytest.param(np.concatenate((normal(40), normal(40) * 1e-25)), id="two scales"),
        pytest.param(normal(9), id="fewer samples than neighbours"),
        pytest.param(normal(z_dim=1), id="one latent dimension"),
        *(pytest.param(normal(n), id=f"samples: {n}") for n in (1, 2, 3)),
    ],
)
def test_umap_is_finite_for_any_latents_and_one_point_a_sample(vectors):
    first = umap_points(vectors, UmapSettings())
    after = umap_points(normal(*vectors.shape, seed=1), UmapSettings(), Layout(vectors, first))
    again = umap_points(vectors, UmapSettings(), Layout(normal(*vectors.shape, seed=1), after))
    for points in (first, after, again):
        assert points.shape == (len(vectors), 2) and points.dtype == np.float32
        assert np.isfinite(points).all()


def test_umap_is_the_same_at_every_call():
    vectors, later, settings = normal(), normal(seed=1), UmapSettings(dimensions=3)
    first = umap_points(vectors, settings)
    after = umap_points(later, settings, Layout(vectors, first))
    assert first.shape == after.shape == (60, 3)
    assert np.array_equal(umap_points(vectors, settings), first)
    assert np.array_equal(umap_points(later, settings, Layout(vectors, first)), after)


def test_umap_does_not_see_scale():
    vectors = normal()
    assert np.array_equal(
        umap_points(vectors * 2.0**-60, UmapSettings()), umap_points(vectors, UmapSettings())
    )


def test_neighbours_lie_together():
    points = umap_points(two_clusters(), UmapSettings())
    centres = points.reshape(2, 30, 2).mean(axis=1)
    nearer = np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)
    assert np.array_equal(nearer, np.repeat([0, 1], 30))


def test_points_stay_where_they_were_while_their_neighbours_last():
    vectors = normal()
    points = umap_points(vectors, UmapSettings())
    for seed in range(5):
        moved = vectors + 0.05 * normal(seed=seed)
        after = umap_points(moved, UmapSettings(), Layout(vectors, points))
        alone = umap_points(moved, UmapSettings())
        assert jump(points, after) < min(0.15, jump(points, alone))
        assert spread(after) == pytest.approx(spread(points), rel=0.15)
        vectors, points = moved, after


def test_a_point_that_has_changed_its_neighbours_moves_to_the_new_ones():
    before = two_clusters()
    points = umap_points(before, UmapSettings())
    after = before.copy()
    after[0] = after[31]
    moved = umap_points(after, UmapSettings(), Layout(before, points))
    home, away = points[1:30].mean(axis=0), points[30:].mean(axis=0)
    assert np.linalg.norm(points[0] - home) < np.linalg.norm(points[0] - away)
    assert np.linalg.norm(moved[0] - away) < np.linalg.norm(moved[0] - home)
