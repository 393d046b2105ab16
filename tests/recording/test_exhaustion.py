"""What ran out is told from what libraries say, and the sentence says what helps."""

import errno
import os
import shutil

import numpy as np
import pytest
import torch

from tests.small_runs import small_config
from toll.recording.exhaustion import amount_in, sentence, what_ran_out
from toll.runs.run import Run
from toll.runs.status import Phase
from toll.runs.store import RunStore

CPU = "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: "


@pytest.fixture
def run() -> Run:
    return RunStore().create(small_config(batch_size=32, inference_batch_size=100))


@pytest.mark.parametrize(
    ("error", "what", "amount"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has"),
         "the GPU's memory", 2 * 2**30),
        (RuntimeError("MPS backend out of memory (MPS allocated: 1 GB). Tried to allocate 256 "
                      "bytes on private pool."), "the GPU's memory", 256),
        (RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be"),
         "the GPU's memory", None),
        (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), "the GPU's memory", None),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate`"),
         "the GPU's memory", None),
        (RuntimeError("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED"), "the GPU's memory", None),
        (RuntimeError(f"{CPU}you tried to allocate 4096000 bytes. Error code 12"),
         "memory", 4096000),
        (MemoryError(), "memory", None),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "space on the disk", None),
        (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), "space on the disk", None),
        (OSError(errno.EIO, os.strerror(errno.EIO)), None, None),
        (FileNotFoundError("out of memory.txt"), None, None),
        (RuntimeError("shapes cannot be multiplied"), None, None),
        (ValueError("out of memory"), None, None),
    ],
)  # fmt: skip
def test_what_ran_out_is_told_from_what_is_said(error, what, amount):
    assert what_ran_out(error) == what
    assert amount_in(error) == amount


def test_real_allocations_that_are_far_too_large_are_told():
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert what_ran_out(caught.value) == "memory" and amount_in(caught.value) == 2**60
    with pytest.raises(MemoryError) as caught:
        np.empty(2**60, dtype=np.uint8)
    assert what_ran_out(caught.value) == "memory" and amount_in(caught.value) == 2**60


@pytest.mark.parametrize(
    ("phase", "ending"),
    [
        (Phase.LOADING, " before the first step. Close other programs that use it, then resume."),
        (Phase.TRAINING, "then resume, or train with a batch_size below 32."),
        (Phase.SCORING, "then resume, or train with an inference_batch_size below 100."),
    ],
)
def test_a_batch_size_is_blamed_in_its_own_phase_only(run, phase, ending):
    run.update_status(phase=phase)
    said = sentence(MemoryError(), run, run.config, None)
    assert said is not None and said.startswith("Memory ran out ") and said.endswith(ending)


def test_a_full_disk_is_told_with_what_is_left_and_what_is_needed(run, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 4096))
    said = sentence(OSError(errno.ENOSPC, "No space left"), run, run.config, 5_000_000)
    assert said is not None
    assert said.startswith(f"The disk is full: 4.1 kB are left on the disk of {run.folder}, about ")
    assert said.endswith(" MB are needed to finish. Free some of it, then resume.")


@pytest.mark.parametrize("needed", [None, 0, 5_000_000])
@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "The disk is full"), (errno.EDQUOT, "The quota of the disk is used up")],
)
def test_no_figures_are_told_that_do_not_explain_a_full_disk(
    run, monkeypatch, number, said, needed
):
    usage = shutil._ntuple_diskusage(10**12, 0, 10**12)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    told = sentence(OSError(number, "No space left"), run, run.config, needed)
    assert told == (
        f"{said}: nothing more could be written to {run.folder}. Free some of it, then resume."
    )


def test_a_file_that_may_not_be_so_large_needs_no_space_but_another_limit(run):
    error = OSError(errno.EFBIG, os.strerror(errno.EFBIG), "/x/last.safetensors")
    said = sentence(error, run, run.config, 5_000_000)
    assert said is not None and said.startswith("/x/last.safetensors would be larger than a file")
    assert "Raise the limit" in said and "Free" not in said and "Errno" not in said


def test_what_did_not_run_out_has_no_sentence(run):
    assert sentence(RuntimeError("a bug"), run, run.config, None) is None
