"""Text metrics: the scores people publish, to the bit, at the speed of the hardware."""

from ._core import __version__
from .explanation import ROUGEExplanation
from .inputs import from_streams
from .ngrams import NgramOverlap, ngram_overlap, ngrams
from .rouge import ROUGE
from .scores import Measures, ROUGEScore, ROUGEScores
from .statistics import Statistics
from .stem import porter_stem

__all__ = [
    "ROUGE",
    "Measures",
    "NgramOverlap",
    "ROUGEExplanation",
    "ROUGEScore",
    "ROUGEScores",
    "Statistics",
    "__version__",
    "from_streams",
    "ngram_overlap",
    "ngrams",
    "porter_stem",
]
