"""The stemmer that the original takes from nltk.stem.porter."""

from tricolore import porter_stem

__all__ = ["PorterStemmer"]


class PorterStemmer:
    """nltk's PorterStemmer in its default mode."""

    def stem(self, word: str) -> str:
        """The stem of a word, in lower case."""
        return porter_stem(word)

    def __repr__(self) -> str:
        return "<PorterStemmer>"
