"""The evaluations of a run of ROUGE-1.5.5: its lists of files, its XML file and its formats of texts.

Line numbers (L) refer to ROUGE-1.5.5.pl.
"""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["Evaluation", "ScriptError", "Source", "evaluations_in_list", "evaluations_in_xml", "text_of"]

# The error numbers with which the script ends, as seen with Perl 5.36: ENOENT for a missing file, and ENOTTY for other
# errors, because the last call that failed asked whether a file is a terminal.
NO_FILE, NO_TERMINAL = 2, 25

Source = Path | bytes
"""A file, or its content."""


class ScriptError(Exception):
    """An error with which the script dies, and its exit status. Lines that were printed before stay printed."""

    def __init__(self, message: str, status: int = 255) -> None:
        super().__init__(message)
        self.status = status


class Evaluation(NamedTuple):
    """The texts of several systems ("peers") and the references ("models") that they are compared with."""

    name: str
    kind: str
    """The format of all texts: `SPL`, `SEE` or `ISI`."""
    peers: dict[str, Source]
    models: list[Source]


def evaluations_in_list(data: bytes, kind: str, system: str) -> list[Evaluation]:
    """The evaluations in a list of files (`-z`): a line has the file of the system, then those of the references."""
    evaluations: list[Evaluation] = []
    for line in os.fsdecode(data).split("\n"):
        # White space of other scripts belongs to a name.
        peer, *models = re.findall(r"[^ \t\r\f\v]+", line) or ["#"]
        if line.startswith("#") or peer == "#":
            continue
        if not models:
            what = "File list has to have at least 2 filenames per line (peer model1 model2 ... modelN)"
            raise ScriptError(what, NO_TERMINAL)
        name = str(len(evaluations) + 1)
        evaluations.append(Evaluation(name, kind, {system: Path(peer)}, [Path(model) for model in models]))
    return evaluations


def evaluations_in_xml(data: bytes) -> list[Evaluation]:
    """The evaluations in an evaluation file. Raises ScriptError for a file that is not one."""
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise ScriptError(f"the evaluation file is not XML: {error}") from error
    return [evaluation_of(element) for element in root.iter("EVAL")]


def evaluation_of(element: ElementTree.Element) -> Evaluation:
    name = element.get("ID")
    kind = element.find("INPUT-FORMAT")
    if name is None or kind is None or kind.get("TYPE") is None:
        raise ScriptError(f"an EVAL element of the evaluation file has no ID or no INPUT-FORMAT: {element.attrib}")

    def files(folder: str, path: str) -> list[tuple[str, Path]]:
        root = (element.findtext(folder) or "").strip()
        return [(one.get("ID", ""), Path(root) / (one.text or "").strip()) for one in element.iterfind(path)]

    peers: dict[str, Source] = dict(files("PEER-ROOT", "PEERS/P"))
    return Evaluation(name, str(kind.get("TYPE")), peers, [model for _, model in files("MODEL-ROOT", "MODELS/M")])


def text_of(source: Source, kind: str) -> str:
    """The units of a text, one a line, as ROUGE155 takes them.

    The script reads bytes, and those above 127 are part of no token. Each of them becomes one character that is part of
    no token either, so that a limit in bytes cuts at the same place.
    """
    read = FORMATS.get(kind.upper())
    if read is None:
        raise ScriptError(f"Unknown input format: {kind}", NO_TERMINAL)
    if isinstance(source, bytes):
        data = source
    else:
        try:
            data = source.read_bytes()
        except (OSError, ValueError) as error:
            raise ScriptError(f"Cannot open {source}", getattr(error, "errno", None) or NO_FILE) from error
    return "\n".join(unit.translate(ASCII).decode("ascii") for unit in read(data))


ASCII = bytes(range(128)) + b"\x01" * 128

SEE = re.compile(rb'<a (?:size="[0-9]+" )?name="[0-9]+">\[[0-9]+\]</a>\s+<a href="#[0-9]+" id=[0-9]+>([^<]+)')
ISI = re.compile(rb'<S SNTNO="[0-9a-z,]+">([^<]*)</S>')


def spl(data: bytes) -> Iterator[bytes]:
    """Yields the lines that are not empty (L1849)."""
    return filter(None, data.split(b"\n"))


def lines_with(pattern: re.Pattern[bytes]) -> Callable[[bytes], Iterator[bytes]]:
    """A function that yields the first group of the pattern for each line that begins with it (L1830, L1840)."""

    def units(data: bytes) -> Iterator[bytes]:
        for line in re.findall(rb"[^\n]*\n|[^\n]+", data):
            found = pattern.match(line)
            if found and found[1]:
                # A line end that belongs to a unit counts as a byte. It must not end the unit here.
                yield found[1].replace(b"\n", b"\r")

    return units


FORMATS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "SPL": spl,
    "SEE": lines_with(SEE),
    "ISI": lines_with(ISI),
}
