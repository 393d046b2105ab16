"""Ladders: what they consist of, that their rungs are comparable, and that they go on."""

import json

import pytest

from tests.small_ladders import small_ladder
from tests.small_runs import assert_same_results, small_config
from toll.paths import ladders_dir
from toll.recording.record import record
from toll.recording.recorder import Halted
from toll.runs.claim import Busy
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies.fill import check_feasible, fill
from toll.studies.ladder import DamagedLadder, Ladder, LadderSettings, ladders, usual_betas


@pytest.mark.parametrize(
    ("betas", "seeds", "said"),
    [
        ((1, 10), (0,), "the values of beta are 1, 10; 0 must be among them"),
        ((), (0,), "the values of beta are none; 0 must be among them"),
        ((0, 1, 1), (0,), "the values of beta of a ladder have 1 twice"),
        ((0, 1), (2, 2), "the seeds of a ladder have 2 twice"),
        ((0, 1), (), "a ladder of 0 seeds; it must be from 1 to 100"),
        (range(17), (0,), "a ladder of 17 values of beta; it must be from 1 to 16"),
        ((0, -1), (0,), "beta is -1; it must be from 0"),
        ((0, float("nan")), (0,), "beta is nan; it must be from 0"),
    ],
)
def test_a_ladder_that_cannot_be_is_refused_in_one_sentence(betas, seeds, said):
    with pytest.raises(ValueError, match=said):
        LadderSettings(base=small_config(), betas=tuple(betas), seeds=tuple(seeds))


def test_rungs_come_seed_by_seed_by_rising_beta():
    settings = LadderSettings(base=small_config(beta=10.0), betas=(10, 0, 1), seeds=(3, 1))
    assert settings.cells == [(0, 1), (1, 1), (10, 1), (0, 3), (1, 3), (10, 3)]
    assert settings.recommended == 10
    assert LadderSettings(base=small_config(beta=7.0), betas=(0, 1)).recommended == 1
    assert usual_betas(10.0) == (0, 0.1, 1, 10, 100, 1000) and 37 in usual_betas(37.0)


def test_a_ladder_is_kept_and_listed_newest_first():
    assert ladders() == []
    first, second = small_ladder(), small_ladder(seeds=(1,))
    assert [each.id for each in ladders()] == [second.id, first.id]
    assert ladders()[1].settings == first.settings
    assert first.folder.parent == ladders_dir() and first.id.endswith("-digits-8-ladder")
    assert first.status().state is State.STOPPED and first.rungs() == []


def test_rungs_start_from_the_same_weights_and_each_is_the_run_that_it_would_be_alone():
    ladder = small_ladder(seeds=(0, 1))
    assert fill(ladder).state is State.FINISHED
    rungs = ladder.rungs()
    assert [run.config.beta for run in rungs] == list(ladder.settings.betas)
    starts = [run.snapshot(0).latents for run in rungs]
    assert all((start == starts[0]).all() for start in starts)
    for run in rungs + ladder.rungs(seed=1):
        alone = RunStore().create(run.config)
        record(alone)
        found, expected = (each.history()["loss"].to_numpy() for each in (run, alone))
        assert found == pytest.approx(expected, rel=1e-4)


def test_a_rung_is_found_by_its_link():
    ladder = small_ladder()
    fill(ladder)
    run = RunStore().get(f"{ladder.id}/10-0")
    assert run.config.beta == 10 and run.folder == ladder.cell(10.0, 0).folder
    with pytest.raises(ValueError, match="there is no run"):
        RunStore().get(f"{ladder.id}/11-0")


def test_a_convolutional_ladder_trains_in_lockstep(monkeypatch):
    monkeypatch.setattr("toll.studies.fill.STATUS_SECONDS", 0.0)
    monkeypatch.setattr("toll.recording.recorder.FLUSH_SECONDS", 0.0)
    base = {"dataset": "glyphs", "normal_class": 8, "niter": 6, "z_dim": 4}
    ladder, apart = small_ladder(seeds=(0, 1), **base), []

    def look() -> None:
        # The race of the first seed; the other rung comes after it.
        raced = [run for run in ladder.rungs() if run.config.beta in (0, 10)]
        steps = [len(run.history()) for run in raced]
        apart.append(max(steps) - min(steps) if steps else 0)

    assert fill(ladder, check=look).state is State.FINISHED
    assert max(apart) <= 1
    assert "seed 1" in ladder.status().activity or ladder.status().activity == ""


def test_a_ladder_that_was_cut_short_goes_on_to_the_same_end(monkeypatch):
    monkeypatch.setattr("toll.studies.fill.STATUS_SECONDS", 0.0)
    monkeypatch.setattr("toll.recording.recorder.FLUSH_SECONDS", 0.0)
    whole, cut = small_ladder(), small_ladder()
    fill(whole)

    def lights_out() -> None:
        if any(len(run.history()) >= 15 for run in cut.rungs()):
            raise Halted(State.INTERRUPTED, "The lights went out.")

    assert fill(cut, check=lights_out).state is State.INTERRUPTED
    assert fill(cut).state is State.FINISHED
    for run, expected in zip(cut.rungs(), whole.rungs(), strict=True):
        assert_same_results(run, expected)


def test_more_seeds_and_betas_are_added_and_only_they_are_trained():
    ladder = small_ladder()
    fill(ladder)
    before = {run.id: run.status().updated for run in ladder.rungs()}
    ladder.extend(betas=[5.0], seeds=[1])
    assert ladder.settings.betas == (0, 1, 5, 10) and ladder.settings.seeds == (0, 1)
    assert fill(ladder).state is State.FINISHED
    assert len(ladder.metrics()) == 8
    after = {run.id: run.status().updated for run in ladder.rungs()}
    assert {name: after[name] for name in before} == before


def test_a_ladder_is_not_extended_while_another_process_trains_it():
    ladder = small_ladder()
    with Ladder(ladder.folder).work.held(), pytest.raises(Busy):
        ladder.extend(seeds=[1])
    assert ladder.settings.seeds == (0,)


def test_what_cannot_be_trained_is_found_before_anything_is_made(tmp_path):
    settings = LadderSettings(base=small_config(batch_size=2000), betas=(0, 1))
    with pytest.raises(ValueError, match="batch_size is 2000"):
        check_feasible(settings, tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", '{"base": {}, "betas": [0], "seeds": [0]}'])
def test_damaged_settings_are_named(content):
    ladder = small_ladder()
    (ladder.folder / "settings.json").write_text(content)
    with pytest.raises(DamagedLadder, match=f"settings.json of ladder {ladder.id}"):
        ladder.settings  # noqa: B018


def test_a_ladder_of_a_newer_version_can_be_looked_at_but_not_trained():
    ladder = small_ladder()
    path = ladder.folder / "settings.json"
    stored = json.loads(path.read_text())
    stored["base"]["gravity"] = 9.81
    path.write_text(json.dumps(stored))
    assert ladder.settings.betas == (0, 1, 10)
    with pytest.raises(ValueError, match="settings that this version does not know, 'gravity'"):
        fill(ladder)
