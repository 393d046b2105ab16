"""What the files of a run's folder have to hold, one schema a file: the way in checks them.

`Run` says which file has which. Whatever else a file holds is left out, as of a newer version.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple, NotRequired, TypedDict

from msgspec import Meta

from toll.config import MOST_STEPS
from toll.reading import Array

Step = Annotated[int, Meta(ge=0, le=MOST_STEPS)]
# Of all cells of a table together.
StepOfAny = Annotated[int, Meta(ge=0, le=10**13)]
# A sum of floats may round to a little above 1.
Rate = Annotated[float, Meta(ge=0, le=1.000001)]
# Since the epoch too.
MOST_SECONDS = 1e12
Seconds = Annotated[float, Meta(ge=0, le=MOST_SECONDS)]
Id = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Ids = Annotated[list[Id], Meta(min_length=1, max_length=100_000)]
Pixels = Annotated[int, Meta(ge=1, le=4096)]


class Rates(TypedDict):
    """How well one score tells normal from anomalous: see `toll.evaluation.metrics`."""

    auroc: Rate
    aupr: Rate
    fpr_at_95_tpr: Rate
    f1: NotRequired[Rate]


class Judged(TypedDict):
    """The weights of one step, judged on the test samples. A separation may be infinite.

    Of data without labels there is nothing to judge by: `unlabelled` says so, in place of the rest.
    """

    step: Step
    unlabelled: NotRequired[bool]
    score: NotRequired[Rates]
    reconstruction_error: NotRequired[Rates]
    latent_norm: NotRequired[Rates]
    separation: NotRequired[Annotated[float, Meta(ge=0)]]


class Metrics(TypedDict):
    """metrics.json: what there is by choice of weights. The last weights are always judged."""

    last: Judged
    best_by_labels: NotRequired[Judged]
    label_free: NotRequired[Judged]


def lacking(metrics: Metrics) -> str:
    """What metrics of labelled data lack, such as `last.score`; empty where they lack nothing."""
    needed = ("score", "reconstruction_error", "latent_norm", "separation")
    for choice in ("last", "best_by_labels", "label_free"):
        judged = metrics.get(choice)
        if judged is not None and not judged.get("unlabelled"):
            absent = [name for name in needed if name not in judged]
            if absent:
                return f"{choice}.{absent[0]}"
    return ""


class StoredThreshold(TypedDict):
    """threshold.json: the threshold that was chosen for a run, as `Threshold` gives it.

    weights: the choice of weights whose scores it is for. step: the training step that the run had
    come to.
    """

    value: float
    rule: str
    parameter: float | None
    samples: Annotated[int, Meta(ge=1)]
    uses_labels: bool
    weights: str
    step: NotRequired[Annotated[int, Meta(ge=0)]]


class StoredLabel(TypedDict):
    """label.json: see `Label` in label.py, which checks lengths."""

    name: NotRequired[str]
    note: NotRequired[str]
    tags: NotRequired[list[str]]
    archived: NotRequired[bool]


class StoredIndex(TypedDict):
    """pictures/index.json: see `PictureIndex` in pictures.py."""

    inputs: Ids
    ids: Ids
    guides: Ids
    alphas: Annotated[list[Annotated[float, Meta(ge=0, le=1e6)]], Meta(min_length=1, max_length=99)]
    tile: tuple[Pixels, Pixels]
    columns: Annotated[int, Meta(ge=1, le=100_000)]
    mode: Literal["L", "RGB"]


class StoredExtremes(TypedDict):
    """pictures/extremes.json: see `Extremes` in pictures.py."""

    step: Annotated[int, Meta(ge=0)]
    ids: Ids


class Line(TypedDict):
    """What every line of history, validation and gradients has."""

    step: Step


class Rows(NamedTuple):
    """Columns of numbers beside `step`; those that are boundless may be infinite."""

    numbers: tuple[str, ...]
    boundless: tuple[str, ...] = ()


SCORE_PARTS = ("reconstruction_error", "latent_norm")
HISTORY = Rows(("loss", *SCORE_PARTS, "seconds"))
VALIDATION = Rows(
    ("score", *SCORE_PARTS, "metric_by_labels", "figure_by_labels", "label_free"), ("separation",)
)
GRADIENTS = Rows(("error_gradient", "pull_gradient", "cosine"))

# n samples, z_dim d. Runs from before directions were stored have latents instead.
SNAPSHOT: Mapping[str, Array] = {
    "ids": Array("iu", "n"),
    "directions": Array("f", "nd", optional=True),
    "latents": Array("f", "nd", optional=True),
    "reconstruction_error": Array("f", "n"),
    "latent_norm": Array("f", "n"),
}
RECONSTRUCTIONS: Mapping[str, Array] = {"ids": Array("iu", "n"), "outputs": Array("f", "n…")}
SCORES: Mapping[str, str] = {
    "weights": "O",
    "checkpoint": "O",
    "split": "O",
    "id": "iu",
    "class": "iu",
    "label": "iu",
    **dict.fromkeys(SCORE_PARTS, "f"),
}
