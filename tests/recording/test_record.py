"""Recording: what a run's folder holds, and that an interruption changes nothing of it."""

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.small_runs import assert_same_results, pictures, small_config
from toll.config import RunConfig
from toll.evaluation.metrics import separation
from toll.evaluation.selection import chosen_steps
from toll.method.checkpoint import step_of_weights
from toll.method.ensemble import train_together
from toll.method.networks import build_convolutional, build_padded
from toll.method.training import Step, TrainingState, train
from toll.recording.record import (
    prepare,
    prepare_together,
    record,
    record_together,
    score_stopped,
)
from toll.recording.recorder import Halted
from toll.runs.pictures import picture_index, picture_path
from toll.runs.run import Run
from toll.runs.snapshots import snapshot_steps
from toll.runs.status import State
from toll.runs.store import RunStore


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    count = torch.get_num_threads()
    yield
    torch.set_num_threads(count)


@pytest.fixture
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """History is written, and requests are obeyed, after every single step."""
    monkeypatch.setattr("toll.recording.recorder.FLUSH_SECONDS", -1)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = RunStore(tmp_path_factory.mktemp("runs")).create(small_config())
    assert record(run).state is State.FINISHED
    return run


def at_step(run: Run, step: int, act: Callable[[], None]) -> Callable[[], None]:
    """A check that acts once so many steps are in the history."""

    def check() -> None:
        if len(run.history()) >= step:
            act()

    return check


def halt(state: State) -> Callable[[], None]:
    def act() -> None:
        raise Halted(state, "The lights went out.")

    return act


def die() -> None:
    """What no handler may tidy up after."""
    raise KeyboardInterrupt


def test_a_finished_run_holds_everything_that_views_need(uninterrupted):
    run, config = uninterrupted, uninterrupted.config
    split, _ = prepare(config)
    status = run.status()
    assert (status.state, status.step, status.activity) == (State.FINISHED, 40, "")
    assert (status.device, status.precision, status.owner) == ("cpu", "float32", None)
    history = run.history()
    assert history["step"].tolist() == list(range(1, 41))
    assert np.isfinite(history).all(axis=None) and history["seconds"].is_monotonic_increasing
    parts = history["reconstruction_error"] + config.beta * history["latent_norm"]
    assert history["loss"].to_numpy() == pytest.approx(parts.to_numpy(), rel=1e-5)
    assert run.validation()["step"].tolist() == [0, 10, 20, 30, 40]
    assert run.snapshot_steps() == sorted(snapshot_steps(40))
    for step in run.snapshot_steps():
        snapshot = run.snapshot(step)
        assert np.array_equal(snapshot.ids, split.probe(20))
        norms = np.linalg.norm(snapshot.latents, axis=1)
        assert snapshot.latent_norm == pytest.approx(norms, rel=1e-5)
    pulls, index = run.gradients(), picture_index(run)
    assert pulls["step"].tolist() == run.snapshot_steps() and np.isfinite(pulls).all(axis=None)
    assert pulls["pull_gradient"].to_numpy() == pytest.approx(config.beta, rel=1e-5)
    assert index is not None and np.array_equal(index.ids, split.probe(20))
    drawn = [path.name for path in map(partial(picture_path, run), run.snapshot_steps())]
    assert set(pictures(run)) == {"index.json", "inputs.png", *drawn}
    scores = run.scores()
    last = scores.query("weights == 'last' and split == 'test'")
    assert np.array_equal(last["id"], split.test)
    assert np.array_equal(last["label"], split.labels(split.test))
    assert run.metrics()["last"]["separation"] == pytest.approx(
        separation(last["label"].to_numpy(), last["latent_norm"].to_numpy())
    )
    assert set(run.reconstructions()) <= set(split.test.tolist())
    assert not run.weights_path("checkpoint").exists()
    assert not list(run.folder.rglob("*.tmp"))


