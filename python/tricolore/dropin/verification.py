"""Verification: every replaced call runs both ways, and the results are compared to the bit.

Both ways get the same arguments and random state. The original runs first, and only its warnings and logs are shown.
"""

from __future__ import annotations

import itertools
import logging
import os
import pickle
import random
import shutil
import signal
import struct
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from tricolore.dropin.adapters.lazy import LazyList
from tricolore.dropin.adapters.transposed import TransposedWarning

from .changing import changing, contents, put_back
from .groups import ORIGINALS
from .replaced import Replaced
from .same import difference, exact

__all__ = ["DIFFERENT", "FOLDER", "Verifier", "finish", "reproduce", "start"]

DIFFERENT = 70
"""The exit code of a program in which a result differs."""
FOLDER = "TRICOLORE_DROPIN_VERIFY"
"""The environment variable with the folder in which child processes report."""

KINDS = ("checked", "fell back", "from entropy")
TALLY = "tally"
UNCHECKED = "unchecked"
REPORTS = "difference-*/report.txt"
ENDINGS = ("SIGTERM", "SIGHUP", "SIGBREAK")
LOGGERS = ("sacrebleu", "absl")
# The end of the name of the function that draws from numpy's global generator, in rouge_score and its copies.
DRAWS = ".scoring.BootstrapAggregator._bootstrap_resample"
# The functions that end in a RecursionError for long texts, where ours do not.
RECURSIVE = "rouge.rouge."
MOST_FRAMES = 10**9
# The record of a call in a child process: its place in KINDS, and the seconds of each way.
RECORD = struct.Struct("<Bdd")

verifier: Verifier | None = None


class Way(NamedTuple):
    """The outcome of one way of a call."""

    result: Any
    error: BaseException | None
    fields: list[Any]
    """The contents of the objects that the call may change, after it."""
    state: Any
    """The state of the random generators after the call."""
    seconds: float


class Call:
    """The state that a call may change: the originals' objects among its arguments, and the global random generators.

    While other threads run, which may draw too, generators are left alone unless the original itself draws.
    """

    def __init__(self, name: str, args: tuple[Any, ...]) -> None:
        self.name = name
        self.changing = changing(name, args)
        self.fields = [contents(thing) for thing in self.changing]
        alone = threading.active_count() == 1
        self.generators = (alone, alone or name.endswith(DRAWS))
        self.state = random_state(*self.generators)

    def prepare(self, with_lists: bool) -> dict[int, LazyList]:
        """Restores the state before the call.

        If `with_lists`, replaces lazy lists by plain ones, and returns the lazy lists by the `id` of the plain ones.
        """
        restore(self.changing, self.fields, self.state)
        planted: dict[int, LazyList] = {}
        for thing in self.changing if with_lists else ():
            for name, value in getattr(thing, "__dict__", {}).items():
                if isinstance(value, LazyList):
                    vars(thing)[name] = copy = value.peek()
                    planted[id(copy)] = value
        return planted

    def leave(self, way: Way) -> None:
        """Restores the state after this way of the call."""
        restore(self.changing, way.fields, way.state)


