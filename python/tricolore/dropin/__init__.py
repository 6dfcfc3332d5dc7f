"""Unchanged programs run on tricolore: rouge_score, sacrebleu and nltk as installed, with their work done here.

    import tricolore.dropin
    tricolore.dropin.install()

    python -m tricolore.dropin my_eval.py --its --own --flags
    python -m tricolore.dropin --verify my_eval.py

`docs/unchanged-programs.md` says what is replaced, when the original answers instead, and how to prove that
nothing moved. Importing this imports none of the originals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from .groups import ORIGINALS
from .replaced import StrictError
from .status import Status

__all__ = ["ORIGINALS", "Status", "StrictError", "install", "installed", "status", "uninstall"]


def install(only: Iterable[str] = ORIGINALS) -> None:
    """From here on the originals run on tricolore, whether they are imported already or will be.

    Args:
        only: names of `ORIGINALS`: `"rouge_score"`, `"sacrebleu"`, `"nltk"`.

    Installing twice is installing once; with other names, for those as well. Python processes that this one
    starts run on tricolore too.

    Raises ValueError for another name.
    """
    from . import current

    current.install(only)


def uninstall() -> None:
    """The originals are as they were. Nothing happens where nothing was installed; a `with installed()` that goes
    on elsewhere keeps what it asked for."""
    from . import current

    current.uninstall()


@contextmanager
def installed(only: Iterable[str] = ORIGINALS) -> Iterator[None]:
    """For the time of a `with` statement, in whichever thread; what was installed before stays.

    >>> import tricolore.dropin
    >>> with tricolore.dropin.installed():
    ...     from rouge_score import rouge_scorer
    ...     scorer = rouge_scorer.RougeScorer(["rouge1"])
    ...     scorer.score("the cat sat", "the cat")["rouge1"]
    ...     tricolore.dropin.status().served["rouge_score.rouge_scorer.RougeScorer.score"]
    Score(precision=1.0, recall=0.6666666666666666, fmeasure=0.8)
    1
    """
    from . import current

    names = current.enter(only)
    try:
        yield
    finally:
        current.leave(names)


def status() -> Status:
    """What is replaced, in which version; how many calls ours served and how many the originals, and why."""
    from . import current

    return current.status()
