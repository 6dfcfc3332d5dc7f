"""Tables and progress on a terminal: with rich where it is installed, plain where not."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Advance", "print_table", "progress"]

# A bar for less than this, in seconds, would only flicker.
PATIENCE = 1.0


class Advance(Protocol):
    """Reports how much of all is done."""

    def __call__(self, done: int) -> None: ...


def print_table(names: list[str], rows: list[list[str]]) -> None:
    """Prints a table; the first column is of names, the others of numbers."""
    if sys.stdout is not None and sys.stdout.isatty():
        try:
            from rich.console import Console
            from rich.table import Table
        except ImportError:
            pass
        else:
            table = Table(*names[:1])
            for name in names[1:]:
                table.add_column(name, justify="right")
            for row in rows:
                table.add_row(*row)
            Console().print(table)
            return
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    for row in [names, *rows]:
        first, *rest = (
            f"{cell:>{width}}" if i else f"{cell:{width}}"
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *rest]))


@contextmanager
def progress(total: int | None) -> Iterator[Advance]:
    """A bar on standard error, if that is a terminal, the work goes on for a second and its amount is known."""
    if not total or sys.stderr is None or not sys.stderr.isatty():
        yield lambda done: None
        return
    bar = Bar(total)
    try:
        yield bar.advance
    finally:
        bar.end()


class Bar:
    """A bar that appears when its time has come."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._start = time.monotonic()
        self._drawing: Drawing | None = None

    def advance(self, done: int) -> None:
        """Moves on."""
        elapsed = time.monotonic() - self._start
        if elapsed < PATIENCE:
            return
        if self._drawing is None:
            self._drawing = drawing(self._total)
        self._drawing.draw(done, elapsed * (self._total / done - 1))

    def end(self) -> None:
        """Wipes the bar."""
        if self._drawing is not None:
            self._drawing.wipe()


class Drawing(Protocol):
    """What a bar looks like."""

    def draw(self, done: int, seconds_left: float) -> None: ...
    def wipe(self) -> None: ...


def drawing(total: int) -> Drawing:
    """The drawing of rich, or a plain one."""
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ImportError:
        return PlainDrawing(total)
    bars = Progress(console=Console(stderr=True), transient=True)
    bars.start()
    return RichDrawing(bars, bars.add_task("", total=total))


class RichDrawing:
    """A bar of rich's."""

    def __init__(self, bars: Progress, task: TaskID) -> None:
        self._bars = bars
        self._task = task

    def draw(self, done: int, seconds_left: float) -> None:
        """Draws anew."""
        self._bars.update(self._task, completed=done, description=f"{seconds_left:.0f} s left")

    def wipe(self) -> None:
        """Leaves nothing."""
        self._bars.refresh()
        self._bars.stop()


class PlainDrawing:
    """A line that is written over."""

    def __init__(self, total: int) -> None:
        self._total = total

    def draw(self, done: int, seconds_left: float) -> None:
        """Draws anew."""
        filled = "#" * (30 * done // self._total)
        share = 100 * done // self._total
        sys.stderr.write(f"\r[{filled:30}] {share}%, {seconds_left:.0f} s left\x1b[K")
        sys.stderr.flush()

    def wipe(self) -> None:
        """Leaves nothing."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
