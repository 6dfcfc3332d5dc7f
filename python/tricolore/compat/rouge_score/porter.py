"""The stemmer that the original imports from nltk.stem.porter."""

from tricolore import porter_stem

__all__ = ["PorterStemmer"]


class PorterStemmer:
    """The PorterStemmer of nltk in its default mode."""

    def stem(self, word: str) -> str:
        """Returns the stem of a word, in lower case."""
        return porter_stem(word)

    def __repr__(self) -> str:
        return "<PorterStemmer>"
