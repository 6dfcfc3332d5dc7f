"""Runs unchanged programs on tricolore, which does the work of the installed metric packages.

    import tricolore.dropin
    tricolore.dropin.install()

    python -m tricolore.dropin my_eval.py --its --own --flags
    python -m tricolore.dropin --verify my_eval.py

`docs/unchanged-programs.md` lists the functions that are replaced, the calls that the originals still answer, and how
to verify that no result changes. Importing this module imports none of the originals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from .groups import ORIGINALS
from .replaced import StrictError
from .status import Status

__all__ = ["ORIGINALS", "Status", "StrictError", "install", "installed", "status", "uninstall"]


def install(only: Iterable[str] = ORIGINALS) -> None:
    """Makes the originals run on tricolore, both those that are imported already and those imported later.

    Args:
        only: names of `ORIGINALS`: `"rouge_score"`, `"sacrebleu"`, `"nltk"`, `"rouge"`, `"rouge_chinese"`,
            `"jiwer"`, `"torchmetrics"`, `"evaluate"` (the scripts of its `bleu` and `squad`), `"pyrouge"`.

    A second call adds the originals that it names. Python processes that this one starts run on tricolore too.

    Raises ValueError for any other name.
    """
    from . import current

    current.install(only)


def uninstall() -> None:
    """Restores the originals. Does nothing if nothing is installed.

    Originals named by a `with installed()` block that is still running stay replaced until the block ends.
    """
    from . import current

    current.uninstall()


@contextmanager
def installed(only: Iterable[str] = ORIGINALS) -> Iterator[None]:
    """Makes the originals run on tricolore during a `with` statement, in all threads.

    Originals that were replaced before stay replaced afterwards.

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
    """Returns what is replaced and in which version, and the calls that tricolore and the originals answered."""
    from . import current

    return current.status()
