"""Scores that ROUGE-1.5.5 printed, run by Perl 5.36: recall, precision and F of each measure."""

import pytest
import tricolore as tc
from tricolore.compat.rouge155.script import options_of

ANSWERS = [
    (
        "-n 4 -w 1.2 -2 4 -U",
        "  leading and trailing  ",
        ["leading and trailing"],
        {
            "ROUGE-1": "1.00000 1.00000 1.00000",
            "ROUGE-2": "1.00000 1.00000 1.00000",
            "ROUGE-3": "1.00000 1.00000 1.00000",
            "ROUGE-4": "0.00000 0.00000 0.00000",
            "ROUGE-L": "1.00000 1.00000 1.00000",
            "ROUGE-W-1.2": "0.80274 1.00000 0.89058",
            "ROUGE-S4": "1.00000 1.00000 1.00000",
            "ROUGE-SU4": "1.00000 1.00000 1.00000",
        },
    ),
    (
        "-n 4 -2 4 -U -m",
        "the quick brown fox jumps over the lazy dog\n",
        ["   \n"],
        {
            "ROUGE-1": "0.00000 0.00000 0.00000",
            "ROUGE-2": "0.00000 0.00000 0.00000",
            "ROUGE-3": "0.00000 0.00000 0.00000",
            "ROUGE-4": "0.00000 0.00000 0.00000",
            "ROUGE-L": "0.00000 0.00000 0.00000",
            "ROUGE-S4": "0.00000 0.00000 0.00000",
            "ROUGE-SU4": "0.00000 0.00000 0.00000",
        },
    ),
    ("-x -w 1.5", "the quick brown fox jumps over the lazy dog\n", ["   \n"], None),
    (
        "-n 4 -w 1.2 -2 4 -U",
        "the the the the the",
        ["the cat"],
        {
            "ROUGE-1": "0.50000 0.20000 0.28571",
            "ROUGE-2": "0.00000 0.00000 0.00000",
            "ROUGE-3": "0.00000 0.00000 0.00000",
            "ROUGE-4": "0.00000 0.00000 0.00000",
            "ROUGE-L": "0.50000 0.20000 0.28571",
            "ROUGE-W-1.2": "0.43528 0.20000 0.27407",
            "ROUGE-S4": "0.00000 0.00000 0.00000",
            "ROUGE-SU4": "0.50000 0.07143 0.12500",
        },
    ),
    (
        "-n 4 -w 1.2 -2 4 -U",
        "a b a b a b",
        ["a a b b a a"],
        {
            "ROUGE-1": "0.83333 0.83333 0.83333",
            "ROUGE-2": "0.40000 0.40000 0.40000",
            "ROUGE-3": "0.00000 0.00000 0.00000",
            "ROUGE-4": "0.00000 0.00000 0.00000",
            "ROUGE-L": "0.66667 0.66667 0.66667",
            "ROUGE-W-1.2": "0.46588 0.66667 0.54848",
            "ROUGE-S4": "0.73333 0.73333 0.73333",
            "ROUGE-SU4": "0.80000 0.80000 0.80000",
        },
    ),
    ("-x -w 2", "a b a b a b", ["a a b b a a"], {"ROUGE-W-2": "0.11111 0.66667 0.19047"}),
    (
        "-n 4 -w 1.2 -2 -1 -U -m",
        "b a d c",
        ["a b c d"],
        {
            "ROUGE-1": "1.00000 1.00000 1.00000",
            "ROUGE-2": "0.00000 0.00000 0.00000",
            "ROUGE-3": "0.00000 0.00000 0.00000",
            "ROUGE-4": "0.00000 0.00000 0.00000",
            "ROUGE-L": "0.50000 0.50000 0.50000",
            "ROUGE-W-1.2": "0.33759 0.44545 0.38409",
            "ROUGE-S*": "0.66667 0.66667 0.66667",
            "ROUGE-SU*": "0.66667 0.66667 0.66667",
        },
    ),
    (
        "-n 4 -w 1.2 -2 4 -U",
        "a b c\nd e f\n",
        ["d e f\na b c\n"],
        {
            "ROUGE-1": "1.00000 1.00000 1.00000",
            "ROUGE-2": "0.80000 0.80000 0.80000",
            "ROUGE-3": "0.50000 0.50000 0.50000",
            "ROUGE-4": "0.00000 0.00000 0.00000",
            "ROUGE-L": "1.00000 1.00000 1.00000",
            "ROUGE-W-1.2": "0.71516 0.89090 0.79341",
            "ROUGE-S4": "0.40000 0.40000 0.40000",
            "ROUGE-SU4": "0.50000 0.50000 0.50000",
        },
    ),
    (
        "-n 2 -w 1.2 -2 4 -U -b 5",
        "a b c\nd e f\n",
        ["d e f\na b c\n"],
        {
            "ROUGE-1": "0.00000 0.00000 0.00000",
            "ROUGE-2": "0.00000 0.00000 0.00000",
            "ROUGE-L": "0.00000 0.00000 0.00000",
            "ROUGE-W-1.2": "0.00000 0.00000 0.00000",
            "ROUGE-S4": "0.00000 0.00000 0.00000",
            "ROUGE-SU4": "0.00000 0.00000 0.00000",
        },
    ),
    (
        "-n 2 -w 1.2 -2 4 -U -f B -l 4",
        "b b c a c a a",
        ["a\nc a c c b c b a"],
        {
            "ROUGE-1": "0.50000 0.50000 0.50000",
            "ROUGE-2": "0.33333 0.33333 0.33333",
            "ROUGE-L": "0.50000 0.50000 0.50000",
            "ROUGE-W-1.2": "0.21110 0.25000 0.22891",
            "ROUGE-S4": "0.16667 0.16667 0.16667",
            "ROUGE-SU4": "0.22222 0.22222 0.22222",
        },
    ),
    (
        "-n 1 -2 0 -U",
        "last",
        ["last"],
        {
            "ROUGE-1": "1.00000 1.00000 1.00000",
            "ROUGE-L": "1.00000 1.00000 1.00000",
            "ROUGE-S0": "0.00000 0.00000 0.00000",
            "ROUGE-SU0": "0.00000 0.00000 0.00000",
        },
    ),
    (
        "-n 3 -w 1.2 -2 4 -U -f B",
        "the cat sat",
        ["the cat sat", "a dog ran"],
        {
            "ROUGE-1": "1.00000 1.00000 1.00000",
            "ROUGE-2": "1.00000 1.00000 1.00000",
            "ROUGE-3": "1.00000 1.00000 1.00000",
            "ROUGE-L": "1.00000 1.00000 1.00000",
            "ROUGE-W-1.2": "0.80274 1.00000 0.89058",
            "ROUGE-S4": "1.00000 1.00000 1.00000",
            "ROUGE-SU4": "1.00000 1.00000 1.00000",
        },
    ),
    (
        "-n 4 -w 1.2 -2 4 -U",
        "the cat sat",
        ["the cat sat", "a dog ran"],
        {
            "ROUGE-1": "0.50000 0.50000 0.50000",
            "ROUGE-2": "0.50000 0.50000 0.50000",
            "ROUGE-3": "0.50000 0.50000 0.50000",
            "ROUGE-4": "0.00000 0.00000 0.00000",
            "ROUGE-L": "0.50000 0.50000 0.50000",
            "ROUGE-W-1.2": "0.45052 0.56123 0.49982",
            "ROUGE-S4": "0.50000 0.50000 0.50000",
            "ROUGE-SU4": "0.50000 0.50000 0.50000",
        },
    ),
    (
        "-n 4 -2 4 -U -m",
        "yellow yes yesterday yelling young yoyo",
        ["yellows yelled younger youth"],
        {
            "ROUGE-1": "0.75000 0.50000 0.60000",
            "ROUGE-2": "0.33333 0.20000 0.25000",
            "ROUGE-3": "0.00000 0.00000 0.00000",
            "ROUGE-4": "0.00000 0.00000 0.00000",
            "ROUGE-L": "0.75000 0.50000 0.60000",
            "ROUGE-S4": "0.50000 0.20000 0.28571",
            "ROUGE-SU4": "0.66667 0.30000 0.41379",
        },
    ),
    (
        "-n 2 -w 1.2 -2 4 -U -l 10",
        "one two three\nfour five six\nseven eight nine\nten eleven\n",
        ["one two three four five\nsix seven eight nine ten eleven\n"],
        {
            "ROUGE-1": "1.00000 1.00000 1.00000",
            "ROUGE-2": "1.00000 1.00000 1.00000",
            "ROUGE-L": "1.00000 1.00000 1.00000",
            "ROUGE-W-1.2": "0.64571 0.89090 0.74874",
            "ROUGE-S4": "1.00000 1.00000 1.00000",
            "ROUGE-SU4": "1.00000 1.00000 1.00000",
        },
    ),
    (
        "-n 2 -w 1.2 -2 4 -U -p 0.2",
        "h0 h1 h2 h3 h4 p0",
        ["h0 h1 h2 h3 h4 q0"],
        {
            "ROUGE-1": "0.83333 0.83333 0.83333",
            "ROUGE-2": "0.80000 0.80000 0.80000",
            "ROUGE-L": "0.83333 0.83333 0.83333",
            "ROUGE-W-1.2": "0.58236 0.83333 0.61969",
            "ROUGE-S4": "0.66667 0.66667 0.66667",
            "ROUGE-SU4": "0.75000 0.75000 0.75000",
        },
    ),
]


@pytest.mark.parametrize(("flags", "prediction", "references", "printed"), ANSWERS)
def test_scores(flags, prediction, references, printed):
    options = options_of(flags.split())
    metric = tc.ROUGE155(options.types, **options.metric)
    if printed is None:
        # The script divides by zero and dies.
        with pytest.raises(tc.UndefinedScoreError):
            metric.score(prediction, references)
        return
    score = metric.score(prediction, references)
    figures = {
        tag: f"{score[name].recall:.5f} {score[name].precision:.5f} {score[name].fmeasure:.5f}"
        for name, tag in zip(options.types, options.tags, strict=True)
    }
    assert figures == printed
