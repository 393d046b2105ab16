"""One-class splits: which samples train, validate and test when one class is normal."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toll.data.spec import Dataset, Normalise, Parts

PROBE_SEED = 0
VALIDATION_SEED = 1


@dataclass(frozen=True, eq=False)
class OneClassSplit:
    """Sample ids (rows of the dataset) for one normal class; all int64.

    train: normal samples only; validation, test: normal and anomalous samples. Image sets:
    ascending; arrhythmia: the published shuffled order, normals first.
    published: these are the very samples of the paper's split.
    normalise: turns raw samples into model input, fitted to the normal class.
    """

    dataset: Dataset
    normal_class: int
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    published: bool
    normalise: Normalise

    def labels(self, ids: np.ndarray) -> np.ndarray:
        """int8 of the shape of `ids`: 0 = normal, 1 = anomalous."""
        return (self.dataset.classes[ids] != self.normal_class).astype(np.int8)

    def probe(self, size: int) -> np.ndarray:
        """A fixed sample of the test ids, ascending: up to size // 2 normal and as many anomalous.

        The anomalous ones are spread evenly over their classes. A smaller probe of the same
        split is contained in a larger one.
        """
        if size < 2:
            raise ValueError(f"the probe's size is {size}; it must be at least 2")
        normal, anomalous = _drawn(self, self.test, PROBE_SEED)
        return np.sort(np.concatenate([normal[: size // 2], anomalous[: size // 2]]))

    def check_batch_size(self, batch_size: int) -> None:
        """ValueError if a batch is larger than the training part it is drawn from."""
        if batch_size > len(self.train):
            spec = self.dataset.spec
            raise ValueError(
                f"batch_size is {batch_size}, but class {spec.class_text(self.normal_class)} of "
                f"{spec.title} has only {len(self.train)} training samples"
            )


def split_one_class(dataset: Dataset, normal_class: int, validation_size: int = 0) -> OneClassSplit:
    """The split of `dataset` with `normal_class` as the normal one.

    validation_size: cut the validation part to a fixed stratified sample of this many ids, half
        of them normal if there are that many; 0 = all.

    Raises:
        ValueError: the class does not exist or may not be normal, validation_size is 1 or
            negative, or a part has no normal or no anomalous samples.
    """
    spec = dataset.spec
    if normal_class not in spec.normal_classes:
        named = range(len(spec.class_names))
        wrong = spec.class_text(normal_class) if normal_class in named else str(normal_class)
        valid = ", ".join(spec.class_text(each) for each in spec.normal_classes)
        raise ValueError(f"class {wrong} cannot be the normal one of {spec.title}; valid: {valid}")
    if validation_size < 0 or validation_size == 1:
        raise ValueError(
            f"validation_size is {validation_size}; it must be 0 (all) or at least 2, "
            f"so that it holds a normal and an anomalous sample"
        )
    normal_class = int(normal_class)
    parts = spec.split(dataset, normal_class)
    _check_parts(dataset, normal_class, parts)
    split = OneClassSplit(
        dataset=dataset,
        normal_class=normal_class,
        train=parts.train,
        validation=parts.validation,
        test=parts.test,
        published=parts.published,
        normalise=spec.normalisation(dataset, normal_class),
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
    """Normal and anomalous `ids` in a fixed random order; anomalous classes take turns."""
    ids = np.random.RandomState(seed).permutation(np.sort(ids))
    normal, anomalous = ids[split.labels(ids) == 0], ids[split.labels(ids) == 1]
    classes = split.dataset.classes[anomalous]
    turn = np.empty(len(anomalous), np.int64)
    for each in np.unique(classes):
        turn[classes == each] = np.arange((classes == each).sum())
    return normal, anomalous[np.lexsort((classes, turn))]


def _check_parts(dataset: Dataset, normal_class: int, parts: Parts) -> None:
    title, name = dataset.spec.title, dataset.spec.class_text(normal_class)
    if len(parts.train) == 0:
        raise ValueError(f"{title} has no training samples of class {name}")
    for part, ids in (("validation", parts.validation), ("test", parts.test)):
        is_normal = dataset.classes[ids] == normal_class
        if is_normal.all() or not is_normal.any():
            raise ValueError(
                f"the {part} part of {title} with normal class {name} has {len(ids)} samples, "
                f"but not both normal and anomalous ones"
            )
