"""Sets of classes in words for people."""

from collections.abc import Sequence


def class_noun(classes: Sequence[int]) -> str:
    return "class" if len(classes) == 1 else "classes"


def in_words(
    names: Sequence[str], classes: Sequence[int], lead: str = "", but: str = "all but "
) -> str:
    """Some of the classes called `names` as a list; the few that are missing where that says more.

    A class that is unknown here is called by its index.
    """
    known = dict(enumerate(names))
    missing = [name for index, name in known.items() if index not in classes]
    if 0 < len(missing) <= 3 < len(classes):
        lead, named = but, missing
    else:
        named = [known.get(index, str(index)) for index in classes]
    return lead + " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
