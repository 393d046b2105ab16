"""Many models trained as one: each member is what it would be alone."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.small_runs import small_config
from toll.config import RunConfig
from toll.data import OneClassSplit, get_spec
from toll.method.checkpoint import load_checkpoint, save_checkpoint
from toll.method.encoding import Samples, encode, encode_and_show
from toll.method.ensemble import Ensemble, can_be_stacked, train_together
from toll.method.networks import build_autoencoder
from toll.method.training import Diverged, TrainingState, read_means, train
from toll.presets import paper

pytestmark = pytest.mark.usefixtures("one_thread")
STEPS = 10
# Steps of Adam after which rounding to float32 is still far below the tolerances here.
UNROUNDED = 4


@pytest.fixture(scope="module")
def table(digits) -> OneClassSplit:
    """Made-up measurements in arrhythmia's shape: its network has batch norms, digits' has none."""
    random = np.random.default_rng(0)
    samples = random.normal(size=(len(digits.dataset.classes), 274)).astype(np.float32)
    return replace(
        digits,
        dataset=replace(digits.dataset, samples=samples, spec=get_spec("arrhythmia")),
        normalise=lambda batch: batch,
    )


def in_float64(split: OneClassSplit) -> OneClassSplit:
    normalise = split.normalise
    return replace(split, normalise=lambda batch: normalise(batch).double())


def members(config: RunConfig) -> list[RunConfig]:
    return [config.replace(seed=seed, beta=beta) for seed, beta in ((0, 1.0), (1, 1.0), (1, 30.0))]


def started(configs: list[RunConfig], split: OneClassSplit) -> list[TrainingState]:
    return [TrainingState.start(config, split.dataset.spec) for config in configs]


def on_digits(**changes) -> RunConfig:
    return small_config(niter=STEPS, **changes)


def on_tables(**changes) -> RunConfig:
    settings = {"device": "cpu", "precision": "float32", "batch_size": 40, "niter": STEPS}
    return paper("arrhythmia", **(settings | changes))


both = pytest.mark.parametrize(("make", "name"), [(on_digits, "digits"), (on_tables, "table")])


@both
def test_members_are_what_they_would_be_alone(make, name, request):
    """In float64, in which ten steps of Adam do not yet make rounding large."""
    split, configs = in_float64(request.getfixturevalue(name)), members(make())
    alone, together = started(configs, split), started(configs, split)
    for state in (*alone, *together):
        state.model.double()
    steps = list(train_together(configs, split, together))
    for number, config in enumerate(configs):
        expected = read_means(list(train(config, split, alone[number])))
        assert read_means([each[number] for each in steps]) == pytest.approx(expected, rel=1e-9)
        assert [each[number].number for each in steps] == list(range(1, STEPS + 1))
        assert together[number].step == STEPS
        ids = split.test[:50]
        # A bias before a batch norm has no gradient, so only rounding moves it; the running
        # means lag behind that, which shows in evaluation.
        mine, theirs = (encode(state[number], split, ids) for state in (together, alone))
        assert mine.reconstruction_error == pytest.approx(theirs.reconstruction_error, rel=1e-3)
        assert mine.latent_norm == pytest.approx(theirs.latent_norm, rel=5e-2)


@both
@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_in_the_precisions_of_a_run_members_set_out_as_they_would_alone(
    make, name, precision, request
):
    split, configs = request.getfixturevalue(name), members(make(precision=precision))
    alone, together = started(configs, split), started(configs, split)
    steps = list(train_together(configs, split, together))
    for number, config in enumerate(configs):
        expected = read_means(list(train(config, split, alone[number])))[:UNROUNDED]
        first = read_means([each[number] for each in steps])[:UNROUNDED]
        assert first == pytest.approx(expected, rel=1e-3)


def test_members_are_saved_and_go_on_together_to_the_same_end(table, tmp_path):
    configs = members(on_tables())
    straight, interrupted, resumed = (started(configs, table) for _ in range(3))
    expected = [read_means(each) for each in train_together(configs, table, straight)]
    half = [config.replace(niter=STEPS // 2) for config in configs]
    list(train_together(half, table, interrupted))
    for number, (before, after) in enumerate(zip(interrupted, resumed, strict=True)):
        save_checkpoint(before, tmp_path / f"{number}.safetensors")
        load_checkpoint(after, tmp_path / f"{number}.safetensors")
    rest = [read_means(each) for each in train_together(configs, table, resumed)]
    assert np.array_equal(rest, expected[STEPS // 2 :])


def test_a_member_goes_on_alone_from_what_it_learnt_among_others(table):
    configs = members(on_tables())
    states = started(configs, table)
    half = [config.replace(niter=STEPS // 2) for config in configs]
    list(train_together(half, table, states))
    alone = started(configs[2:], table)[0]
    expected = read_means(list(train(configs[2], table, alone)))[STEPS // 2 :]
    rest = read_means(list(train(configs[2], table, states[2])))
    assert rest == pytest.approx(expected, rel=1e-3)


def test_a_member_that_diverges_leaves_the_others_alone(table):
    configs = members(on_tables())
    whole, with_broken = started(configs, table), started(configs, table)
    with torch.no_grad():
        next(with_broken[1].model.parameters()).fill_(float("nan"))
    expected = list(train_together(configs, table, whole))
    steps = list(train_together(configs, table, with_broken))
    for number in (0, 2):
        one, other = (read_means([each[number] for each in some]) for some in (expected, steps))
        assert np.array_equal(one, other)
    with pytest.raises(Diverged, match="at step 1$"):
        read_means([each[1] for each in steps])


@both
def test_members_are_encoded_as_they_would_be_alone_whoever_asks_first(make, name, request):
    split, configs = in_float64(request.getfixturevalue(name)), members(make())
    states, ids = started(configs, split), split.validation[:30]
    samples, shown = Samples(split, ids, states[0].device), np.arange(30) % 7 == 0
    for state in states:
        state.model.double()
    for _ in train_together(configs, split, states):
        asked = [encode_and_show(state, samples, shown) for state in reversed(states)]
        for state, (encoding, outputs) in zip(reversed(states), asked, strict=True):
            company, state.company = state.company, None
            assert company is not None
            alone, outputs_alone = encode_and_show(state, samples, shown)
            state.company = company
            for part, wanted in zip(encoding, alone, strict=True):
                assert part == pytest.approx(wanted, rel=1e-6)
            assert outputs == pytest.approx(outputs_alone, rel=1e-5, abs=1e-6)
    assert all(state.company is None for state in states)


def test_an_evaluated_member_goes_on_training(table):
    """Encoding puts a member into evaluation mode, which must not affect the others."""
    configs = members(on_tables())
    watched, unwatched = started(configs, table), started(configs, table)
    losses = []
    for steps in train_together(configs, table, watched):
        losses.append(read_means(steps))
        encode(watched[0], table, table.test[:5])
    expected = [read_means(steps) for steps in train_together(configs, table, unwatched)]
    assert np.array_equal(losses, expected)


@pytest.mark.parametrize(
    ("dataset", "network", "stacks"),
    [
        ("digits", "small", True),
        ("arrhythmia", "paper", True),
        ("mnist", "small", False),
        ("cifar10", "paper", False),
    ],
)
def test_networks_of_linear_layers_can_be_stacked(dataset, network, stacks):
    spec = get_spec(dataset)
    assert can_be_stacked(build_autoencoder(spec.network(network), spec.shape, 4)) is stacks


def test_an_ensemble_of_convolutional_members_is_refused():
    model = build_autoencoder(get_spec("mnist").network("small"), (1, 28, 28), 4)
    with pytest.raises(ValueError, match="only networks of linear layers"):
        Ensemble([model])


def test_members_that_differ_in_more_than_seed_and_beta_are_refused(digits):
    configs = [small_config(), small_config(lr=0.5)]
    with pytest.raises(ValueError, match="may differ in seed and beta only"):
        next(train_together(configs, digits, started(configs, digits)))


def test_members_at_different_steps_are_refused(digits):
    configs = members(on_digits())
    states = started(configs, digits)
    states[1] = copy.copy(states[1])
    states[1].step = 7
    with pytest.raises(ValueError, match=r"must stand at the same step, not at \[0, 7\]"):
        next(train_together(configs, digits, states))
