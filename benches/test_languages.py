"""Times every tokenizer on text of several scripts with pytest-benchmark, and checks the answers."""

import pytest
from languages import METRICS, check

PAIRS = [
    ("The cat's 3.5 kg (or so).", "The cat is 3.5 kg, or so."),
    ("Die Größe beträgt 1,5 Meter – „fast“ zwei.", "Die Größe ist 1,5 Meter, „fast“ zwei."),
    ("Привет, как дела? Международный день.", "Привет! Как твои дела? Международный день."),
    ("彼は東京へ行きました。とても寒い!", "彼は昨日、東京に行った。寒い。"),
    ("今天天气很好,我们去公园。", "今天的天气很好。我们去公园吧!"),
    ("मौसम अच्छा है।", "आज मौसम अच्छा है।"),
]


# ROUGE says of its default tokenizer that it leaves nothing of most of these.
@pytest.mark.filterwarnings("ignore:the default tokenizer")
@pytest.mark.parametrize("name", METRICS)
def test_every_script(benchmark, name):
    predictions, references = map(list, zip(*PAIRS, strict=True))
    metric = METRICS[name].metric
    benchmark(lambda: metric.corpus(predictions * 100, references * 100, num_threads=1))
    check(name, METRICS[name], predictions, [[reference] for reference in references])
    check(name, METRICS[name], predictions, [[reference, "the 漢字 end", ""] for reference in references])
