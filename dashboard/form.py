"""The form that a run's settings are made in: presets, fields that check each other, estimate."""

import numpy as np
import streamlit as st

from dashboard import classes, faults, fields, ladder_form, loading
from dashboard.components import PAGES, duration
from dashboard.plain import plain
from toll.config import MAX_BETA, PRECISIONS, SEEDINGS, RunConfig
from toll.data import DATASETS, DatasetSpec, availability, get_spec
from toll.jobs.kinds import MeasureSpeed
from toll.jobs.queue import JobState
from toll.jobs.speed import estimate, known_speed
from toll.presets import PAPER_DATASETS, laptop, paper

PREFIX = "setting_"
BETAS = [0.0] + [lead * 10.0**power for power in range(-3, 4) for lead in (1, 2, 5)] + [1e4]
# All settings but the one that has a field of its own, in classes.py.
_SINGLE = tuple(name for name in RunConfig.__dataclass_fields__ if name != "normal_class")
PRESETS = {"laptop": "Laptop", "paper": "Paper", "last": "My last"}


def settings() -> RunConfig | None:
    """Draw the form; the config as it stands, or None while something in it is wrong."""
    if st.session_state.get(PREFIX + "dataset", "") not in DATASETS:  # at first, or forgotten since
        open_with("digits")
    spec = _choose_dataset()
    _choose_preset(spec)
    if not is_present(spec):
        return None
    normal_classes = classes.choose(spec)
    if ladder_form.is_wanted():
        _choose_betas(spec)
    else:
        _choose_beta()
    left, right = st.columns(2)
    with left:
        fields.number("z_dim", 1, prefix=PREFIX)
        fields.number("batch_size", 1, prefix=PREFIX)
    with right:
        fields.number("lr", 1e-4, "%g", prefix=PREFIX)
        fields.number("niter", 100, prefix=PREFIX)
    with st.expander("More settings"):
        _choose_the_rest(spec)
    return None if normal_classes is None else _checked(normal_classes)


def open_with(dataset: str) -> None:
    """Let the form show the settings that a dataset starts from."""
    st.session_state["preset"] = "laptop"
    _fill(laptop(dataset))


def _key(name: str) -> str:
    return PREFIX + name


def _fill(config: RunConfig) -> None:
    for name in _SINGLE:
        st.session_state[_key(name)] = getattr(config, name)
    classes.fill(get_spec(config.dataset), config.normal_classes)
    st.session_state["beta_slider"] = _nearest_beta(config.beta)


def _preset_config(dataset: str, preset: str) -> RunConfig:
    if preset == "last":
        configs = (each.config for each in loading.runs())
        return next((c for c in configs if c and c.dataset == dataset), laptop(dataset))
    return paper(dataset) if preset == "paper" and dataset in PAPER_DATASETS else laptop(dataset)


def _apply_preset() -> None:
    dataset, preset = st.session_state[_key("dataset")], st.session_state["preset"]
    _fill(_preset_config(dataset, preset or "laptop"))


def _choose_dataset() -> DatasetSpec:
    name = st.selectbox(
        "Dataset",
        list(DATASETS),
        key=_key("dataset"),
        format_func=lambda name: DATASETS[name].title,
        on_change=_apply_preset,
        persist_state="session",
    )
    return DATASETS[name]


def _choose_preset(spec: DatasetSpec) -> None:
    offered = [name for name in PRESETS if name != "paper" or spec.name in PAPER_DATASETS]
    if st.session_state.get("preset") not in offered:
        st.session_state["preset"] = "laptop"
    st.segmented_control(
        "Preset",
        offered,
        key="preset",
        format_func=PRESETS.__getitem__,
        on_change=_apply_preset,
        persist_state="session",
        required=True,
        help="Laptop: shows the collapse within a minute, without a GPU. Paper: as published.",
    )


