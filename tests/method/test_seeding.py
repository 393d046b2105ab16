"""Seeding as published: each class as the loop that seeds once and trains one after another."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
import torch

from tests.small_runs import assert_same_results, small_config
from toll.config import RunConfig
from toll.data import get_spec, load_dataset, split_one_class
from toll.method.ensemble import train_together
from toll.method.networks import build_autoencoder
from toll.method.training import TrainingState, read_means, train
from toll.recording.record import record
from toll.recording.recorder import Halted
from toll.runs.status import State
from toll.runs.store import RunStore

CLASSES, SEEDS = (0, 1, 2, 3), (0, 5)
DIGITS = get_spec("digits")


class Trained(NamedTuple):
    losses: np.ndarray
    weights: dict[str, torch.Tensor]


def published(**changes) -> RunConfig:
    return small_config(seeding="published", niter=12, batch_size=16).replace(**changes)


@pytest.fixture(autouse=True)
def one_thread_and_its_random_numbers() -> Iterator[None]:
    count, drawn = torch.get_num_threads(), np.random.get_state()
    torch.set_num_threads(1)
    with torch.random.fork_rng():
        yield
    torch.set_num_threads(count)
    np.random.set_state(drawn)


def plain_loop(seed: int, config: RunConfig) -> list[Trained]:
    """One repetition over the classes, with the generators of torch and NumPy themselves."""
    torch.manual_seed(seed)
    np.random.seed(42)
    found = []
    for normal_class in CLASSES:
        split = split_one_class(load_dataset("digits"), normal_class)
        network = build_autoencoder(DIGITS.network("small"), DIGITS.shape, config.z_dim)
        adam = torch.optim.Adam(network.parameters(), lr=config.lr)
        samples = split.normalise(torch.from_numpy(split.dataset.samples[split.train]))
        losses = []
        for _ in range(config.niter):
            x = samples[np.random.choice(len(samples), config.batch_size, replace=False)]
            z = network.encoder(x)
            errors = torch.norm((x - network.decoder(z)).flatten(1), dim=1)
            loss = errors.mean() + config.beta * torch.norm(z, dim=1).mean()
            adam.zero_grad()
            loss.backward()
            adam.step()
            losses.append(loss.item())
        found.append(Trained(np.array(losses, dtype=np.float32), network.state_dict()))
    return found


def alone(config: RunConfig) -> Trained:
    split = split_one_class(load_dataset("digits"), config.normal_class)
    state = TrainingState.start(config, DIGITS)
    losses = read_means(list(train(config, split, state)))[:, 0]
    return Trained(losses, state.model.state_dict())


def equal(found: Trained, expected: Trained) -> bool:
    return np.array_equal(found.losses, expected.losses) and all(
        torch.equal(found.weights[name], value) for name, value in expected.weights.items()
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_each_class_is_that_of_the_published_loop_to_the_last_bit(seed):
    config = published(seed=seed)
    expected = plain_loop(seed, config)
    for normal_class in reversed(CLASSES):
        found = alone(config.replace(normal_class=normal_class))
        assert equal(found, expected[normal_class])


def test_without_it_the_first_class_alone_is():
    config = published(seeding="run")
    expected = plain_loop(0, config)
    found = [equal(alone(config.replace(normal_class=each)), expected[each]) for each in CLASSES]
    assert found == [True, False, False, False]


def test_seeds_that_train_as_one_are_those_of_the_published_loop():
    configs = [published(seed=seed, normal_class=2) for seed in SEEDS]
    split = split_one_class(load_dataset("digits"), 2)
    states = [TrainingState.start(each, DIGITS) for each in configs]
    means = np.array([read_means(each) for each in train_together(configs, split, states)])
    for number, config in enumerate(configs):
        expected = plain_loop(config.seed, config)[2].losses
        # After four steps of Adam rounding is still far below the tolerance.
        assert means[:4, number, 0] == pytest.approx(expected[:4], rel=1e-4)


def test_a_run_seeded_as_published_is_resumed_to_the_same_end():
    runs = [RunStore().create(published(normal_class=2, ckpt_interval=4)) for _ in range(2)]
    record(runs[0])

    def interrupt() -> None:
        if runs[1].snapshot_steps()[-1:] >= [5]:
            raise Halted(State.INTERRUPTED, "The lights went out.")

    assert record(runs[1], interrupt).state is State.INTERRUPTED
    assert 0 < runs[1].status().step < 12
    assert record(runs[1]).state is State.FINISHED
    assert_same_results(runs[1], runs[0])
