"""Small files that claim to hold far more than a dataset does: refused before memory is taken."""

import gzip
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.data.small_files import small_images, write_mat, write_parquet
from toll.data import DATASETS, load_dataset, split_one_class

# How far a refusal may raise the memory of its process, and the most that it could take at all.
MOST_MB, LIMIT_MB = 150, 3000
READ = """
import json, resource, sys
import numpy, pyarrow.parquet, PIL.Image
from toll.data import DATASETS, load_dataset, split_one_class
with open("/proc/self/statm") as file:
    now = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (now + int(sys.argv[3]),) * 2)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    dataset = load_dataset(sys.argv[1], sys.argv[2])
    split_one_class(dataset, dataset.spec.first_class)
    said = "nothing"
except BaseException as error:
    kind = ValueError if isinstance(error, ValueError) else type(error)
    said = f"{kind.__name__}: {error}"
print(json.dumps([said, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))
"""
# Zipped, 64 MB of zeros are 64 KB; files of several zipped parts are read as one.
MANY_ZEROS = 1 << 26
ZEROS = gzip.compress(bytes(MANY_ZEROS))


class Bomb(NamedTuple):
    """A file that claims too much: which dataset's, who writes it, and what is said of it."""

    dataset: str
    write: Callable[[Path], Path]
    said: str


