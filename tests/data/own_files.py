"""Small files of a person's own, and datasets imported from them."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from toll.data import DatasetSpec, ImportPlan, import_own

LABELLED = ImportPlan(label_column="state", normal_values=("good",), categorical=("maker",))
# Names of datasets that `import_small` makes.
OWN = ("own-table", "own-pictures")


def table(n: int = 240, seed: int = 0) -> list[list[object]]:
    """Rows with a header: two features of numbers, a categorical one, and a label."""
    random = np.random.RandomState(seed)
    rows: list[list[object]] = [["heat", "noise level", "maker", "state"]]
    for number in range(n):
        state = ("good", "good", "good", "cracked", "worn")[number % 5]
        shift = 3 * (state != "good")
        heat, noise = random.normal(20 + shift, 2), random.normal(shift)
        rows.append([round(heat, 3), round(noise, 3), "AB"[number % 2], state])
    return rows


def write_csv(path: Path, rows: list[list[object]] | None = None, delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(table() if rows is None else rows)
    return path


def column_csv(path: Path, name: str, values: list[object]) -> Path:
    """A table of a few rows whose column `name` has these values, beside one that is fine."""
    rows = [["fine", name], *([number, value] for number, value in enumerate(values))]
    return write_csv(path, rows)


def picture(shade: int, size: tuple[int, int] = (40, 30), mode: str = "L", kind: str = "PNG"):
    """A picture of noise about a shade, as the bytes of a file."""
    random = np.random.RandomState(shade)
    shape = (size[1], size[0]) if mode == "L" else (size[1], size[0], 3)
    pixels = np.clip(random.normal(shade, 20, shape), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def pictures(n: int = 60, mode: str = "L") -> dict[str, bytes]:
    """Files in the folders good, cracked and worn, by name."""
    found = {}
    for number in range(n):
        state = ("good", "good", "cracked", "good", "worn")[number % 5]
        shade = 60 if state == "good" else 190
        found[f"parts/{state}/{number:03}.png"] = picture(shade + number % 7, mode=mode)
    return found


def import_small(name: str, folder: Path) -> DatasetSpec:
    """One of `OWN`, imported from a file that is written into a folder."""
    if name == "own-table":
        return import_own(write_csv(folder / "parts.csv"), name, LABELLED)
    plan = ImportPlan(label_column="folder", normal_values=("good",))
    return import_own(write_zip(folder / "parts.zip", pictures()), name, plan)
