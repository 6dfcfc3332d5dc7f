"""Writes tables of code points for the "unicode" and "intl" tokenizers, for Rust and for the reference.

    python -m pip install regex==2026.11.15
    python tools/unicode_tables.py

The classes have the Unicode version of that `regex` release, which is named below. A new version changes the signature
of every score that uses the tables.
"""

import pathlib

import regex

REGEX_VERSION, UNICODE_VERSION = "2026.11.15", "18.0.0"

# Scripts written without spaces between words: the scripts of the line breaking classes SA (complex context) and ID
# (ideographic) of UAX #14.
WITHOUT_SPACES = (
    "Ahom Bopomofo Han Hiragana Katakana Khitan_Small_Script Khmer Lao Myanmar New_Tai_Lue Nushu "
    "Tai_Le Tai_Tham Tai_Viet Tangut Thai Yi"
).split()

# Letters and numbers without a script (Common, Inherited) follow their script extensions, unless these include a script
# with spaces. For example, the extensions of the modifier apostrophe include both Thai and Cyrillic.
WITH_SPACES = (
    "Arabic Armenian Bengali Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Hangul Hebrew Kannada Latin "
    "Lisu Malayalam Mongolian Oriya Sinhala Syriac Tamil Telugu Thaana Toto"
).split()

SEPARATOR, WORD, SINGLE, MARK, FORMAT = range(5)
NAMES = ("Separator", "Word", "Single", "Mark", "Format")
EVERY = "".join(map(chr, range(0x110000)))


def matching(pattern):
    """Returns, for each code point, 1 if the pattern matches it and 0 if not. Matching whole runs is fast."""
    found = bytearray(len(EVERY))
    for run in regex.finditer(f"(?:{pattern})+", EVERY):
        found[run.start() : run.end()] = b"\1" * len(run[0])
    return found


def any_of(property_name, values):
    """Returns what `matching` returns for code points whose property has one of the values."""
    return matching("|".join(rf"\p{{{property_name}={value}}}" for value in values))


def classify():
    """Yields (first code point, class) of each run of code points of one class."""
    word = matching(r"[\p{L}\p{N}]")
    # Rule WB4 of UAX #29. Every \p{M} has Word_Break=Extend. Format characters of Numeric or ALetter, such as Arabic
    # number signs, break no word either. The zero width space has Word_Break=Other.
    layout = any_of("WB", ["Format"])
    mark = matching(r"\p{WB=Extend}|(?=\p{Cf})\P{WB=Other}")
    own = any_of("sc", WITHOUT_SPACES)
    no_script = any_of("sc", ["Common", "Inherited"])
    extended, extended_too = any_of("scx", WITHOUT_SPACES), any_of("scx", WITH_SPACES)

    def single(point):
        if no_script[point]:
            return extended[point] and not extended_too[point]
        return own[point]

    before = None
    for point in range(0x110000):
        if word[point]:
            found = SINGLE if single(point) else WORD
        elif layout[point]:
            found = FORMAT
        elif mark[point]:
            found = MARK
        else:
            found = SEPARATOR
        if found != before:
            yield point, found
            before = found


# Classes of code points that tell which texts certainly need no composing.
COMPOSING = ("Other", "Still", "Moves")


def compose():
    """Yields (first code point, class) of each run of one class. See `rust/core/src/tokenize/composed.rs`."""
    assigned, composed, still = matching(r"\P{Cn}"), any_of("NFC_QC", ["Yes"]), any_of("ccc", ["0"])
    layout = any_of("WB", ["Format"])

    def one(point):
        if layout[point] or not (assigned[point] and composed[point]):
            return 0
        return 1 if still[point] else 2

    before = None
    for point, c in enumerate(EVERY):
        found = one(point)
        if found == 1 and any(one(ord(lower)) != 1 for lower in c.lower()):
            found = 0
        if found != before:
            yield point, found
            before = found


CATEGORIES = ("Other", "Number", "Punctuation", "Symbol")


def categorize():
    """Yields (first code point, category) of each run, for the categories that sacreBLEU's "intl" tokenizer uses."""
    categories = [matching(rf"\p{{{letter}}}") for letter in "NPS"]
    before = None
    for point in range(0x110000):
        found = next((i + 1 for i, category in enumerate(categories) if category[point]), 0)
        if found != before:
            yield point, found
            before = found


def main():
    if regex.__version__ != REGEX_VERSION:
        raise SystemExit(f"these tables are those of regex {REGEX_VERSION}, not {regex.__version__}")
    version = ["/// The Unicode version of the classes.", f'pub const UNICODE_VERSION: &str = "{UNICODE_VERSION}";', ""]
    classes, categories = list(classify()), list(categorize())
    about, about_intl = "Classes of the unicode tokenizer", "Categories for the intl tokenizer"
    write_rust("unicode_tables", about, "WordClass", classes, NAMES, version)
    write_python("unicode_tables", about, classes, NAMES, [f'UNICODE_VERSION = "{UNICODE_VERSION}"'])
    write_rust("intl_tables", about_intl, "Category", categories, CATEGORIES, [])
    write_python("intl_tables", about_intl, categories, CATEGORIES, [])
    # This table saves time and changes no result, so the reference does not need it.
    write_rust("composed_tables", "Code points in NFC", "Composition", list(compose()), COMPOSING, [])


def heading(about):
    return f"{about}: Unicode {UNICODE_VERSION}. Written by tools/unicode_tables.py."


def write_rust(name, about, kind, runs, names, more):
    """Writes a table for Rust."""
    rust = [f"//! {heading(about)}", "", f"use crate::tokenize::classes::{kind}::{{self, *}};", "", *more]
    rust += ["/// The first code point of each run of one class, and the class.", "#[rustfmt::skip]"]
    rust += [f"pub(super) const RUNS: [(u32, {kind}); {len(runs)}] = ["]
    rust += wrap(f"(0x{point:X}, {names[found]})" for point, found in runs)
    rust += ["];", ""]
    root = pathlib.Path(__file__).parent.parent
    (root / f"rust/core/src/tokenize/{name}.rs").write_text("\n".join(rust))


def write_python(name, about, runs, names, more):
    """Writes a table for the reference."""
    python = [f'"""{heading(about)}"""', "", "# fmt: off", *more]
    meanings = ", ".join(f"{i} {meaning.lower()}" for i, meaning in enumerate(names))
    python += [f"# The first code point of each run of one class, and the classes: {meanings}."]
    python += ["STARTS = (", *wrap(f"0x{point:X}" for point, _ in runs), ")"]
    python += ["CLASSES = (", *wrap(str(found) for _, found in runs), ")", ""]
    root = pathlib.Path(__file__).parent.parent
    (root / f"python/tricolore/reference/{name}.py").write_text("\n".join(python))


def wrap(items, width=110):
    line = "   "
    for item in items:
        if len(line) + len(item) + 2 > width:
            yield line
            line = "   "
        line += f" {item},"
    yield line


if __name__ == "__main__":
    main()
