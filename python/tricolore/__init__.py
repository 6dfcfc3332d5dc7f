"""Text metrics: the scores people publish, to the bit, at the speed of the hardware."""

import os
from typing import TYPE_CHECKING

from ._core import __version__, forked
from .accumulator import Accumulator
from .bleu import BLEU, BLEUScore
from .candidates import mbr, self_score
from .chrf import CHRF, CHRFScore
from .comparison import Compared, Comparison, compare
from .evaluate_metrics import metric_folder
from .evaluation import Evaluated, Evaluation, evaluate
from .exact_match import ExactMatch, ExactMatchScore
from .inputs import from_streams
from .metric import Metric
from .ngrams import ngram_overlap, ngrams
from .prepared import PreparedReferences
from .record_batches import batches
from .reference.rouge import Counts, Measures
from .rouge import ROUGE
from .row_metric import SegmentScores
from .scores import ROUGEScore, ROUGEScores
from .statistics import Statistics
from .stem import porter_stem
from .ter import TER, TERScore
from .token_f1 import TokenF1, TokenF1Score

if TYPE_CHECKING:
    from .bleu_explanation import BLEUExplanation
    from .chrf_explanation import CHRFExplanation
    from .explanation import ROUGEExplanation
    from .squad_explanation import ExactMatchExplanation, TokenF1Explanation
    from .ter_explanation import TERExplanation

__all__ = [
    "BLEU",
    "CHRF",
    "ROUGE",
    "TER",
    "Accumulator",
    "BLEUExplanation",
    "BLEUScore",
    "CHRFExplanation",
    "CHRFScore",
    "Compared",
    "Comparison",
    "Counts",
    "Evaluated",
    "Evaluation",
    "ExactMatch",
    "ExactMatchExplanation",
    "ExactMatchScore",
    "Measures",
    "Metric",
    "PreparedReferences",
    "ROUGEExplanation",
    "ROUGEScore",
    "ROUGEScores",
    "SegmentScores",
    "Statistics",
    "TERExplanation",
    "TERScore",
    "TokenF1",
    "TokenF1Explanation",
    "TokenF1Score",
    "__version__",
    "batches",
    "compare",
    "evaluate",
    "from_streams",
    "mbr",
    "metric_folder",
    "ngram_overlap",
    "ngrams",
    "porter_stem",
    "self_score",
]

# The threads of a pool do not come along.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forked)


EXPLANATIONS = {
    "BLEUExplanation": ".bleu_explanation",
    "CHRFExplanation": ".chrf_explanation",
    "ExactMatchExplanation": ".squad_explanation",
    "ROUGEExplanation": ".explanation",
    "TERExplanation": ".ter_explanation",
    "TokenF1Explanation": ".squad_explanation",
}


def __getattr__(name: str) -> object:
    # What few programs need is imported when it is: importing the package is to be quick.
    module = EXPLANATIONS.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(module, __name__), name)
