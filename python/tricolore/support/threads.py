"""The number of threads that a batch may use."""

import os

__all__ = ["resolve"]


# More would cost more to start than they could save.
MOST = 256


def resolve(num_threads: int | None) -> int:
    """`num_threads`, else TRICOLORE_NUM_THREADS, else the processors that this process may use."""
    if num_threads is None:
        given = os.environ.get("TRICOLORE_NUM_THREADS")
        if not given:
            return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if not given.isdecimal() or int(given) < 1:
            raise ValueError(f"TRICOLORE_NUM_THREADS is {given!r}: it must be a whole number from 1 on")
        return min(int(given), MOST)
    if isinstance(num_threads, bool) or not isinstance(num_threads, int):
        raise TypeError(f"num_threads is {num_threads!r}: it must be an int or None")
    if num_threads < 1:
        raise ValueError(f"num_threads is {num_threads}: it must be at least 1")
    return min(num_threads, MOST)
