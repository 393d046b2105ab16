"""What is selected, kept in the page's link: the same link shows the same picture.

Selected is a run, or a ladder of runs. Pages about a single run show one rung of a ladder: the one
that was chosen on such a page, or else that of the recommended β.
"""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import loading
from toll.runs.folder import DamagedFolder
from toll.runs.run import Run
from toll.runs.store import RunStore, quoted
from toll.studies.bin import deleted
from toll.studies.ladder import Ladder, find_ladder

RUN = "run"
CELL = "cell"
TABLE = "table"
COMPARED = "compare"
LIST = "list"
# What the link has, by its names there and in the session. A run's film adds names of its own.
LINKED = (RUN, CELL, TABLE, COMPARED, LIST)
# Of these, what one page alone is about: links to others do without it.
OWNERS = {TABLE: "paper", COMPARED: "compare", LIST: "runs"}
NEXT, MOVES, PAGE = "next_run", "moves", "page"
MOST_COMPARED = 12


def select(work: Run | Ladder | str) -> None:
    """Make this what all pages show, from the next rerun on at the latest.

    The sidebar's picker owns the choice once it is drawn, so the new one waits for it.
    """
    st.session_state[NEXT] = work if isinstance(work, str) else work.id


def is_choice_due() -> bool:
    """Whether a run has been chosen that only a rerun of the whole page will show."""
    return NEXT in st.session_state


def selected_id() -> str | None:
    return st.session_state.get(RUN)


def selected_ladder() -> Ladder | None:
    """The ladder that the link names; None if it names a run, or nothing that can be read."""
    try:
        ladder = find_ladder(selected_id() or "")
        return ladder if ladder and ladder.settings else None
    except ValueError:  # damaged
        return None


def selected_run() -> Run | None:
    """The run that the link names, or a rung of its ladder; None if there is none to be read."""
    ladder = selected_ladder()
    try:
        run = _rung(ladder) if ladder else RunStore().get(selected_id() or "")
    except ValueError:
        return None
    return run if run is not None and loading.summary(run).config is not None else None


def fault() -> str:
    """Why what the link names cannot be shown, in a sentence; empty where it can, or names none."""
    name = selected_id() or ""
    try:
        ladder = find_ladder(name)
        run = _rung(ladder) if ladder else RunStore().get(name)
    except DamagedFolder as error:
        return f"{error}."
    except ValueError:
        if any(each.work.id == name for each in deleted()):
            return f"{quoted(name)} lies in the bin: All runs puts it back."
        return f"There is no run {quoted(name)}." if name else ""
    summary = None if run is None else loading.summary(run)
    if summary is None or summary.config is not None:
        return ""
    return f"Run {summary.run.id} cannot be shown. {summary.status.message}"


def _rung(ladder: Ladder) -> Run | None:
    """The rung that was chosen, or that of the recommended β and the first seed."""
    settings = ladder.settings
    names = {ladder.cell(*cell).folder.name: cell for cell in settings.cells}
    usual = (settings.recommended, settings.seeds[0])
    chosen = names.get(st.session_state.get(CELL, ""), usual)
    wanted = ladder.cell(*chosen)
    begun = [wanted] if wanted.folder.exists() else ladder.rungs()
    return begun[-1] if begun else None


def keep_in_link(page: str | None = None) -> None:
    """Make session and link agree: a change of page empties the link, a new tab brings one.

    Back and Forward bring one too, and then it leads: what it does not name was not chosen then.
    page: the one that is shown from now on, by its address.
    """
    if page is not None:
        st.session_state[PAGE] = page
    went = went_back_or_forth()
    if went:
        st.session_state.pop(NEXT, None)
        st.session_state[MOVES] = moves() + 1
    if NEXT in st.session_state:
        st.session_state[RUN] = st.session_state.pop(NEXT)
        st.session_state.pop(CELL, None)
    for name in LINKED:
        leads = went or name == COMPARED or name not in st.session_state
        if name in st.query_params and leads:
            st.session_state[name] = st.query_params[name]
        elif went and RUN in st.query_params and _belongs_here(name):
            st.session_state.pop(name, None)
    if RUN in st.session_state:
        # Streamlit knows an option by its label, which changes with the name of a run; assigned
        # here, the choice is known by its own name.
        st.session_state[RUN] = st.session_state[RUN]
    _split_rung()
    _write_link()


def _belongs_here(name: str) -> bool:
    """Whether this part of the link concerns the page that is shown."""
    page = st.session_state.get(PAGE)
    return OWNERS.get(name, page) == page


def _write_link() -> None:
    here = filter(_belongs_here, LINKED)
    elsewhere = dict.fromkeys(each for each in LINKED if not _belongs_here(each))
    change_link(**{name: st.session_state.get(name) or None for name in here}, **elsewhere)


def change_link(**changes: str | None) -> None:
    """Write these into the link; None takes out what has that name.

    All at once: the browser takes each change for a step to go back over.
    """
    link = st.query_params.to_dict()
    wanted = {name: value for name, value in (link | changes).items() if value is not None}
    if wanted != link:
        st.query_params.from_dict(wanted)


def went_back_or_forth() -> bool:
    """Whether this run of the script answers the browser's Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def moves() -> int:
    """How often this tab has gone back or forth: a part of a page that reads the link itself, in
    the browser, reads it again when this is another number.
    """
    return st.session_state.get(MOVES, 0)


def forget(name: str) -> None:
    """What has this name is no longer there to be selected or compared."""
    if selected_id() == name:
        st.session_state.pop(RUN, None)
    compare([each for each in compared() if name not in (each, each.partition("/")[0])])


def forget_rung() -> None:
    """Another run or ladder has been chosen, in which the rung of the one before means nothing."""
    st.session_state.pop(CELL, None)
    keep_in_link()


def _split_rung() -> None:
    """A link may name a rung as `ladder/cell`: what is selected then is the ladder."""
    study, _, cell = (selected_id() or "").rpartition("/")
    if find_ladder(study):
        st.session_state[RUN], st.session_state[CELL] = study, cell


def compared() -> list[str]:
    """Names of the runs that are compared, as the link has them."""
    names = st.session_state.get(COMPARED, "").split(",")
    return list(dict.fromkeys(filter(None, names)))[:MOST_COMPARED]


def compare(names: Sequence[str]) -> None:
    """Compare these runs from now on."""
    st.session_state[COMPARED] = ",".join(names[:MOST_COMPARED])
    _write_link()


def link_to_compare(names: Sequence[str]) -> dict[str, str]:
    """What the link has where these runs are compared."""
    link = {name: text for name, text in st.query_params.to_dict().items() if name not in OWNERS}
    return link | {COMPARED: ",".join(names[:MOST_COMPARED])}
