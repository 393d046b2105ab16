"""Flags for a run's settings: what is typed, what stands for what is not given, and the config."""

import argparse
import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import Field
from typing import Any

from toll.config import RunConfig
from toll.data import DATASETS, get_spec
from toll.presets import PAPER_DATASETS, laptop, paper

PRESET = "laptop"
EVERYDAY = ("dataset", "normal_class", "beta", "niter", "seed", "device")


def add_setting_flags(
    parser: argparse.ArgumentParser,
    everyday: argparse._ArgumentGroup,
    dataset: str,
    left_out: Collection[str] = (),
) -> None:
    """Add a flag for the preset and for every setting but those that are left out.

    everyday: where the everyday flags go; the others get a group of their own. dataset: the one
    that is taken where none is given.
    """
    advanced = parser.add_argument_group("advanced flags")
    everyday.add_argument(
        "--preset",
        choices=("laptop", "paper"),
        help="what the settings start from: `laptop` shows the collapse within a minute, `paper` "
        f"has the published settings (default: {PRESET})",
    )
    classes = everyday.add_mutually_exclusive_group()
    for setting in dataclasses.fields(RunConfig):
        name = setting.name
        if name in left_out:
            continue
        choices = f": {', '.join(DATASETS)}" if name == "dataset" else ""
        meaning = f"{setting.metadata['help']}{choices} (default: {_default(name, dataset)})"
        group = everyday if name in EVERYDAY else advanced
        group = classes if name == "normal_class" else group
        group.add_argument(*spelt(name), help=meaning, **typed(setting, metavar="VALUE"))
        if name == "normal_class":
            meaning = "the other way round: all classes but these are normal (default: not given)"
            classes.add_argument(*spelt("anomalous_class"), help=meaning, metavar="VALUE")


def spelt(name: str) -> list[str]:
    """The flag of a name, with underscores and with dashes."""
    return list(dict.fromkeys((f"--{name}", f"--{name.replace('_', '-')}")))


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Values of those of the flags of `add_setting_flags` that were given, by name."""
    names = [setting.name for setting in dataclasses.fields(RunConfig)]
    found = {name: getattr(options, name, None) for name in ("preset", "anomalous_class", *names)}
    return {name: value for name, value in found.items() if value is not None}


def chosen_config(options: argparse.Namespace, dataset: str) -> RunConfig:
    """The preset of the dataset that was given, else of `dataset`, with what else was given.

    Raises:
        ValueError: a value is outside its range, or there is no such dataset, class or preset.
    """
    given = given_settings(options)
    preset = paper if given.pop("preset", PRESET) == "paper" else laptop
    spec = get_spec(given.pop("dataset", dataset))
    if "normal_class" in given:
        given["normal_class"] = spec.classes_typed(given["normal_class"])
    if "anomalous_class" in given:
        anomalous = spec.classes_typed(given.pop("anomalous_class"))
        given["normal_class"] = spec.other_classes(anomalous)
    return preset(spec.name, **given)


def typed(setting: Field, **how: Any) -> dict[str, Any]:
    """Arguments of argparse's `add_argument`: a switch takes no value, all else one of its type.

    how: what else to say about the value. A flag that is not given reads as None.
    """
    if setting.type is bool:
        return {"action": "store_true", "default": None}
    # Classes are typed as text, which their dataset reads.
    return {"type": setting.type if isinstance(setting.type, type) else str, **how}


def defaults(name: str, presets: Mapping[str, RunConfig]) -> dict[str, str]:
    """A setting's value in each preset, as one types it; by what the preset is called."""
    return {title: _text(getattr(preset, name)) for title, preset in presets.items()}


def _default(name: str, dataset: str) -> str:
    """What stands for a setting that is not given: one value, or the preset's."""
    if name == "dataset":
        return dataset
    presets = {each: laptop(each) for each in DATASETS}
    presets |= {f"{each}, paper": paper(each) for each in PAPER_DATASETS}
    texts = defaults(name, presets)
    if len(set(texts.values())) == 1:
        return texts[dataset]
    return f"the preset's: {texts[dataset]} for {dataset}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