def without_records(configs: list[RunConfig]) -> list[TrainingState]:
    """The states at the end of trainings that nothing was recorded of."""
    split, states = prepare_together(configs)
    if len(states) == 1:
        list(train(configs[0], split, states[0]))
    else:
        list(train_together(configs, split, states))
    return states


def assert_same_weights(run: Run, state: TrainingState) -> None:
    stored = load_file(run.weights_path("last"))
    assert set(stored) == set(state.model.state_dict())
    for name, weights in state.model.state_dict().items():
        assert torch.equal(weights, stored[name]), name


@pytest.mark.parametrize(
    ("convolutional", "precision"),
    [(False, "float32"), (False, "bfloat16"), (True, "float32"), (True, "bfloat16")],
)
def test_a_recorded_training_equals_one_without_records_to_the_last_bit(
    tmp_path, monkeypatch, convolutional, precision
):
    if convolutional:  # with batch norms, which the digits' own network has none of
        monkeypatch.setattr(
            "toll.method.training.build_autoencoder",
            lambda network, shape, z_dim: build_convolutional(shape, z_dim, (4,)),
        )
    config = small_config(precision=precision)
    run = RunStore(tmp_path / "runs").create(config)
    assert record(run).state is State.FINISHED
    assert len(run.gradients()) == len(snapshot_steps(40))
    assert_same_weights(run, *without_records([config]))


def test_recorded_members_equal_those_without_records_to_the_last_bit(tmp_path):
    configs = [small_config(seed=seed, beta=beta) for seed, beta in ((0, 1.0), (1, 30.0))]
    runs = [RunStore(tmp_path / "runs").create(config) for config in configs]
    assert [status.state for status in record_together(runs)] == [State.FINISHED] * 2
    for run, state in zip(runs, without_records(configs), strict=True):
        assert_same_weights(run, state)
        assert run.gradients()["pull_gradient"].to_numpy() == pytest.approx(
            run.config.beta, rel=1e-5
        )
        assert picture_path(run, 40).exists()


@pytest.mark.usefixtures("every_step")
def test_convolutional_runs_recorded_together_equal_those_recorded_alone(tmp_path, monkeypatch):
    """Even when they have been interrupted on their way."""
    network = partial(build_padded, (1, 8, 8), 4, (4, 8))
    monkeypatch.setattr("toll.method.training.build_autoencoder", lambda *given: network())
    configs = [small_config(z_dim=4, beta=beta) for beta in (0.0, 1.0, 30.0)]
    store = RunStore(tmp_path / "runs")
    together, alone = ([store.create(config) for config in configs] for _ in range(2))
    states = [
        status.state
        for status in record_together(together, at_step(together[-1], 13, halt(State.INTERRUPTED)))
    ]
    assert states == [State.INTERRUPTED] * 3
    assert [run.status().step for run in together] == [13] * 3
    assert [status.state for status in record_together(together)] == [State.FINISHED] * 3
    for run, other in zip(together, alone, strict=True):
        assert record(other).state is State.FINISHED
        assert_same_results(run, other)
        one, two = (load_file(each.weights_path("last")) for each in (run, other))
        assert one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.usefixtures("every_step")
def test_a_run_from_before_there_were_pictures_has_them_from_where_it_goes_on(
    uninterrupted, tmp_path
):
    run = RunStore(tmp_path / "runs").create(small_config())
    record(run, at_step(run, 17, halt(State.INTERRUPTED)))
    shutil.rmtree(run.folder / "pictures")
    (run.folder / "gradients.jsonl").unlink()
    assert record(run).state is State.FINISHED
    late = [step for step in run.snapshot_steps() if step > 17]
    assert run.gradients()["step"].tolist() == late
    drawn = [step for step in run.snapshot_steps() if picture_path(run, step).exists()]
    assert drawn == late and picture_index(run) is not None
    assert run.metrics() == uninterrupted.metrics()


