import pytest
import torch

from tests.small_ladders import small_ladder
from tests.small_runs import small_config
from toll.data import load_dataset, split_one_class
from toll.detectors.baselines import get_baseline
from toll.recording.record import record
from toll.recording.rivals import compare_detectors
from toll.runs.rivals import FOLDER, plain_twin, rivals
from toll.runs.run import Run
from toll.runs.store import RunStore
from toll.studies.fill import fill

NAMES = ["knn", "pca"]


@pytest.fixture
def run(cache) -> Run:
    run = RunStore().create(small_config(beta=10.0))
    record(run)
    return run


def test_every_detector_scores_the_samples_of_the_run_on_each_input(run):
    compare_detectors(run, NAMES)
    found = rivals(run)
    kinds = [(each.facts["name"], each.facts["input"]) for each in found]
    assert sorted(kinds) == [(name, on) for name in NAMES for on in ("input", "latent")]
    scores = run.scores().query("weights == 'last'")
    for each in found:
        assert {*zip(each.rows["split"], each.rows["id"], strict=True)} == {
            *zip(scores["split"], scores["id"], strict=True)
        }
        assert each.facts["trained_on"] == each.facts["of"] > 0


def test_on_the_input_a_detector_gives_what_it_gives_by_hand(run):
    compare_detectors(run, ["knn"], ["input"])
    (found,) = rivals(run)
    split = split_one_class(load_dataset("digits"), 8)
    flat = split.normalise(torch.tensor(split.dataset.samples)).flatten(1).numpy()
    scorer, _ = get_baseline("knn").scorer(flat[split.train])
    tested = found.rows.query("split == 'test'")
    assert tested["score"].to_numpy() == pytest.approx(scorer(flat[tested["id"]]))


def test_an_autoencoder_without_the_pull_is_trained_once_as_a_run_of_its_own(run):
    assert plain_twin(run) is None
    compare_detectors(run, ["pca"])
    twin = plain_twin(run)
    assert twin is not None and twin.config == run.config.replace(beta=0.0) and twin.is_scored
    compare_detectors(run, NAMES)
    assert len(RunStore().list()) == 2


def test_a_run_without_the_pull_is_its_own_twin(cache):
    run = RunStore().create(small_config(beta=0.0))
    record(run)
    compare_detectors(run, ["pca"])
    assert len(RunStore().list()) == 1


def test_what_is_kept_is_not_made_again_and_what_is_damaged_is(run):
    compare_detectors(run, NAMES, ["input"])
    said: list[str] = []
    (run.folder / FOLDER / "pca-input.parquet").write_bytes(b"no table")
    compare_detectors(run, NAMES, ["input"], report=lambda share, doing: said.append(doing))
    assert said and all(each.startswith("principal components on the input: ") for each in said)
    assert len(rivals(run)) == 2


def test_scores_of_latents_hold_until_the_run_is_trained_further(run):
    compare_detectors(run, ["pca"])
    run.update_status(step=run.status().step + 1)
    assert [each.facts["input"] for each in rivals(run)] == ["input"]


def test_the_share_that_is_done_rises(run):
    shares: list[float] = []
    compare_detectors(run, NAMES, report=lambda share, doing: shares.append(share))
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] < 1


def test_a_run_that_is_not_scored_and_unknown_names_are_refused(cache, run):
    waiting = RunStore().create(small_config())
    with pytest.raises(ValueError, match="is not scored yet"):
        compare_detectors(waiting)
    with pytest.raises(ValueError, match="no detector 'svm'"):
        compare_detectors(run, ["svm"])
    with pytest.raises(ValueError, match="no input 'pixels'; valid are input, latent"):
        compare_detectors(run, NAMES, ["pixels"])
    assert not (run.folder / FOLDER).exists()


def test_a_rung_of_a_ladder_has_its_twin_on_the_ladder(cache):
    ladder = small_ladder()
    fill(ladder)
    rung = ladder.cell(10.0, 0)
    compare_detectors(Run(rung.folder), ["pca"])
    twin = plain_twin(rung)
    assert twin is not None and twin.folder == ladder.cell(0.0, 0).folder
    assert not RunStore().list()
