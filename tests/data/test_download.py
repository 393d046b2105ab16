"""Downloads, against a server on this machine that holds small files in the true formats."""

import contextlib
import gzip
import hashlib
import http.server
import io
import os
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from torchvision import datasets

from tests.data.small_files import N_TRAIN, write_cifar_set, write_idx_set
from toll.data import DownloadError, availability, download_dataset, load_dataset
from toll.data import download as download_module
from toll.data.cifar import CifarPickles
from toll.data.registry import DATASETS


class Server(http.server.ThreadingHTTPServer):
    """Serves `content`; closes the connection half-way through the names in `cut`."""

    content: dict[str, bytes]
    cut: set[str]
    requests: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.requests += 1
        if name not in self.server.content:
            self.send_error(404)
            return
        raw = self.server.content[name]
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        # torchvision asks twice, and hangs up the first time after the header.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(raw[: len(raw) // 2] if name in self.server.cut else raw)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server(("127.0.0.1", 0), Handler) as serving:
        serving.content, serving.cut = {}, set()
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture(params=["mnist", "fmnist", "cifar10", "cifar100"])
def name(request, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A dataset whose torchvision class fetches small files from the server."""
    spec = DATASETS[request.param]
    known = getattr(datasets, spec.torchvision)
    source = tmp_path / "source"
    first = spec.formats[0]
    if isinstance(first, CifarPickles):
        write_cifar_set(spec, first, source / first.home, monkeypatch)
        meta = tarfile.TarInfo(f"{first.home}/{known.meta['filename']}")
        # {"label_names" or "fine_label_names": []} as a pickle of protocol 2
        raw_meta = b"\x80\x02}U" + bytes([len(known.meta["key"])]) + known.meta["key"].encode()
        raw_meta += b"]s."
        meta.size = len(raw_meta)
        monkeypatch.setitem(known.meta, "md5", hashlib.md5(raw_meta).hexdigest())
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            archive.add(source / first.home, first.home)
            archive.addfile(meta, io.BytesIO(raw_meta))
        server.content[known.filename] = buffer.getvalue()
        monkeypatch.setattr(known, "url", server.url + known.filename)
        monkeypatch.setattr(known, "tgz_md5", hashlib.md5(buffer.getvalue()).hexdigest())
    else:
        write_idx_set(spec, source)
        server.content |= {file.name: file.read_bytes() for file in source.iterdir()}
        checksums = [(n, hashlib.md5(raw).hexdigest()) for n, raw in server.content.items()]
        monkeypatch.setattr(known, "mirrors", [server.url])
        monkeypatch.setattr(known, "resources", checksums)
    return request.param


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "datasets"


def test_a_download_is_loaded_and_leaves_nothing_else_behind(name, folder, capfd):
    there = download_dataset(name, folder)
    assert there.present and there == availability(name, folder)
    assert load_dataset(name, folder).n_train == N_TRAIN
    left = [file.name for file in folder.rglob("*")]
    assert not [file for file in left if file.startswith(".") or file.endswith(".gz")]
    printed = capfd.readouterr()
    assert printed.out == printed.err == ""


def test_progress_grows_to_the_whole(name, folder, monkeypatch):
    monkeypatch.setattr(download_module, "WATCH_SECONDS", 0.001)
    reports: list[tuple[int, int]] = []
    download_dataset(name, folder, report=lambda done, total: reports.append((done, total)))
    total = DATASETS[name].download_bytes
    assert reports[-1] == (total, total)
    assert all(0 <= done <= total == whole for done, whole in reports)
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)


def test_what_is_there_is_not_fetched_again(name, folder, server):
    download_dataset(name, folder)
    asked = server.requests
    assert download_dataset(name, folder).present
    assert server.requests == asked


def assert_nothing_is_in_place(name: str, folder: Path) -> None:
    assert not availability(name, folder).files
    assert list(folder.iterdir()) == []


def test_a_wrong_checksum_leaves_nothing_in_place(name, folder, server):
    last = list(server.content)[-1]
    server.content[last] = gzip.compress(b"something else")
    with pytest.raises(DownloadError, match="could not be downloaded"):
        download_dataset(name, folder)
    assert_nothing_is_in_place(name, folder)


def test_an_interrupted_download_leaves_nothing_and_the_next_one_succeeds(name, folder, server):
    server.cut = set(list(server.content)[-1:])
    with pytest.raises(DownloadError):
        download_dataset(name, folder, report=lambda done, total: None)
    assert_nothing_is_in_place(name, folder)
    server.cut = set()
    assert download_dataset(name, folder).present
    assert load_dataset(name, folder).n_train == N_TRAIN


def test_a_server_that_has_not_got_it_is_one_message_with_the_files_to_put(name, folder, server):
    server.content.clear()
    with pytest.raises(DownloadError) as raised:
        download_dataset(name, folder)
    message = str(raised.value)
    assert "could not be downloaded" in message and str(folder) in message
    for path in availability(name, folder).missing:
        assert path in message
    assert_nothing_is_in_place(name, folder)


def test_without_a_network_the_message_says_where_to_put_which_files(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server(("127.0.0.1", 0), Handler) as closed:
        url = closed.url
    monkeypatch.setattr(datasets.FashionMNIST, "mirrors", [url])
    with pytest.raises(DownloadError, match=r"FashionMNIST/raw/train-images-idx3-ubyte"):
        download_dataset("fmnist", tmp_path)


def test_an_incomplete_dataset_is_completed_by_a_download(server, folder, monkeypatch, tmp_path):
    spec = DATASETS["mnist"]
    write_idx_set(spec, tmp_path / "source")
    server.content = {file.name: file.read_bytes() for file in (tmp_path / "source").iterdir()}
    checksums = [(n, hashlib.md5(raw).hexdigest()) for n, raw in server.content.items()]
    monkeypatch.setattr(datasets.MNIST, "mirrors", [server.url])
    monkeypatch.setattr(datasets.MNIST, "resources", checksums)
    (folder / "MNIST" / "raw").mkdir(parents=True)
    (folder / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(b"half of it")
    assert download_dataset("mnist", folder).present
    assert load_dataset("mnist", folder).n_train == N_TRAIN


def test_a_folder_that_cannot_be_written_is_not_called_a_network_failure(tmp_path):
    (tmp_path / "datasets").write_text("a file")
    with pytest.raises(FileExistsError):
        download_dataset("mnist", tmp_path / "datasets")


def test_a_dataset_without_a_download_says_where_to_get_it_by_hand(tmp_path):
    with pytest.raises(DownloadError, match=r"(?s)ODDS.*arrhythmia/arrhythmia\.mat"):
        download_dataset("arrhythmia", tmp_path)


def test_the_built_in_digits_need_no_download(tmp_path):
    assert download_dataset("digits", tmp_path).present


def test_what_a_killed_download_left_is_removed_once_it_is_old(tmp_path):
    old, young = tmp_path / ".download-mnist-a", tmp_path / ".download-mnist-b"
    for left in (old, young):
        left.mkdir()
    os.utime(old, (0, 0))
    with pytest.raises(DownloadError):
        download_dataset("arrhythmia", tmp_path)
    download_module.remove_left(tmp_path)
    assert not old.exists() and young.exists()
