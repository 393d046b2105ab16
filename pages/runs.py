"""All runs and ladders on this machine: found, sorted, grouped, named, compared, deleted."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import (
    bin_view,
    chart,
    components,
    faults,
    finding,
    labels,
    loading,
    permission,
    run_list,
)
from dashboard import state as selection
from dashboard.plain import plain
from toll.files import size_words
from toll.paths import cache_dir
from toll.runs.run import Run
from toll.runs.summary import RunSummary
from toll.studies.ladder import Ladder
from toll.studies.library import table_bytes


def show_actions(works: Sequence[Run | Ladder], listed: Sequence[RunSummary], counted: str) -> None:
    """What can be done with the rows that are selected, and with the list."""
    runs = [run for work in works for run in (work.rungs() if isinstance(work, Ladder) else [work])]
    most = selection.MOST_COMPARED
    fixed = bool(permission.refusal(cache_dir())) or not works
    inside = any("/" in work.id for work in works)
    archived = bool(works) and all(labels.is_archived(work) for work in works)
    with st.container(horizontal=True, vertical_alignment="center"):
        # A link, as a button's change of page would be several steps to go back over.
        st.page_link(
            components.PAGES / "compare.py",
            label=f"**Compare {len(runs)}**" if len(runs) > 1 else "Compare",
            icon=":material/compare_arrows:",
            disabled=not 2 <= len(runs) <= most,
            help=f"From 2 to {most} runs, or the rungs of a ladder: select them in the table.",
            query_params=selection.link_to_compare([run.id for run in runs]),
        )
        st.button(
            "Take from the archive" if archived else "Archive",
            on_click=faults.carry_out,
            args=(labels.archive, works, not archived),
            disabled=fixed or inside,
            help="Lists leave out what is in the archive, unless asked.",
        )
        st.button(
            "Delete",
            on_click=faults.carry_out,
            args=(bin_view.delete, works),
            disabled=fixed or inside,
            help="Into the bin, below, from where it can be put back. A rung goes with its ladder.",
        )
        for form in ("csv", "parquet"):
            st.download_button(
                form.upper() if form == "csv" else form.capitalize(),
                partial(table_bytes, listed, form),
                file_name=f"runs.{form}",
                on_click="ignore",
                disabled=not listed,
                help="The list, with all settings and metrics of the runs in it.",
            )
        st.caption(plain(counted), width="content")


def show_chosen(work: Run | Ladder) -> None:
    """The one row that is selected is what all pages show."""
    if work.id != selection.selected_id():
        selection.select(work)
        st.rerun()
    if isinstance(work, Ladder):
        st.page_link(components.PAGES / "ladder.py", label="**Tune β** with it")
        return
    components.run_header(work)
    components.controls(work, work.status())
    st.page_link(components.PAGES / "collapse.py", label="**Watch its collapse**")


st.title("All runs")
summaries, rungs, ladders = loading.runs(), loading.rungs(), loading.ladders()
if not summaries and not ladders:
    bin_view.offer_undo()
    bin_view.show()
    components.empty_state("There are no runs yet.")
found = finding.choose([*summaries, *rungs], "runs" if summaries else "ladders")
among = {"runs": summaries, "rungs": rungs, "ladders": rungs}.get(found.kind, [*summaries, *rungs])
shown = run_list.ordered(found.wanted.runs(among), found)
bar = st.container()
bin_view.offer_undo()
labels.offer_undo()
chart.load_ahead()
listed: Sequence[Run | Ladder]
if is_ladders := found.kind == "ladders":
    ladders_shown = found.wanted.ladders(ladders)
    listed, rows = [*ladders_shown], run_list.ladder_rows(ladders_shown, rungs)
else:
    listed, rows = [each.run for each in shown], run_list.run_rows(shown)
    if found.group and shown:
        components.show_numbers(run_list.group_rows(shown, found.group))
        st.caption("AUROC of the last weights of finished runs. ⚠: averaged over different data.")
picked = run_list.show(rows, [work.id for work in listed])
total = size_words(sum(each.bytes or 0 for each in [*summaries, *rungs]))
of = len(ladders if is_ladders else among)
with bar:
    counted = f"{len(listed):,} of {of:,}{found.described}. All runs take {total}."
    show_actions([listed[row] for row in picked], shown, counted)
st.caption(
    "Select one row to show it on every page, several to compare them. Metrics are those of the "
    "test samples and use their labels. AUROC is given for each choice of weights, of which only "
    "“best by labels” used anomaly labels to choose; the other metrics are those of the last "
    "weights. Models of the paper's tables are on the **Paper** page."
)
if len(picked) == 1:
    one = listed[picked[0]]
    damaged = None if is_ladders else shown[picked[0]]
    if damaged is not None and damaged.config is None:
        st.error(plain(damaged.status.message))
    else:
        show_chosen(one)
bin_view.show()
