"""Fixtures of the dataset tests: small datasets on disk, an empty cache."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.data.own_files import OWN, import_small
from tests.data.small_files import write_cifar_set, write_idx_set, write_mat
from toll.data.builtin import SklearnDigits
from toll.data.cifar import CifarPickles
from toll.data.glyphs import Glyphs
from toll.data.idx import IdxFiles
from toll.data.mat import MatFile
from toll.data.registry import DATASETS


@pytest.fixture(autouse=True)
def data_env(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests name their folders; a person's own data folder must not change what they see."""
    monkeypatch.delenv("TOLL_DATA_DIR", raising=False)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "empty-cache"
    monkeypatch.setenv("TOLL_CACHE_DIR", str(folder))
    return folder


@pytest.fixture
def write_small(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Path], None]:
    """Call with a dataset's name and a data folder: writes it there, small, as it is published."""

    def write(name: str, folder: Path) -> None:
        if name in OWN:
            import_small(name, folder)
            return
        spec = DATASETS[name]
        match spec.formats[0]:
            case SklearnDigits() | Glyphs():
                pass
            case IdxFiles() as idx:
                write_idx_set(spec, folder / idx.home)
            case CifarPickles() as cifar:
                write_cifar_set(spec, cifar, folder / cifar.home, monkeypatch)
            case MatFile() as table:
                write_mat(folder / table.home / table.file_name)
            case other:
                raise NotImplementedError(f"no small files for {other}")

    return write
