"""The results that metrics return: scores of a segment or corpus, and columns of them."""
