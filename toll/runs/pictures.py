"""Pictures of what the decoder shows, one PNG sheet per snapshot: how they are stored and read.

pictures/index.json          a PictureIndex
pictures/inputs.png          the samples `inputs`, as many of the probe samples as there is room for
pictures/step_00000020.png   reconstructions after 20 steps of the samples `ids`, which are fewer;
                             the picture of the origin, decode(0); and of each guide, in turn,
                             decode(α·z) for each of `alphas`: its way out from the centre

A sheet holds equal tiles in rows of `columns`, in display units from 0 to 255, grey (mode L) or in
colours (RGB). A table's tile is one row: each feature on a scale from its least to its largest
value among the normal training samples. recording/drawing.py draws them; no model is needed here.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from toll.files import read_object, write_json
from toll.runs.run import Run


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

    def ray(self, guide: int) -> range:
        """Numbers of the tiles that show decode(α·z) of `guides[guide]`, one for each α."""
        first = self.origin + 1 + guide * len(self.alphas)
        return range(first, first + len(self.alphas))


def picture_index(run: Run) -> PictureIndex | None:
    """The index of the run's pictures, or None where it has kept none.

    Raises:
        ValueError: the file is damaged.
    """
    path = _index_path(run)
    if not path.exists():
        return None
    stored = read_object(path)
    try:
        height, width = stored["tile"]
        return PictureIndex(
            inputs=np.array(stored["inputs"], dtype=np.int64),
            ids=np.array(stored["ids"], dtype=np.int64),
            guides=np.array(stored["guides"], dtype=np.int64),
            alphas=tuple(float(alpha) for alpha in stored["alphas"]),
            tile=(int(height), int(width)),
            columns=int(stored["columns"]),
            mode=str(stored["mode"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"pictures/{path.name} is damaged: {error}") from error


def save_picture_index(run: Run, index: PictureIndex) -> None:
    samples = {name: getattr(index, name).tolist() for name in ("inputs", "ids", "guides")}
    write_json(_index_path(run), index._asdict() | samples)


def picture_path(run: Run, step: int) -> Path:
    """The sheet of the snapshot at `step`; missing for steps from before a run kept pictures."""
    return run.folder / "pictures" / f"step_{step:08d}.png"


def inputs_path(run: Run) -> Path:
    """The sheet of the inputs; it is there wherever the index is."""
    return run.folder / "pictures" / "inputs.png"


def _index_path(run: Run) -> Path:
    return run.folder / "pictures" / "index.json"
