"""Runs hard cases with sacreBLEU's answers through our own API, as far as the API can express them.

    python tools/sacrebleu_cases.py FOLDER

FOLDER holds `cases.jsonl.gz` and `check.py`, which describes the format of a case. For each family the tool prints the
numbers of cases that are the same, that differ, and that our API refuses or cannot express, with the reasons.
"""

import collections
import gzip
import importlib.util
import json
import sys
from pathlib import Path

import tricolore as tc

METRICS = {"bleu": tc.BLEU, "chrf": tc.CHRF, "ter": tc.TER}


def number(text):
    """Reads a number in the case's notation: a Python number, or a numpy number, which follows its bytes."""
    if text == "None":
        return None
    return int(text[4:]) if text.startswith("int:") else float.fromhex(text.rpartition(":")[2])


def facts(score, signature):
    """Returns the fields of a score that a case may have, in a comparable notation."""
    known = {"score": float(score.score).hex(), "str": str(score), "sig": signature.rpartition("|version:")[0]}
    for name in ("counts", "totals", "precisions", "bp", "sys_len", "ref_len", "ratio", "num_edits", "ref_length"):
        if hasattr(score, name):
            value = getattr(score, name)
            known[name] = [float(x).hex() for x in value] if isinstance(value, tuple) else float(value).hex()
    return known


def expected_facts(case, known):
    """Returns the same fields of the case's answer. An int and an equal float are the same."""
    out = {}
    for name in known:
        value = case[name]
        if name == "sig":
            value = value.rpartition("|version:")[0]
        elif name != "str":
            value = [float(number(x)).hex() for x in value] if isinstance(value, list) else float(number(value)).hex()
        out[name] = value
    return out


def compare(case, expand):
    """Returns "same", "differs" or the reason why our API cannot express the case."""
    _, name, *how = case["metric"].split(".")
    predictions, references, options = expand(case["predictions"]), expand(case["references"]), dict(case["params"])
    expected = case["expected"]
    if name == "tok":
        tokenizer = tc.TER(**options) if how[0] == "tercom" else tc.BLEU(how[0])
        # sacreBLEU's tokenizers do not strip texts. BLEU strips before it tokenizes, which matters only in markup.
        made = [" ".join(tokenizer.tokens(text)) for text in predictions]
        answers = [text if isinstance(text, str) else expand(text) for text in expected]
        return "same" if made == [" ".join(text.split()) for text in answers] else "differs"
    if name not in METRICS:
        return "another metric's"
    seed, resamples = int(options.pop("SACREBLEU_SEED", 12345)), options.pop("n_bootstrap", 1)
    paired = options.pop("paired", None)
    if paired and "n_ar_confidence" in paired:
        return "intervals beside randomization"
    if isinstance(expected, dict) and "error" in expected:
        return "an error of the original"
    if name == "bleu" and how[0] != "segstats":
        options.setdefault("effective_order", False)
    options.pop("force", None)
    try:
        metric = METRICS[name](**options)
        if how[0] == "sentence":
            scores = [metric.score(p, r) for p, r in zip(predictions, references, strict=True)]
            known = [facts(score, score.signature) for score in scores]
            answers = [expected_facts(*pair) for pair in zip(expected, known, strict=True)]
            return "same" if known == answers else "differs"
        by_segment = tc.from_streams(*references)
        if paired:
            test = f"paired_{paired['test_type']}"
            systems = {f"sys{i}": texts for i, texts in enumerate(predictions)}
            rows = tc.compare(systems, by_segment, [metric], test=test, samples=paired["n_samples"], seed=seed).rows
            made = [[row.score, row.p_value, row.mean, row.half_width] for row in rows]
            (results,) = (column for name, column in expected["scores"].items() if name != "System")
            answers = [[number(result[key]) for key in ("score", "p_value", "mean", "ci")] for result in results]
            return "same" if made == answers else "differs"
        if how[0] == "segstats":
            rows = metric.statistics(predictions, by_segment).rows.tolist()
            if name == "ter":
                rows = [[edits, lengths / references] for edits, lengths, references in rows]
            return "same" if rows == [list(map(number, row)) for row in expected] else "differs"
        confidence = 0.95 if resamples > 1 else None
        score = metric.corpus(predictions, by_segment, confidence, max(2, resamples), seed)
        known = facts(score, score.signature)
        return "same" if known == expected_facts(expected, known) else "differs"
    except (TypeError, ValueError) as error:
        return f"refused: {str(error)[:60]}"


def main() -> None:
    folder = Path(sys.argv[1])
    spec = importlib.util.spec_from_file_location("check", folder / "check.py")
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    counts = collections.defaultdict(collections.Counter)
    with gzip.open(folder / "cases.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            case = json.loads(line)
            if case["metric"].startswith("sb."):
                found = compare(case, check.expand)
                counts[case["metric"]][found] += 1
                if found == "differs":
                    print("differs:", line[:300])
    for family, found in sorted(counts.items()):
        print(f"{family:20}", dict(found))
    sys.exit(any("differs" in found for found in counts.values()))


if __name__ == "__main__":
    main()
