"""The fields that find runs among many, and their place in the link."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from dashboard import state
from dashboard.components import SETTING_WORDS
from dashboard.fields import LABELS
from toll.config import RunConfig
from toll.runs.status import State
from toll.runs.summary import RunSummary
from toll.studies.library import Wanted, words_of

KINDS = {"runs": "Single runs", "rungs": "Rungs of ladders", "both": "Both", "ladders": "Ladders"}
SORTS = {
    "newest": "newest first",
    "name": "name",
    "auroc": "AUROC, highest first",
    "separation": "separation, highest first",
    "beta": "β, smallest first",
    "bytes": "space, largest first",
}
GROUPS = ("", "state", "tags", *RunConfig.__dataclass_fields__)
# Fields by their names in the link and in the session, with what they hold at first.
_PREFIX, _READ, _USUAL = "find_", "find_read", "find_usual"
_ALL_BETAS, _LINKED_BETAS = "find_all_betas", "find_linked_betas"
_FIRST: dict[str, Any] = {
    "kind": "",
    "text": "",
    "dataset": [],
    "class": [],
    "state": [],
    "tag": [],
    "beta": None,
    "archived": False,
    "sort": "newest",
    "group": "",
}


def setting_words(name: str) -> str:
    """What a setting is called for people."""
    named = SETTING_WORDS.get(name) or LABELS.get(name, name).partition(" (")[0]
    return named[:1].lower() + named[1:]


@dataclass(frozen=True)
class Finding:
    """What is listed, and how."""

    kind: str
    wanted: Wanted
    sort: str
    group: str

    @property
    def described(self) -> str:
        """What is asked for in fields that are not in view, in words; perhaps nothing."""
        wanted, parts = self.wanted, []
        if wanted.tags:
            parts.append(f"tagged {' and '.join(wanted.tags)}")
        if wanted.betas:
            parts.append("β from {:g} to {:g}".format(*wanted.betas))
        if wanted.archived:
            parts.append("archived ones too")
        if self.group:
            parts.append(f"grouped by {setting_words(self.group)}")
        if self.sort != "newest":
            parts.append(f"sorted by {SORTS[self.sort]}")
        return "".join(f", {part}" for part in parts)


def choose(summaries: Sequence[RunSummary], usual: str) -> Finding:
    """Draw the fields. summaries: all there are, of which values are offered. usual: of `KINDS`."""
    _fill(usual)
    st.segmented_control(
        "List",
        list(KINDS),
        format_func=KINDS.__getitem__,
        label_visibility="collapsed",
        required=True,
        **_field("kind"),
    )
    configs = [each.config for each in summaries if each.config]
    words = [words_of(config) for config in configs]
    titles = {config.dataset: title for config, (title, _) in zip(configs, words, strict=True)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words_to_find = {"placeholder": "name, tag, note, dataset …", "width": 230}
        st.text_input("Find", **words_to_find, **_field("text"))
        _several("Dataset", "dataset", [*titles], titles)
        _several("Normal class", "class", [name for _, name in words])
        _several("State", "state", [str(each.status.state) for each in summaries])
        _choose_more(summaries, [config.beta for config in configs])
    return _chosen()


def _choose_more(summaries: Sequence[RunSummary], betas: Sequence[float]) -> None:
    with st.popover("More"):
        tags = [tag for each in summaries for tag in each.label.tags]
        _several("Tags, all of them", "tag", tags, width="stretch")
        values = sorted({*betas})
        if len(values) > 1:
            low, high = st.session_state.get(_LINKED_BETAS) or (values[0], values[-1])
            inside = [beta for beta in values if low <= beta <= high] or values
            st.session_state[_ALL_BETAS] = (values[0], values[-1])
            st.select_slider(
                "β from, to",
                values,
                # Only its first value says that the field is one of a range.
                (inside[0], inside[-1]),
                format_func="{:g}".format,
                **_field("beta"),
            )
        st.selectbox("Sort by", list(SORTS), format_func=SORTS.__getitem__, **_field("sort"))
        st.selectbox(
            "Group by",
            GROUPS,
            format_func=lambda name: setting_words(name) or "nothing",
            **_field("group"),
        )
        st.checkbox("Archived ones too", **_field("archived"))


def _several(
    label: str,
    name: str,
    present: Sequence[str],
    words: dict[str, str] | None = None,
    width: Any = 170,
) -> None:
    """A field for any of the values that are there; those that a link names are offered too."""
    options = sorted({*present, *_kept(name)} - {""})
    shown = {"format_func": lambda value: (words or {}).get(value, value), "placeholder": "any"}
    st.multiselect(label, options, width=width, **shown, **_field(name))


def _field(name: str) -> dict[str, Any]:
    return {"key": _PREFIX + name, "on_change": _remember}


def _kept(name: str) -> Any:
    return st.session_state.get(_PREFIX + name, _FIRST[name])


def _betas() -> tuple[float, float] | None:
    """The range that is asked for; none where it is the whole one."""
    betas = _kept("beta")  # in a folder with one value of β there is no field
    return None if betas == st.session_state.get(_ALL_BETAS) else betas


def _fill(usual: str) -> None:
    """Have the fields say what the link says, where that has come from elsewhere."""
    link = st.session_state.get(state.LIST, "")
    # A field that was not drawn, as on other pages, is forgotten.
    if st.session_state.get(_READ) == link and _PREFIX + "text" in st.session_state:
        return
    st.session_state[_READ], st.session_state[_USUAL] = link, usual
    given = dict(parse_qsl(link))
    for name, first in _FIRST.items():
        st.session_state[_PREFIX + name] = _read(name, given.get(name, ""), first) or copy(first)
    st.session_state[_LINKED_BETAS] = st.session_state.pop(_PREFIX + "beta")
    if not _kept("kind"):
        st.session_state[_PREFIX + "kind"] = usual


def _read(name: str, text: str, first: Any) -> Any:
    """A field's value in a link; what means nothing is passed over."""
    match name:
        case "beta":
            return _range(text)
        case "archived":
            return text == "1"
        case "kind" | "sort" | "group":
            known = {"kind": KINDS, "sort": SORTS, "group": GROUPS}[name]
            return text if text in known else first
        case "state":
            return [each for each in text.split(",") if each in list(State)]
    return [each for each in text.split(",") if each] if first == [] else text


def _range(text: str) -> tuple[float, float] | None:
    low, _, high = text.partition(",")
    try:
        return float(low), float(high)
    except ValueError:
        return None


def _remember() -> None:
    """Put into the link what the fields say; what they say at first need not stand there."""
    parts = {}
    for name, first in _FIRST.items():
        value = _betas() if name == "beta" else _kept(name)
        usual = st.session_state[_USUAL] if name == "kind" else first
        if value not in (usual, first, None):
            several = isinstance(value, list | tuple)
            parts[name] = ",".join(map(_text, value)) if several else str(value)
    parts |= {"archived": "1"} if _kept("archived") else {}
    st.session_state[state.LIST] = st.session_state[_READ] = urlencode(parts)
    state.keep_in_link()


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _chosen() -> Finding:
    wanted = Wanted(
        text=_kept("text"),
        datasets=tuple(_kept("dataset")),
        classes=tuple(_kept("class")),
        states=tuple(map(State, _kept("state"))),
        tags=tuple(_kept("tag")),
        betas=_betas(),
        archived=_kept("archived"),
    )
    return Finding(_kept("kind") or "runs", wanted, _kept("sort"), _kept("group"))
