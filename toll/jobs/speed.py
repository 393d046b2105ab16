"""How long a training will take on this machine: measured once, remembered, scaled."""

import time
from itertools import islice
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
    from toll.method.encoding import Samples, encode_and_show
    from toll.method.replay import WARM_UP
    from toll.method.training import read_means, train
    from toll.recording.record import prepare

    endless = config.replace(niter=10_000, seeding="run")
    split, state = prepare(endless)
    steps, gpu = train(endless, split, state), state.device.type == "cuda"
    # A GPU's first steps are unlike the others, and reading each would hold up the next.
    read_means(list(islice(steps, WARM_UP + 1 if gpu else 1)))
    started = time.perf_counter()
    count, at_a_time = 0, 10 if gpu else 1
    while count < 2 or time.perf_counter() - started < MEASURED_SECONDS / 2:
        read_means(list(islice(steps, at_a_time)))
        count += at_a_time
    step = (time.perf_counter() - started) / count
    ids = split.test[: state.inference_batch_size]
    samples = Samples(split, ids if step < 0.1 else ids[:20], state.device)
    nothing = np.zeros(len(samples.ids), dtype=bool)
    encode_and_show(state, samples, nothing)  # the first pass is unlike the others too
    started = time.perf_counter()
    encoding, _ = encode_and_show(state, samples, nothing)
    sample = (time.perf_counter() - started) / len(samples.ids)
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
