"""`toll delete`, `toll restore` and `toll bin`: deleting runs and ladders, with a way back."""

import argparse

from toll.files import size_words
from toll.paths import bin_dir
from toll.studies.bin import delete, deleted, empty, restore
from toll.studies.ladder import find_work


def add_delete_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", nargs="+", help="name of a run or ladder")
    parser.set_defaults(command=_delete)


def add_restore_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", nargs="+", help="as `toll bin` lists it")
    parser.set_defaults(command=_restore)


def add_bin_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--empty", action="store_true", help="remove all of it for good")
    parser.set_defaults(command=_bin)


def _delete(options: argparse.Namespace) -> int:
    # All are found before the first is moved, so that a mistyped name moves nothing.
    for work in [find_work(name) for name in dict.fromkeys(options.runs)]:
        gone = delete(work)
        print(f"Moved {work.noun} {work.id} into the bin, {size_words(gone.bytes)}.")
    print("`toll restore RUN` puts it back; `toll bin --empty` frees the space.")
    return 0


def _restore(options: argparse.Namespace) -> int:
    for name in dict.fromkeys(options.runs):
        work = restore(name)
        print(f"Put {work.noun} {work.id} back into {work.folder.parent}.")
    return 0


def _bin(options: argparse.Namespace) -> int:
    found = deleted()
    if options.empty:
        freed = empty()
        print(f"Removed {len(found)} for good, and freed {size_words(freed)}.")
        return 0
    for each in found:
        print(f"{each.work.id:44} {each.work.noun:8} {size_words(each.bytes):>10}")
    if not found:
        print(f"Nothing lies in {bin_dir()}.")
    return 0
