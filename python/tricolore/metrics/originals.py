"""The releases of the original tools whose bits the metrics give, as signatures name them."""

__all__ = ["ANLS_STAR", "JIWER", "NLTK", "RAPIDFUZZ", "ROUGE_SCORE", "SACREBLEU"]

ANLS_STAR = "1.0.1"
JIWER = "4.0.0"
NLTK = "3.10.0"
RAPIDFUZZ = "3.14.5"
ROUGE_SCORE = "0.1.2"
SACREBLEU = "2.6.0"
