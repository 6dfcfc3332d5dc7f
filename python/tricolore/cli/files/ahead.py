"""Reading while scoring: a thread that makes the next item of an iterator."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from queue import Full, Queue
from typing import TypeVar

__all__ = ["ahead"]

Item = TypeVar("Item")


@contextmanager
def ahead(items: Generator[Item]) -> Iterator[Iterator[Item]]:
    """Yields the items of a generator, each made by a thread while the item before is used.

    An exception of the generator is raised where its next item would be. When the block ends, the thread has ended and
    the generator is closed.
    """
    queue: Queue[tuple[list[Item], BaseException | None]] = Queue(1)
    stop = threading.Event()

    def put(made: list[Item], error: BaseException | None) -> bool:
        while not stop.is_set():
            try:
                queue.put((made, error), timeout=0.1)
            except Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for item in items:
                if not put([item], None):
                    return
            put([], None)
        except BaseException as error:
            put([], error)

    def taken() -> Iterator[Item]:
        while True:
            made, error = queue.get()
            if error is not None:
                raise error
            if not made:
                return
            yield from made

    thread = threading.Thread(target=work, name="tricolore-reader", daemon=True)
    thread.start()
    try:
        yield taken()
    finally:
        stop.set()
        thread.join()
        items.close()
