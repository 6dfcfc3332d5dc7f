"""The terminal: its colours, its width, and progress, which rich draws if it is installed."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from tricolore.evaluation.tabular import FORMS, Tabular
from tricolore.support.tables.table import table_of
from tricolore.support.tables.text import as_text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Advance", "has_colors", "print_result", "print_text_table", "progress"]

# The seconds before a bar appears: it would only flicker in a shorter run.
PATIENCE = 1.0


class Advance(Protocol):
    """Reports the amount of work done, and the number of segments scored since the start."""

    def __call__(self, done: float, segments: int) -> None: ...


def has_colors() -> bool:
    """True if standard output is a terminal that shows colours. The variable NO_COLOR turns them off."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def print_result(given: argparse.Namespace, result: Tabular) -> None:
    """Prints a result in the form that the command line asks for."""
    form = given.output_format
    if form == "text":
        print(result.to_text(width(), in_bold if has_colors() else None))
    else:
        print(FORMS[form](result))


def in_bold(text: str) -> str:
    """The text between the escape sequences that make it bold."""
    return f"\x1b[1m{text}\x1b[0m"


def width() -> int | None:
    """The number of columns of the terminal; None if standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else None


def print_text_table(rows: list[list[str]]) -> None:
    """Prints a table, whose first row is the head, within the width of the terminal."""
    print(as_text(table_of(rows[0], rows[1:]), width()))


@contextmanager
def progress(total: int | None) -> Iterator[Advance]:
    """Shows a bar on standard error if that is a terminal, the total is known and the work takes more than a second."""
    if not total or sys.stderr is None or not sys.stderr.isatty():
        yield lambda done, segments: None
        return
    bar = Bar(total)
    try:
        yield bar.advance
    finally:
        bar.end()


class Bar:
    """A progress bar that appears after PATIENCE seconds.

    The time left is estimated from the speed since the first call, because a run that continues from a checkpoint
    begins in the middle.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._first: tuple[float, float, int] | None = None
        self._drawing: Drawing | None = None

    def advance(self, done: float, segments: int) -> None:
        """Moves the bar."""
        now = time.monotonic()
        if self._first is None:
            self._first = now, done, segments
        start, before, segments_before = self._first
        elapsed = now - start
        if elapsed < PATIENCE or done <= before:
            return
        if self._drawing is None:
            self._drawing = drawing()
        left = elapsed * (self._total - done) / (done - before)
        speed = rate((segments - segments_before) / elapsed)
        self._drawing.draw(done / self._total, f"{speed} segments/s, {duration(left)} left")

    def end(self) -> None:
        """Removes the bar."""
        if self._drawing is not None:
            self._drawing.wipe()


def rate(number: float) -> str:
    """The number in about three digits, with a unit such as k."""
    for unit in ("", "k"):
        if number < 1000:
            return f"{number:.3g}{unit}"
        number /= 1000
    return f"{number:.3g}M"


def duration(seconds: float) -> str:
    """A time in seconds, minutes or hours."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


class Drawing(Protocol):
    """A bar on the terminal."""

    def draw(self, share: float, text: str) -> None: ...
    def wipe(self) -> None: ...


def drawing() -> Drawing:
    """Returns a bar drawn by rich, or a plain one."""
    try:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    except ImportError:
        return PlainDrawing()
    # Without rich's own column of the time left, which would stand beside ours and differ from it.
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    bars = Progress(*columns, console=Console(stderr=True), transient=True)
    bars.start()
    return RichDrawing(bars, bars.add_task("", total=1))


class RichDrawing:
    """A bar drawn by rich."""

    def __init__(self, bars: Progress, task: TaskID) -> None:
        self._bars = bars
        self._task = task

    def draw(self, share: float, text: str) -> None:
        """Redraws the bar."""
        self._bars.update(self._task, completed=share, description=text)

    def wipe(self) -> None:
        """Removes the bar."""
        self._bars.refresh()
        self._bars.stop()


class PlainDrawing:
    """A bar of characters on a line that is overwritten."""

    def draw(self, share: float, text: str) -> None:
        """Redraws the bar."""
        sys.stderr.write(f"\r[{'#' * int(30 * share):30}] {int(100 * share)}%, {text}\x1b[K")
        sys.stderr.flush()

    def wipe(self) -> None:
        """Removes the bar."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
