"""One-class splits: which samples train, validate and test when some classes are normal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from toll.data.spec import Classes, Dataset, Normalise, Parts

PROBE_SEED = 0
VALIDATION_SEED = 1


@dataclass(frozen=True, eq=False)
class OneClassSplit:
    """Sample ids (rows of the dataset) for one normal class or several; all int64.

    train: normal samples only; validation, test: normal and anomalous samples. Image sets:
    ascending; arrhythmia: the published shuffled order, normals first.
    published: these are the very samples of the paper's split.
    normalise: turns raw samples into model input, fitted to the normal classes.
    """

    dataset: Dataset
    normal_classes: Classes
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    published: bool
    normalise: Normalise

    def labels(self, ids: np.ndarray) -> np.ndarray:
        """int8 of the shape of `ids`: 0 = normal, 1 = anomalous."""
        return (~np.isin(self.dataset.classes[ids], self.normal_classes)).astype(np.int8)

    def probe(self, size: int) -> np.ndarray:
        """A fixed sample of the test ids, ascending: up to size // 2 normal and as many anomalous.

        Of samples without labels it is `size` of them. Both are spread evenly over their classes.
        A smaller probe of the same split is contained in a larger one.
        """
        if size < 2:
            raise ValueError(f"the probe's size is {size}; it must be at least 2")
        normal, anomalous = _drawn(self, self.test, PROBE_SEED)
        if not self.dataset.spec.labelled:
            return np.sort(normal[:size])
        return np.sort(np.concatenate([normal[: size // 2], anomalous[: size // 2]]))

    def check_batch_size(self, batch_size: int) -> None:
        """ValueError if a batch is larger than the training part it is drawn from."""
        if batch_size > len(self.train):
            spec, classes = self.dataset.spec, self.normal_classes
            raise ValueError(
                f"batch_size is {batch_size}, but {spec.classes_phrase(classes)} of {spec.title} "
                f"{'has' if len(classes) == 1 else 'have'} only {len(self.train)} training samples"
            )


def split_one_class(
    dataset: Dataset, normal_class: int | Sequence[int], validation_size: int = 0
) -> OneClassSplit:
    """The split of `dataset` with `normal_class`, or each of several, as normal.

    validation_size: cut the validation part to a fixed stratified sample of this many ids, half
        of them normal if there are that many; 0 = all.

    Raises:
        ValueError: a class does not exist or may not be normal, no class is left as anomalous,
            validation_size is 1 or negative, or a part has no normal or no anomalous samples.
    """
    spec = dataset.spec
    normal_classes = tuple(np.unique(normal_class).tolist())
    spec.check_normal(normal_classes)
    if validation_size < 0 or validation_size == 1:
        raise ValueError(
            f"validation_size is {validation_size}; it must be 0 (all) or at least 2, "
            f"so that it holds a normal and an anomalous sample"
        )
    parts = spec.split(dataset, normal_classes)
    _check_parts(dataset, normal_classes, parts)
    split = OneClassSplit(
        dataset=dataset,
        normal_classes=normal_classes,
        train=parts.train,
        validation=parts.validation,
        test=parts.test,
        published=parts.published,
        normalise=spec.normalisation(dataset, normal_classes),
    )
    if 0 < validation_size < len(split.validation):
        return replace(split, validation=_cut(split, split.validation, validation_size))
    return split


def _cut(split: OneClassSplit, ids: np.ndarray, size: int) -> np.ndarray:
    """`size` of `ids` in their order; where one label runs short, the other makes up for it."""
    normal, anomalous = _drawn(split, ids, VALIDATION_SEED)
    n_anomalous = min(size - min(size // 2, len(normal)), len(anomalous))
    chosen = np.concatenate([normal[: size - n_anomalous], anomalous[:n_anomalous]])
    return ids[np.isin(ids, chosen)]


def _drawn(split: OneClassSplit, ids: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal and anomalous `ids`, each in a fixed random order in which classes take turns."""
    ids = np.random.RandomState(seed).permutation(np.sort(ids))
    labels = split.labels(ids)
    normal, anomalous = (_by_turns(ids[labels == each], split.dataset.classes) for each in (0, 1))
    return normal, anomalous


def _by_turns(ids: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """`ids` with their classes taking turns, those of one class in the order given."""
    classes = classes[ids]
    turn = np.empty(len(ids), np.int64)
    for each in np.unique(classes):
        turn[classes == each] = np.arange((classes == each).sum())
    return ids[np.lexsort((classes, turn))]


def _check_parts(dataset: Dataset, normal_classes: Classes, parts: Parts) -> None:
    title, names = dataset.spec.title, dataset.spec.classes_phrase(normal_classes)
    if len(parts.train) == 0:
        raise ValueError(f"{title} has no training samples of {names}")
    for part, ids in (("validation", parts.validation), ("test", parts.test)):
        is_normal = np.isin(dataset.classes[ids], normal_classes)
        # Of a person's own anomalies there may be too few for two parts, or they are not known.
        may_lack = not dataset.spec.labelled or (dataset.spec.own and part == "validation")
        if (is_normal.all() and not may_lack) or not is_normal.any():
            raise ValueError(
                f"the {part} part of {title} has {len(ids)} samples, but with {names} as normal "
                f"not both normal and anomalous ones"
            )
