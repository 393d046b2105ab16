"""Folders and zip files of pictures, and npz files of them: all made of one size.

Every picture is scaled to 28×28 pixels where all are grey, else to 32×32, each side by its own
factor: nothing is cut off, and no background is made up. What is transparent becomes black, and the
orientation that a camera has noted is applied. Of 16 bits a pixel the upper eight are kept.

The folder that a picture lies in is its label. Where the outermost folders are called train,
validation (or val) and test, they say what each picture is for.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from toll.data.own.tables import arrays_of

if TYPE_CHECKING:
    import pandas as pd
    from PIL.Image import Image

GREY, COLOUR = (1, 28, 28), (3, 32, 32)
SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"))
PARTS = {"train": "train", "validation": "validation", "val": "validation", "test": "test"}
FOLDER, SPLIT = "folder", "split"
MOST_PICTURES = 500_000
# Of one file, and of one picture.
MOST_FILE_BYTES, MOST_PIXELS = 10**8, 10**8
# Of all files of a zip file together, when unzipped.
MOST_ZIPPED_BYTES = 2 * 10**10
RULE = "Every picture is scaled to {}, each side by its own factor, so that nothing is cut off."
EITHER = "28×28 pixels if all are grey, else to 32×32"


class Pictures(NamedTuple):
    """Pictures (n, channels, height, width), uint8, and a row about each.

    rows: `folder`, where pictures lie in folders; `split`, where the outermost ones say so; indexed
    by the name of the file, without the folders that all have in common.
    """

    samples: np.ndarray
    rows: pd.DataFrame
    notes: tuple[str, ...]


class _File(NamedTuple):
    name: PurePosixPath
    read: Callable[[], bytes]


def holds_pictures(path: Path) -> bool:
    """Whether a path is of pictures: a folder, a zip file, or an npz file of them."""
    if path.suffix.lower() != ".npz":
        return path.is_dir() or path.suffix.lower() == ".zip"
    return arrays_of(path)["X"].ndim in (3, 4)


def read_pictures(path: Path, report: Callable[[float], None] = lambda share: None) -> Pictures:
    """The pictures at a path.

    Raises:
        ValueError: there are none, or one of them cannot be read; the sentence names it.
    """
    if path.suffix.lower() == ".npz":
        return _of_arrays(path, report)
    if path.is_dir():
        return _of_files(path, list(_files_in(path)), report)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError(f"{path.name} is not a zip file, or a damaged one") from error
    with archive:
        return _of_files(path, list(_files_zipped(path, archive)), report)


def names_in(path: Path) -> list[PurePosixPath]:
    """The names of all pictures at a folder or a zip file, without reading any."""
    if path.is_dir():
        return [each.name for each in _files_in(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            return [each.name for each in _files_zipped(path, archive)]
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError(f"{path.name} is not a zip file, or a damaged one") from error


def rows_about(names: list[PurePosixPath]) -> pd.DataFrame:
    """What the folders of pictures say of them; see `Pictures`."""
    import pandas as pd

    shared = _shared_depth(names)
    folders = [name.parts[shared:-1] for name in names]
    columns: dict[str, list[str]] = {}
    if all(each and each[0].lower() in PARTS for each in folders):
        columns[SPLIT] = [PARTS[each[0].lower()] for each in folders]
        folders = [each[1:] for each in folders]
    if any(folders):
        columns[FOLDER] = ["/".join(each) or "." for each in folders]
    return pd.DataFrame(columns, index=["/".join(name.parts[shared:]) for name in names])


def _shared_depth(names: list[PurePosixPath]) -> int:
    """How many outermost folders all have in common: they tell nothing."""
    first = names[0].parts[:-1]
    depth = 0
    while depth < len(first) and all(
        len(each.parts) - 1 > depth and each.parts[depth] == first[depth] for each in names
    ):
        depth += 1
    return depth


def _of_files(path: Path, files: list[_File], report: Callable[[float], None]) -> Pictures:
    if not files:
        known = ", ".join(sorted(each.removeprefix(".") for each in SUFFIXES))
        raise ValueError(f"{path.name} holds no pictures; these are read: {known}")
    greys = np.empty((len(files), *GREY), np.uint8)
    colours = np.empty((len(files), *COLOUR), np.uint8)
    all_grey = True
    for number, file in enumerate(files):
        if number % 100 == 0:
            report(number / len(files))
        picture = _opened(path, file)
        all_grey = all_grey and picture.mode == "L"
        if all_grey:
            greys[number] = _scaled(picture.convert("L"), GREY)
        colours[number] = _scaled(picture.convert("RGB"), COLOUR)
    samples = greys if all_grey else colours
    rows = rows_about([file.name for file in files])
    return Pictures(samples, rows, (_rule(samples),))


def _rule(samples: np.ndarray) -> str:
    size = "{}×{} pixels".format(*samples.shape[2:])
    kind = "All are grey." if samples.shape[1] == 1 else "Some are of colour."
    return f"{kind} {RULE.format(size)}"


def _of_arrays(path: Path, report: Callable[[float], None]) -> Pictures:
    import pandas as pd
    from PIL import Image

    found = arrays_of(path)
    arrays = found["X"]
    if arrays.ndim == 3:
        arrays = arrays[..., None]
    elif arrays.shape[1] in (1, 3) and arrays.shape[-1] not in (1, 3):
        arrays = arrays.transpose(0, 2, 3, 1)
    if arrays.shape[-1] not in (1, 3) or 0 in arrays.shape:
        raise ValueError(
            f"images of {path.name} have the shape {arrays.shape}; the last axis must be the "
            f"channels, 1 or 3"
        )
    values = _as_bytes(path, arrays)
    shape = GREY if values.shape[-1] == 1 else COLOUR
    samples = np.empty((len(values), *shape), np.uint8)
    for number, each in enumerate(values):
        if number % 100 == 0:
            report(number / len(values))
        picture = Image.fromarray(each[..., 0] if shape == GREY else np.ascontiguousarray(each))
        samples[number] = _scaled(picture, shape)
    rows = pd.DataFrame(index=range(1, len(values) + 1))
    if "y" in found:
        rows["y"] = found["y"].ravel()
    return Pictures(samples, rows, (_rule(samples),))


def _as_bytes(path: Path, arrays: np.ndarray) -> np.ndarray:
    """Pixels as uint8: bytes as they are, fractions from 0 to 1 times 255."""
    if arrays.dtype == np.uint8:
        return arrays
    whole = arrays.dtype.kind in "iu"
    highest = 255 if whole else 1
    wrong = ~((arrays >= 0) & (arrays <= highest))  # NaN is outside
    if arrays.dtype.kind not in "iuf" or wrong.any():
        place = int(np.argmax(wrong.reshape(len(arrays), -1).any(axis=1))) + 1
        raise ValueError(
            f"image {place} of {path.name} holds values that are not from 0 to {highest}"
        )
    return (arrays if whole else np.round(arrays * 255)).astype(np.uint8)


def _files_in(folder: Path) -> Iterator[_File]:
    found = sorted(each for each in folder.rglob("*") if each.is_file())
    names = [(PurePosixPath(each.relative_to(folder).as_posix()), each) for each in found]
    for name, each in _of_pictures(names, folder):
        if each.stat().st_size > MOST_FILE_BYTES:
            raise ValueError(f"{name} has more than {MOST_FILE_BYTES:,} bytes")
        yield _File(name, each.read_bytes)


def _files_zipped(path: Path, archive: zipfile.ZipFile) -> Iterator[_File]:
    entries = [each for each in archive.infolist() if not each.is_dir()]
    total = sum(each.file_size for each in entries)
    if total > MOST_ZIPPED_BYTES:
        raise ValueError(
            f"{path.name} unzips to {total:,} bytes; at most {MOST_ZIPPED_BYTES:,} are read"
        )
    entries.sort(key=lambda each: each.filename)
    named = [(PurePosixPath(each.filename), each) for each in entries]
    for name, entry in _of_pictures(named, path):
        if entry.file_size > MOST_FILE_BYTES:
            raise ValueError(
                f"{name} in {path.name} unzips to {entry.file_size:,} bytes; "
                f"a picture may have {MOST_FILE_BYTES:,}"
            )
        yield _File(name, lambda entry=entry: archive.read(entry))


def _of_pictures(named: list, path: Path) -> list:
    """Those whose name is a picture's, and that no system has put there for itself."""
    kept = [
        (name, each)
        for name, each in named
        if name.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") or part == "__MACOSX" for part in name.parts)
    ]
    if len(kept) > MOST_PICTURES:
        raise ValueError(
            f"{path.name} holds {len(kept):,} pictures; at most {MOST_PICTURES:,} can be read"
        )
    return kept