@pytest.mark.usefixtures("every_step")
def test_a_snapshot_that_was_cut_short_is_taken_again(uninterrupted, tmp_path, monkeypatch):
    run = RunStore(tmp_path / "runs").create(small_config())
    with monkeypatch.context() as patch:
        patch.setattr("toll.recording.recorder.CHECKPOINT_SECONDS", -1)
        patch.setattr(Run, "save_snapshot", lambda run, snapshot: die())
        with pytest.raises(KeyboardInterrupt):
            record(run)
    assert len(run.gradients()) == 1 and run.snapshot_steps() == []
    assert record(run).state is State.FINISHED
    assert_same_results(run, uninterrupted)


def test_the_same_config_gives_the_same_run(uninterrupted, tmp_path):
    again = RunStore(tmp_path / "runs").create(small_config())
    record(again)
    assert_same_results(again, uninterrupted)


def test_the_weights_of_each_choice_are_of_the_step_that_it_names(uninterrupted):
    chosen = chosen_steps(uninterrupted.validation())
    validation = uninterrupted.validation()
    assert chosen["best_by_labels"] == validation["step"][int(np.argmax(validation["score"]))]
    assert chosen["label_free"] == validation["step"][int(np.argmin(validation["label_free"]))]
    assert set(chosen) == {"best_by_labels", "label_free", "last"}
    for name, step in chosen.items():
        assert uninterrupted.metrics()[name]["step"] == step
        assert step_of_weights(uninterrupted.weights_path(name)) == step


@pytest.mark.usefixtures("every_step")
@pytest.mark.parametrize("step", [0, 1, 13, 20, 40])
def test_an_interrupted_run_resumes_to_exactly_the_same_end(uninterrupted, tmp_path, step):
    run = RunStore(tmp_path / "runs").create(small_config())
    status = record(run, at_step(run, step, halt(State.INTERRUPTED)))
    assert (status.state, status.step) == (State.INTERRUPTED, step)
    assert status.message == "The lights went out." and run.scores() is None
    assert len(run.history()) == step
    assert record(run).state is State.FINISHED
    assert_same_results(run, uninterrupted)


@pytest.mark.usefixtures("every_step")
def test_a_run_that_died_long_after_its_checkpoint_resumes_to_the_same_end(uninterrupted, tmp_path):
    run = RunStore(tmp_path / "runs").create(small_config())
    record(run, at_step(run, 13, halt(State.INTERRUPTED)))
    with pytest.raises(KeyboardInterrupt):
        record(run, at_step(run, 27, die))
    assert len(run.history()) == 27
    assert record(run).state is State.FINISHED
    assert_same_results(run, uninterrupted)


@pytest.mark.usefixtures("every_step")
def test_a_run_that_died_before_its_first_checkpoint_begins_again(uninterrupted, tmp_path):
    run = RunStore(tmp_path / "runs").create(small_config())
    with pytest.raises(KeyboardInterrupt):
        record(run, at_step(run, 5, die))
    assert not run.weights_path("checkpoint").exists()
    assert record(run).state is State.FINISHED
    assert_same_results(run, uninterrupted)


def test_a_run_interrupted_while_it_is_scored_is_scored_when_resumed(uninterrupted, tmp_path):
    run = RunStore(tmp_path / "runs").create(small_config())

    def check() -> None:
        if run.weights_path("last").exists():
            raise Halted(State.INTERRUPTED)

    assert record(run, check).state is State.INTERRUPTED
    assert run.scores() is None and len(run.history()) == 40
    assert record(run).state is State.FINISHED
    assert_same_results(run, uninterrupted)


