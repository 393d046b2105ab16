"""The top-scored rows of a table as cards: which features made the score, beside what is usual."""

import html
from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.gallery import CARD, split_bar, title
from toll.data import OneClassSplit
from toll.evaluation.blame import Blamed, Ranges, blame
from toll.player.palette import palette

COLORS = palette()
STYLE = f"""
<style>
.toll-cards.of-features {{grid-template-columns:repeat(auto-fill,minmax(17rem,1fr))}}
.toll-feature {{margin-top:.55rem;font-size:.78rem;line-height:1.35}}
.toll-feature .head {{display:flex;justify-content:space-between;gap:.5rem}}
.toll-feature .head b {{overflow-wrap:anywhere}}
.toll-feature .track {{position:relative;height:.7rem;margin:.15rem 0}}
.toll-feature .track::before {{content:"";position:absolute;inset:calc(50% - 1px) 0;
  background:rgba(128,128,128,.3)}}
.toll-feature .usual {{position:absolute;top:15%;bottom:15%;border-radius:.2rem;opacity:.4;
  background:{COLORS.normal}}}
.toll-feature .expected {{position:absolute;top:0;bottom:0;width:2px;margin-left:-1px;
  background:currentColor;opacity:.7}}
.toll-feature .value {{position:absolute;top:50%;width:.55rem;height:.55rem;margin:-.275rem;
  border-radius:50%;background:{COLORS.reconstruction_error}}}
.toll-feature .words {{opacity:.85}}
</style>
"""


def show(
    rows: pd.DataFrame,
    split: OneClassSplit,
    outputs: dict[int, np.ndarray],
    about: tuple[Ranges, Mapping[int, str]],
    beta: float | None,
) -> None:
    """Cards of rows with a `score`. about: the usual ranges, and what samples are called."""
    ranges, names = about
    cards = "".join(
        _card(row, split, outputs.get(row["id"]), ranges, names.get(row["id"], ""), beta)
        for row in rows.to_dict("records")
    )
    st.html(f'{CARD}{STYLE}<div class="toll-cards of-features">{cards}</div>')


def _card(
    row: dict,
    split: OneClassSplit,
    output: np.ndarray | None,
    ranges: Ranges,
    name: str,
    beta: float | None,
) -> str:
    if output is None:
        features = '<div class="toll-feature">Its reconstruction was not kept.</div>'
    else:
        features = "".join(map(_feature, blame(split, row["id"], output, ranges)))
    return f'<div class="toll-card">{title(row, split, name)}{split_bar(row, beta)}{features}</div>'


def _feature(each: Blamed) -> str:
    """A feature's value on a track, with its usual range and what the model expected."""
    ends = (each.value, each.expected, each.low, each.high)
    low, high = min(ends), max(ends)
    room = 0.06 * (high - low) or 1.0
    low, high = low - room, high + room

    def place(value: float) -> str:
        return f"{100 * (value - low) / (high - low):.1f}%"

    width = f"{max(100 * (each.high - each.low) / (high - low), 1):.1f}%"
    usual = f"usual {_number(each.low)} to {_number(each.high)}"
    if each.low == each.high:
        usual = f"usually {_number(each.low)}"
    return (
        f'<div class="toll-feature"><div class="head"><b>{html.escape(each.name)}</b>'
        f"<span>{each.share:.0%}</span></div>"
        f'<div class="track"><span class="usual" style="left:{place(each.low)};width:{width}">'
        f'</span><span class="expected" style="left:{place(each.expected)}"></span>'
        f'<span class="value" style="left:{place(each.value)}"></span></div>'
        f'<div class="words"><b>{_number(each.value)}</b> · {usual} · '
        f"rebuilt as {_number(each.expected)}</div></div>"
    )


def _number(value: float) -> str:
    """Three digits, and never a power of ten where a plain number will do."""
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.3g}"
