"""Tables and progress on a terminal, by rich if it is installed and plain otherwise."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Advance", "print_table", "progress"]

# The seconds before a bar appears: it would only flicker in a shorter run.
PATIENCE = 1.0


class Advance(Protocol):
    """Reports the amount of work done, and the number of segments scored since the start."""

    def __call__(self, done: float, segments: int) -> None: ...


def print_table(names: list[str], rows: list[list[str]]) -> None:
    """Prints a table whose first column holds names and whose other columns hold numbers."""
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
def progress(total: int | None, done: float = 0) -> Iterator[Advance]:
    """Shows a bar on standard error if that is a terminal, the total is known and the work takes more than a second."""
    if not total or sys.stderr is None or not sys.stderr.isatty():
        yield lambda done, segments: None
        return
    bar = Bar(total, done)
    try:
        yield bar.advance
    finally:
        bar.end()


class Bar:
    """A progress bar that appears after PATIENCE seconds."""

    def __init__(self, total: int, done: float) -> None:
        self._total = total
        self._before = done
        self._start = time.monotonic()
        self._drawing: Drawing | None = None

    def advance(self, done: float, segments: int) -> None:
        """Moves the bar."""
        elapsed = time.monotonic() - self._start
        if elapsed < PATIENCE or done <= self._before:
            return
        if self._drawing is None:
            self._drawing = drawing()
        left = elapsed * (self._total - done) / (done - self._before)
        self._drawing.draw(done / self._total, f"{rate(segments / elapsed)} segments/s, {duration(left)} left")

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
        from rich.progress import Progress
    except ImportError:
        return PlainDrawing()
    bars = Progress(console=Console(stderr=True), transient=True)
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
