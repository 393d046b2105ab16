"""Prepared arrays: decoded once, made anew when they or their sources change, safe for two."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.data.small_files import write_idx_set
from toll.data import load_dataset
from toll.data import prepared as prepared_module
from toll.data.idx import IdxFiles
from toll.data.registry import DATASETS
from toll.paths import ROOT


@pytest.fixture
def folder(tmp_path, empty_cache):
    write_idx_set(DATASETS["mnist"], tmp_path / "mnist", zipped=False)
    return tmp_path


@pytest.fixture
def n_reads(monkeypatch):
    """A list that grows by one with every decoding."""
    reads = []
    original = IdxFiles.read

    def counted(self, spec, files):
        reads.append(files)
        return original(self, spec, files)

    monkeypatch.setattr(IdxFiles, "read", counted)
    return reads


def prepared(cache):
    return sorted((cache / "prepared").iterdir())


def test_a_second_load_decodes_nothing_and_maps_the_samples(folder, n_reads):
    first = load_dataset("mnist", folder)
    second = load_dataset("mnist", folder)
    assert len(n_reads) == 1
    assert isinstance(second.samples, np.memmap)
    assert not second.samples.flags.writeable and not second.classes.flags.writeable
    assert np.array_equal(first.samples, second.samples)


def test_only_whole_folders_are_left_behind(folder, empty_cache):
    load_dataset("mnist", folder)
    (place,) = prepared(empty_cache)
    assert place.name.startswith("mnist-")
    assert sorted(file.name for file in place.iterdir()) == [
        "classes.npy",
        "meta.json",
        "samples.npy",
    ]


def test_a_changed_source_is_decoded_again(folder, n_reads):
    before = load_dataset("mnist", folder).samples[0].copy()
    images = folder / "mnist" / "train-images-idx3-ubyte"
    raw = bytearray(images.read_bytes())
    raw[16] ^= 255
    images.write_bytes(raw)
    after = load_dataset("mnist", folder).samples[0]
    assert len(n_reads) == 2
    assert after[0, 0, 0] == before[0, 0, 0] ^ 255


def truncate(file):
    file.write_bytes(file.read_bytes()[:-50])


def garble(file):
    file.write_bytes(b"garbled")


@pytest.mark.parametrize("name", ["samples.npy", "classes.npy", "meta.json"])
@pytest.mark.parametrize("damage", [truncate, garble, os.unlink])
def test_a_damaged_prepared_folder_is_made_anew(folder, empty_cache, n_reads, name, damage):
    expected = np.array(load_dataset("mnist", folder).samples)
    (place,) = prepared(empty_cache)
    damage(place / name)
    assert np.array_equal(load_dataset("mnist", folder).samples, expected)
    assert len(n_reads) == 2
    load_dataset("mnist", folder)
    assert len(n_reads) == 2


@pytest.mark.parametrize("damage", [truncate, garble, os.unlink])
def test_damaged_fine_classes_are_made_anew(tmp_path, empty_cache, write_small, damage):
    write_small("cifar100", tmp_path)
    expected = load_dataset("cifar100", tmp_path).fine_classes
    (place,) = prepared(empty_cache)
    damage(place / "fine_classes.npy")
    again = load_dataset("cifar100", tmp_path).fine_classes
    assert np.array_equal(again, expected) and not again.flags.writeable


def test_what_an_older_program_prepared_is_made_anew(folder, n_reads, monkeypatch):
    load_dataset("mnist", folder)
    monkeypatch.setattr(prepared_module, "VERSION", prepared_module.VERSION + 1)
    load_dataset("mnist", folder)
    assert len(n_reads) == 2


def test_a_failed_decoding_leaves_nothing_in_the_cache(folder, empty_cache):
    truncate(folder / "mnist" / "t10k-images-idx3-ubyte")
    with pytest.raises(ValueError):
        load_dataset("mnist", folder)
    assert not (empty_cache / "prepared").exists() or prepared(empty_cache) == []


def test_two_processes_that_prepare_at_once_both_end_well(folder, empty_cache):
    script = (
        "import sys; from toll.data import load_dataset; sys.stdin.readline();"
        "print(int(load_dataset('mnist', sys.argv[1]).samples.sum()))"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(2)
    ]
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    sums = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sums[0] == sums[1] == f"{int(load_dataset('mnist', folder).samples.sum())}\n"
    assert len(prepared(empty_cache)) == 1
