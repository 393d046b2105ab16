"""The field for the normal classes: one of them, all but one, or those that are ticked."""

from typing import Any, Literal

import numpy as np
import streamlit as st

from dashboard import images, loading
from dashboard.plain import plain
from toll.data import DatasetSpec, OneClassSplit
from toll.errors import in_words

WAYS = {"one": "One", "all but": "All but", "several": "Several"}
WAY, ONE, LEFT_OUT, SEVERAL = "normal_way", "normal_class", "anomalous_class", "normal_classes"


def fill(spec: DatasetSpec, classes: tuple[int, ...]) -> None:
    """Let the field show these classes."""
    others = spec.other_classes(classes)
    way = "one" if len(classes) == 1 else "all but" if len(others) == 1 else "several"
    way = way if way in _ways(spec) else "several"
    # Of data without labels there is one class, and no other.
    shown = {WAY: way, ONE: classes[0], LEFT_OUT: [*others, 0][0], SEVERAL: list(classes)}
    st.session_state.update(shown)


def choose(spec: DatasetSpec) -> tuple[int, ...] | None:
    """Draw the field; the classes in it, or None, with a sentence, where they cannot be normal."""
    if not spec.labelled:
        st.caption(plain(spec.note))
        return spec.normal_classes
    ways = _ways(spec)
    if ways:
        if st.session_state.get(WAY) not in ways:
            st.session_state[WAY] = ways[0]
        st.segmented_control(
            "Normal class",
            ways,
            key=WAY,
            format_func=WAYS.__getitem__,
            persist_state="session",
            required=True,
            help="Training sees normal samples only. All other classes are anomalous.",
        )
    classes = _choose_classes(spec, "collapsed" if ways else "visible")
    try:
        split = loading.split(spec.name, classes, 0)
    except (ValueError, OSError) as error:
        st.error(plain(f"{in_words(error)}."))
        return None
    _describe(split)
    return classes


def _ways(spec: DatasetSpec) -> list[str]:
    """How the normal classes may be chosen; none where there is only one that may be normal.

    Of a person's own classes those that are declared anomalous cannot be normal.
    """
    if len(spec.class_names) < 3 or len(spec.normal_classes) < 2:
        return []
    all_may = len(spec.normal_classes) == len(spec.class_names)
    return [way for way in WAYS if all_may or way != "all but"]


def _choose_classes(
    spec: DatasetSpec, label_visibility: Literal["collapsed", "visible"]
) -> tuple[int, ...]:
    way, known = st.session_state[WAY], range(len(spec.class_names))
    way = way if _ways(spec) else "one"
    how: dict[str, Any] = {"label_visibility": label_visibility, "persist_state": "session"}
    if way == "several":
        ticked = st.pills(
            "Normal classes",
            spec.normal_classes,
            selection_mode="multi",
            key=SEVERAL,
            format_func=lambda index: plain(spec.class_text(index)),
            **how,
        )
        return tuple(sorted(ticked))
    if way == "one":
        classes = (
            st.selectbox(
                "Normal class", spec.normal_classes, key=ONE, format_func=spec.class_text, **how
            ),
        )
    else:
        left_out = st.selectbox(
            "Anomalous class",
            known,
            key=LEFT_OUT,
            format_func=lambda index: f"all but {spec.class_text(index)}",
            **how,
        )
        classes = spec.other_classes((left_out,))
    st.session_state[SEVERAL] = list(classes)  # what ticking starts from
    return classes


def _describe(split: OneClassSplit) -> None:
    """Examples of what is normal, and how many samples that makes."""
    dataset = split.dataset
    spec = dataset.spec
    if spec.is_image:
        shown = split.normalise.display(dataset.samples[split.train[:7]])
        name = spec.classes_name(split.normal_classes)
        st.html(images.strip(shown, alt=f"examples of {name}"))
    normal = np.isin(dataset.classes, split.normal_classes).sum()
    st.caption(
        f"{normal:,} of {len(dataset.classes):,} samples are normal; {len(split.train):,} of them "
        f"are for training, {len(split.test):,} samples of all classes for testing."
    )