class _Refused(ValueError):
    """A picture that could be read and is not."""


def _opened(path: Path, file: _File) -> Image:
    """A picture as grey (mode L) or colour (RGB)."""
    from PIL import Image, ImageOps

    why = "it is not a picture that can be read, or damaged"
    try:
        # That a picture is large is looked at here, before its pixels are.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(file.read()))
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise _Refused(f"it has {width:,}×{height:,} pixels, and may have {MOST_PIXELS:,}")
        picture.draft("RGB" if picture.mode == "RGB" else "L", (128, 128))
        picture.load()
        return _plain(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError:
        why = f"it has more than {MOST_PIXELS:,} pixels"
    except _Refused as error:
        why = str(error)
    except Exception:
        pass
    raise ValueError(f"{file.name} in {path.name}: {why}")


def _plain(picture: Image) -> Image:
    from PIL import Image

    if picture.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(picture).astype(np.uint16) >> 8).astype(np.uint8))
    if picture.mode in ("I", "F"):
        raise _Refused("it has 32 bits a pixel; 8 or 16 are read")
    if picture.mode in ("LA", "La"):
        back = Image.new("L", picture.size)
        back.paste(picture.convert("L"), mask=picture.getchannel("A"))
        return back
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        back = Image.new("RGB", picture.size)
        back.paste(clear, mask=clear.getchannel("A"))
        return _grey_if_it_is(back)
    return _grey_if_it_is(picture.convert("RGB"))


def _grey_if_it_is(picture: Image) -> Image:
    """A picture of colour whose channels are all the same is grey."""
    red, green, blue = (channel.tobytes() for channel in picture.split())
    return picture.getchannel(0) if red == green == blue else picture


def _scaled(picture: Image, shape: tuple[int, int, int]) -> np.ndarray:
    from PIL import Image

    channels, height, width = shape
    small = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(small).reshape(height, width, channels).transpose(2, 0, 1)
