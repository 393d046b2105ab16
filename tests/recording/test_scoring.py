"""Scoring: each test and validation sample under each choice of weights, and their metrics."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.small_runs import small_config
from toll.evaluation.metrics import evaluate
from toll.evaluation.scores import metrics_on_test, score_rows, with_score
from toll.method.checkpoint import save_weights
from toll.method.encoding import encode, reconstruct
from toll.method.training import train
from toll.recording.drawing import Drawing
from toll.recording.record import prepare
from toll.recording.recorder import Halted
from toll.recording.scoring import KEPT_RECONSTRUCTIONS, samples_to_reconstruct, score_run
from toll.runs.pictures import extremes
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore


@pytest.fixture
def run(tmp_path) -> Run:
    return RunStore(tmp_path / "runs").create(small_config())


def validated(run: Run, **scores: float) -> None:
    for step, score in scores.items():
        run.append_validation({"step": int(step.removeprefix("at_")), "score": score})


def test_last_and_best_weights_are_scored_apart(run):
    split, state = prepare(run.config)
    steps = train(run.config, split, state)
    for _ in range(5):
        next(steps)
    save_weights(state, run.weights_path("best_by_labels"))
    expected = {"best_by_labels": encode(state, split, split.test)}
    for _ in steps:
        pass
    save_weights(state, run.weights_path("last"))
    expected["last"] = encode(state, split, split.test)
    validated(run, at_5=0.9, at_40=0.8)
    shares: list[float] = []
    found = score_run(run, run.config, split, state, shares.append)
    assert found == run.metrics()
    assert {name: each["step"] for name, each in found.items()} == {"last": 40, "best_by_labels": 5}
    scores = run.scores()
    assert len(scores) == 2 * (len(split.test) + len(split.validation))
    for choice, encoding in expected.items():
        rows = scores[(scores["weights"] == choice) & (scores["split"] == "test")]
        assert np.array_equal(rows["id"], split.test)
        assert np.array_equal(rows["class"], split.dataset.classes[split.test])
        assert np.array_equal(rows["latent_norm"], encoding.latent_norm)
        assert np.array_equal(rows["reconstruction_error"], encoding.reconstruction_error)
    assert shares[0] == 0 and shares == sorted(shares) and shares[-1] < 1


def test_best_weights_that_are_the_last_are_scored_once(run):
    split, state = prepare(run.config)
    for _ in train(run.config, split, state):
        pass
    save_weights(state, run.weights_path("last"))
    validated(run, at_0=0.1, at_40=0.8)
    found = score_run(run, run.config, split, state)
    assert found["best_by_labels"] == found["last"]
    assert set(run.scores()["weights"]) == {"last"}


def test_a_report_may_end_the_scoring_and_nothing_half_is_left(run):
    split, state = prepare(run.config)
    save_weights(state, run.weights_path("last"))

    def report(share: float) -> None:
        raise Halted(State.INTERRUPTED)

    with pytest.raises(Halted):
        score_run(run, run.config, split, state, report)
    assert run.scores() is None and run.metrics() == {}


def test_kept_reconstructions_are_those_of_the_model(run):
    split, state = prepare(run.config)
    save_weights(state, run.weights_path("last"))
    score_run(run, run.config, split, state)
    kept = run.reconstructions()
    ids = np.array(sorted(kept))
    outputs = reconstruct(state, split, ids)
    assert np.array_equal(np.stack([kept[each] for each in ids]), outputs)


def test_both_ends_of_each_score_of_each_label_are_kept():
    random = np.random.default_rng(0)
    rows = pd.DataFrame(
        {
            "id": np.arange(1000),
            "label": np.repeat([0, 1], 500),
            "reconstruction_error": random.random(1000),
            "latent_norm": random.random(1000),
        }
    )
    kept = set(samples_to_reconstruct(rows, 2.0).tolist())
    scored = with_score(rows, 2.0)
    for label in (0, 1):
        for name in ("score", "reconstruction_error", "latent_norm"):
            ordered = scored[scored["label"] == label].sort_values(name)["id"].tolist()
            assert kept.issuperset(ordered[:KEPT_RECONSTRUCTIONS])
            assert kept.issuperset(ordered[-KEPT_RECONSTRUCTIONS:])
    assert len(kept) <= 2 * 3 * 2 * KEPT_RECONSTRUCTIONS


def test_a_table_of_scores_serves_any_scoring_beta(run):
    split, _ = prepare(run.config)
    random = np.random.default_rng(0)
    error, norm = random.random(len(split.test)), random.random(len(split.test))
    table = score_rows(split, split.test, error, norm)
    assert set(table["weights"]) == {"last"} and set(table["split"]) == {"test"}
    assert with_score(table, 3.0)["score"].to_numpy() == pytest.approx(error + 3 * norm)
    assert "score" not in table
    judged = metrics_on_test(table, "last", 3.0)
    labels = split.labels(split.test)
    assert judged["score"] == evaluate(labels, error + 3 * norm)._asdict()
    assert judged["latent_norm"] == evaluate(labels, norm)._asdict()


def test_the_films_samples_at_both_ends_of_the_score_have_pictures_at_the_end(run, monkeypatch):
    monkeypatch.setattr("toll.recording.drawing.BUDGET", 1)
    split, state = prepare(run.config)
    index = Drawing(run, run.config, split).index
    save_weights(state, run.weights_path("last"))
    score_run(run, run.config, split, state)
    found = extremes(run, index)
    assert found is not None
    shown = {*index.ids.tolist(), *found[0].ids.tolist()}
    rows = with_score(run.scores(), run.config.beta).query("split == 'test'")
    probed = rows.set_index("id").loc[split.probe(run.config.probe_size)]
    for _, group in probed.groupby("label"):
        ordered = group.sort_values("score").index
        assert shown.issuperset({ordered[0], ordered[-1]})
    with Image.open(io.BytesIO(found[1])) as image:
        pixels = np.asarray(image).astype(int)
    (height, width), number = index.tile, len(found[0].ids)
    row, column = divmod(number, index.columns)
    rebuilt = pixels[row * height : (row + 1) * height, column * width : (column + 1) * width]
    wanted = reconstruct(state, split, found[0].ids[:1])[0, 0].clip(0, 1) * 255
    assert found[0].step == state.step and abs(rebuilt - wanted).max() <= 1
