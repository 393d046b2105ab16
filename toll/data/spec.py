"""What a dataset is: the row that describes it, its loaded arrays, the parts of its split."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from toll.data.words import class_noun, in_words

if TYPE_CHECKING:
    from torch import Tensor


# What is said in place of whatever needs labels.
NO_LABELS = "The data has no labels, and without them nobody can tell how well anomalies are found."

StrPath = str | os.PathLike[str]
# Indices of classes, ascending.
Classes = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Arrays:
    """What a file format reads.

    samples: uint8 (n, C, H, W) or float32 (n, features); classes: int64 (n,);
    n_train: how many rows, from the first, are the published training part.
    fine_classes: int64 (n,), None where the files have none.
    """

    samples: np.ndarray
    classes: np.ndarray
    n_train: int
    fine_classes: np.ndarray | None = None


@dataclass(frozen=True)
class Found:
    """Files of a dataset in a data folder, in reading order, and those that are missing.

    `missing` holds paths relative to the data folder, as they are shown to people. `refusal`: a
    sentence, without its full stop, about files that look like the dataset's but are not.
    """

    files: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def complete(self) -> bool:
        return not self.missing and not self.refusal


class FileFormat(Protocol):
    """One way in which a dataset is kept on disk."""

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        """Looks for the files by name, without decoding them."""
        ...

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        """Decodes what `find` gave; ValueError names the wrong file and says why."""
        ...


class Normalise(Protocol):
    """From raw samples to model input and back to what is shown."""

    def __call__(self, batch: Tensor) -> Tensor:
        """Raw samples (uint8 or float32, any device) as float32 model input, same device."""
        ...

    def restore(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        """Model-space values as float32 in [0, 1] for images; tables come back unchanged.

        samples: the raw samples that the outputs reconstruct, same shape.
        """
        ...

    def apart(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        """x − x̂ in the model's units, float32, of raw samples x and outputs x̂ of their shape."""
        ...

    def display(self, samples: np.ndarray) -> np.ndarray:
        """Raw samples as float32 in [0, 1] for images; tables come back unchanged."""
        ...


