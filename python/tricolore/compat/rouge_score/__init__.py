"""rouge_score 0.1.2 under its own names, without rouge_score, nltk or absl.

    from tricolore.compat.rouge_score import rouge_scorer, scoring

Modules, classes, arguments, results, exceptions and the use of random numbers are those of the original. Only
`split_summaries=True` needs nltk and its punkt data, because the original finds sentences with them. Line numbers in
these modules refer to the original's files.
"""
