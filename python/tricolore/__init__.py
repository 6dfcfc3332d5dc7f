"""Text metrics: the scores people publish, to the bit, at the speed of the hardware."""

import os
from typing import TYPE_CHECKING

from ._core import __version__, forked
from .corpus.accumulator import Accumulator
from .corpus.statistics import Statistics
from .engines.record_batches import batches
from .evaluation.candidates import mbr, self_score
from .evaluation.compare import compare
from .evaluation.comparison import Comparison
from .evaluation.evaluate import evaluate
from .evaluation.evaluation import Evaluated, Evaluation
from .evaluation.figures import Figure
from .evaluation.paired_tests import Compared
from .evaluation.scored_segments import ScoredSegments
from .huggingface.metric_folders import metric_folder
from .metrics.bleu import BLEU
from .metrics.chrf import CHRF
from .metrics.edit_similarity import ANLS, EditSimilarity
from .metrics.error_rates import CER, WER
from .metrics.exact_match import ExactMatch
from .metrics.gleu import GLEU
from .metrics.metric import Metric
from .metrics.ngrams import ngram_overlap, ngrams
from .metrics.registry import metric, metric_names
from .metrics.rouge import ROUGE
from .metrics.rouge155 import ROUGE155, UndefinedScoreError
from .metrics.ter import TER
from .metrics.token_f1 import TokenF1
from .reference.rouge import Counts, Measures
from .scores.bleu import BLEUScore
from .scores.chrf import CHRFScore
from .scores.columns import ROUGEScores, SegmentScores
from .scores.edit_similarity import ANLSScore, EditSimilarityScore
from .scores.error_rates import CERScore, WERScore
from .scores.gleu import GLEUScore
from .scores.rouge import ROUGEScore
from .scores.rouge155 import ROUGE155Score
from .scores.squad import ExactMatchScore, TokenF1Score
from .scores.ter import TERScore
from .texts.prepared import PreparedReferences
from .texts.stemmer import porter_stem
from .texts.streams import from_streams

if TYPE_CHECKING:
    from .explanations.bleu import BLEUExplanation
    from .explanations.chrf import CHRFExplanation
    from .explanations.edit_similarity import EditSimilarityExplanation
    from .explanations.error_rates import ErrorRateExplanation
    from .explanations.gleu import GLEUExplanation
    from .explanations.marks import Mark, MarkedText
    from .explanations.rouge import ROUGEExplanation
    from .explanations.rouge155 import ROUGE155Explanation
    from .explanations.squad import ExactMatchExplanation, TokenF1Explanation
    from .explanations.ter import TERExplanation

__all__ = [
    "ANLS",
    "BLEU",
    "CER",
    "CHRF",
    "GLEU",
    "ROUGE",
    "ROUGE155",
    "TER",
    "WER",
    "ANLSScore",
    "Accumulator",
    "BLEUExplanation",
    "BLEUScore",
    "CERScore",
    "CHRFExplanation",
    "CHRFScore",
    "Compared",
    "Comparison",
    "Counts",
    "EditSimilarity",
    "EditSimilarityExplanation",
    "EditSimilarityScore",
    "ErrorRateExplanation",
    "Evaluated",
    "Evaluation",
    "ExactMatch",
    "ExactMatchExplanation",
    "ExactMatchScore",
    "Figure",
    "GLEUExplanation",
    "GLEUScore",
    "Mark",
    "MarkedText",
    "Measures",
    "Metric",
    "PreparedReferences",
    "ROUGE155Explanation",
    "ROUGE155Score",
    "ROUGEExplanation",
    "ROUGEScore",
    "ROUGEScores",
    "ScoredSegments",
    "SegmentScores",
    "Statistics",
    "TERExplanation",
    "TERScore",
    "TokenF1",
    "TokenF1Explanation",
    "TokenF1Score",
    "UndefinedScoreError",
    "WERScore",
    "__version__",
    "batches",
    "compare",
    "evaluate",
    "from_streams",
    "mbr",
    "metric",
    "metric_folder",
    "metric_names",
    "ngram_overlap",
    "ngrams",
    "porter_stem",
    "self_score",
]

# The threads of a pool do not exist in a forked child.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forked)


EXPLANATIONS = {
    "BLEUExplanation": ".explanations.bleu",
    "CHRFExplanation": ".explanations.chrf",
    "ExactMatchExplanation": ".explanations.squad",
    "EditSimilarityExplanation": ".explanations.edit_similarity",
    "ErrorRateExplanation": ".explanations.error_rates",
    "GLEUExplanation": ".explanations.gleu",
    "Mark": ".explanations.marks",
    "MarkedText": ".explanations.marks",
    "ROUGE155Explanation": ".explanations.rouge155",
    "ROUGEExplanation": ".explanations.rouge",
    "TERExplanation": ".explanations.ter",
    "TokenF1Explanation": ".explanations.squad",
}


def __getattr__(name: str) -> object:
    # Few programs need explanations, so they are imported on first use to keep `import tricolore` fast.
    module = EXPLANATIONS.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(module, __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
