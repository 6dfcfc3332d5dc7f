"""Text from files and arguments as a terminal may show it."""

import re

__all__ = ["visible"]

# Controls (C0, DEL, C1), line and paragraph separators, marks that change the direction of writing, lone surrogates.
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str, keep: str = "") -> str:
    r"""The text with an escape, such as `\x1b`, for each character that would act on a terminal, but for those to keep.

    Joiners stay: words of Persian and of Indic languages, and emoji, have them.
    """
    return HIDDEN.sub(lambda found: found[0] if found[0] in keep else found[0].encode("unicode_escape").decode(), text)
