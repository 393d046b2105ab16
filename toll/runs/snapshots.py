"""What a run keeps of its probe samples, at which steps, and the compact form it takes on disk.

A latent is stored as its direction z / ‖z‖ in float16 beside its norm in float32: half the size,
and directions are as exact for a latent near the centre as for one far away.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from toll.config import RunConfig


class Snapshot(NamedTuple):
    """The probe samples at one step: ids (n,), latents (n, z_dim) and both score parts (n,)."""

    step: int
    ids: np.ndarray
    latents: np.ndarray
    reconstruction_error: np.ndarray
    latent_norm: np.ndarray


def snapshot_steps(niter: int) -> set[int]:
    """Steps at which the probe samples are kept: dense early, when the collapse happens."""
    early = {lead * 10**power for power in range(8) for lead in (1, 2, 5)}
    even = {round(niter * tenth / 10) for tenth in range(11)}
    return {step for step in early | even if step <= niter}


def misfits(
    snapshots: Sequence[Snapshot], samples: int | None, config: RunConfig
) -> dict[int, str]:
    """What is wrong, by step, with snapshots that are not of this config or not like the others.

    samples: how many the dataset has, where that is known.
    """
    common = Counter(each.ids.tobytes() for each in snapshots).most_common(1)
    faults = {}
    for each in snapshots:
        if each.ids.tobytes() != common[0][0]:
            faults[each.step] = "it is of other samples than most snapshots"
        elif samples is not None and each.ids.max() >= samples:
            faults[each.step] = (
                f"sample {each.ids.max()} is not among the {samples:,} of the dataset"
            )
        elif each.latents.shape[1] != config.z_dim:
            found = each.latents.shape[1]
            faults[each.step] = f"its latents have {found} numbers, not {config.z_dim}"
        elif each.step > config.niter:
            faults[each.step] = f"the run has {config.niter:,} steps only"
    return faults


def packed(snapshot: Snapshot) -> dict[str, np.ndarray]:
    """The arrays that are stored: those of the snapshot, with `directions` for `latents`."""
    return {
        "ids": snapshot.ids,
        "directions": directions(snapshot.latents).astype(np.float16),
        "reconstruction_error": snapshot.reconstruction_error,
        "latent_norm": snapshot.latent_norm,
    }


def unpacked(step: int, stored: Mapping[str, np.ndarray]) -> Snapshot:
    """The snapshot of what `packed` gave, with float32 latents whose norms are `latent_norm`.

    Stored `latents`, of runs from before `directions` were stored, come back as they are. A
    `KeyError` names an array that is not there.
    """
    norms = stored["latent_norm"]
    if "latents" in stored:
        latents = stored["latents"]
    else:
        # float16 leaves a direction longer or shorter than 1 by up to about a thousandth.
        latents = directions(stored["directions"].astype(np.float32)) * norms[:, None]
    return Snapshot(step, stored["ids"], latents, stored["reconstruction_error"], norms)


def directions(vectors: np.ndarray) -> np.ndarray:
    """z / ‖z‖ of each latent vector, (n, z_dim); a zero vector stays zero."""
    # Scaled by the largest element first, so that a vector of tiny elements does not count as zero.
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled = np.divide(vectors, largest, out=np.zeros_like(vectors), where=largest > 0)
    norms = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.divide(scaled, norms, out=scaled, where=norms > 0)
