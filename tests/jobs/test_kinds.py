"""Kinds of job: each comes back from the line that a worker gets, and the worker can do it."""

from dataclasses import fields
from pathlib import Path

import pytest

from toll.config import RunConfig
from toll.data import ImportPlan
from toll.jobs.kinds import (
    _READERS,
    KINDS,
    CompareDetectors,
    Download,
    FillLadder,
    FillTable,
    FindDevices,
    Import,
    Inspect,
    MeasureSpeed,
    Project,
    Score,
    Train,
    as_line,
    from_line,
)
from toll.jobs.worker import JOBS
from toll.latent.umap import UmapSettings

EACH = [
    Train(Path("/runs/one")),
    Score(Path("/runs/two")),
    FillTable(Path("/tables/β=1")),
    FillLadder(Path("/ladders/glyphs")),
    MeasureSpeed(RunConfig(beta=0.5, seed=3, normal_class=(2, 3))),
    FindDevices(),
    Project(Path("/runs/one"), UmapSettings(dimensions=3, of="directions")),
    CompareDetectors(Path("/runs/one")),
    Download("mnist"),
    Inspect(Path("/own/parts.csv")),
    Import(
        Path("/own/parts.csv"),
        "parts",
        ImportPlan(label_column="state", normal_values=("good",), drop=("a", "b")),
    ),
]


def test_there_is_an_example_of_every_kind_and_the_worker_knows_each():
    assert {type(each) for each in EACH} == set(KINDS.values()) == set(JOBS)


@pytest.mark.parametrize("kind", EACH, ids=lambda kind: type(kind).__name__)
def test_a_job_comes_back_from_its_line_and_is_known_by_what_it_is(kind):
    line = as_line(kind)
    assert "\n" not in line
    assert from_line(line) == kind and hash(from_line(line)) == hash(kind)
    assert sum(each == kind for each in EACH) == 1


def test_every_field_has_a_type_that_comes_back_from_a_line():
    types = {each.type for kind in KINDS.values() for each in fields(kind)}
    assert types <= set(_READERS)


def test_an_unknown_kind_is_named():
    with pytest.raises(KeyError, match="NoSuchJob"):
        from_line('{"kind": "NoSuchJob"}')
