"""What all tests share: a cache folder of their own, and the folder of real datasets."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from toll.data import OneClassSplit, load_dataset, split_one_class
from toll.presets import laptop
from toll.runs.run import Run
from toll.runs.store import RunStore

ROOT = Path(__file__).resolve().parents[1]
# Folders that version 0.1.0 wrote: a finished and a paused run, and a table.
EARLIER = ROOT / "tests" / "earlier"
EARLIER_RUNS = ("20261124-120000-digits-8", "20261124-120100-digits-8")
EARLIER_TABLE = "arrhythmia-batch_size=16-niter=2-precision=float32-ckpt_interval=2"


def pytest_configure() -> None:
    """Where AMX is announced and does not work, tests of bfloat16 do without it."""
    from toll.method.devices import ISA_LIMIT, amx_is_broken

    if amx_is_broken():
        os.environ[ISA_LIMIT] = "AVX512_CORE_FP16"


@pytest.fixture(scope="session")
def prepared_for_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Decoded arrays of the whole test session: each dataset is decoded once."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "prepared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepared_for_all: Path) -> Path:
    """A cache folder of the test's own, empty but for the session's decoded arrays."""
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "prepared").symlink_to(prepared_for_all, target_is_directory=True)
    monkeypatch.setenv("TOLL_CACHE_DIR", str(folder))
    return folder


@pytest.fixture(scope="module")
def cache_of_module(
    tmp_path_factory: pytest.TempPathFactory, prepared_for_all: Path
) -> Iterator[Path]:
    """One cache folder for all tests of a module, for those that share workers or runs."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / "prepared").symlink_to(prepared_for_all, target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOLL_CACHE_DIR", str(folder))
        yield folder


@pytest.fixture
def one_thread() -> Iterator[None]:
    """PyTorch computes on one thread, as it does for the small networks here."""
    import torch

    count = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(count)


@pytest.fixture(scope="session")
def digits() -> OneClassSplit:
    """The built-in digits with 8 as the normal class."""
    return split_one_class(load_dataset("digits"), 8)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real datasets: `TOLL_DATA_DIR`, else `../shared/data`; without it, skipped."""
    folder = Path(os.environ.get("TOLL_DATA_DIR") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no real datasets in {folder}: set TOLL_DATA_DIR")
        pytest.skip(f"no real datasets in {folder}: set TOLL_DATA_DIR")
    return folder


@pytest.fixture(scope="session")
def trained_digits(tmp_path_factory: pytest.TempPathFactory) -> Callable[[float], Path]:
    """The folder of a finished run on the digits with this β, trained once a session."""
    from toll.recording.record import record

    store, folders = RunStore(tmp_path_factory.mktemp("trained")), {}

    def folder(beta: float) -> Path:
        if beta not in folders:
            run = store.create(laptop("digits", beta=beta, niter=120, device="cpu"))
            record(run)
            folders[beta] = run.folder
        return folders[beta]

    return folder


@pytest.fixture
def add_run(cache: Path, trained_digits: Callable[[float], Path]) -> Callable[..., Run]:
    """Call to put a finished run on the digits into the test's own cache folder."""

    def add(name: str = "20260101-101500-digits-8", beta: float = 10.0) -> Run:
        folder = cache / "runs" / name
        shutil.copytree(trained_digits(beta), folder)
        return Run(folder)

    return add


@pytest.fixture
def earlier_folders(cache: Path) -> Path:
    """The test's cache folder with copies of what version 0.1.0 wrote, and the table's data."""
    from tests.data.small_files import write_mat

    shutil.copytree(EARLIER, cache, dirs_exist_ok=True)
    write_mat(cache / "data" / "arrhythmia.mat")
    return cache
