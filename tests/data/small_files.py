"""Small datasets in the true file formats, written by the tests themselves."""

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from toll.data.cifar import CifarPickles
from toll.data.idx import STEMS
from toll.data.spec import DatasetSpec

N_TRAIN, N_TEST = 400, 200


def small_images(spec: DatasetSpec, n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """uint8 (n, C, H, W) and classes (n,) that take turns."""
    samples = np.random.RandomState(seed).randint(0, 256, (n, *spec.shape)).astype(np.uint8)
    return samples, np.arange(n) % len(spec.class_names)


def idx_bytes(values: np.ndarray) -> bytes:
    head = struct.pack(f">I{values.ndim}I", 0x800 | values.ndim, *values.shape)
    return head + values.astype(np.uint8).tobytes()


def write_idx_set(spec: DatasetSpec, place: Path, *, dot: bool = False, zipped: bool = True):
    place.mkdir(parents=True, exist_ok=True)
    for part, n, seed in (("train", N_TRAIN, 0), ("t10k", N_TEST, 1)):
        samples, classes = small_images(spec, n, seed)
        for stem, values in zip(
            (s for s in STEMS if s.startswith(part)), (samples[:, 0], classes), strict=True
        ):
            name = f"{stem.replace('-idx', '.idx') if dot else stem}-ubyte"
            raw = idx_bytes(values)
            if zipped:
                (place / f"{name}.gz").write_bytes(gzip.compress(raw, 1))
            else:
                (place / name).write_bytes(raw)


def write_cifar_set(
    spec: DatasetSpec, cifar: CifarPickles, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pickles as Python 2 wrote the originals; torchvision is told their checksums."""
    place.mkdir(parents=True, exist_ok=True)
    for names, n in ((cifar.train, N_TRAIN), (cifar.test, N_TEST)):
        samples, classes = small_images(spec, n, seed=len(names))
        for name, part, labels in zip(
            names,
            np.array_split(samples, len(names)),
            np.array_split(classes, len(names)),
            strict=True,
        ):
            raw = python2_pickle(cifar_content(cifar, name, part, labels))
            publish(spec, name, raw, monkeypatch)
            (place / name).write_bytes(raw)


def publish(spec: DatasetSpec, name: str, raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tells torchvision that `raw` is the true content of the file `name`."""
    from torchvision import datasets

    known = getattr(datasets, spec.torchvision)
    for attribute in ("train_list", "test_list"):
        listed = [
            [each, hashlib.md5(raw).hexdigest() if each == name else md5]
            for each, md5 in getattr(known, attribute)
        ]
        monkeypatch.setattr(known, attribute, listed)


def write_cifar_archive(file: Path, home: Path) -> None:
    """The folder `home` packed as it is published, with the files that nobody reads."""
    with tarfile.open(file, "w:gz") as archive:
        archive.add(home, home.name, recursive=False)
        readme = tarfile.TarInfo(f"{home.name}/readme.html")
        readme.size = 4
        archive.addfile(readme, io.BytesIO(b"read"))
        for each in sorted(home.iterdir(), reverse=True):
            archive.add(each, f"{home.name}/{each.name}")


def small_fine_classes(classes: np.ndarray) -> np.ndarray:
    """Five kinds within each class, which take turns."""
    return classes * 5 + np.arange(len(classes)) % 5


def cifar_content(
    cifar: CifarPickles, name: str, samples: np.ndarray, classes: np.ndarray
) -> dict[str, Any]:
    """All that the published pickles hold, in their order."""
    content: dict[str, Any] = {
        "filenames": [f"picture_s_{number:06}.png" for number in range(len(samples))],
        "batch_label": f"batch of {name}",
    }
    if cifar.fine_label_key:
        content[cifar.fine_label_key] = small_fine_classes(classes).tolist()
    content[cifar.label_key] = classes.tolist()
    return content | {"data": samples.reshape(len(samples), -1)}


def python2_pickle(content: dict[str, Any]) -> bytes:
    """A dict of arrays, strings and lists in protocol 2, as Python 2 and an old NumPy wrote it."""
    items = (_python2(key) + _python2(value) for key, value in content.items())
    return b"\x80\x02}(" + b"".join(items) + b"u."


def _python2(value: Any) -> bytes:
    match value:
        case str():
            return _python2(value.encode())
        case bytes():
            return b"T" + struct.pack("<I", len(value)) + value
        case int():
            return b"J" + struct.pack("<i", value)
        case list():
            return b"](" + b"".join(map(_python2, value)) + b"e"
        case np.ndarray():
            return _python2_array(value)
        case other:
            raise NotImplementedError(f"no pickle of {other!r}")


def _python2_array(data: np.ndarray) -> bytes:
    def several(*values: Any) -> bytes:
        return b"".join(map(_python2, values))

    dtype = b"cnumpy\ndtype\n(" + several(b"u1", 0, 1) + b"tR"
    dtype += b"(" + several(3, b"|") + b"NNN" + several(-1, -1, 0) + b"tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(" + several(0) + b"t"
    array += several(b"b") + b"tR(" + several(1) + b"(" + several(*data.shape) + b"t"
    return array + dtype + b"\x89" + several(data.tobytes()) + b"tb"


def write_mat(file: Path, **changes: np.ndarray) -> None:
    from scipy.io import savemat

    file.parent.mkdir(parents=True, exist_ok=True)
    y = (np.arange(60) % 3 == 0).astype(np.uint8)[:, None]
    x = np.random.RandomState(0).normal(size=(60, 274))
    savemat(file, {"X": x, "y": y, **changes})


def write_parquet(
    file: Path,
    samples: np.ndarray,
    classes: np.ndarray,
    *,
    image="img",
    label="label",
    plain=False,
    **more: np.ndarray,
) -> None:
    """PNG images, as {bytes, path} or as plain bytes, an integer column, and what more is given."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from PIL import Image

    encoded = []
    for pixels in samples:
        buffer = io.BytesIO()
        Image.fromarray(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)).save(
            buffer, "png"
        )
        encoded.append(buffer.getvalue())
    cells = encoded if plain else [{"bytes": each, "path": None} for each in encoded]
    kind = pa.binary() if plain else pa.struct({"bytes": pa.binary(), "path": pa.string()})
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = {image: pa.array(cells, kind), label: classes, **more}
    pq.write_table(pa.table(columns), file)


class Dangerous:
    """Unpickling it makes a file: proof that something was unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (Path.touch, (self.mark,))


def dangerous_pickle(mark: Path) -> bytes:
    return pickle.dumps(Dangerous(mark))
