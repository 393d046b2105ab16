"""What a table says: every metric of every cell, and the mean ± SD of each class.

SD is the sample standard deviation over seeds. The average of a dataset is the mean over its
classes; its SD is that of the averages of those seeds that have all classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.files import replacing, write_json
from toll.studies.table import Table

if TYPE_CHECKING:
    import pandas as pd

METRIC_NAMES = {"auroc": "AUROC", "f1": "F1"}
AVERAGE = "average"


def cells(table: Table) -> pd.DataFrame:
    """One row per scored cell and choice of weights: its step, how it was chosen, test metrics."""
    import pandas as pd

    rows = [
        {
            "class": normal_class,
            "class_name": table.spec.class_names[int(normal_class)],
            "seed": seed,
            "weights": name,
            "labels_used": WEIGHTS_CHOICES[name].uses_labels,
            "step": judged["step"],
            **judged["score"],
            "auroc_reconstruction_error": judged["reconstruction_error"]["auroc"],
            "auroc_latent_norm": judged["latent_norm"]["auroc"],
            "separation": judged["separation"],
        }
        for (normal_class, seed), metrics in sorted(table.metrics().items())
        for name, judged in metrics.items()
    ]
    return pd.DataFrame(rows)


def summary(table: Table, metric: str) -> pd.DataFrame:
    """Mean, SD and number of seeds of a metric for each class and weights, then the average.

    Columns: class_name, weights, mean, sd (NaN for a single seed), seeds.
    """
    import pandas as pd

    found = cells(table)
    if found.empty:
        return pd.DataFrame(columns=["class_name", "weights", "mean", "sd", "seeds"])
    grouped = found.groupby(["class", "class_name", "weights"], sort=True)[metric]
    by_class = grouped.agg(mean="mean", sd="std", seeds="count").reset_index()
    averages = []
    for weights, rows in found.groupby("weights"):
        seeds = rows.pivot(index="seed", columns="class", values=metric)
        whole = seeds.dropna() if seeds.shape[1] == len(table.settings.classes) else seeds[:0]
        average = {"mean": seeds.mean().mean(), "sd": whole.mean(axis=1).std(), "seeds": len(whole)}
        averages.append({"class_name": AVERAGE, "weights": weights, **average})
    return pd.concat([by_class.drop(columns="class"), pd.DataFrame(averages)], ignore_index=True)


def metrics_of(table: Table) -> list[str]:
    """The metrics that this table is about: the paper's, and AUROC beside it."""
    return list(dict.fromkeys((table.spec.metric, "auroc")))


def markdown(table: Table) -> str:
    """The tables as Markdown, in per cent, with what each column's weights were chosen by."""
    parts = [f"# {table.spec.title}: {len(table.metrics())} of {len(table.settings.cells)} models"]
    for metric in metrics_of(table):
        rows = summary(table, metric)
        names = [name for name in WEIGHTS_CHOICES if name in set(rows["weights"])]
        head = ["normal class", *(WEIGHTS_CHOICES[name].title for name in names), "seeds"]
        lines = [head, ["---"] + ["---:"] * (len(names) + 1)]
        for class_name, group in rows.groupby("class_name", sort=False):
            by_name = group.set_index("weights").to_dict("index")
            texts = [percent(by_name[name]) if name in by_name else "–" for name in names]
            lines.append([str(class_name), *texts, str(group["seeds"].max())])
        body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        parts.append(f"{METRIC_NAMES[metric]} in % on the test samples, mean ± SD\n\n{body}")
    how = [f"- {each.title}: {each.text}" for each in WEIGHTS_CHOICES.values()]
    return "\n\n".join([*parts, "\n".join(how)]) + "\n"


def percent(row: dict[str, Any]) -> str:
    """`97.8 ± 0.3`, or `97.8` where there is only one seed."""
    spread = f" ± {100 * row['sd']:.1f}" if row["sd"] == row["sd"] else ""
    return f"{100 * row['mean']:.1f}{spread}"


def write_reports(table: Table) -> None:
    """Write cells.csv, table.csv, table.json and table.md into the table's folder."""
    import pandas as pd

    summaries = [summary(table, metric).assign(metric=metric) for metric in metrics_of(table)]
    every, whole = cells(table), pd.concat(summaries, ignore_index=True)
    for name, rows in (("cells.csv", every), ("table.csv", whole)):
        with replacing(table.folder / name) as temporary:
            rows.to_csv(temporary, index=False)
    settings = table.settings
    content = {
        "dataset": settings.base.dataset,
        "settings": settings.base.to_dict(),
        "classes": settings.classes,
        "seeds": settings.seeds,
        "labels_used": {name: each.uses_labels for name, each in WEIGHTS_CHOICES.items()},
        "summary": _records(whole),
        "cells": _records(every),
    }
    write_json(table.folder / "table.json", content)
    with replacing(table.folder / "table.md") as temporary:
        temporary.write_text(markdown(table), encoding="utf-8")


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain objects, with null for what is not a number."""
    return rows.astype(object).where(rows.notna(), None).to_dict("records")
