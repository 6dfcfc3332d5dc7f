"""The tokens, n-grams and alignments behind the score of one segment."""