def is_present(spec: DatasetSpec) -> bool:
    """Whether the dataset is there; on the page, what to do where it is not."""
    found = availability(spec.name)
    if not found.present:
        st.info(plain(found.message))
        st.page_link(PAGES / "datasets.py", label="Get it under **Datasets**")
    return found.present


def _choose_betas(spec: DatasetSpec) -> None:
    """Those of a ladder. The field for a single one is not seen, so it may not be at fault."""
    key = _key("beta")
    if st.session_state[key] is None or not 0 <= st.session_state[key] <= MAX_BETA:
        st.session_state[key] = laptop(spec.name).beta
    ladder_form.draw(float(st.session_state[key]), BETAS)


def _choose_beta() -> None:
    st.select_slider(
        "β, the pull towards the origin",
        BETAS,
        key="beta_slider",
        format_func=lambda beta: f"{beta:g}",
        on_change=_beta_from_slider,
        persist_state="session",
        help="Weight of ‖z‖ in the loss and in the score. 0 is a plain autoencoder.",
    )
    st.number_input(
        fields.LABELS["beta"],
        value=None,
        key=_key("beta"),
        step=None,
        format="%g",
        on_change=_slider_from_beta,
        persist_state="session",
    )


def _beta_from_slider() -> None:
    st.session_state[_key("beta")] = float(st.session_state["beta_slider"])


def _slider_from_beta() -> None:
    beta = st.session_state[_key("beta")]
    if beta is not None:
        st.session_state["beta_slider"] = _nearest_beta(beta)


def _nearest_beta(beta: float) -> float:
    if beta <= 0:
        return 0.0
    return min(BETAS[1:], key=lambda option: abs(np.log10(option) - np.log10(beta)))


def _choose_the_rest(spec: DatasetSpec) -> None:
    options = {
        "network": list(spec.networks),
        "device": ["auto", *loading.launcher().devices()],
        "precision": list(PRECISIONS),
        "seeding": list(SEEDINGS),
    }
    for name, choices in options.items():
        text = RunConfig.__dataclass_fields__[name].metadata["help"]
        if st.session_state[_key(name)] not in choices:
            st.session_state[_key(name)] = choices[0]
        st.selectbox(name.capitalize(), choices, key=_key(name), help=text, persist_state="session")
    fields.number("seed", 1, prefix=PREFIX)
    fields.number("ckpt_interval", 1, prefix=PREFIX)
    for name in ("validation_size", "probe_size", "inference_batch_size"):
        fields.number(name, 100, prefix=PREFIX)
    fields.switch("deterministic", prefix=PREFIX)


def _checked(normal_classes: tuple[int, ...]) -> RunConfig | None:
    """The config in the fields; a sentence on the page where it cannot be trained."""
    values = fields.values(_SINGLE, PREFIX)
    if values is None:
        return None
    try:
        config = RunConfig(normal_class=normal_classes, **values)
        loading.split_of(config).check_batch_size(config.batch_size)
    except (ValueError, OSError) as error:
        fields.show_fault(error)
        return None
    return config


def show_estimate(config: RunConfig, models: int = 1) -> None:
    """How long this many trainings will take here; measured first if it is not known yet."""
    launcher = loading.launcher()
    measurement = MeasureSpeed(config)
    speed = known_speed(config)
    if speed is None and launcher.find(measurement) is None and not launcher.trainings():
        launcher.submit(measurement)

    @st.fragment(run_every=0.5 if speed is None else None)
    @faults.shown()
    def line() -> None:
        speed, job = known_speed(config), launcher.find(measurement)
        if speed is not None:
            seconds = estimate(config, loading.split_of(config), speed)
            text = f"About **{duration(models * seconds)}** on this machine"
            if models > 1:
                text += f" if {models} models train one after another; networks without "
                text += "convolutions train together, which takes less time"
            st.caption(f"{text}.")
        elif job is not None and job.state == JobState.FAILED:
            st.error(plain(f"{job.message}."))
        else:
            st.caption("Measuring how fast this machine trains …")

    line()