class Verifier:
    """Runs calls both ways. In a child process, a difference is reported and the original's result is used.

    Args:
        folder: the folder in which processes report. None makes one, in the process that will print the verdict.
    """

    def __init__(self, folder: str | None) -> None:
        self.owner = os.getpid() if folder is None else None
        self.folder = Path(folder or tempfile.mkdtemp(prefix="tricolore-dropin-"))
        self.failed: str | None = None
        self._mode = threading.local()
        self._silent = threading.local()
        self._turn = threading.RLock()
        self._show: Any = None
        self._lock = threading.Lock()
        self._watched: list[int] = []
        self._clear()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    def watch_signals(self) -> None:
        """Removes the folder before a signal ends the program, for signals that the program does not handle."""
        for name in ENDINGS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._ended)
                self._watched.append(number)

    def unwatch_signals(self) -> None:
        for number in self._watched:
            if signal.getsignal(number) == self._ended:
                signal.signal(number, signal.SIG_DFL)
        self._watched.clear()

    def _ended(self, number: int, frame: Any) -> None:
        self.discard()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    def discard(self) -> None:
        """Removes the folder, unless it has reports."""
        if any(self.folder.glob(REPORTS)):
            return
        # Rename the folder first, because a process that still runs may write to it again.
        ended = self.folder.with_name(f"{self.folder.name}-ended")
        with suppress(OSError):
            self.folder.rename(ended)
        for folder in (ended, self.folder):
            shutil.rmtree(folder, ignore_errors=True)

    def silence(self) -> None:
        """Discards the warnings and logs of the second way, in the thread that runs it.

        Changing the filters of warnings would make Python forget which warnings it has shown. So this replaces the
        function that finally shows a warning, which Python looks up each time even if a program replaces `showwarning`.
        """
        self._show = show = getattr(warnings, "_showwarnmsg", None)
        if show is not None:
            warnings._showwarnmsg = self._warned  # type: ignore[attr-defined]
        for name in LOGGERS:
            logging.getLogger(name).addFilter(self._logged)

    def unsilence(self) -> None:
        if self._show is not None:
            warnings._showwarnmsg = self._show  # type: ignore[attr-defined]
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(self._logged)

    def _is_silent(self) -> bool:
        return getattr(self._silent, "now", False)

    def _warned(self, message: warnings.WarningMessage) -> None:
        # The original does not give the warning about transposed references.
        if not self._is_silent() or issubclass(message.category, TransposedWarning):
            self._show(message)

    def _logged(self, record: logging.LogRecord) -> bool:
        return not self._is_silent()

    def _clear(self) -> None:
        self.counts = dict.fromkeys(KINDS, 0)
        self.seconds = [0.0, 0.0]

    def _forked(self) -> None:
        if self.owner is not None:
            self.owner = None
            self._clear()
            self.unwatch_signals()
        # Another thread may have held the locks.
        self._lock, self._turn = threading.Lock(), threading.RLock()

    def __call__(self, replaced: Replaced, args: tuple[Any, ...]) -> Any:
        mode = getattr(self._mode, "now", None)
        if mode is not None:
            return replaced.original(*args) if mode == "original" else replaced.run(args)
        if self.failed is not None:
            self._stop()
        if draws_from_entropy(replaced.name, args):
            self._count("from entropy", 0.0, 0.0)
            return replaced.original(*args)
        # Run one call at a time, because threads may share a metric.
        with self._turn:
            return self._both_ways(replaced, args)

    def _both_ways(self, replaced: Replaced, args: tuple[Any, ...]) -> Any:
        first, second, again = copies(args, 3)
        call = Call(replaced.name, args)
        # The original gets plain lists in place of lazy ones, which stay lazy for ours.
        original = self._way("original", lambda: replaced.original(*map(plain, first)), call)
        fallbacks = replaced.fallbacks.total()
        self._silent.now = True
        try:
            ours = self._way("ours", lambda: replaced.run(second), call)
            fell_back = replaced.fallbacks.total() > fallbacks
            found = None if fell_back else different(original, ours)
            if found is not None:
                # The original may answer differently twice, because of a function of the program or another thread.
                repeated = self._way("original", lambda: replaced.original(*map(plain, again)), call)
                if different(original, repeated) is not None:
                    fell_back, found = True, None
        finally:
            self._silent.now = False
        self._count("fell back" if fell_back else "checked", original.seconds, ours.seconds)
        if found is None and not fell_back:
            call.leave(ours)
            return given_back(ours)
        call.leave(original)
        if found is not None:
            self._report(replaced.name, found, args, call.state, original, ours)
            if self.owner is not None:
                self._stop()
        return given_back(original)

    def _way(self, mode: str, run: Callable[[], Any], call: Call) -> Way:
        planted = call.prepare(mode == "original")
        self._mode.now = mode
        result = error = None
        start = time.perf_counter()
        try:
            with deep_recursion(call.name):
                result = run()
        except Exception as raised:
            error = raised
        finally:
            self._mode.now = None
        seconds = time.perf_counter() - start
        fields = [contents(thing) for thing in call.changing]
        if planted:
            fields = [{name: planted.get(id(value), value) for name, value in own.items()} for own in fields]
        return Way(result, error, fields, random_state(*call.generators), seconds)

    def _count(self, kind: str, original: float, ours: float) -> None:
        if self.owner is None:
            # Write a record per call, because a pool may end its processes at any time.
            # The folder is gone if a child outlives the program.
            with suppress(OSError), open(self.folder / TALLY, "ab", buffering=0) as file:
                file.write(RECORD.pack(KINDS.index(kind), original, ours))
            return
        with self._lock:
            self._add(kind, original, ours)

    def _add(self, kind: str, original: float, ours: float) -> None:
        self.counts[kind] += 1
        self.seconds[0] += original
        self.seconds[1] += ours

    def _report(self, name: str, found: str, args: Any, state: Any, original: Way, ours: Way) -> None:
        lines = [f"{name} differs at {found}", ""]
        lines += [f"argument {i}: {exact(argument)}" for i, argument in enumerate(args)]
        for title, way in (("original", original), ("tricolore", ours)):
            made = f"raised {way.error!r}" if way.error is not None else exact(way.result)
            lines += ["", f"{title}: {made}", f"{title}, the object afterwards: {exact(way.fields)}"]
        if self.owner is not None:
            # The program may have removed temporary files.
            self.folder.mkdir(exist_ok=True)
        try:
            folder = Path(tempfile.mkdtemp(prefix=f"difference-{os.getpid()}-", dir=self.folder))
        except FileNotFoundError:
            # The verdict is out already, and nothing else would report this difference.
            print("\n".join(lines), file=sys.stderr)
            return
        try:
            (folder / "call.pickle").write_bytes(pickle.dumps((name, args, state)))
            (folder / "reproduce.py").write_text(REPRODUCE, "utf-8")
            lines += ["", f"again: python {folder / 'reproduce.py'}"]
        except Exception as error:
            lines += [
                "",
                f"no file that repeats the call, because the arguments cannot be pickled: {error}",
            ]
        report = folder / "report.txt"
        report.write_text("\n".join(lines) + "\n", "utf-8", errors="backslashreplace")
        if self.owner is not None:
            self.failed = str(report)
            traceback.print_stack(sys._getframe(3))

    def _stop(self) -> None:
        """Ends the program, from any thread."""
        if threading.current_thread() is not threading.main_thread():
            import _thread

            _thread.interrupt_main()
        raise SystemExit(DIFFERENT)

    def verdict(self) -> tuple[str, bool]:
        """Returns the text of the verdict, and True if no result differs."""
        tally = self.folder / TALLY
        if tally.exists():
            data = tally.read_bytes()
            for kind, seconds, own_seconds in RECORD.iter_unpack(data[: len(data) // RECORD.size * RECORD.size]):
                self._add(KINDS[kind], seconds, own_seconds)
        reports = sorted(self.folder.glob(REPORTS))
        original, ours = self.seconds
        lines = [report.read_text("utf-8") for report in reports]
        lines.append(
            f"tricolore.dropin --verify: {self.counts['checked']} calls computed both ways, {len(reports)} differ; "
            f"originals {original:.2f} s, tricolore {ours:.2f} s, {original / ours if ours else 1:.1f} times as fast; "
            f"{self.counts['fell back']} calls left to the originals or not repeatable, "
            f"{self.counts['from entropy']} drawn from entropy and not compared"
        )
        unchecked = self.folder / UNCHECKED
        if unchecked.exists():
            lines.append(f"NOT CHECKED, in these processes:\n{unchecked.read_text('utf-8')}")
        return "\n".join([*lines, *(f"report: {report}" for report in reports)]), not reports


REPRODUCE = """\
\"\"\"Runs one call both ways: exits with 70 if the results differ.\"\"\"

import sys
from pathlib import Path

from tricolore.dropin.verification import reproduce

sys.exit(reproduce(Path(__file__).with_name("call.pickle")))
"""


def start(folder: str | None = None) -> None:
    """Makes every replaced call run both ways from now on."""
    global verifier
    verifier = Verifier(folder)
    Replaced.verifier = verifier
    verifier.silence()
    if folder is None:
        verifier.watch_signals()
    os.environ[FOLDER] = str(verifier.folder)


def finish() -> None:
    """Prints the verdict. Exits with 70 if a result differs."""
    global verifier
    assert verifier is not None
    made, verifier, Replaced.verifier = verifier, None, None
    made.unsilence()
    os.environ.pop(FOLDER, None)
    if os.getpid() != made.owner:
        # A forked child ends here too, and has no verdict.
        return
    try:
        text, same = made.verdict()
        with suppress(OSError, ValueError):
            # The program may have closed its output.
            sys.stdout.flush()
        print(text, file=sys.stderr)
        if not same:
            raise SystemExit(DIFFERENT)
    finally:
        made.discard()
        made.unwatch_signals()


def cannot_check(folder: str, why: str) -> None:
    """Makes the verdict say that a child process ran unchecked."""
    with suppress(OSError), open(Path(folder) / UNCHECKED, "a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}: {why}\n")


def reproduce(path: Path) -> int:
    """Repeats a reported call both ways and prints the results. Returns the exit code."""
    from importlib import import_module

    from . import current

    name, args, state = pickle.loads(path.read_bytes())
    original = name.partition(".")[0]
    # Copies of rouge_score and evaluate's scripts are in other packages.
    current.install((original,) if original in ORIGINALS else ("rouge_score", "evaluate"))
    module = name
    while module not in sys.modules:
        try:
            import_module(module)
        except ImportError:
            module = module.rpartition(".")[0]
    replaced = next(each for each in current.all_replaced() if each.name == name)
    ways: list[tuple[str, Any]] = []
    for function, given in ((replaced.original, args), (replaced.run, (args,))):
        restore([], [], state)
        try:
            with deep_recursion(name):
                ways.append(("", function(*given)))
        except Exception as error:
            ways.append((repr(error), None))
    found = difference(ways[0], ways[1])
    original, ours = (raised or exact(result) for raised, result in ways)
    print(f"{name}\noriginal:  {original}\ntricolore: {ours}\ndiffers: {found}")
    return DIFFERENT if found else 0


@contextmanager
def deep_recursion(name: str) -> Iterator[None]:
    """Lifts the recursion limit while a function runs, if the original ends in a RecursionError for long texts."""
    if not name.startswith(RECURSIVE):
        yield
        return
    limit = sys.getrecursionlimit()
    # The frames of Python functions take no room on the C stack.
    sys.setrecursionlimit(MOST_FRAMES)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def draws_from_entropy(name: str, args: tuple[Any, ...]) -> bool:
    """True if a call draws from entropy, so that a second run would draw other numbers."""
    if not name.startswith("sacrebleu.significance."):
        return False
    from tricolore.dropin.adapters.sacrebleu_significance import ENTROPY

    return ENTROPY[name.rpartition(".")[2]](*args)


def copies(args: tuple[Any, ...], count: int) -> list[tuple[Any, ...]]:
    """Returns the arguments for each way. Iterators, which can be read only once, are split."""
    made = zip(*(copied(arg, count) for arg in args), strict=True)
    return [tuple(each) for each in made] if args else [()] * count


def copied(value: Any, count: int) -> tuple[Any, ...]:
    """Returns `count` values that can be read independently: iterators are split, also in lists and tuples."""
    if isinstance(value, Iterator):
        return itertools.tee(value, count)
    if type(value) in (list, tuple) and any(isinstance(own, (Iterator, list, tuple)) for own in value):
        own = [copied(each, count) for each in value]
        if any(each[0] is not each[1] for each in own):
            return tuple(type(value)(parts) for parts in zip(*own, strict=True))
    return (value,) * count


def plain(value: Any) -> Any:
    """Returns a value with plain lists in place of lazy ones, or the value itself if it has no lazy list."""
    if isinstance(value, LazyList):
        return value.peek()
    if type(value) is dict:
        made: Any = {key: plain(own) for key, own in value.items()}
        return made if any(made[key] is not value[key] for key in value) else value
    if type(value) is tuple:
        made = tuple(map(plain, value))
        return made if any(a is not b for a, b in zip(made, value, strict=True)) else value
    return value


def random_state(of_python: bool, of_numpy: bool) -> tuple[Any, Any]:
    """Returns the states of the global generators of Python and numpy, each None if it is not asked for."""
    numpy = sys.modules.get("numpy") if of_numpy else None
    return random.getstate() if of_python else None, numpy.random.get_state() if numpy is not None else None


def restore(things: list[Any], fields: list[Any], state: tuple[Any, Any]) -> None:
    """Restores the contents of objects and the states of generators."""
    for thing, own in zip(things, fields, strict=True):
        put_back(thing, own)
    if state[0] is not None:
        random.setstate(state[0])
    if state[1] is not None:
        import numpy as np

        np.random.set_state(state[1])  # noqa: NPY002


def different(original: Way, ours: Way) -> str | None:
    """Returns the place where two ways differ, or None."""
    errors = [(type(way.error), way.error and way.error.args) for way in (original, ours)]
    if difference(errors[0], errors[1]) is not None:
        return f"exception: {original.error!r} against {ours.error!r}"
    found = difference(original.result, ours.result)
    found = found or difference(original.fields, ours.fields, "the object afterwards")
    # If ours was the first to import numpy, there is no earlier state to compare.
    ends = 2 if original.state[1] is not None else 1
    return found or difference(original.state[:ends], ours.state[:ends], "the random state afterwards")


def given_back(way: Way) -> Any:
    """Returns the result of a way, or raises its error."""
    if way.error is not None:
        raise way.error
    return way.result
