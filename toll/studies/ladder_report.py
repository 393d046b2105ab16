"""What a ladder says: every rung's metrics, and for each β their mean and spread over seeds.

Where all rungs have been scored, AUROC and separation are those of the last weights on the test
samples; until then, of the last snapshot that all rungs have, on its probe samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from toll.data import OneClassSplit
from toll.evaluation.metrics import are_of_both_kinds, auroc, separation
from toll.files import replacing, write_json
from toll.runs.folder import DamagedFolder
from toll.runs.pictures import variety
from toll.runs.run import Run
from toll.runs.snapshots import Snapshot
from toll.studies.ladder import Ladder

if TYPE_CHECKING:
    import pandas as pd

# What a rung is judged by, in words, and whether anomaly labels are needed for it.
METRICS = {
    "auroc": ("AUROC of the score", True),
    "auroc_reconstruction_error": ("AUROC of ‖x − x̂‖ alone", True),
    "auroc_latent_norm": ("AUROC of ‖z‖ alone", True),
    "separation": ("separation", True),
    "reconstruction_error": ("median ‖x − x̂‖ of normal samples", False),
    "variety": ("variety of the reconstructions", False),
}
COLUMNS = ("beta", "seed", "step", "scored", *METRICS)


def rungs(ladder: Ladder, split: OneClassSplit) -> pd.DataFrame:
    """One row per rung of which something can be said, seed by seed, by rising β.

    Columns: beta, seed, step (of the numbers), scored (whether they are of the test samples), and
    those of `METRICS`, NaN where a rung has kept nothing that tells.
    """
    import pandas as pd

    found = [(cell, ladder.cell(*cell)) for cell in ladder.settings.cells]
    begun = [(cell, run) for cell, run in found if run.folder.exists() and run.snapshot_steps()]
    judged = ladder.metrics()
    scored = len(judged) == len(found)
    steps = [set(run.snapshot_steps()) for _, run in begun]
    common = set.intersection(*steps) if steps else set()
    if not common:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = []
    for cell, run in begun:
        try:
            row = _at_snapshot(run, split, max(common))
        except DamagedFolder:
            continue  # the run's own page says what is wrong with it
        if scored:
            row |= _on_test_samples(judged[cell]["last"])
        rows.append({"beta": cell[0], "seed": cell[1], "scored": scored, **row})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(METRICS, float))


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean and SD (NaN for a single seed) of each metric for each β, with the number of seeds.

    rows: as `rungs` gives them. Columns: beta, seeds, and for each metric its name and `name_sd`.
    """
    grouped = rows.groupby("beta", sort=True)
    means = grouped.agg(dict.fromkeys(METRICS, "mean"))
    spreads = grouped.agg(dict.fromkeys(METRICS, "std")).add_suffix("_sd")
    counts = grouped.agg({"seed": "nunique"}).rename(columns={"seed": "seeds"})
    return means.join([spreads, counts]).reset_index()


def write_reports(ladder: Ladder) -> None:
    """Write ladder.csv, ladder.json and ladder.md into the ladder's folder."""
    from toll.data import load_dataset, split_one_class

    config = ladder.settings.base
    dataset = load_dataset(config.dataset)
    split = split_one_class(dataset, config.normal_class, config.validation_size)
    rows = rungs(ladder, split)
    with replacing(ladder.folder / "ladder.csv") as temporary:
        rows.to_csv(temporary, index=False)
    content = {
        "settings": config.to_dict(),
        "betas": ladder.settings.betas,
        "seeds": ladder.settings.seeds,
        "labels_used": {name: uses for name, (_, uses) in METRICS.items()},
        "rungs": _records(rows),
        "summary": _records(summary(rows)),
    }
    write_json(ladder.folder / "ladder.json", content)
    with replacing(ladder.folder / "ladder.md") as temporary:
        temporary.write_text(markdown(ladder, rows), encoding="utf-8")


def markdown(ladder: Ladder, rows: pd.DataFrame) -> str:
    """The ladder as a table in Markdown: a row for each β, mean ± SD over seeds."""
    config, spec = ladder.settings.base, ladder.spec
    title = f"# {spec.title}, normal: {spec.classes_phrase(config.normal_classes)}"
    head = ["β", "seeds", *(words for words, _ in METRICS.values())]
    lines = [head, ["---:"] * len(head)]
    for row in summary(rows).to_dict("records"):
        texts = [with_spread(row[name], row[f"{name}_sd"]) for name in METRICS]
        lines.append([f"{row['beta']:g}", str(row["seeds"]), *texts])
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    of = "on the test samples" if bool(rows["scored"].any()) else "on the probe samples so far"
    labelled = ", ".join(words for words, uses in METRICS.values() if uses)
    words = f"Mean ± SD over seeds, {of}. Anomaly labels are used for: {labelled}."
    return "\n\n".join((title, words, body)) + "\n"


def with_spread(mean: float, sd: float) -> str:
    """A mean ± its SD as text; NaN is a mean that is not there, or the SD of a single seed."""
    if np.isnan(mean):
        return "–"
    return f"{mean:.3f}" if np.isnan(sd) else f"{mean:.3f} ± {sd:.3f}"


def _at_snapshot(run: Run, split: OneClassSplit, step: int) -> dict[str, Any]:
    snapshot: Snapshot = run.snapshot(step)
    labels = split.labels(snapshot.ids)
    error, norm = snapshot.reconstruction_error, snapshot.latent_norm
    normal = labels == 0
    row = {
        "step": step,
        "reconstruction_error": float(np.median(error[normal])),
        "variety": variety(run, step, snapshot.ids[normal]),
    }
    if not are_of_both_kinds(labels):
        return row
    return row | {
        "auroc": auroc(labels, error + run.config.beta * norm),
        "auroc_reconstruction_error": auroc(labels, error),
        "auroc_latent_norm": auroc(labels, norm),
        "separation": separation(labels, norm),
    }


def _on_test_samples(judged: dict[str, Any]) -> dict[str, Any]:
    if "score" not in judged:  # of data without labels
        return {"step": judged["step"]}
    return {
        "step": judged["step"],
        "auroc": judged["score"]["auroc"],
        "auroc_reconstruction_error": judged["reconstruction_error"]["auroc"],
        "auroc_latent_norm": judged["latent_norm"]["auroc"],
        "separation": judged["separation"],
    }


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain objects, with null for what is not a finite number."""
    finite = rows.replace([np.inf, -np.inf], np.nan)
    return finite.astype(object).where(finite.notna(), None).to_dict("records")