@pytest.mark.usefixtures("every_step")
def test_weights_beyond_the_checkpoint_are_not_passed_off_as_those_of_the_best_step(
    tmp_path, monkeypatch
):
    run = RunStore(tmp_path / "runs").create(small_config(ckpt_interval=1))
    judged = {1: 0.8, 20: 0.9}
    monkeypatch.setattr(
        "toll.recording.recorder.auroc",
        lambda labels, scores: judged.get(len(run.validation()), 0.5),
    )
    record(run, at_step(run, 3, halt(State.INTERRUPTED)))
    with pytest.raises(KeyboardInterrupt):
        record(run, at_step(run, 25, die))
    record(run, at_step(run, 5, lambda: run.ask("stop")))
    assert chosen_steps(run.validation())["best_by_labels"] == 1
    assert step_of_weights(run.weights_path("best_by_labels")) == 1
    assert run.metrics()["last"]["step"] == 5
    assert run.metrics()["best_by_labels"]["step"] == 1
    assert "best_by_labels" in set(run.scores()["weights"])


@pytest.mark.usefixtures("every_step")
@pytest.mark.parametrize("content", [None, "{", '{"state": "queued", "rate": -1}'])
def test_a_run_whose_status_is_damaged_while_it_trains_goes_on(uninterrupted, tmp_path, content):
    run, statuses = RunStore(tmp_path).create(small_config()), []
    path = run.folder / "status.json"

    def damage() -> None:
        statuses.append(Run(run.folder).status())
        path.unlink(missing_ok=True) if content is None else path.write_text(content)

    assert record(run, at_step(run, 3, damage)).state is State.FINISHED
    assert statuses and {status.message for status in statuses} == {""}
    assert_same_results(run, uninterrupted)


@pytest.mark.usefixtures("every_step")
def test_a_run_whose_status_was_lost_at_rest_resumes_to_the_same_end(uninterrupted, tmp_path):
    run = RunStore(tmp_path).create(small_config())
    record(run, at_step(run, 20, halt(State.PAUSED)))
    (run.folder / "status.json").unlink()
    assert run.status().state is State.INTERRUPTED and run.status().step >= 20
    assert record(Run(run.folder)).state is State.FINISHED
    assert_same_results(run, uninterrupted)


@pytest.mark.usefixtures("every_step")
@pytest.mark.parametrize("seconds", [None, -1e9, 1e30])
def test_a_history_of_odd_seconds_leaves_a_status_that_can_be_read(tmp_path, seconds):
    run, read = RunStore(tmp_path).create(small_config()), []
    record(run, at_step(run, 20, halt(State.PAUSED)))
    path = run.folder / "history.jsonl"
    odd = [json.loads(line) | {"seconds": seconds} for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(row) + "\n" for row in odd))
    record(run, lambda: read.append(Run(run.folder).status()))
    assert read and {status.message for status in [*read, Run(run.folder).status()]} == {""}
    assert run.history()["seconds"].iloc[-1] >= 0


@pytest.mark.usefixtures("every_step")
def test_a_pause_asked_for_in_the_folder_pauses_and_resumes_to_the_same_end(
    uninterrupted, tmp_path
):
    run = RunStore(tmp_path / "runs").create(small_config())
    status = record(run, at_step(run, 17, lambda: run.ask("pause")))
    assert (status.state, status.step, status.activity) == (State.PAUSED, 17, "")
    assert run.scores() is None
    run.clear_request()
    assert record(run).state is State.FINISHED
    assert_same_results(run, uninterrupted)


@pytest.mark.usefixtures("every_step")
def test_a_stopped_run_is_scored_and_can_still_go_on_to_the_same_end(uninterrupted, tmp_path):
    run = RunStore(tmp_path / "runs").create(small_config())
    status = record(run, at_step(run, 17, lambda: run.ask("stop")))
    assert (status.state, status.step, status.activity) == (State.STOPPED, 17, "")
    assert status.owner is None
    assert run.metrics()["last"]["step"] == 17
    assert len(run.scores().query("weights == 'last'")) > 0
    run.clear_request()
    assert record(run).state is State.FINISHED
    assert_same_results(run, uninterrupted)


