"""The paper's tables: every normal class of a dataset in turn, several seeds, as they fill."""

import streamlit as st

from dashboard import components, faults, form, loading, permission, state, tables
from dashboard.plain import plain
from toll.paths import may_write, tables_dir
from toll.runs.store import quoted
from toll.studies import table as stored
from toll.studies.table import Table, TableSettings


def start(settings: TableSettings) -> None:
    table = Table.open(settings)
    st.session_state[state.TABLE] = table.id
    loading.launcher().fill(table)


def choose_table() -> Table | None:
    """The table that is shown: the one begun last, unless another is picked."""
    found = {table.id: table for table in stored.tables()}
    if not found:
        return None
    asked = st.session_state.get(state.TABLE)
    if asked not in found:
        if asked:
            st.warning(plain(f"There is no table {quoted(asked)}; this is the newest one."))
        st.session_state[state.TABLE] = max(found.values(), key=updated).id
    chosen = st.selectbox(
        "Table", list(found), key=state.TABLE, on_change=state.keep_in_link, persist_state="session"
    )
    return found[chosen]


def updated(table: Table) -> float:
    """When a table was last worked on; a damaged one was so before all others."""
    try:
        return table.status().updated
    except (ValueError, OSError):
        return 0.0


def follow(table: Table) -> None:
    """The table, refreshed for as long as it is being filled."""
    busy = table.status().state.is_active

    @st.fragment(run_every=2.0 if busy else None)
    @faults.shown()
    def refresh() -> None:
        if table.status().state.is_active != busy or state.is_choice_due():
            st.rerun()
        draw(table)

    refresh()


def draw(table: Table) -> None:
    tables.describe(table)
    tables.show_progress(table)
    if not table.metrics():
        st.info("The first metrics will appear here once a model has been trained and tested.")
        return
    tables.show_summary(table)
    tables.show_cells(table)
    chosen = state.selected_run()
    if chosen is not None and chosen.id.startswith(f"{table.id}/"):
        components.run_header(chosen)
        st.page_link(components.PAGES / "collapse.py", label="**Watch its collapse**")


st.title("Paper")
st.caption(
    "The tables of arXiv 2306.12627: each class in turn is the normal one, trained with several "
    "seeds. A table that was stopped goes on from there. The same from a shell: "
    "`python -m toll --dataset arrhythmia`.",
    help="The published loop seeds once for all classes. Here each model is seeded anew, so only "
    "that of the first class starts and draws as published; with the seeding *published*, under "
    "**Settings of every model**, all of them do.",
)
begun, shown = st.columns([2, 5], gap="large")
with begun:
    # In containers, so that the button keeps its place: see train.py.
    with st.container():
        settings = tables.settings()
    with st.container():
        if settings is not None and may_write(tables_dir()):
            form.show_estimate(settings.base, len(settings.cells))
    permission.button(
        "Fill this table",
        tables_dir(),
        type="primary",
        disabled=settings is None,
        on_click=faults.carry_out,
        args=(start, settings),
        width="stretch",
    )
with shown:
    table = choose_table()
    if table is None:
        st.info("No table has been begun yet. Press **Fill this table** and watch it here.")
    else:
        with faults.shown():
            follow(table)
