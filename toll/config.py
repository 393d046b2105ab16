"""Everything that defines a run, as one frozen object."""

import dataclasses
import re
import reprlib
from dataclasses import dataclass, field
from typing import Any

NETWORKS = ("small", "paper")
PRECISIONS = ("auto", "float32", "bfloat16")
SEEDINGS = ("run", "published")
# Which device `auto` stands for: the first of these that a machine has.
AUTOMATIC_DEVICES = ("cuda:0", "mps", "cpu")
MAX_BETA = 1e6
MOST_STEPS = 10_000_000
MOST_AT_A_TIME = 1_000_000


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """Everything that determines a run: one frozen object, checked when it is made.

    Each field's `help` is what the interfaces show. `toll.laptop` and `toll.paper` give a config
    that suits a dataset.

    Raises:
        ValueError: a value is outside its range; the sentence names the value and the range.
            Dataset and class names are checked by `toll.data`, which knows them.

    Examples:
        >>> from toll import RunConfig
        >>> config = RunConfig(dataset="digits", normal_class=8, beta=10.0)
        >>> config.replace(beta=0.0).beta
        0.0
        >>> RunConfig(beta=-1.0)
        Traceback (most recent call last):
        ...
        ValueError: beta is -1; it must be from 0 to 1e+06
    """

    dataset: str = _setting("digits", "name of the dataset")
    normal_class: int | tuple[int, ...] = _setting(
        8, "index of the class that is normal, or of several: 0,2,3; all others are anomalous"
    )
    network: str = _setting("small", "architecture: small (trains on a laptop) or paper")
    beta: float = _setting(100.0, "weight of the latent norm in loss and score; 0 = autoencoder")
    z_dim: int = _setting(16, "size of the latent vector")
    lr: float = _setting(1e-3, "learning rate of Adam")
    batch_size: int = _setting(64, "normal samples per training step")
    niter: int = _setting(500, "training steps")
    seed: int = _setting(0, "seed of the initial weights")
    seeding: str = _setting(
        "run", "run: every run draws from its seed anew; published: classes draw one after another"
    )
    device: str = _setting("auto", "auto, cpu, cuda, cuda:N or mps")
    precision: str = _setting("auto", "auto, float32 (exact: no TF32) or bfloat16 (fast if native)")
    deterministic: bool = _setting(False, "equal results each time on a GPU too, more slowly")
    ckpt_interval: int = _setting(20, "training steps between validations")
    validation_size: int = _setting(0, "validation samples used, half of them normal; 0 = all")
    probe_size: int = _setting(1000, "test samples in each snapshot, half of them normal")
    inference_batch_size: int = _setting(0, "samples encoded at a time; 0 = as suit the device")

    def __post_init__(self) -> None:
        object.__setattr__(self, "normal_class", _canonical(self.normal_class))
        for setting in dataclasses.fields(self):
            if setting.name != "normal_class":
                _check_type(setting.name, getattr(self, setting.name), setting.type)
        _check_range("beta", self.beta, 0, MAX_BETA)
        _check_range("lr", self.lr, 1e-8, 10)
        _check_range("z_dim", self.z_dim, 1, 4096)
        _check_range("batch_size", self.batch_size, 2, 100_000)
        _check_range("niter", self.niter, 1, MOST_STEPS)
        _check_range("seed", self.seed, 0, 2**32 - 1)
        _check_range("ckpt_interval", self.ckpt_interval, 1, 1_000_000)
        _check_range("validation_size", self.validation_size, 0, 1_000_000)
        if self.validation_size == 1:
            raise ValueError("validation_size is 1; it must be 0, for all, or at least 2")
        _check_range("probe_size", self.probe_size, 2, 20_000)
        _check_range("inference_batch_size", self.inference_batch_size, 0, MOST_AT_A_TIME)
        _check_choice("network", self.network, NETWORKS)
        _check_choice("precision", self.precision, PRECISIONS)
        _check_choice("seeding", self.seeding, SEEDINGS)
        if self.seeding == "published" and len(self.normal_classes) > 1:
            raise ValueError(
                "seeding is published; it must be run where several classes are normal: the "
                "published loop trains on one class at a time"
            )
        if not re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", self.device):
            raise ValueError(
                f"device is {_shown(self.device)}; it must be auto, cpu, mps, cuda or cuda:N"
            )

    @property
    def normal_classes(self) -> tuple[int, ...]:
        """The classes that are normal, ascending."""
        return self.normal_class if isinstance(self.normal_class, tuple) else (self.normal_class,)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RunConfig":
        """The config from what `to_dict` gave; unknown names raise `ValueError`."""
        config, unknown = cls.from_newer(values)
        if unknown:
            known = sorted(setting.name for setting in dataclasses.fields(cls))
            raise ValueError(f"unknown setting {_shown(unknown[0])}; known are {', '.join(known)}")
        return config

    @classmethod
    def from_newer(cls, values: dict[str, Any]) -> tuple["RunConfig", tuple[str, ...]]:
        """The config as far as this version knows its settings, and the names of the others."""
        known = {setting.name for setting in dataclasses.fields(cls)}
        config = cls(**{name: value for name, value in values.items() if name in known})
        return config, tuple(sorted(set(values) - known))

    def replace(self, **changes: Any) -> "RunConfig":
        return dataclasses.replace(self, **changes)


def config_from(values: dict[str, Any]) -> tuple[RunConfig, tuple[str, ...]]:
    """The config that was written as JSON, and names in it that this version does not know.

    Raises:
        ValueError: a setting is outside its range, or it is not said what was trained on.
    """
    config, unknown = RunConfig.from_newer(values)
    for name in ("dataset", "normal_class"):
        if name not in values:
            raise ValueError(f"`{name}` is missing")
    return config, unknown


def shown_names(names: tuple[str, ...]) -> str:
    """Names that a file gave, for a sentence: a few of them, each cut where it is long."""
    few = [reprlib.repr(name) for name in names[:3]]
    return ", ".join(few) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _canonical(normal_class: Any) -> int | tuple[int, ...]:
    """One class as a number, several ascending without repeats: equal sets are equal configs."""
    given = normal_class if isinstance(normal_class, tuple | list) else [normal_class]
    if not given:
        raise ValueError("normal_class is empty; it must be at least one class")
    for each in given:
        _check_type("normal_class", each, int)
        _check_range("normal_class", each, 0, 10_000)
    classes = tuple(sorted({*given}))
    return classes[0] if len(classes) == 1 else classes


def _check_type(name: str, value: Any, expected: Any) -> None:
    accepted = (int, float) if expected is float else expected
    if isinstance(value, bool) != (expected is bool) or not isinstance(value, accepted):
        raise ValueError(f"{name} is {_shown(value)}; it must be of type {expected.__name__}")


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # NaN is outside every range
        shown = _shown(value) if isinstance(value, int) else f"{value:g}"
        raise ValueError(f"{name} is {shown}; it must be from {low:g} to {high:g}")


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name} is {_shown(value)}; it must be one of {', '.join(choices)}")


def _shown(value: Any) -> str:
    """A value in a sentence, cut where it is long."""
    return reprlib.repr(value)
