"""The index of a run's pictures, and where they are."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.small_runs import small_config
from toll.runs.pictures import (
    Extremes,
    PictureIndex,
    extremes,
    inputs_path,
    inputs_sheet,
    picture_index,
    picture_path,
    picture_sheet,
    save_extremes,
    save_picture_index,
)
from toll.runs.run import DamagedRun, Run
from toll.runs.store import RunStore

INDEX = PictureIndex(
    inputs=np.array([2, 3, 4, 5, 7]),
    ids=np.array([2, 3, 5, 7]),
    guides=np.array([3, 7]),
    alphas=(0.5, 1.0, 2.0),
    tile=(8, 8),
    columns=3,
    mode="L",
)
STORED = json.loads(json.dumps(INDEX._asdict(), default=np.ndarray.tolist))


@pytest.fixture
def run(tmp_path) -> Run:
    return RunStore(tmp_path / "runs").create(small_config())


def test_an_index_comes_back_as_written(run):
    save_picture_index(run, INDEX)
    back = picture_index(run)
    assert back is not None
    for samples, wanted in zip(back[:3], INDEX[:3], strict=True):
        assert np.array_equal(samples, wanted)
    assert back[3:] == INDEX[3:]


def test_a_run_that_has_kept_no_pictures_has_no_index(run):
    assert picture_index(run) is None
    (run.folder / "pictures").rmdir()  # as in runs from before there were pictures
    assert picture_index(run) is None


@pytest.mark.parametrize(
    "damage",
    [
        '{"ids": [1',
        "[]",
        "{}",
        '{"ids": "all"}',
        json.dumps({"inputs": [1], "ids": [1], "guides": [1], "alphas": 2, "tile": [1, 1]}),
        json.dumps({"inputs": [1], "ids": [1], "guides": [1], "alphas": [2], "tile": [1]}),
        json.dumps(STORED | {"inputs": [2, 3, 5]}),
        json.dumps(STORED | {"ids": [3, 2]}),
        json.dumps(STORED | {"tile": [4000, 4000], "columns": 1000}),
        json.dumps(STORED | {"columns": 0}),
        json.dumps(STORED | {"alphas": [float("nan")]}),
    ],
)
def test_a_damaged_index_is_named(run, damage):
    (run.folder / "pictures" / "index.json").write_text(damage)
    with pytest.raises(ValueError, match=r"^pictures/index\.json of run .* is damaged: "):
        picture_index(run)


def test_every_tile_of_a_sheet_has_its_number():
    numbers = [*range(len(INDEX.ids)), INDEX.origin, *INDEX.ray(0), *INDEX.ray(1)]
    assert numbers == list(range(11))


def test_sheets_are_in_the_folder_of_their_run(run):
    assert picture_path(run, 20) == run.folder / "pictures" / "step_00000020.png"
    assert inputs_path(run) == run.folder / "pictures" / "inputs.png"


def test_a_sheet_is_given_if_it_has_the_size_that_the_index_says(run):
    Image.new("L", (24, 16)).save(inputs_path(run))
    assert inputs_sheet(run, INDEX) == inputs_path(run).read_bytes()
    assert picture_sheet(run, INDEX, 20) is None
    Image.new("L", (24, 32)).save(picture_path(run, 20))
    assert picture_sheet(run, INDEX, 20) == picture_path(run, 20).read_bytes()
    Image.new("L", (24, 16)).save(picture_path(run, 20))
    with pytest.raises(DamagedRun, match=r"^pictures/step_00000020\.png of run .* is damaged: "):
        picture_sheet(run, INDEX, 20)


def test_samples_of_the_end_come_back_with_their_sheet(run):
    assert extremes(run, INDEX) is None
    found = Extremes(40, np.array([1, 6]))
    save_extremes(run, found, lambda path: Image.new("L", (24, 16)).save(path))
    back = extremes(run, INDEX)
    assert back is not None and back[0].step == 40
    assert back[0].ids.tolist() == [1, 6] and back[1].startswith(b"\x89PNG")


@pytest.mark.parametrize("damage", ['{"step": 1}', '{"step": 1, "ids": [6, 1]}', "sheet"])
def test_damaged_samples_of_the_end_are_named(run, damage):
    found = Extremes(40, np.array([1, 6]))
    save_extremes(run, found, lambda path: Image.new("L", (24, 16)).save(path))
    if damage == "sheet":
        Image.new("L", (24, 8)).save(run.folder / "pictures" / "extremes.png")
    else:
        (run.folder / "pictures" / "extremes.json").write_text(damage)
    with pytest.raises(DamagedRun, match=r"^pictures/extremes\.(json|png) of run .* is damaged: "):
        extremes(run, INDEX)
