"""The rows of the registry that stand for imported datasets: made of what their folders say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from toll.data.normalisation import Affine
from toll.data.own.files import ABOUT, NAME, Description, OwnFiles, folder_of, read_description
from toll.data.own.scaling import standardised
from toll.data.own.splitting import OwnSplit
from toll.data.spec import Classes, Dataset, DatasetSpec, Network
from toll.paths import own_data_dir

UNLABELLED = "unlabelled"
# What the detector for tables takes: see toll/detectors/toll_detector.py.
TABLE: dict[str, Any] = {"beta": 10.0, "z_dim": 64, "lr": 3e-4, "niter": 500, "probe_size": 500}
# What MNIST and CIFAR-10 take on a laptop.
GREY = {"beta": 100.0, "z_dim": 128, "lr": 3e-4, "niter": 100, "probe_size": 180}
COLOUR = {"beta": 10.0, "z_dim": 64, "lr": 1e-3, "niter": 200, "probe_size": 300}
BATCH = 64
# Pixels that tell mean and deviation of a picture's values; more would not change them.
MOST_PICTURES = 5000


def own_names() -> Iterator[str]:
    """The names of all imported datasets."""
    home = own_data_dir()
    if home.is_dir():
        for folder in sorted(home.iterdir()):
            if NAME.fullmatch(folder.name) and (folder / ABOUT).is_file():
                yield folder.name


def own_spec(name: str) -> DatasetSpec | None:
    """The row of an imported dataset; None where there is none of this name.

    Raises:
        DamagedFile: its folder does not say what it is.
    """
    if not NAME.fullmatch(name):  # which may be anything that a run's folder says
        return None
    folder = folder_of(name)
    try:
        found = (folder / ABOUT).stat()
    except OSError:
        return None
    return _spec(folder, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=200)
def _spec(folder: Path, stamp: tuple[int, int, int]) -> DatasetSpec:
    return spec_of(folder.name, read_description(folder))


def spec_of(name: str, about: Description) -> DatasetSpec:
    """The row of a dataset, by what is known of it."""
    is_image = len(about.shape) == 3
    parts = "×".join(map(str, about.shape[1:])) if is_image else f"{about.shape[0]:,} features"
    what = f"pictures of {parts} pixels" if is_image else f"rows of {parts}"
    batch = max(2, min(BATCH, about.normal_training_rows // 2))
    preset = TABLE if not is_image else GREY if about.shape[0] == 1 else COLOUR
    return DatasetSpec(
        name=name,
        title=name,
        description=f"{about.rows:,} {what}, imported from {about.source}.",
        shape=about.shape,
        n_samples=about.rows,
        class_names=about.class_names,
        normal_classes=about.normal_classes,
        source=about.source,
        licence="your own data",
        by_hand=about.source,
        folder_names=(name,),
        formats=(OwnFiles(),),
        normalisation=pixels_standardised if is_image else standardised,
        split=OwnSplit(about.held_out, about.by_column, about.everything),
        networks=_networks(about.shape),
        laptop={"batch_size": batch, **preset},
        first_class=about.normal_classes,
        feature_names=about.feature_names,
        labelled=about.labelled,
        own=True,
        note=_note(about),
    )


def _networks(shape: tuple[int, ...]) -> dict[str, Network]:
    """The paper's networks for samples of this shape, and smaller ones."""
    if len(shape) == 1:
        small, paper = Network("dense", (128, 64)), Network("dense-normalised", (256, 128))
        return {"small": small, "paper": paper}
    family, widths = ("published-28", (16, 64)) if shape[0] == 1 else ("published-32", (16, 32))
    small, paper = (Network(family, (width,)) for width in widths)
    return {"small": small, "paper": paper}


def _note(about: Description) -> str:
    said = []
    if not about.labelled:
        said.append(
            "Its rows have no labels: all count as normal, and what needs labels is absent."
        )
    if about.everything:
        said.append(
            "All normal rows train and are scored too; a row that was trained on scores lower than "
            "it would as a new one."
        )
    return " ".join(said)


def pixels_standardised(dataset: Dataset, normal_classes: Classes) -> Affine:
    """Registry entry: mean and deviation of the pixels are those of normal training pictures."""
    train = dataset.spec.split(dataset, normal_classes).train[:MOST_PICTURES]
    pixels = dataset.samples[train]
    deviation = float(pixels.std(dtype=np.float64)) / 255
    return Affine(255, float(pixels.mean(dtype=np.float64)) / 255, deviation or 1.0)
