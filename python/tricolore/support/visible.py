"""Text from files and arguments, made safe for a terminal."""

import re

__all__ = ["visible"]

# Controls (C0, DEL, C1), line and paragraph separators, bidirectional controls, lone surrogates.
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str, keep: str = "") -> str:
    r"""Returns the text with an escape, such as `\x1b`, for each character that would control a terminal and is not in
    `keep`.

    Joiners stay, because Persian, Indic languages and emoji need them.
    """
    return HIDDEN.sub(lambda found: found[0] if found[0] in keep else found[0].encode("unicode_escape").decode(), text)
