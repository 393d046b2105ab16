"""The paper's tables on the page: the form that begins one, its progress, and what it says."""

from dataclasses import replace

import numpy as np
import streamlit as st

from dashboard import components, faults, fields, form, loading, permission, state
from dashboard.chart import show
from dashboard.charts.table import GUESSING, Grid, heat_map
from dashboard.plain import plain
from toll.config import PRECISIONS, SEEDINGS, RunConfig
from toll.data import DATASETS
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.presets import PAPER_DATASETS
from toll.studies.report import AVERAGE, METRIC_NAMES, metrics_of, percent, summary
from toll.studies.table import OFFERED, Table, TableSettings, paper_table

PREFIX = "table_setting_"


def settings() -> TableSettings | None:
    """Draw the form; the table that it describes, or None while something in it is wrong."""
    if PREFIX + "dataset" not in st.session_state:
        st.session_state[PREFIX + "dataset"] = "arrhythmia"
        _fill()
    dataset = st.selectbox(
        "Dataset",
        PAPER_DATASETS,
        key=PREFIX + "dataset",
        format_func=lambda name: DATASETS[name].title,
        on_change=_fill,
        persist_state="session",
    )
    if not form.is_present(DATASETS[dataset]):
        return None
    left, right = st.columns(2)
    _count("num_classes", left, "How many of them; each in turn is normal.")
    _count("num_seeds", right, "Repetitions with different initial weights.")
    with st.expander("Settings of every model"):
        st.caption("From the paper. A table with other settings is kept beside the paper's.")
        for name, step, shape in (
            ("niter", 100, None),
            ("batch_size", 1, None),
            ("lr", 1e-4, "%g"),
            ("z_dim", 1, None),
            ("beta", 1.0, "%g"),
            ("ckpt_interval", 1, None),
        ):
            fields.number(name, step, shape, prefix=PREFIX)
        for name, choices in (
            ("device", ["auto", *loading.launcher().devices()]),
            ("precision", list(PRECISIONS)),
            ("seeding", list(SEEDINGS)),
        ):
            text = RunConfig.__dataclass_fields__[name].metadata["help"]
            key = PREFIX + name
            st.selectbox(name.capitalize(), choices, key=key, help=text, persist_state="session")
        fields.switch("deterministic", prefix=PREFIX)
    return _checked()


def _fill() -> None:
    """Put the paper's settings for the chosen dataset into the fields."""
    dataset = st.session_state[PREFIX + "dataset"]
    whole = paper_table(dataset)
    for name in OFFERED:
        st.session_state[PREFIX + name] = getattr(whole.base, name)
    st.session_state[PREFIX + "num_classes"] = len(whole.classes)
    st.session_state[PREFIX + "num_seeds"] = len(whole.seeds)


def _count(name: str, column, text: str) -> None:
    label, key = fields.LABELS[name], PREFIX + name
    with column:
        st.number_input(
            label,
            value=None,
            key=key,
            step=1,
            min_value=1,
            help=text,
            persist_state="session",
        )


def _checked() -> TableSettings | None:
    values = fields.values((*OFFERED, "num_seeds", "num_classes"), PREFIX)
    if values is None:
        return None
    seeds, classes = values.pop("num_seeds"), values.pop("num_classes")
    try:
        settings = paper_table(st.session_state[PREFIX + "dataset"], seeds, classes, **values)
        for each in settings.classes:
            config = settings.cell(each, 0)
            loading.split_of(config).check_batch_size(config.batch_size)
    except (ValueError, OSError) as error:
        fields.show_fault(error)
        return None
    return settings


def describe(table: Table) -> None:
    """One line on the models of the table."""
    base, spec = table.settings.base, table.spec
    alike = replace(table.settings, base=base.replace(seeding="run"))
    published = base.dataset in PAPER_DATASETS and alike.name == base.dataset
    origin = "the paper's settings" if published else "not the paper's settings"
    origin += ", seeded as published" if base.seeding == "published" else ""
    st.caption(
        f"**{spec.title}** · normal classes: {len(table.settings.classes)}, seeds: "
        f"{len(table.settings.seeds)} · β **{base.beta:g}** · z_dim {base.z_dim} · lr "
        f"{base.lr:g} · batch {base.batch_size} · {base.niter:,} steps ({origin})"
    )


