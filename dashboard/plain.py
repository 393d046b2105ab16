"""Text from outside, such as a message in a run's folder, on a page: shown as it is.

Streamlit reads what it shows as Markdown, with maths, colours, icons and emoji of its own. In a
text that somebody else has written, an image would be fetched by the visitor's browser, and the
rest would show something other than what stands there.
"""

import re

_SPECIAL = re.compile(
    r"""
    # What is looked for once escapes are undone, so that only taking the text apart helps:
    # directives, icons, emoji and links (a colon before anything but a space), addresses of
    # e-mail and of the web, and pairs that become an arrow, a dash or another sign.
    (?P<apart> :(?!\s) | @ | (?<=www)\. | (?<=[-<>~])[-=>] )
    # What begins a list, numbered or not, at the beginning of a line.
    | ^[-+] | ^\d+[.)]
    # What begins or ends something wherever it stands; an underscore within a word does neither.
    | [\\`*\[\]{}<>$~&|\#] | (?<![^\W_])_ | _(?![^\W_])
    """,
    re.VERBOSE | re.IGNORECASE,
)
# An alert takes an emoji at the beginning of its text for its icon.
_ICON = re.compile(r"[^\w\x20-\x7e]|[\d#*]\ufe0f?\u20e3")


def plain(text: object) -> str:
    """Markdown that shows the text itself, in one line.

    Spaces and line breaks become single spaces. What has no place in UTF-8, as in names of files
    from elsewhere, becomes a question mark.
    """
    line = " ".join(str(text).encode("utf-8", "replace").decode().replace("\0", "?").split())
    return (":color[]" if _ICON.match(line) else "") + _SPECIAL.sub(_shown, line)


def _shown(found: re.Match[str]) -> str:
    before, special = found[0][:-1], found[0][-1]
    # A colour directive without a colour is a text of its own inside the text.
    return f":color[\\{special}]" if found["apart"] else f"{before}\\{special}"
