"""Small datasets in the true file formats, written by the tests themselves."""

import gzip
import hashlib
import io
import pickle
import struct
from pathlib import Path

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
    from torchvision import datasets

    place.mkdir(parents=True, exist_ok=True)
    for attribute, names, n in (
        ("train_list", cifar.train, N_TRAIN),
        ("test_list", cifar.test, N_TEST),
    ):
        samples, classes = small_images(spec, n, seed=len(names))
        listed = []
        for name, part, labels in zip(
            names,
            np.array_split(samples, len(names)),
            np.array_split(classes, len(names)),
            strict=True,
        ):
            lists = {cifar.label_key: labels.tolist()}
            if cifar.label_key == "coarse_labels":
                lists["fine_labels"] = (labels * 5).tolist()
            raw = python2_pickle(part.reshape(len(part), -1), lists)
            (place / name).write_bytes(raw)
            listed.append([name, hashlib.md5(raw).hexdigest()])
        monkeypatch.setattr(getattr(datasets, spec.torchvision), attribute, listed)


def python2_pickle(data: np.ndarray, lists: dict[str, list[int]]) -> bytes:
    """{"data": uint8 array, **lists} in protocol 2, with Python 2's byte strings and old NumPy."""

    def text(value: bytes) -> bytes:
        return b"T" + struct.pack("<I", len(value)) + value

    def whole(value: int) -> bytes:
        return b"J" + struct.pack("<i", value)

    dtype = b"cnumpy\ndtype\n(" + text(b"u1") + whole(0) + whole(1) + b"tR"
    dtype += b"(" + whole(3) + text(b"|") + b"NNN" + whole(-1) + whole(-1) + whole(0) + b"tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(" + whole(0) + b"t"
    array += text(b"b") + b"tR(" + whole(1) + b"(" + b"".join(map(whole, data.shape)) + b"t"
    array += dtype + b"\x89" + text(data.tobytes()) + b"tb"
    content = text(b"data") + array
    for key, values in lists.items():
        content += text(key.encode()) + b"](" + b"".join(map(whole, values)) + b"e"
    return b"\x80\x02}(" + content + b"u."


def write_mat(file: Path, **changes: np.ndarray) -> None:
    from scipy.io import savemat

    file.parent.mkdir(parents=True, exist_ok=True)
    y = (np.arange(60) % 3 == 0).astype(np.uint8)[:, None]
    x = np.random.RandomState(0).normal(size=(60, 274))
    savemat(file, {"X": x, "y": y, **changes})


def write_parquet(
    file: Path, samples: np.ndarray, classes: np.ndarray, *, image="img", label="label", plain=False
) -> None:
    """PNG images, as {bytes, path} or as plain bytes, and an integer column."""
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
    pq.write_table(pa.table({image: pa.array(cells, kind), label: pa.array(classes)}), file)


class Dangerous:
    """Unpickling it makes a file: proof that something was unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (Path.touch, (self.mark,))


def dangerous_pickle(mark: Path) -> bytes:
    return pickle.dumps(Dangerous(mark))
