"""rouge_score 0.1.2 under its own names, without rouge_score, nltk or absl.

    from tricolore.compat.rouge_score import rouge_scorer, scoring

Modules, classes, arguments, results, exceptions and the use of random numbers are the original's.
Only `split_summaries=True` needs nltk, with its punkt data, for that is the original's rule for
sentences. Line numbers in these modules are those of the original's files.
"""
