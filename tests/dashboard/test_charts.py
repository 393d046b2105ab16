"""Charts are pure functions: what they draw follows from what they are given."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts import curves, norms, space, style
from dashboard.charts.diagram import black_hole_drawing
from dashboard.charts.style import KINDS, PARTS


def history(steps: int) -> pd.DataFrame:
    number = np.arange(1, steps + 1)
    error, norm = 2.0 + 1 / number, 1 / number
    return pd.DataFrame(
        {
            "step": number,
            "loss": error + 10 * norm,
            "reconstruction_error": error,
            "latent_norm": norm,
            "seconds": number / 100,
        }
    )


def validation(steps: int) -> pd.DataFrame:
    rising = np.linspace(0.5, 0.9, steps)
    parts = {"score": rising, "reconstruction_error": rising - 0.1, "latent_norm": rising - 0.2}
    return pd.DataFrame({"step": np.arange(steps) * 20, **parts, "separation": 1 + rising})


def cloud(radius: float = 1.0) -> space.Cloud:
    points = radius * np.random.default_rng(0).normal(size=(30, 2))
    labels = np.repeat([0, 1], [10, 20])
    return space.Cloud(points, labels, [f"sample {index}" for index in range(30)], np.arange(30))


NORMS, LABELS = np.array([0.4, 0.5, 0.6, 1.0, 1.5, 2.0, 9.0]), np.array([0, 0, 0, 1, 1, 1, 1])

FIGURES = {
    "losses": lambda: curves.loss_curves(history(30), 10.0, 30),
    "losses without a pull": lambda: curves.loss_curves(history(30), 0.0, 30),
    "losses after one step": lambda: curves.loss_curves(history(1), 10.0, 30),
    "validation": lambda: curves.validation_curves(validation(6), 30),
    "the first validation": lambda: curves.validation_curves(validation(1), 30),
    "black hole": lambda: space.black_hole_plot(cloud(), 3.0, 1.5),
    "black hole at the origin": lambda: space.black_hole_plot(cloud(0), 1.0, 0.0),
    "norms": lambda: norms.norm_histogram(NORMS, LABELS, 0.58),
    "norms of zero": lambda: norms.norm_histogram(np.zeros(7), LABELS, 0.0),
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> go.Figure:
    return FIGURES[request.param]()


def trace(figure: go.Figure, name: str, number: int = 0) -> go.Scatter:
    return [each for each in figure.data if each.name.startswith(name)][number]


def test_every_axis_says_what_it_shows_and_in_what_unit(figure):
    axes = [figure.layout[name] for name in figure.to_dict()["layout"] if "axis" in name]
    assert len(axes) >= 2
    for axis in axes:
        if axis.visible is False or axis.showticklabels is False:
            continue
        assert axis.title.text
        assert "(" in axis.title.text or axis.title.text == "training step"


def test_no_figure_draws_a_number_that_is_not_finite(figure):
    for drawn in figure.data:
        assert len(drawn.x) == len(drawn.y) > 0
        assert np.isfinite(np.asarray(drawn.x, dtype=float)).all()
        assert np.isfinite(np.asarray(drawn.y, dtype=float)).all()


def test_figures_become_json_as_the_browser_gets_it(figure):
    assert figure.to_json()


def test_normal_and_anomalous_differ_in_colour_and_in_shape():
    assert KINDS[0]["color"] != KINDS[1]["color"]
    assert KINDS[0]["symbol"] != KINDS[1]["symbol"]
    assert len({part["color"] for part in PARTS.values()}) == len(PARTS)
    assert len({part["dash"] for part in PARTS.values()}) == len(PARTS)
    assert style.HORIZON not in {kind["color"] for kind in KINDS.values()}


def test_latent_space_shows_each_sample_once_in_the_look_of_its_kind():
    figure = FIGURES["black hole"]()
    for label, count in ((0, 10), (1, 20)):
        drawn = trace(figure, KINDS[label]["name"])
        assert drawn.marker.color == KINDS[label]["color"]
        assert drawn.marker.symbol == KINDS[label]["symbol"]
        assert len(drawn.x) == count
        assert list(drawn.customdata) == list(np.flatnonzero(cloud().labels == label))
        assert drawn.text[0] == f"sample {drawn.customdata[0]}"


def test_normal_samples_lie_over_the_anomalous_ones():
    names = [drawn.name for drawn in FIGURES["black hole"]().data]
    assert names.index("anomalous") < names.index("normal")


def test_the_black_hole_plot_keeps_distances_and_one_scale_on_both_axes():
    figure = FIGURES["black hole"]()
    normal, horizon = trace(figure, "normal"), trace(figure, "event horizon")
    assert np.array_equal(np.column_stack([normal.x, normal.y]), cloud().points[:10])
    assert np.allclose(np.hypot(horizon.x, horizon.y), 1.5)
    assert trace(figure, "origin").x[0] == trace(figure, "origin").y[0] == 0
    assert figure.layout.xaxis.range == figure.layout.yaxis.range == (-3.0, 3.0)
    assert figure.layout.yaxis.scaleanchor == "x"


def test_shares_in_a_histogram_add_up_to_one_for_each_kind():
    figure = norms.norm_histogram(NORMS, LABELS, 0.58)
    for kind in KINDS.values():
        drawn = trace(figure, kind["name"])
        # Each bin's share stands at both of its edges; a zero at either end closes the shape.
        assert drawn.y[0] == drawn.y[-1] == 0
        assert np.array_equal(drawn.y[1:-1:2], drawn.y[2:-1:2])
        assert sum(drawn.y[1:-1:2]) == pytest.approx(1)
        assert drawn.line.color == kind["color"]
    dashes = {trace(figure, kind["name"]).line.dash for kind in KINDS.values()}
    assert len(dashes) == 2


def test_a_histogram_names_how_many_samples_of_each_kind_there_are():
    names = [drawn.name for drawn in norms.norm_histogram(NORMS, LABELS, 0.58).data]
    assert names == ["normal (3)", "anomalous (4)", "event horizon"]


def test_a_histogram_covers_every_sample_and_marks_the_event_horizon():
    figure = norms.norm_histogram(NORMS, LABELS, 0.58)
    edges = trace(figure, "anomalous").x
    assert edges[0] <= NORMS.min() and edges[-1] >= NORMS.max()
    horizon = trace(figure, "event horizon")
    assert list(horizon.x) == [0.58, 0.58]
    assert horizon.y[0] == 0 and horizon.y[1] > 0


def test_thinning_keeps_the_first_and_the_last_step():
    thinned = curves.thin(history(5000))
    assert len(thinned) == curves.MOST_POINTS
    assert thinned["step"].iloc[0] == 1 and thinned["step"].iloc[-1] == 5000
    assert thinned["step"].is_monotonic_increasing and thinned["step"].is_unique


@pytest.mark.parametrize("steps", [0, 1, curves.MOST_POINTS])
def test_few_steps_are_drawn_as_they_are(steps):
    assert curves.thin(history(steps)).equals(history(steps))


def test_the_pull_is_drawn_as_what_it_adds_to_the_loss():
    figure, rows = curves.loss_curves(history(30), 10.0, 30), history(30)
    together = {drawn.name: drawn for drawn in figure.data if drawn.yaxis == "y"}
    pull = together["β · latent norm, β‖z‖"]
    assert np.allclose(pull.y, 10 * rows["latent_norm"])
    assert np.allclose(np.add(together["reconstruction error ‖x − x̂‖"].y, pull.y), rows["loss"])
    own = [drawn for drawn in figure.data if drawn.yaxis != "y"]
    assert len(own) == 2 and own[0].yaxis != own[1].yaxis
    assert not any(drawn.showlegend for drawn in own)


def test_without_a_pull_the_latent_norm_is_shown_beside_the_loss_and_not_in_it():
    figure = curves.loss_curves(history(30), 0.0, 30)
    assert [drawn.name for drawn in figure.data if drawn.yaxis == "y"] == [
        "loss",
        "reconstruction error ‖x − x̂‖",
    ]
    norm = trace(figure, "latent norm ‖z‖ (β = 0)")
    assert np.allclose(norm.y, history(30)["latent_norm"])
    assert norm.showlegend
    assert not any("β‖z‖" in figure.layout[axis].title.text for axis in ("yaxis2", "yaxis3"))


def test_validation_shows_each_part_and_the_level_of_guessing():
    figure = curves.validation_curves(validation(6), 30)
    assert [drawn.name for drawn in figure.data[:3]] == [part["name"] for part in PARTS.values()]
    assert np.allclose(figure.data[3].y, validation(6)["separation"])
    assert [line.y0 for line in figure.layout.shapes] == [0.5, 1.0]


def test_the_drawing_shows_normal_samples_inside_and_anomalies_outside_the_horizon():
    figure = black_hole_drawing()
    normal, anomalous = trace_named(figure, "normal"), trace_named(figure, "anomalous")
    horizon = np.hypot(*radii(trace_named(figure, "event horizon"))).max()
    assert np.hypot(*radii(normal)).max() < horizon < np.hypot(*radii(anomalous)).min()
    assert normal.marker.symbol != anomalous.marker.symbol


def trace_named(figure: go.Figure, name: str) -> go.Scatter:
    return next(drawn for drawn in figure.data if (drawn.name or "").startswith(name))


def radii(drawn: go.Scatter) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(drawn.x), np.asarray(drawn.y)
