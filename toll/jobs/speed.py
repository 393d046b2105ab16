"""How long a training will take on this machine: measured once, remembered, scaled."""

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from toll.config import RunConfig
from toll.evaluation.metrics import SCORES, auroc
from toll.files import write_json
from toll.paths import own_dir
from toll.reading import DamagedFile, read_json
from toll.runs.schemas import Seconds
from toll.runs.snapshots import snapshot_steps

if TYPE_CHECKING:
    from toll.data import OneClassSplit

MEASURED_SECONDS = 1.0
# Cost of the pictures and gradients of a snapshot, in encoded samples: measured for MNIST.
PICTURED = 120


class Speed(NamedTuple):
    """Seconds for one training step, for encoding one sample and for judging one validation."""

    step: Seconds
    sample: Seconds
    validation: Seconds


def known_speed(config: RunConfig) -> Speed | None:
    """What `measure` found for a config like this one on this machine, if it ever ran."""
    return _measured().get(_key(config))


def measure(config: RunConfig) -> Speed:
    """Time a few steps of this config on its own data, and remember the result."""
    from toll.method.encoding import encode
    from toll.method.training import read_means, train
    from toll.recording.record import prepare

    endless = config.replace(niter=10_000, seeding="run")
    split, state = prepare(endless)
    steps = train(endless, split, state)
    read_means([next(steps)])
    started = time.perf_counter()
    count = 0
    while count < 2 or time.perf_counter() - started < MEASURED_SECONDS / 2:
        read_means([next(steps)])
        count += 1
    step = (time.perf_counter() - started) / count
    ids = split.test[: state.inference_batch_size]
    if step > 0.1:
        ids = ids[:20]
    encode(state, split, ids)  # the first pass is slow, on a GPU above all
    started = time.perf_counter()
    encoding = encode(state, split, ids)
    sample = (time.perf_counter() - started) / len(ids)
    started = time.perf_counter()
    for _ in SCORES:
        auroc(
            split.labels(split.validation), np.resize(encoding.latent_norm, len(split.validation))
        )
    speed = Speed(step, sample, time.perf_counter() - started)
    path = own_dir() / "speed.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, _measured() | {_key(config): speed})
    return speed


def estimate(config: RunConfig, split: "OneClassSplit", speed: Speed) -> float:
    """Seconds that the whole run will take: steps, validations, snapshots and the last scoring."""
    validations = config.niter // config.ckpt_interval + 2
    probed = len(snapshot_steps(config.niter)) * (len(split.probe(config.probe_size)) + PICTURED)
    scored = 2 * (len(split.test) + len(split.validation))
    encoded = validations * len(split.validation) + probed + scored
    judged = validations * speed.validation
    return config.niter * speed.step + encoded * speed.sample + judged


def _measured() -> dict[str, Speed]:
    """What has been measured; nothing where the file is damaged: it is measured again."""
    try:
        return read_json(own_dir() / "speed.json", dict[str, Speed])
    except (FileNotFoundError, DamagedFile):
        return {}


def _key(config: RunConfig) -> str:
    """What decides the speed, apart from small effects."""
    parts = (config.dataset, config.network, config.batch_size, config.device, config.precision)
    steady = ("deterministic",) if config.deterministic else ()
    return " ".join(map(str, parts + steady))