def test_a_stop_asked_for_before_the_start_is_obeyed(tmp_path):
    run = RunStore(tmp_path / "runs").create(small_config())
    run.ask("stop")
    status = record(run)
    assert (status.state, status.step) == (State.STOPPED, 0)
    assert run.metrics()["last"]["step"] == 0 and run.snapshot_steps() == []


def test_scoring_a_stopped_run_that_has_no_checkpoint_does_nothing(tmp_path):
    run = RunStore(tmp_path / "runs").create(small_config())
    run.update_status(state=State.STOPPED)
    assert score_stopped(run).state is State.STOPPED
    assert run.scores() is None


def test_a_loss_that_is_not_finite_fails_the_run_and_names_step_and_cause(tmp_path):
    run = RunStore(tmp_path / "runs").create(small_config(lr=10.0, beta=1e6, niter=300))

    def spoil(steps: Iterator[Step]) -> Iterator[Step]:
        for step in steps:
            yield Step(step.number, step.means * (float("nan") if step.number == 7 else 1))

    from toll.recording import record as recording

    with pytest.MonkeyPatch.context() as patch:
        train = recording.train
        patch.setattr(recording, "train", lambda *given: spoil(train(*given)))
        status = record(run)
    assert status.state is State.FAILED and status.owner is None and status.activity == ""
    assert status.message == (
        "The loss was not a finite number at step 7: "
        "the learning rate (10) or beta (1e+06) is too large."
    )


def test_weights_that_are_not_finite_fail_the_run_at_their_step(tmp_path, monkeypatch):
    """A step may make the weights infinite and still have reported a finite loss."""
    from toll.recording import record as recording

    train = recording.train

    def overshoot(config, split, state) -> Iterator[Step]:
        for step in train(config, split, state):
            if step.number == 10:
                with torch.no_grad():
                    next(state.model.parameters()).fill_(float("inf"))
            yield step

    monkeypatch.setattr(recording, "train", overshoot)
    run = RunStore(tmp_path / "runs").create(small_config())
    status = record(run)
    assert status.state is State.FAILED
    assert status.message.startswith("The weights were not finite numbers after step 10: the lear")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"device": "cuda:99"}, "Device 'cuda:99' is not on this machine; it has cpu"),
        ({"batch_size": 5000}, "Batch_size is 5000, but class 8 of Digits has only 87 training"),
        ({"normal_class": 11}, "Class 11 cannot be normal in Digits"),
        ({"network": "paper"}, "Digits has no network 'paper'; valid: small"),
        ({"dataset": "nist"}, "Unknown dataset 'nist'"),
    ],
)
def test_what_cannot_be_trained_fails_with_a_sentence(tmp_path, monkeypatch, changes, said):
    monkeypatch.setenv("TOLL_DATA_DIR", str(tmp_path))
    run = RunStore(tmp_path / "runs").create(small_config(**changes))
    status = record(run)
    assert status.state is State.FAILED
    assert status.message.startswith(said) and status.message.endswith(".")
    assert not status.state.can_resume


def test_a_run_whose_data_are_missing_waits_for_them(tmp_path, monkeypatch):
    monkeypatch.setenv("TOLL_DATA_DIR", str(tmp_path))
    config = small_config(dataset="arrhythmia", normal_class=0)
    status = record(RunStore(tmp_path / "runs").create(config))
    assert status.state is State.INTERRUPTED and status.message.startswith("Arrhythmia is not in ")


@pytest.mark.usefixtures("every_step")
def test_a_begun_run_outlives_a_device_that_is_missing_for_a_while(
    uninterrupted, tmp_path, monkeypatch
):
    run = RunStore(tmp_path / "runs").create(small_config())
    record(run, at_step(run, 13, halt(State.INTERRUPTED)))
    with monkeypatch.context() as patch:
        patch.setattr("toll.method.devices.available_devices", lambda: ["mps"])
        status = record(run)
    assert status.state is State.INTERRUPTED
    assert status.message == "Device 'cpu' is not on this machine; it has mps."
    assert record(run).state is State.FINISHED
    assert_same_results(run, uninterrupted)


