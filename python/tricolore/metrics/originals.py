"""The releases of the original tools whose bits the metrics give, as signatures name them."""

__all__ = ["ROUGE_SCORE", "SACREBLEU"]

ROUGE_SCORE = "0.1.2"
SACREBLEU = "2.6.0"
