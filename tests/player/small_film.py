"""A film of a few samples, packed, the same as a ladder of two rungs, and the library's metrics.

The player's own tests read these files. After a change of what is packed, write them again:

    .venv/bin/python -m tests.player.small_film
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from toll.evaluation.metrics import auroc, event_horizon, roc, separation
from toll.film.container import pack

HERE = Path(__file__).resolve().parent
FILM, LADDER, METRICS = HERE / "small.film", HERE / "ladder.film", HERE / "small.json"
STEPS = [0, 1, 10, 100]
BETA, NORMAL = 2.0, 8
TWO = {"plain": 0.0, "small": BETA}
CLASSES = np.array([8, 3, 8, 8, 3, 8, 5, 8, 8], np.int32)
LABELS = (CLASSES != NORMAL).astype(int)
NAMES = ("norm", "error", "score")


def numbers(seed: int = 3) -> dict[str, np.ndarray]:
    """Both parts of the score and the score, (frames, n); some scores are equal."""
    random = np.random.RandomState(seed)
    shape = (len(STEPS), len(CLASSES))
    norm = random.randint(1, 9, shape).astype(np.float32) / 4
    error = random.randint(1, 9, shape).astype(np.float32) / 2
    return {"norm": norm, "error": error, "score": error + np.float32(BETA) * norm}


def packed() -> bytes:
    return ladder({"small": BETA})


def ladder(runs: dict[str, float]) -> bytes:
    """A film of runs by name, whose βs rise; it opens on the last."""
    shared: dict[str, Any] = {
        "dataset": "Nine samples",
        "class_names": [str(digit) for digit in range(10)],
        "normal_classes": [NORMAL],
        "normal_name": str(NORMAL),
        "is_image": True,
        "z_dim": 2,
        "niter": STEPS[-1],
        "steps": STEPS,
        "rung": len(runs) - 1,
        "versus": None,
        "table": None,
    }
    arrays: dict[str, np.ndarray | bytes] = {
        "id": np.arange(100, 100 + len(CLASSES), dtype=np.int32),
        "class": CLASSES,
        # Were these three bytes not padded, what follows would lie where typed arrays may not.
        "odd": b"odd",
    }
    for number, seed in enumerate(range(3, 3 + len(runs))):
        values = numbers(seed)
        arrays[f"rung {number} norm"] = values["norm"]
        arrays[f"rung {number} error"] = values["error"]
        angles = np.linspace(-3, 3, values["norm"].size, dtype=np.float32)
        arrays[f"rung {number} angle"] = angles + number
        points = np.stack([values["norm"], values["error"]], axis=2)
        arrays[f"rung {number} pca 2"] = points
    rungs = [{"run": run, "beta": beta, **rung()} for run, beta in runs.items()]
    return pack({**shared, "rungs": rungs}, arrays)


def rung() -> dict[str, Any]:
    """What an entry of a run has besides its name and its β."""
    return {
        "seed": 0,
        "training": False,
        "steps": STEPS,
        "narration": [f"At step {step}." for step in STEPS],
        "alarm": [None] * len(STEPS),
        "curves": {
            "history": {
                "step": STEPS[1:],
                "loss": [3.0, 2.0, 1.0],
                "reconstruction_error": [2.0, 1.5, 0.9],
                "latent_norm": [0.5, 0.25, 0.05],
            },
            "gradients": {"step": [], "error_gradient": [], "pull_gradient": [], "cosine": []},
        },
        "angles": [{"array": "angle", "title": "PCA of directions"}],
        "maps": [{"array": "pca 2", "title": "PCA, 2-D", "kind": "true", "dimensions": 2}],
        "pictures": None,
        "left_out": [],
    }


def metrics() -> dict[str, Any]:
    """For each frame, what the library says of the film."""
    values = numbers()
    frames = []
    for frame in range(len(STEPS)):
        here = {name: values[name][frame] for name in NAMES}
        false_positive, true_positive = roc(LABELS, here["score"])[:2]
        frames.append(
            {
                "scores": here["score"].tolist(),
                "auroc": {name: auroc(LABELS, here[name]) for name in NAMES},
                "roc": {"false": false_positive.tolist(), "true": true_positive.tolist()},
                "separation": separation(LABELS, here["norm"]),
                "horizon": event_horizon(here["norm"][LABELS == 0]),
            }
        )
    return {"labels": LABELS.tolist(), "frames": frames}


def metrics_text() -> str:
    return json.dumps(metrics(), indent=2) + "\n"


if __name__ == "__main__":
    FILM.write_bytes(packed())
    LADDER.write_bytes(ladder(TWO))
    METRICS.write_text(metrics_text(), encoding="utf-8")
