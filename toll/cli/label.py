"""`toll label RUN`: what a run or ladder is called, a note about it, its tags, and the archive."""

import argparse

from toll.runs.label import Label, read_label, save_label
from toll.studies.ladder import find_work


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Name a run or ladder, note something about it, tag it, or put it into the archive, which "
        "lists leave out. Without a flag, print what is written there."
    )
    parser.add_argument("run", metavar="RUN", help="of a run, a ladder or a rung: LADDER/100-0")
    parser.add_argument("--name", help='a name for people; "" takes it away')
    parser.add_argument("--note", help='a note; "" takes it away')
    parser.add_argument("--tag", action="append", default=[], help="a tag to add; may be repeated")
    parser.add_argument(
        "--untag", metavar="TAG", action="append", default=[], help="a tag to take away"
    )
    archive = parser.add_mutually_exclusive_group()
    for flag, value, text in (
        ("--archive", True, "leave it out of lists"),
        ("--unarchive", False, "list it again"),
    ):
        archive.add_argument(
            flag, dest="archived", action="store_const", const=value, default=None, help=text
        )
    parser.add_argument("--anew", action="store_true", help="begin with an empty label")
    parser.set_defaults(command=_label)


def _label(options: argparse.Namespace) -> int:
    work = find_work(options.run)
    before = Label() if options.anew else read_label(work)
    given = {name: getattr(options, name) for name in ("name", "note", "archived")}
    fields = {name: value for name, value in given.items() if value is not None}
    after = before.changed(tag=options.tag, untag=options.untag, **fields)
    if after != before or options.anew:
        save_label(work, after)
    rows = {
        work.noun: work.id,
        "name": after.name,
        "tags": " ".join(after.tags),
        "note": after.note,
        "archived": "yes" if after.archived else "",
    }
    print("\n".join(f"{what}: {text}" for what, text in rows.items() if text))
    return 0
