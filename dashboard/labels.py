"""What a person calls a run or ladder: its name and tags in words, and the form that sets them."""

from collections.abc import Sequence

import streamlit as st

from dashboard import faults, permission, state
from dashboard.plain import plain
from toll.runs.label import (
    LONGEST_NAME,
    LONGEST_NOTE,
    Label,
    label_or_fault,
    read_label,
    save_label,
)
from toll.runs.run import Run
from toll.studies.ladder import Ladder

_JUST_MOVED, _SAVES = "just_moved", "saved_labels"


def named(label: Label, described: str) -> str:
    """What describes a run, after its name where it has one."""
    return f"{label.name} · {described}" if label.name else described


def heading(work: Run | Ladder) -> str:
    """Name, tags and note as Markdown in front of what else is said of a run; perhaps empty."""
    label, fault = label_or_fault(work)
    if fault:
        return f":orange[{plain(fault)}]  \n"
    tags = " ".join(f":gray-badge[{plain(tag)}]" for tag in label.tags)
    note = plain(label.note.partition("\n")[0])
    archived = ":gray-badge[archived]" if label.archived else ""
    name = f"**{plain(label.name)}**" if label.name else ""
    line = " ".join(filter(None, (name, tags, archived, note)))
    return f"{line}  \n" if line else ""


def edit(work: Run | Ladder) -> None:
    """A form for the label of what is selected, behind a button."""
    saves = st.session_state.get(_SAVES, 0)
    # Another one after each time that something was saved: it is closed.
    with st.popover("Name, note and tags", width="stretch", key=f"label {saves}"):
        refused = permission.refusal(work.folder)
        if refused:
            st.caption(plain(refused))
        label, fault = label_or_fault(work)
        if fault:
            st.warning(plain(f"{fault} What is saved here takes its place."))
        # Fields without a key begin anew where the label has been changed elsewhere.
        with st.form(f"label of {work.id}", border=False):
            name = st.text_input("Name", label.name, max_chars=LONGEST_NAME)
            tags = st.text_input(
                "Tags", " ".join(label.tags), help="Words with spaces between them."
            )
            note = st.text_area("Note", label.note, max_chars=LONGEST_NOTE, height=120)
            archived = st.checkbox(
                "Archived", label.archived, help="Lists leave it out unless asked for."
            )
            saved = st.form_submit_button("Save", type="primary", disabled=bool(refused))
        if saved:
            faults.carry_out(_save, work, name, tags, note, archived)


def is_archived(work: Run | Ladder) -> bool:
    """Whether lists leave it out."""
    return label_or_fault(work)[0].archived


def archive(works: Sequence[Run | Ladder], archived: bool) -> None:
    """Put work into the archive, which lists leave out, or take it from there; offer to undo that.

    What comes after one that cannot be stays.
    """
    done: list[Run | Ladder] = []
    st.session_state[_JUST_MOVED] = (done, archived)
    for work in works:
        save_label(work, read_label(work).changed(archived=archived))
        done.append(work)


def offer_undo() -> None:
    """Say what has just been put into the archive, or taken from it, with a button to undo it."""
    works, archived = st.session_state.get(_JUST_MOVED, ([], False))
    if not works:
        return
    what = works[0].id if len(works) == 1 else f"{len(works)} of them"
    where = "**Archived ones too**, under **More**, lists them." if archived else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        moved = f"Put {what} into the archive." if archived else f"Took {what} from the archive."
        st.markdown(f"{plain(moved)} {where}", width="content")
        undo = (archive, works, not archived)
        st.button("Undo", key="undo archive", on_click=faults.carry_out, args=undo)


def _save(work: Run | Ladder, name: str, tags: str, note: str, archived: bool) -> None:
    label = Label(name=name, tags=tuple(tags.split()), note=note, archived=archived)
    save_label(work, label)
    st.session_state[_SAVES] = st.session_state.get(_SAVES, 0) + 1
    st.toast("Saved.")
    state.select(work)  # the picker shows it under another label from now on
    st.rerun()
