"""Real files with bytes changed, cut off or put in: they are read, or refused in a sentence."""

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.small_files import idx_bytes
from toll.data.idx import STEMS
from toll.data.registry import DATASETS
from toll.data.rules import _read_ids
from toll.data.spec import FileFormat

# About a second each, the same bytes every time.
few = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# Where, counted from the beginning or, below 0, from the end: headers and footers more often.
PLACES = st.one_of(st.integers(0, 300), st.integers(-600, -1), st.integers(0, 1 << 20))
CHANGES = st.lists(
    st.tuples(PLACES, st.sampled_from(["set", "cut", "put in"]), st.binary(min_size=1, max_size=8)),
    min_size=1,
    max_size=6,
)


def damaged(raw: bytes, changes: list[tuple[int, str, bytes]]) -> bytes:
    content = bytearray(raw)
    for place, kind, new in changes:
        at = place % (len(content) + 1)
        match kind:
            case "set":
                content[at : at + len(new)] = new
            case "put in":
                content[at:at] = new
            case _ if place % 7 == 0:
                del content[at:]
            case _:
                del content[at : at + len(new)]
    return bytes(content)


def read_or_refuse(read: Callable[[], object], folder: Path) -> None:
    """Nothing may come of a damaged file but its content or a sentence that names it."""
    try:
        read()
        return
    except (ValueError, OSError) as error:
        said = str(error)
    assert said.startswith(f"{folder}/")


def read_files(dataset: str, kind: FileFormat, *files: Path) -> None:
    spec = DATASETS[dataset]
    read_or_refuse(lambda: kind.read(spec, files), files[0].parent)


@pytest.fixture(scope="module")
def digits(real_data: Path) -> list[bytes]:
    """The first 100 images and labels of both parts of MNIST, in idx files."""
    raw = [
        gzip.decompress((real_data / f"MNIST/raw/{stem}-ubyte.gz").read_bytes()) for stem in STEMS
    ]
    images, labels = ([np.frombuffer(raw[i], np.uint8) for i in part] for part in ((0, 2), (1, 3)))
    parts = zip(images, labels, strict=True)
    return [
        each
        for pixels, classes in parts
        for each in (
            idx_bytes(pixels[16 : 16 + 78_400].reshape(100, 28, 28)),
            idx_bytes(classes[8:108]),
        )
    ]


@few
@given(changes=CHANGES, which=st.integers(0, 3), zipped=st.booleans())
def test_idx_files(digits, tmp_path, changes, which, zipped):
    files = [tmp_path / stem for stem in STEMS]
    for number, (file, raw) in enumerate(zip(files, digits, strict=True)):
        content = damaged(raw, changes) if number == which else raw
        file.write_bytes(gzip.compress(content, 1) if zipped else content)
    read_files("mnist", DATASETS["mnist"].formats[0], *files)


@few
@given(changes=CHANGES)
def test_a_zipped_idx_file(digits, tmp_path, changes):
    files = [tmp_path / stem for stem in STEMS]
    for file, raw in zip(files, digits, strict=True):
        file.write_bytes(raw)
    files[0].write_bytes(damaged(gzip.compress(digits[0]), changes))
    read_files("mnist", DATASETS["mnist"].formats[0], *files)


@pytest.fixture(scope="module")
def table(real_data: Path) -> dict[bool, bytes]:
    """The table of arrhythmia, zipped and not."""
    from scipy.io import loadmat, savemat

    content = loadmat(real_data / "arrhythmia" / "arrhythmia.mat", variable_names=["X", "y"])
    kept = {name: content[name][:40] for name in ("X", "y")}
    files = {}
    for zipped in (True, False):
        savemat(buffer := io.BytesIO(), kept, do_compression=zipped)
        files[zipped] = buffer.getvalue()
    return files


@few
@given(changes=CHANGES, zipped=st.booleans())
def test_a_mat_file(table, tmp_path, changes, zipped):
    file = tmp_path / "arrhythmia.mat"
    file.write_bytes(damaged(table[zipped], changes))
    read_files("arrhythmia", DATASETS["arrhythmia"].formats[0], file)


@pytest.fixture(scope="module")
def photographs(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Twenty images of CIFAR-10, as they are published and with nothing zipped."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("parquet")
    with pq.ParquetFile(real_data / "cifar10" / "test-00000-of-00001.parquet") as whole:
        rows = next(whole.iter_batches(20))
    kinds = {"zipped": "zstd", "plain": "none"}
    for name, kind in kinds.items():
        pq.write_table(pa.Table.from_batches([rows]), folder / name, compression=kind)
    return {name: (folder / name).read_bytes() for name in kinds}


@few
@given(changes=CHANGES, kind=st.sampled_from(["zipped", "plain"]))
def test_a_parquet_file(photographs, tmp_path, changes, kind):
    files = [tmp_path / f"{part}-00000-of-00001.parquet" for part in ("train", "test")]
    files[0].write_bytes(damaged(photographs[kind], changes))
    files[1].write_bytes(photographs[kind])
    read_files("cifar10", DATASETS["cifar10"].formats[2], *files)


@few
@given(changes=CHANGES, inside=st.booleans())
def test_an_archive(tmp_path, changes, inside):
    home, file = tmp_path / "cifar-10-batches-py", tmp_path / "cifar-10-python.tar.gz"
    home.mkdir(exist_ok=True)
    (home / "data_batch_1").write_bytes(bytes(2000))
    with tarfile.open(fileobj=(packed := io.BytesIO()), mode="w", format=tarfile.PAX_FORMAT) as out:
        out.add(home / "data_batch_1", f"{home.name}/{'long/' * 60}data_batch_2")
        out.add(home / "data_batch_1", f"{home.name}/data_batch_1")
    raw = packed.getvalue()
    raw = gzip.compress(damaged(raw, changes)) if inside else damaged(gzip.compress(raw), changes)
    file.write_bytes(raw)
    read_files("cifar10", DATASETS["cifar10"].formats[1], file)


# Of a header that only Python 2 would have written.
@pytest.mark.filterwarnings("ignore:Reading `.npy`")
@few
@given(changes=CHANGES)
def test_a_list_of_row_numbers(real_data, tmp_path, changes):
    name = "10000_val_indices_fmnist.npy"
    file = tmp_path / name
    file.write_bytes(damaged((real_data / "val_ids" / name).read_bytes()[:2000], changes))
    read_or_refuse(lambda: _read_ids(file, 60_000), tmp_path)