def show_progress(table: Table) -> None:
    """How far the table has got, and the buttons that make sense now."""
    status, scored, cells = table.status(), len(table.metrics()), len(table.settings.cells)
    # Folders of version 0.1.0 lack the steps after the last look at a table that was being filled.
    share = max(status.step / (cells * table.settings.base.niter), scored / cells)
    left = f", {components.duration(status.remaining)} left" if status.remaining else ""
    doing = f": {plain(status.activity)}{left}" if status.activity else ""
    mark = components.STATE_MARKS[status.state]
    done = f"{scored} of {cells} models scored"
    text = f"{mark} **{status.state.capitalize()}**, {done}{doing}"
    st.progress(min(share, 1.0), text=text)
    launcher = loading.launcher()
    if status.state.is_active:
        options = {"key": "stop table", "on_click": launcher.stop, "args": (table,)}
        permission.button("Stop", table.folder, **options)
    elif scored < cells:
        act = (launcher.fill, table)
        options = {"key": "resume table", "on_click": faults.carry_out, "args": act}
        permission.button("Resume", table.folder, **options)
    if status.message:
        st.warning(plain(status.message))


def show_summary(table: Table) -> None:
    """Classes × mean ± SD under each choice of weights, for each metric of the dataset."""
    for metric in metrics_of(table):
        rows = summary(table, metric)
        names = [name for name in WEIGHTS_CHOICES if name in set(rows["weights"])]
        texts = rows.assign(text=[percent(row) for row in rows.to_dict("records")])
        wide = texts.pivot(index="class_name", columns="weights", values="text")[names]
        wide = wide.loc[list(dict.fromkeys(rows["class_name"]))].fillna("–")
        chosen = [WEIGHTS_CHOICES[name] for name in names]
        wide.columns = [
            f"{each.title} ({'uses' if each.uses_labels else 'no'} labels)" for each in chosen
        ]
        wide["seeds"] = rows.groupby("class_name")["seeds"].max()
        wide.index = wide.index.map(lambda name: "**average**" if name == AVERAGE else plain(name))
        wide.index.name = "normal class"
        st.markdown(f"**{METRIC_NAMES[metric]} in %**, mean ± SD over seeds")
        st.table(wide)
    how = "; ".join(f"*{each.title}*: {each.text}" for each in WEIGHTS_CHOICES.values())
    st.caption(
        f"On the test samples, with their labels. {how[0].upper()}{how[1:]}. The average is over "
        "classes; its SD is over the seeds that have all classes."
    )


def show_cells(table: Table) -> None:
    """The heat map of classes × seeds; a click on a model makes it the selected run."""
    left, right = st.columns(2)
    with left:
        metric = st.segmented_control(
            "Metric",
            metrics_of(table),
            default=metrics_of(table)[0],
            required=True,
            format_func=METRIC_NAMES.__getitem__,
        )
    with right:
        weights = st.segmented_control(
            "Weights",
            list(WEIGHTS_CHOICES),
            default="best_by_labels",
            required=True,
            format_func=lambda name: WEIGHTS_CHOICES[name].title,
        )
    grid = _grid(table, metric, weights)
    chart = heat_map(grid, METRIC_NAMES[metric], GUESSING[metric])
    show(chart, f"models of table {table.id}", on_click=state.select)
    uses = "used" if WEIGHTS_CHOICES[weights].uses_labels else "used no"
    st.caption(
        f"{METRIC_NAMES[metric]} in % of every model on the test samples; choosing its weights "
        f"{uses} anomaly labels. Click a model to make it the run that all pages show."
    )


def _grid(table: Table, metric: str, weights: str) -> Grid:
    classes, seeds = table.settings.classes, table.settings.seeds
    values = np.full((len(classes), len(seeds)), np.nan)
    texts, ids = values.astype(object), values.astype(object)
    judged = table.metrics()
    for row, each in enumerate(classes):
        for column, seed in enumerate(seeds):
            found = judged.get((each, seed), {}).get(weights)
            what = f"{table.state_of(each, seed) or 'not begun'}"
            if found:
                values[row, column] = found["score"][metric]
                what = f"{METRIC_NAMES[metric]} {found['score'][metric]:.4f}, step {found['step']}"
            name = table.spec.class_text(each)
            texts[row, column] = f"normal class {name}, seed {seed}<br>{what}"
            ids[row, column] = table.cell(each, seed).id
    return Grid([table.spec.class_text(each) for each in classes], list(seeds), values, texts, ids)