def zeros_after(head: bytes, size: int) -> bytes:
    """gzip of `head` and at least `size` zeros, in a thousandth of their size."""
    return gzip.compress(head) + ZEROS * (size // MANY_ZEROS + 1)


def idx(folder: Path) -> Path:
    home = folder / "MNIST" / "raw"
    home.mkdir(parents=True)
    for name in ("train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (home / f"{name}-ubyte").touch()
    file = home / "train-images-idx3-ubyte.gz"
    head = struct.pack(">4I", 0x803, 3_000_000, 28, 28)
    file.write_bytes(zeros_after(head, 3_000_000 * 784))
    return file


def shards(folder: Path) -> Path:
    """Good files of CIFAR-10, of which the first is replaced."""
    samples, classes = small_images(DATASETS["cifar10"], 20)
    files = [folder / "cifar10" / f"{part}-00000-of-00001.parquet" for part in ("train", "test")]
    for file in files:
        write_parquet(file, samples, classes)
    return files[0]


def parquet_of_many_rows(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file, rows = shards(folder), 20_000_000
    label = np.zeros(rows, np.int8)
    pq.write_table(pa.table({"img": pa.nulls(rows, pa.binary()), "label": label}), file)
    return file


def parquet_of_long_images(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file, rows = shards(folder), 2000
    index = pa.array(np.zeros(rows, np.int32))
    image = pa.DictionaryArray.from_arrays(index, pa.array([bytes(MANY_ZEROS)]))
    table = pa.table({"img": image, "label": np.zeros(rows, np.int64)})
    pq.write_table(table, file, compression="zstd", dictionary_pagesize_limit=1 << 30)
    return file


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, body in chunks:
        parts += [struct.pack(">I", len(body)), name, body]
        parts.append(struct.pack(">I", zlib.crc32(name + body)))
    return b"".join(parts)


def parquet_of_png(folder: Path, width: int, *more: tuple[bytes, bytes]) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = shards(folder)
    head = struct.pack(">IIBBBBB", width, width, 8, 2, 0, 0, 0)
    image = png((b"IHDR", head), *more, (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    pq.write_table(pa.table({"img": pa.array([image]), "label": [0]}), file)
    return file


def parquet_of_a_huge_png(folder: Path) -> Path:
    return parquet_of_png(folder, 12_000)


def parquet_of_a_png_with_a_long_text(folder: Path) -> Path:
    text = b"Comment\0\0" + zlib.compress(bytes(2_000_000), 9)
    return parquet_of_png(folder, 32, (b"zTXt", text))


def archive(folder: Path, member: tarfile.TarInfo) -> Path:
    member.name = member.name or "cifar-10-batches-py/data_batch_1"
    file = folder / "cifar-10-python.tar.gz"
    head = member.tobuf(tarfile.PAX_FORMAT)
    file.write_bytes(zeros_after(head, 2 << 30))
    return file


def archive_of_a_long_file(folder: Path) -> Path:
    member = tarfile.TarInfo()
    member.size = 2 << 30
    return archive(folder, member)


def archive_of_a_long_name(folder: Path) -> Path:
    member = tarfile.TarInfo()
    member.size, member.type = 2 << 30, tarfile.XHDTYPE
    return archive(folder, member)


def archive_of_holes(folder: Path) -> Path:
    member = tarfile.TarInfo()
    member.pax_headers = {"GNU.sparse.size": str(2 << 30), "GNU.sparse.map": "0,0"}
    return archive(folder, member)


def long_pickle(folder: Path) -> Path:
    home = folder / "cifar-10-batches-py"
    home.mkdir()
    for number in range(1, 6):
        (home / f"data_batch_{number}").touch()
    (home / "test_batch").touch()
    os.truncate(home / "data_batch_1", 8 << 30)
    return home / "data_batch_1"


def long_mat(folder: Path) -> Path:
    from scipy.io import savemat

    file = folder / "arrhythmia.mat"
    savemat(file, {"X": np.zeros((100_000, 274)), "y": np.zeros((9, 1))}, do_compression=True)
    return file


def mat_with_a_false_size(folder: Path) -> Path:
    file = folder / "arrhythmia.mat"
    write_mat(file)
    double, size = 9, 60 * 274 * 8
    true, false = (struct.pack("<II", double, each) for each in (size, 2**32 - 16))
    file.write_bytes(file.read_bytes().replace(true, false))
    return file


def table_of_too_many_rows(folder: Path) -> Path:
    file = folder / "arrhythmia.mat"
    write_mat(file, X=np.zeros((500, 274)), y=np.zeros((500, 1)))
    return file


BOMBS = [
    Bomb("mnist", idx, "it claims 3,000,000 samples, but MNIST has 70,000"),
    Bomb("cifar10", parquet_of_many_rows, "it claims 20,000,000 samples, but CIFAR-10 has 60,000"),
    Bomb("cifar10", parquet_of_long_images, "unzipped, it claims 67,1"),
    Bomb(
        "cifar10", parquet_of_a_huge_png, "row 0: an image of 12000×12000 pixels instead of 32×32"
    ),
    Bomb("cifar10", parquet_of_a_png_with_a_long_text, "row 0: the image cannot be decoded"),
    Bomb(
        "cifar10", archive_of_a_long_file, "claims 2,147,483,648 bytes, where at most 199,680,000"
    ),
    Bomb("cifar10", archive_of_a_long_name, "claims 2,147,483,648 bytes, where at most 65,536"),
    Bomb("cifar10", archive_of_holes, "claims 2,147,483,648 bytes, where at most 199,680,000"),
    Bomb("cifar10", long_pickle, "it claims 8,589,934,592 bytes, where at most 199,680,000"),
    Bomb("arrhythmia", long_mat, "a zipped variable claims 219,200,0"),
    Bomb("arrhythmia", mat_with_a_false_size, "not a .mat file, or a damaged one"),
    Bomb("arrhythmia", table_of_too_many_rows, "it claims 500 samples, but Arrhythmia has 452"),
]


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.write.__name__)
def test_what_claims_too_much_is_refused_in_a_sentence_before_memory_is_taken(tmp_path, bomb):
    file = bomb.write(tmp_path)
    assert file.stat().st_blocks * 512 < 20e6, "it is small on disk"
    command = [sys.executable, "-W", "ignore", "-c", READ, bomb.dataset, str(tmp_path)]
    done = subprocess.run(
        [*command, str(LIMIT_MB << 20)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said, grown = json.loads(done.stdout)
    assert said.startswith(f"ValueError: {file}") and bomb.said in said
    assert grown < MOST_MB


def test_row_numbers_that_are_claimed_and_not_there_are_refused(tmp_path, write_small):
    write_small("cifar100", tmp_path)
    head = io.BytesIO()
    claim = {"descr": "<i8", "fortran_order": False, "shape": (2**40,)}
    np.lib.format.write_array_header_1_0(head, claim)
    file = tmp_path / "val_ids" / "10000_val_indices_cifar100.npy"
    file.parent.mkdir()
    file.write_bytes(head.getvalue() + bytes(800))
    with pytest.raises(ValueError, match=f"{file}: not a readable"):
        split_one_class(load_dataset("cifar100", tmp_path), 0)
