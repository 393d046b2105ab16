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
    with st.popover("Name, note and tags", width="stretch"):
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
    """Put work into the archive, which lists leave out, or take it from there."""
    for work in works:
        save_label(work, read_label(work).changed(archived=archived))
    number = len(works)
    what = f"{number} entries are" if number > 1 else "1 entry is"
    if archived:
        st.toast(f"{what} in the archive. **Archived ones too**, under **More**, lists them.")
    else:
        st.toast(f"{what} taken from the archive.")


def _save(work: Run | Ladder, name: str, tags: str, note: str, archived: bool) -> None:
    label = Label(name=name, tags=tuple(tags.split()), note=note, archived=archived)
    save_label(work, label)
    state.select(work)  # the picker shows it under another label from now on
    st.rerun()
