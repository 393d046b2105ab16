"""The paper's command on every dataset that it has, from files of the published formats."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from toll.cli.main import main
from toll.data.registry import DATASETS
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.presets import PAPER_DATASETS

# What people have after a download: a folder, or one file, of whatever name.
ONE_FILE = {
    "mnist": "train-images-idx3-ubyte.gz",
    "fmnist": "t10k-labels-idx1-ubyte.gz",
    "cifar10": "data_batch_3",
    "cifar100": "train",
    "arrhythmia": "arrhythmia.mat",
}


@pytest.fixture(autouse=True)
def process_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TOLL_DATA_DIR", "")
    handler, count = signal.getsignal(signal.SIGINT), torch.get_num_threads()
    yield
    signal.signal(signal.SIGINT, handler)
    torch.set_num_threads(count)


@pytest.mark.parametrize("dataset", PAPER_DATASETS)
def test_a_table_is_trained_from_a_folder_and_tested_again_from_one_of_its_files(
    tmp_path: Path, empty_cache: Path, write_small, capsys, dataset
):
    write_small(dataset, tmp_path / "home")
    classes = min(2, len(DATASETS[dataset].normal_classes))
    brief = ["--niter", "2", "--ckpt_interval", "1", "--batch_size", "4", "--num_seeds", "1"]
    brief += ["--num_classes", str(classes), "--output_path", str(tmp_path / "out")]
    command = ["--dataset", dataset, "--precision", "float32", *brief]
    assert main([*command, "--dataset_path", str(tmp_path / "home")]) == 0
    content = json.loads((tmp_path / "out" / "table.json").read_text())
    cells = {(row["class"], row["weights"]) for row in content["cells"]}
    first = DATASETS[dataset].normal_classes[:classes]
    assert cells == {(each, name) for each in first for name in WEIGHTS_CHOICES}
    assert all(0 <= row["auroc"] <= 1 for row in content["cells"])
    assert ("f1" in content["cells"][0]) == (dataset == "arrhythmia")
    capsys.readouterr()

    (file,) = (tmp_path / "home").rglob(ONE_FILE[dataset])
    assert main([*command, "--mode", "eval", "--dataset_path", str(file)]) == 0
    assert f"seed 0: {'F1' if dataset == 'arrhythmia' else 'AUROC'}" in capsys.readouterr().out
    assert json.loads((tmp_path / "out" / "table.json").read_text())["cells"] == content["cells"]
