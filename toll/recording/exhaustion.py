"""What a training can run out of: what it was, how much was missing, and what helps."""

import errno
import re
import shutil

import torch

from toll.config import RunConfig
from toll.files import bytes_in, size_words
from toll.method.devices import samples_at_a_time
from toll.recording.space import lack
from toll.runs.run import Run
from toll.runs.status import Phase

FULL = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "The quota of the disk is used up",
}
# How torch and the libraries under it word that they had no memory, apart from its own class.
_STATUS = r"CU(BLAS|DNN|SOLVER|FFT|SPARSE)_STATUS_(ALLOC_FAILED|NOT_INITIALIZED)"
_GPU = re.compile(rf"out of memory|{_STATUS}", re.IGNORECASE)
_MAIN = re.compile(r"DefaultCPUAllocator|Unable to allocate|cannot allocate memory", re.IGNORECASE)
_AMOUNT = re.compile(r"allocate:? (?:memory: you tried to allocate )?([\d.]+) ?(bytes|[KMGTPE]i?B)")
_UNITS = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50, "e": 2**60}


def what_ran_out(error: Exception) -> str | None:
    """What was missing: "memory", "the GPU's memory" or "space on the disk"; None if nothing."""
    if isinstance(error, OSError):
        return "space on the disk" if error.errno in FULL else None
    text = str(error)
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and _MAIN.search(text)):
        return "memory"
    gpu = isinstance(error, torch.OutOfMemoryError)
    if gpu or (isinstance(error, RuntimeError) and _GPU.search(text)):
        return "the GPU's memory"
    return None


def sentence(error: Exception, run: Run, config: RunConfig, needed: int | None) -> str | None:
    """What ran out while a run was worked on, and what to do; None if nothing did.

    A batch size is named only in the phase that uses it. needed: bytes that the run's folder will
    have in the end, where that is known.
    """
    missing = what_ran_out(error)
    if isinstance(error, OSError):
        return _sentence_of_the_disk(error, run, needed)
    if missing is None:
        return None
    match run.status().phase:
        case Phase.TRAINING:
            when, batch = "while training", f"a batch_size below {config.batch_size}"
        case Phase.SCORING:
            device = torch.device(run.status().device or "cpu")
            most = samples_at_a_time(config.inference_batch_size, device)
            when, batch = "while scoring", f"an inference_batch_size below {most}"
        case _:
            when, batch = "before the first step", ""
    amount = amount_in(error)
    wanted = f", for want of {size_words(amount)} more" if amount else ""
    otherwise = f", or train with {batch}" if batch else ""
    return (
        f"{missing[0].upper()}{missing[1:]} ran out {when}{wanted}. "
        f"Close other programs that use it, then resume{otherwise}."
    )


def _sentence_of_the_disk(error: OSError, run: Run, needed: int | None) -> str | None:
    if error.errno == errno.EFBIG:
        return (
            f"{error.filename or 'A file'} would be larger than a file may be: by `ulimit -f`, or "
            "on this kind of disk. Raise the limit, or move the run's folder, then resume."
        )
    if (full := FULL.get(error.errno or 0)) is None:
        return None
    free, more = shutil.disk_usage(run.folder).free, (needed or 0) - bytes_in(run.folder)
    # A quota does not show there, and somebody may have freed some of it since.
    told = f"{lack(free, more, run.folder)} to finish" if more > free else ""
    told = told or f"nothing more could be written to {run.folder}"
    return f"{full}: {told}. Free some of it, then resume."


def amount_in(error: Exception) -> int | None:
    """The bytes that an error says could not be had."""
    found = _AMOUNT.search(str(error))
    return round(float(found[1]) * _UNITS[found[2][0].lower()]) if found else None
