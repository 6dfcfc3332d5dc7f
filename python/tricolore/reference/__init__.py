"""Every metric of tricolore in pure Python, written to be read: this is the specification.

Nothing here is fast, and nothing here imports the compiled module, the rest of the package or the
tools whose numbers it reproduces. The tests hold all three to each other, bit for bit.
"""

from .porter import porter_stem
from .rouge import Counts, Measures, count, measure, rouge
from .tokenizers import tokenize

__all__ = ["Counts", "Measures", "count", "measure", "porter_stem", "rouge", "tokenize"]
