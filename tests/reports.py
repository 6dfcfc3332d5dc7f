"""Reports for tests: a small one, and one of hostile texts; and the data in a report, read as its script reads them."""

import base64
import gzip
import json
import re

import tricolore as tc

__all__ = ["HOSTILE", "comparison", "data_in", "hostile"]

REFERENCES = [["the cat sat on the mat", "a cat sat"], ["it rained a bit"], ["no one came"], ["we left at noon"]] * 30
BASE = ["the cat sat on a mat", "it rains", "no one came", "we left"] * 30
TUNED = ["the cat sat on the mat", "it rained it rained", "no one came", "we"] * 30
OTHER = ["on the mat the cat sat", "it", "no no one", "we left at noon"] * 30
TASKS = ["pets", "weather", "people", "time"] * 30
HOSTILE = [
    "<script>document.title='stolen'</script>",
    "</script><img src=x onerror=\"document.title='stolen'\">",
    "<!--",
    "]]> &lt;b&gt; {{data}} {{title}}",
    "\u202eright to left\u202c \u2066isolated\u2069 \u200f",
    "שלום עולם",
    "\ud800 lone",
    "\x00\x07 controls",
    "a" * 1_000_000,
    "😀 e\u0301 漢字",
]


def comparison(**options):
    """Returns a comparison of three systems with groups."""
    systems = {"base": BASE, "tuned": TUNED, "other": OTHER}
    metrics = ["bleu", "ter", tc.ROUGE(["rouge1", "rougeL"])]
    return tc.compare(systems, REFERENCES, metrics, groups=TASKS, samples=100, **options)


def hostile():
    """Returns a comparison whose texts, names and groups try to be more than texts."""
    systems = {HOSTILE[0]: HOSTILE, HOSTILE[1]: HOSTILE[::-1]}
    references = [text + " x" for text in HOSTILE]
    metrics = [tc.TER(), tc.ROUGE(["rouge1"], tokenizer="unicode")]
    return tc.compare(systems, references, metrics, groups=[text[:50] for text in HOSTILE], samples=50)


def data_in(page):
    """Returns the data of a report."""
    packed = re.search(r'<script id="data" type="application/octet-stream">([^<]*)</script>', page)[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))
