"""The statistics, references, tokenizers, resampling and paired tests of sacrebleu 2.3 to 2.6."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import sacrebleu_statistics, sacrebleu_tokenizers
from .sacrebleu_metrics import know_metrics

__all__ = ["ready", "replaced"]


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    if module == "sacrebleu.significance":
        # Imported only for tests, because it needs numpy.
        from . import sacrebleu_significance

        return sacrebleu_significance.REPLACED[module]
    return sacrebleu_statistics.REPLACED.get(module, sacrebleu_tokenizers.REPLACED.get(module, {}))


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    sacrebleu_statistics.originals.update(originals)
    for module in modules:
        sacrebleu_tokenizers.know_tokenizer(module)
    if "sacrebleu.metrics.base" in modules:
        know_metrics()
    if "sacrebleu.significance" in modules:
        from .sacrebleu_significance import know_significance

        know_significance()
