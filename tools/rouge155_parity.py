"""Compares ROUGE-1.5.5 by tricolore, and by its definition in Python, with answers of the Perl script.

    python tools/rouge155_parity.py cases.jsonl.gz stems.tsv.gz --stop-words smart_common_words.txt \
        [--dialogsum dialogsum.jsonl.gz]

A line of the first file is a JSON object: a pair of texts, a corpus, an evaluation file or figures of DialogSum, with
what Perl 5.36 printed. A line of the second has a word, its stem with WordNet's irregular forms, and without. Basic
elements (`-3`) are left out, because tricolore refuses them. Prints the numbers of runs that were compared and of those
that differ, and ends with 1 if any differs.
"""

import argparse
import base64
import gzip
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import tricolore as tc
from tricolore.compat.rouge155.evaluations import Evaluation, ScriptError
from tricolore.compat.rouge155.script import options_of, print_scores, run_script
from tricolore.reference import rouge155 as reference

FORMS = Path(__file__).parent.parent / "rust/core/src/tokenize/wordnet_exceptions.txt"
EXCEPTIONS = dict(line.split() for line in FORMS.read_text().splitlines())


def lines_of(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def bytes_of(text):
    return base64.b64decode(text["b64"]) if isinstance(text, dict) else text.encode()


def printed(flags, evaluations):
    """Returns the exit status and the lines of the script for the system X."""
    out = io.StringIO()
    try:
        print_scores(options_of(flags), evaluations, "X", out, io.StringIO())
    except ScriptError as error:
        return error.status, out.getvalue()
    return 0, out.getvalue()


def items_in(lines):
    found = re.findall(r"X (ROUGE-\S+) Eval 1.X R:(\S+) P:(\S+) F:(\S+)", lines)
    return {tag: figures for tag, *figures in found}


def averages_in(lines):
    averages = {}
    for tag, letter, *figures in re.findall(r"X (ROUGE-\S+) Average_(.): (\S+) \(\S+ (\S+) - (\S+)\)", lines):
        averages.setdefault(tag, {})[letter] = figures
    for tag, *counts in re.findall(r"X (ROUGE-\S+) M_count: (\d+) P_count: (\d+) H_count: (\d+)", lines):
        averages[tag] = {"counts_M_P_H": counts}
    return averages


def by_definition(flags, peer, models):
    """Returns what `items_in` does for the definition; None where the script dies, or for counts."""
    options = options_of(flags)
    if options.unit:
        return None
    given = options.metric
    exceptions = EXCEPTIONS if given["exceptions"] == "wordnet" else {}
    rules = reference.Rules(
        given["use_stemmer"], exceptions, given["stop_words"], given.get("max_words"), given.get("max_bytes")
    )
    best = given["multi_reference"] == "best"
    try:
        scores = reference.item(peer, models, options.types, rules, best, given["alpha"])
    except ZeroDivisionError:
        return None
    figures = ((score.recall, score.precision, score.fmeasure) for score in scores.values())
    return {tag: [f"{figure:.5f}" for figure in own] for tag, own in zip(options.tags, figures, strict=True)}


def pair_differs(pair, flags, answer, stop_words):
    peer, models = bytes_of(pair["peer"]), [bytes_of(model) for model in pair["models"]]
    every = [*flags.split(), "-d", "-r", "3", "--stop-words", stop_words]
    status, lines = printed(every, [Evaluation("1", pair["format"], {"X": peer}, models)])
    if status != answer.get("rc", 0) or items_in(lines) != answer.get("scores", {}):
        return True
    own = by_definition(every, peer, models) if pair["format"] == "SPL" and not status else None
    return own is not None and own != answer["scores"]


def corpus_differs(corpus, texts, stop_words):
    evaluations = [
        Evaluation(str(number), kind, {"X": peer}, models) for number, (kind, peer, models) in enumerate(texts, 1)
    ]
    status, lines = printed([*corpus["options"].split(), "--stop-words", stop_words], evaluations)
    return status != corpus.get("rc", 0) or averages_in(lines) != corpus["averages"]


def xml_differs(case):
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        elements = []
        for number, one in enumerate(case["evals"]):
            files = {"P": "", "M": ""}
            for kind, texts in (("P", one["peers"]), ("M", one["models"])):
                for place, (name, text) in enumerate(texts):
                    Path(f"{kind}{number}.{place}").write_bytes(bytes_of(text))
                    files[kind] += f'<{kind} ID="{name}">{kind}{number}.{place}</{kind}>'
            elements.append(
                f'<EVAL ID="{one["id"]}"><PEER-ROOT>.</PEER-ROOT><MODEL-ROOT>.</MODEL-ROOT><INPUT-FORMAT '
                f'TYPE="{one["format"]}"/><PEERS>{files["P"]}</PEERS><MODELS>{files["M"]}</MODELS></EVAL>'
            )
        Path("CFG").write_text(f"<ROUGE_EVAL>{''.join(elements)}</ROUGE_EVAL>")
        out = io.StringIO()
        status = run_script(case["options"].split(), out, io.StringIO())
        os.chdir("/")
    return status != case["rc"] or out.getvalue() != case["stdout"]


def split(text):
    """Returns the text in the second layout of DialogSum: a sentence a line."""
    return re.sub(r"(?<=[.!?]) +", "\n", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, needed in (("cases", {}), ("stems", {}), ("--stop-words", {"required": True}), ("--dialogsum", {})):
        # Evaluation files are written to a folder that becomes the current one.
        parser.add_argument(name, type=os.path.abspath, **needed)
    given = parser.parse_args()
    stop_words = given.stop_words
    pairs, compared, differing = {}, {}, {}

    def count(kind, differs):
        compared[kind] = compared.get(kind, 0) + 1
        differing[kind] = differing.get(kind, 0) + differs

    for case in map(json.loads, lines_of(given.cases)):
        kind = case["kind"]
        if kind == "pair":
            pairs[case["id"]] = case["format"], bytes_of(case["peer"]), [bytes_of(model) for model in case["models"]]
            for flags, answer in case.get("perl", {}).items():
                if "-3" not in flags:
                    count("pairs", pair_differs(case, flags, answer, stop_words))
        elif kind == "corpus":
            count("corpora", corpus_differs(case, [pairs[number] for number in case["ids"]], stop_words))
        elif kind == "xml":
            count("evaluation files", xml_differs(case))
        elif kind == "dialogsum" and given.dialogsum:
            layout = str if case["layout"] == "one line a text" else split
            rows = map(json.loads, lines_of(given.dialogsum))
            texts = [
                ("SPL", layout(row["prediction"]).encode(), [layout(one).encode() for one in row["references"]])
                for row in rows
            ]
            count("DialogSum", corpus_differs(case, texts, stop_words))
    metrics = [tc.ROUGE155(use_stemmer=True, exceptions=exceptions) for exceptions in ("wordnet", "none")]
    for line in lines_of(given.stems):
        word, *stems = line.split()
        # Shorter words are not stemmed.
        if len(word) > 3:
            count("stems", [metric.tokenize(word) for metric in metrics] != [[stem] for stem in stems])
    for kind, number in compared.items():
        print(f"{kind}: {number} compared, {differing[kind]} differ")
    return any(differing.values())


if __name__ == "__main__":
    sys.exit(main())
