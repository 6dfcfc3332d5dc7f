"""The originals' own statistics, for comparison with ours."""


def original_row(original, prediction, references):
    """Returns the counts that a metric of sacreBLEU makes of one segment."""
    return list(map(int, original._extract_corpus_statistics([prediction], [[text] for text in references])[0]))
