"""How much space a run takes on the disk, estimated before it starts."""

import shutil
from math import prod
from pathlib import Path

from torch import nn

from toll.config import RunConfig
from toll.data import OneClassSplit
from toll.files import bytes_in, size_words
from toll.recording.drawing import BUDGET, INPUTS_BUDGET
from toll.runs.snapshots import snapshot_steps

# Bytes of a line of history.jsonl, and of one of validation.jsonl: measured.
STEP_LINE, VALIDATION_LINE = 130, 230
# Bytes of a sample in scores.parquet for one choice of weights, and of one in a snapshot beside
# its latent: its id and its two parts of the score.
SCORE_ROW, SNAPSHOT_ROW = 24, 16
# Weights that lie in a folder at once: two checkpoints, the old one and that which takes its place,
# each with Adam's two moments; three choices, two of them under the names of their steps besides.
COPIES_OF_WEIGHTS = 2 * 3 + 3 + 2
SCORED_SAMPLES = 300


class OutOfSpace(OSError):
    """There is less space than a run will need."""


def needed_bytes(config: RunConfig, split: OneClassSplit, model: nn.Module) -> int:
    """About how many bytes a run's folder has at its largest."""
    weights = sum(each.numel() * each.element_size() for each in model.state_dict().values())
    snapshots = len(snapshot_steps(config.niter))
    probe = len(split.probe(config.probe_size)) * (SNAPSHOT_ROW + 2 * config.z_dim)
    shape = split.dataset.spec.shape
    pictures = min(BUDGET, snapshots * config.probe_size * prod(shape)) + INPUTS_BUDGET
    lines = config.niter * STEP_LINE + config.niter // config.ckpt_interval * VALIDATION_LINE
    scores = 3 * SCORE_ROW * (len(split.test) + len(split.validation))
    reconstructions = 4 * SCORED_SAMPLES * prod(shape)
    kept = snapshots * probe + pictures + lines + scores + reconstructions
    return COPIES_OF_WEIGHTS * weights + kept


def check_space(needed: int, folder: Path) -> None:
    """Compare what will be needed in a folder, which may hold a part of it already.

    Raises:
        OutOfSpace: it does not fit on the disk.
    """
    home = next(path for path in (folder, *folder.parents) if path.exists())
    free, needed = shutil.disk_usage(home).free, max(needed - bytes_in(folder), 0)
    if free < needed:
        raise OutOfSpace(
            f"{lack(free, needed, home)}: free some of it, or choose another disk with "
            "TOLL_CACHE_DIR"
        )


def lack(free: int, needed: int, folder: Path) -> str:
    """What is left on the disk of a folder, and what is needed."""
    here, there = size_words(free), size_words(needed)
    return f"{here} are left on the disk of {folder}, about {there} are needed"