@dataclass(frozen=True, eq=False)
class Parts:
    """Sample ids of a one-class split; `published`: it is the split of the paper."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    published: bool


@dataclass(frozen=True)
class Network:
    """A network as a dataset's row names it; method/networks.py builds it.

    family: one of `FAMILIES` there. sizes: of a dense network, those of its hidden layers; of a
    padded convolutional one, the channels of its layers; of others, those of the first layer.
    """

    family: str
    sizes: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class DatasetSpec:
    """One row of the registry: all that the program knows about a dataset."""

    name: str
    title: str
    description: str
    shape: tuple[int, ...]
    n_samples: int
    """How many there are in all; a file that claims more is not read."""
    class_names: tuple[str, ...]
    normal_classes: Classes
    """Those that may be normal."""
    source: str
    licence: str
    by_hand: str
    """Where a person gets the files without this program."""
    folder_names: tuple[str, ...]
    """Names of folders that hold it, in lower case, without - _ . and spaces."""
    formats: tuple[FileFormat, ...]
    normalisation: Callable[[Dataset, Classes], Normalise]
    """From the dataset and its normal classes, as `split`."""
    split: Callable[[Dataset, Classes], Parts]
    networks: Mapping[str, Network]
    """By the name that a config gives: `small`, `paper`."""
    laptop: Mapping[str, Any]
    """Settings that show the collapse within a minute, without a GPU."""
    paper: Mapping[str, Any] | None = None
    """The paper's settings (arXiv 2306.12627), None where it does not have the dataset."""
    first_class: int | Classes = 0
    """The normal class, or classes, that presets start from."""
    fine_class_names: tuple[str, ...] = ()
    """Kinds within the classes, where the dataset has them: CIFAR-100's hundred."""
    torchvision: str = ""
    """Class of torchvision.datasets that downloads it; empty where there is none."""
    download_bytes: int = 0
    """About what a download transfers; 0 for a dataset that is built in."""
    feature_names: tuple[str, ...] = ()
    """Of a table, where they are known."""
    labelled: bool = True
    """Whether it says which samples are anomalous; else all of them count as normal."""
    own: bool = False
    """Whether it was imported from a person's own files."""
    note: str = ""
    """What has to be known about it to read its scores, in a sentence."""
    f1_share: float | None = None
    """Share of the lowest scores that the paper calls normal where it judges by F1.

    None where it judges by AUROC."""

    @property
    def metric(self) -> Literal["auroc", "f1"]:
        """The metric that the paper judges this dataset by."""
        return "auroc" if self.f1_share is None else "f1"

    @property
    def is_image(self) -> bool:
        return len(self.shape) == 3

    @property
    def downloadable(self) -> bool:
        return bool(self.torchvision)

    @property
    def built_in(self) -> bool:
        """Whether it comes with the program, so that no folder holds it."""
        return not self.folder_names

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample as it is published: a byte for each pixel, a double for a number."""
        return math.prod(self.shape) * (1 if self.is_image else 8)

    def feature_text(self, index: int) -> str:
        """The name of a feature (from 0) of a table, or its number (from 1) where it has none."""
        return self.feature_names[index] if self.feature_names else f"#{index + 1}"

    def network(self, name: str) -> Network:
        """The network of this name; ValueError names the valid ones."""
        if name not in self.networks:
            valid = ", ".join(self.networks)
            raise ValueError(f"{self.title} has no network {name!r}; valid: {valid}")
        return self.networks[name]

    def class_text(self, index: int) -> str:
        """For example `8` or `0 (airplane)`: the index, and the name where it says more.

        Own data has the name alone: it is what the person knows, and may be another number.
        """
        name = self.class_names[index]
        return name if self.own or name == str(index) else f"{index} ({name})"

    def classes_text(self, classes: Classes) -> str:
        """For example `8`, `0 (airplane)`, `2, 3 and 5` or `all but 1`."""
        return in_words(self._texts, classes)

    def classes_name(self, classes: Classes) -> str:
        """The same without indices, where there is little room: `airplane`, `all but ship`."""
        return in_words(self.class_names, classes)

    def classes_phrase(self, classes: Classes) -> str:
        """For a sentence: `class 8`, `classes 2, 3 and 5` or `all classes but 1`."""
        return in_words(self._texts, classes, f"{class_noun(classes)} ", "all classes but ")

    @property
    def _texts(self) -> list[str]:
        return [self.class_text(index) for index in range(len(self.class_names))]

    def other_classes(self, classes: Classes) -> Classes:
        """All classes but these."""
        return tuple(each for each in range(len(self.class_names)) if each not in classes)

    def classes_typed(self, text: str) -> Classes:
        """Classes as one types them, by index or name: `8`, `0,2,3` or `cat, dog`.

        Raises:
            ValueError: there is no such class; the sentence names the valid ones.
        """
        known = {str(index): index for index in range(len(self.class_names))}
        known |= {name: index for index, name in enumerate(self.class_names)}
        words = [word.strip() for word in text.split(",")]
        for word in words:
            if word not in known:
                valid = ", ".join(self._texts)
                raise ValueError(f"{self.title} has no class {word!r}; valid: {valid}")
        return tuple(sorted({known[word] for word in words}))

    def check_normal(self, classes: Classes) -> None:
        """Raises `ValueError` unless these may be the normal classes and leave others."""
        for each in classes:
            if each not in self.normal_classes:
                wrong, valid = self.classes_text((each,)), map(self.class_text, self.normal_classes)
                raise ValueError(
                    f"class {wrong} cannot be normal in {self.title}; valid: {', '.join(valid)}"
                )
        if not classes:
            raise ValueError(f"no class of {self.title} is normal; at least one must be")
        if self.labelled and not self.other_classes(classes):
            raise ValueError(f"all classes of {self.title} are normal; one must be anomalous")


@dataclass(frozen=True, eq=False)
class Dataset:
    """A loaded dataset; a sample's id is its row number.

    samples: uint8 (n, C, H, W) or float32 (n, features), read-only, mapped from disk: index it
        with ids to get a copy. classes: int64 (n,). n_train: rows 0..n_train-1
        are the published training part (n where there is no published test part).
    folder: the data folder; files: what was read from it.
    fine_classes: int64 (n,), indices into `spec.fine_class_names`; None where they are unknown.
    """

    spec: DatasetSpec
    samples: np.ndarray
    classes: np.ndarray
    n_train: int
    folder: Path
    files: tuple[Path, ...]
    fine_classes: np.ndarray | None = None


@dataclass(frozen=True)
class Availability:
    """Whether a dataset's files are there; `message` says so in one sentence.

    files: those found; missing: those expected, as paths relative to `folder`.
    """

    name: str
    present: bool
    folder: Path
    files: tuple[Path, ...]
    missing: tuple[str, ...]
    message: str
