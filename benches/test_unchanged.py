"""Times the programs of unchanged.py under the drop-in with pytest-benchmark, and checks their answers."""

import pytest
import tricolore.dropin
from tricolore.dropin.same import difference
from unchanged import programs
from workloads import generated

SENTENCES, DOCUMENTS, _ = generated(scale=0.02)
PROGRAMS = {name: (program, texts) for name, _, program, *texts in programs(SENTENCES, DOCUMENTS)}


# nltk warns of texts without a shared 4-gram.
@pytest.mark.filterwarnings("ignore:\\nThe hypothesis contains 0 counts")
@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(benchmark, name):
    program, texts = PROGRAMS[name]
    expected = program(*texts)
    with tricolore.dropin.installed():
        made = benchmark(program, *texts)
        status = tricolore.dropin.status()
    assert sum(status.served.values())
    assert not status.fallbacks
    assert difference(expected, made) is None
