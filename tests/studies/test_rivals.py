import pytest

from tests.small_runs import small_config
from toll.evaluation.metrics import auroc
from toll.recording.record import record
from toll.recording.rivals import compare_detectors
from toll.runs.rivals import Rival, rivals, save_rival
from toll.runs.run import Run
from toll.runs.store import RunStore
from toll.studies.rivals import OWN, TWIN, entries, missing, verdict_of


@pytest.fixture
def run(cache) -> Run:
    run = RunStore().create(small_config(beta=10.0))
    record(run)
    compare_detectors(run, ["knn", "pca"], ["input"])
    return run


def test_the_run_stands_first_and_the_others_by_their_auroc(run):
    found = entries(run)
    assert found[0].title == OWN and found[0].against is None
    assert found[0].metrics.auroc == pytest.approx(run.metrics()["last"]["score"]["auroc"])
    areas = [each.metrics.auroc for each in found[1:]]
    assert areas == sorted(areas, reverse=True)
    titles = {"nearest neighbours on the input", "principal components on the input", TWIN}
    assert {each.title for each in found[1:]} == titles


def test_each_is_judged_on_the_test_samples(run):
    (knn,) = [each for each in entries(run) if "neighbours" in each.title]
    tested = knn.rows.query("split == 'test'")
    area = auroc(tested["label"].to_numpy(), tested["score"].to_numpy())
    assert knn.metrics.auroc == pytest.approx(area)
    assert knn.against is not None and knn.against.second == pytest.approx(area)
    normal = knn.rows.query("split == 'validation' and label == 0")["score"]
    assert (normal <= knn.horizon).mean() == pytest.approx(0.95, abs=1 / len(normal))


def test_the_verdict_names_one_of_them(run):
    found = entries(run)
    said = verdict_of(found)
    assert any(each.title[1:] in said for each in found[1:]) and "AUROC" in said


def test_what_has_not_been_fitted_is_known_to_be_missing(run):
    assert missing(run, entries(run))


def test_scores_that_lack_a_test_sample_are_refused(run):
    found = rivals(run)[0]
    save_rival(run, Rival(found.facts, found.rows.iloc[1:]))
    with pytest.raises(ValueError, match="compare them anew"):
        entries(run)
