"""Pictures of what the decoder shows, one PNG sheet per snapshot: how they are stored and read.

pictures/index.json          a PictureIndex
pictures/inputs.png          the samples `inputs`, as many of the probe samples as there is room for
pictures/step_00000020.png   reconstructions after 20 steps of the samples `ids`, which are fewer;
                             the picture of the origin, decode(0); and of each guide, in turn,
                             decode(α·z) for each of `alphas`: its way out from the centre
pictures/extremes.json       further probe samples, those with the highest and lowest scores at the
pictures/extremes.png        end: their inputs, then their reconstructions by the last weights

A sheet holds equal tiles in rows of `columns`, in display units from 0 to 255, grey (mode L) or in
colours (RGB). A table's tile is one row: each feature on a scale from its least to its largest
value among the normal training samples. recording/drawing.py draws them; no model is needed here.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from toll.files import write_json
from toll.reading import damaged, read_json, read_png
from toll.runs.run import Run
from toll.runs.schemas import StoredExtremes, StoredIndex

# Pixels of a sheet: far more than there is ever room for.
MOST_PIXELS = 2**26


class PictureIndex(NamedTuple):
    """What is where in a run's sheets.

    inputs (I,), ids (K,), guides (G,): sample ids, ascending, the guides among the ids and the
    ids among the inputs. tile: height and width of a tile. mode: Pillow's name, L or RGB.
    """

    inputs: np.ndarray
    ids: np.ndarray
    guides: np.ndarray
    alphas: tuple[float, ...]
    tile: tuple[int, int]
    columns: int
    mode: str

    @property
    def origin(self) -> int:
        """Number of the tile, from 0, that shows decode(0)."""
        return len(self.ids)

    @property
    def tiles(self) -> int:
        """How many tiles the sheet of a step has."""
        return self.origin + 1 + len(self.guides) * len(self.alphas)

    def size(self, tiles: int) -> tuple[int, int]:
        """Width and height in pixels of a sheet with so many tiles."""
        height, width = self.tile
        return self.columns * width, -(-tiles // self.columns) * height

    def ray(self, guide: int) -> range:
        """Numbers of the tiles that show decode(α·z) of `guides[guide]`, one for each α."""
        first = self.origin + 1 + guide * len(self.alphas)
        return range(first, first + len(self.alphas))


class Extremes(NamedTuple):
    """Samples of which there are pictures at one step only. ids: (E,), ascending."""

    step: int
    ids: np.ndarray


def picture_index(run: Run) -> PictureIndex | None:
    """The index of the run's pictures, or None where it has kept none.

    Raises:
        DamagedRun: the file is damaged.
    """
    path = _index_path(run)
    if not path.exists():
        return None
    with run.reading():
        stored = read_json(path, StoredIndex)
        inputs, ids, guides = (np.array(stored[name]) for name in ("inputs", "ids", "guides"))
        alphas, tile = tuple(stored["alphas"]), stored["tile"]
        index = PictureIndex(inputs, ids, guides, alphas, tile, stored["columns"], stored["mode"])
        if any((np.diff(each) <= 0).any() for each in (inputs, ids, guides)):
            raise damaged(path, "its samples are not in ascending order")
        if not (np.isin(guides, ids).all() and np.isin(ids, inputs).all()):
            raise damaged(path, "the guides are not among the ids, or the ids not among the inputs")
        if any(np.prod(index.size(tiles)) > MOST_PIXELS for tiles in (index.tiles, len(inputs))):
            raise damaged(path, "its sheets would be larger than any that is drawn")
    return index


def picture_sheet(run: Run, index: PictureIndex, step: int) -> bytes | None:
    """The PNG file of the snapshot at `step`, or None where there is none.

    Raises:
        DamagedRun: the file is damaged, or of another size than the index says.
    """
    path = picture_path(run, step)
    if not path.exists():
        return None
    with run.reading():
        return read_png(path, index.size(index.tiles), index.mode)


def inputs_sheet(run: Run, index: PictureIndex) -> bytes:
    """The PNG file of the inputs; raises `DamagedRun` as `picture_sheet` does."""
    with run.reading():
        return read_png(inputs_path(run), index.size(len(index.inputs)), index.mode)


def extremes(run: Run, index: PictureIndex) -> tuple[Extremes, bytes] | None:
    """The samples with pictures at the end alone, and their PNG file; None where there are none.

    Raises:
        DamagedRun: a file is damaged, or of another size than it should be.
    """
    path = _extremes_path(run, "json")
    if not path.exists():
        return None
    with run.reading():
        stored = read_json(path, StoredExtremes)
        ids = np.array(stored["ids"])
        if (np.diff(ids) <= 0).any():
            raise damaged(path, "its samples are not in ascending order")
        if np.prod(index.size(2 * len(ids))) > MOST_PIXELS:
            raise damaged(path, "its sheet would be larger than any that is drawn")
        size = index.size(2 * len(ids))
        sheet = read_png(_extremes_path(run, "png"), size, index.mode)
    return Extremes(stored["step"], ids), sheet


def variety(run: Run, step: int, normal: np.ndarray) -> float | None:
    """How much the reconstructions at `step` differ among themselves, as a share of the inputs.

    The root of the variances of all their pixels, summed, over that of the inputs, for those of the
    sample ids `normal` that have pictures: near 0 where all have become one picture, no labels of
    anomalies needed. None where the run has kept no pictures of that step, or none of such samples.

    Raises:
        DamagedRun: a file is damaged.
    """
    index = picture_index(run)
    sheet = None if index is None else picture_sheet(run, index, step)
    chosen = np.array([]) if index is None else np.intersect1d(index.ids, normal)
    if index is None or sheet is None or len(chosen) < 2:
        return None
    rebuilt = _tiles(sheet, index)[np.searchsorted(index.ids, chosen)]
    inputs = _tiles(inputs_sheet(run, index), index)[np.searchsorted(index.inputs, chosen)]
    return float(_spread(rebuilt) / (_spread(inputs) or 1))


def _spread(tiles: np.ndarray) -> float:
    return np.sqrt(tiles.var(axis=0, dtype=np.float64).sum())


def _tiles(sheet: bytes, index: PictureIndex) -> np.ndarray:
    """The tiles of a sheet, uint8 (n, height, width · channels), with those that fill it up."""
    from PIL import Image

    with Image.open(io.BytesIO(sheet), formats=["PNG"]) as image:
        pixels = np.asarray(image)
    height, width = index.tile
    rows = pixels.reshape(len(pixels) // height, height, index.columns, -1)
    return rows.swapaxes(1, 2).reshape(-1, height, width * len(index.mode))


def save_picture_index(run: Run, index: PictureIndex) -> None:
    samples = {name: getattr(index, name).tolist() for name in ("inputs", "ids", "guides")}
    write_json(_index_path(run), index._asdict() | samples)


def save_extremes(run: Run, found: Extremes, save: Callable[[Path], None]) -> None:
    """Keep samples of the end, in place of any earlier ones. save: writes their sheet."""
    _extremes_path(run, "json").unlink(missing_ok=True)
    save(_extremes_path(run, "png"))
    stored = StoredExtremes(step=found.step, ids=found.ids.tolist())
    write_json(_extremes_path(run, "json"), stored)  # last: where it is, everything is


def picture_path(run: Run, step: int) -> Path:
    """The sheet of the snapshot at `step`; missing for steps from before a run kept pictures."""
    return run.folder / "pictures" / f"step_{step:08d}.png"


def inputs_path(run: Run) -> Path:
    """The sheet of the inputs; it is there wherever the index is."""
    return run.folder / "pictures" / "inputs.png"


def _extremes_path(run: Run, ending: str) -> Path:
    return run.folder / "pictures" / f"extremes.{ending}"


def _index_path(run: Run) -> Path:
    return run.folder / "pictures" / "index.json"
