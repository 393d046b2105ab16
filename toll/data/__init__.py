"""Datasets: which there are, where they lie, and how they are split for one-class learning.

    dataset = load_dataset("digits")
    split = split_one_class(dataset, normal_class=8)
    batch = split.normalise(torch.from_numpy(dataset.samples[split.train[:64]]))

Importing this package is quick: torch and the readers are imported when they are first needed.
"""

from toll.data.download import DownloadError, download_dataset
from toll.data.loading import availability, load_dataset
from toll.data.own.importing import inspect_file
from toll.data.own.plan import ImportPlan, Inspection
from toll.data.registry import DATASETS, PUBLISHED, get_spec, import_own
from toll.data.spec import NO_LABELS, Availability, Dataset, DatasetSpec, Normalise
from toll.data.split import OneClassSplit, split_one_class
from toll.data.words import class_noun

__all__ = [
    "DATASETS",
    "NO_LABELS",
    "PUBLISHED",
    "Availability",
    "Dataset",
    "DatasetSpec",
    "DownloadError",
    "ImportPlan",
    "Inspection",
    "Normalise",
    "OneClassSplit",
    "availability",
    "class_noun",
    "download_dataset",
    "get_spec",
    "import_own",
    "inspect_file",
    "load_dataset",
    "split_one_class",
]