@pytest.mark.usefixtures("every_step")
def test_a_run_that_runs_out_of_memory_goes_on_from_its_checkpoint_to_the_same_end(
    uninterrupted, tmp_path, monkeypatch
):
    from toll.recording import record as recording

    train = recording.train

    def exhaust(config, split, state) -> Iterator[Step]:
        for step in train(config, split, state):
            if step.number == 30:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
            yield step

    run = RunStore(tmp_path / "runs").create(small_config())
    record(run, at_step(run, 13, halt(State.INTERRUPTED)))
    with monkeypatch.context() as patch:
        patch.setattr(recording, "train", exhaust)
        status = record(run)
    assert status.state is State.INTERRUPTED and status.state.can_resume
    assert status.message == (
        "The GPU's memory ran out while training, for want of 21.5 GB more. Close other programs "
        f"that use it, then resume, or train with a batch_size below {run.config.batch_size}."
    )
    assert record(run).state is State.FINISHED
    assert_same_results(run, uninterrupted)


@pytest.mark.usefixtures("every_step")
def test_a_run_that_died_after_a_new_best_step_resumes_to_the_same_three_choices(
    tmp_path, monkeypatch
):
    """Its checkpoint is older than the best step, whose weights it must not have in their place."""
    judged = {10: 0.9, 20: 0.8, 30: 0.95, 40: 0.5}
    monkeypatch.setattr(
        "toll.recording.recorder.auroc",
        lambda labels, scores: judged.get(10 * len(run.validation()), 0.1),
    )
    run = RunStore(tmp_path / "runs").create(small_config())
    record(run, at_step(run, 23, halt(State.INTERRUPTED)))
    with pytest.raises(KeyboardInterrupt):
        record(run, at_step(run, 33, die))
    judged[30] = 0.2  # as it may be on another device
    record(run)
    assert run.metrics()["best_by_labels"]["step"] == 10
    assert step_of_weights(run.weights_path("best_by_labels")) == 10
    assert set(run.metrics()) == {"last", "best_by_labels", "label_free"}
    assert [path.name for path in run.folder.glob("weights/step_*")] == []


def test_a_fault_of_the_program_is_not_passed_off_as_one_of_the_settings(tmp_path, monkeypatch):
    def train(*given) -> Iterator[Step]:
        raise RuntimeError("shapes cannot be multiplied")
        yield

    monkeypatch.setattr("toll.recording.record.train", train)
    run = RunStore(tmp_path / "runs").create(small_config())
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        record(run)


def test_a_checkpoint_is_written_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr("toll.recording.recorder.CHECKPOINT_SECONDS", -1)
    run = RunStore(tmp_path / "runs").create(small_config())
    with pytest.raises(KeyboardInterrupt):
        record(run, at_step(run, 20, die))
    assert step_of_weights(run.weights_path("checkpoint")) == 19


@pytest.mark.parametrize("damage", ["history", "setting"])
def test_a_run_that_cannot_go_on_is_left_as_it_is(tmp_path, damage):
    run = RunStore(tmp_path).create(small_config())
    run.ask("pause")
    assert record(run).state is State.PAUSED
    run.clear_request()
    if damage == "history":
        (run.folder / "history.jsonl").write_text("]\n")
    else:
        newer = json.dumps(run.config.to_dict() | {"warm_up": 3})
        (run.folder / "config.json").write_text(newer)
    run = Run(run.folder)
    before = {path: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=run.id):
        record(run)
    assert before == {path: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}


def test_a_damaged_checkpoint_is_named_with_its_run(tmp_path):
    run = RunStore(tmp_path).create(small_config())
    run.ask("pause")
    record(run)
    run.clear_request()
    run.weights_path("checkpoint").write_bytes(b"half")
    status = record(run)
    assert status.state is State.FAILED
    said = f"Weights/checkpoint.safetensors of run {run.id} is damaged: "
    assert status.message.startswith(said)
