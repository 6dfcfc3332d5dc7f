"""References that are given to sacreBLEU transposed: the drop-in warns once for each place, and changes no result."""

import itertools
import subprocess
import sys
import warnings

import pytest
import sacrebleu
from dropin import outcome, strictly
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest
from tricolore.dropin.adapters import transposed
from tricolore.dropin.same import difference

HYPOTHESES = ["The cat sat on the mat.", "It rained all day.", "He left."]
BY_SEGMENT = [["The cat sat on the mat."], ["It rained the whole day."], ["They went home."]]
RAGGED = [["The cat sat."], ["It rained.", "It snowed."], ["They went.", "He left.", "Off he went."]]
METRICS = [BLEU, CHRF, lambda **more: CHRF(word_order=2, **more), TER]
FUNCTIONS = [sacrebleu.corpus_bleu, sacrebleu.corpus_chrf, sacrebleu.corpus_ter, sacrebleu.raw_corpus_bleu]


@pytest.fixture(autouse=True)
def nothing_was_warned_about(monkeypatch):
    monkeypatch.setattr(transposed, "warned", set())


def with_warnings(call):
    """Returns the outcome of a call with the drop-in, which is that of the original, and the warnings."""
    expected = outcome(call)
    with warnings.catch_warnings(record=True) as caught, strictly(["sacrebleu"]):
        warnings.simplefilter("always")
        made = outcome(call)
    assert difference(expected, made) is None
    return made, caught


def calls(references):
    """Yields a call for every way in which references reach sacreBLEU."""
    for function in FUNCTIONS:
        yield lambda function=function: function(HYPOTHESES, references)
    for make in METRICS:
        yield lambda make=make: make().corpus_score(HYPOTHESES, references)
        yield lambda make=make: make().corpus_score(tuple(HYPOTHESES), tuple(map(tuple, references)))
        yield lambda make=make: make(references=references).corpus_score(HYPOTHESES, None)
        systems = [("a", HYPOTHESES), ("b", HYPOTHESES[::-1])]
        yield lambda make=make, systems=systems: PairedTest(systems, {"m": make()}, references, "bs", 2)()[1]


@pytest.mark.parametrize("references", [BY_SEGMENT, RAGGED, [["a", "b"], ["c", "d"], ["e", "f"]], [["a"] * 9] * 3])
def test_every_entry_warns(references):
    count = 0
    for call in calls(references):
        _, caught = with_warnings(call)
        assert [warning.category for warning in caught] == [transposed.TransposedWarning], call
        assert "hypotheses: 3, lists of references: 3" in str(caught[0].message)
        assert caught[0].filename == __file__
        count += 1
        transposed.warned.clear()
    assert count == 20


def test_the_warning_names_the_line_of_the_call_and_comes_once():
    def call():
        made = [sacrebleu.corpus_chrf(HYPOTHESES, BY_SEGMENT) for _ in range(3)]
        return made, sacrebleu.corpus_chrf(HYPOTHESES, BY_SEGMENT)

    (scores, _), caught = with_warnings(call)
    first = call.__code__.co_firstlineno
    assert [warning.lineno - first for warning in caught] == [1, 2]
    # A single segment is scored: the lists are read as three references of one segment.
    assert scores[0].score == sacrebleu.corpus_chrf(HYPOTHESES[:1], BY_SEGMENT).score == 100.0
    assert "texts in a list: 1." in str(caught[0].message)
    assert "It scores segments: 1," in str(caught[0].message)


def test_the_advice_works():
    for references in (BY_SEGMENT, RAGGED):
        streams = list(itertools.zip_longest(*references))
        score, caught = with_warnings(lambda streams=streams: CHRF().corpus_score(HYPOTHESES, streams))
        assert not caught
        pairs = zip(HYPOTHESES, references, strict=True)
        each = [CHRF()._extract_corpus_statistics([text], [[own] for own in refs])[0] for text, refs in pairs]
        assert score.score == CHRF()._aggregate_and_compute(each).score


@pytest.mark.parametrize("make", METRICS)
def test_right_calls_do_not_warn(make):
    streams = [[text.upper() for text in HYPOTHESES], HYPOTHESES[::-1], HYPOTHESES]
    for hypotheses, references in [
        (HYPOTHESES, streams),
        (HYPOTHESES, streams[:1]),
        (HYPOTHESES, [*streams, streams[0]]),
        (HYPOTHESES, [[None, "a", "b"], streams[1], streams[0]]),
        (HYPOTHESES[:1], [["a"]]),
        (HYPOTHESES[:1], [["a"], ["b"]]),
        (HYPOTHESES[:2], [["a", "b"], ["c", "d"]]),
        # Texts are dropped, but transposing would not fit.
        (HYPOTHESES, [["a"], ["b"]]),
        (HYPOTHESES[:2], [["a"] * 3]),
    ]:
        calls = (
            lambda: make().corpus_score(hypotheses, references),
            lambda: make(references=references).corpus_score(hypotheses, None),
            lambda: [make().sentence_score(own, ["a", "b"]) for own in hypotheses],
            lambda: [make().sentence_score(own, ["a"]) for own in hypotheses],
        )
        for call in calls:
            assert not with_warnings(call)[1], references


def test_a_list_of_references_for_the_only_segment():
    _, caught = with_warnings(lambda: sacrebleu.corpus_bleu(["a b"], [["a b", "a c"]]))
    assert len(caught) == 1


def test_calls_that_the_original_answers_warn_too():
    class Mine(CHRF):
        def _compute_f_score(self, statistics):
            return 1.0

        def _preprocess_segment(self, sent):
            return sent[::-1]

    _, caught = with_warnings(lambda: Mine().corpus_score(HYPOTHESES, BY_SEGMENT))
    assert len(caught) == 1


def test_a_program_whose_warnings_are_errors_goes_on(capsys):
    with warnings.catch_warnings(), strictly():
        warnings.simplefilter("error")
        score = sacrebleu.corpus_chrf(HYPOTHESES, BY_SEGMENT)
    assert score.score == 100.0
    assert capsys.readouterr().err.startswith(f"{__file__}:")


def test_verification_shows_the_warning(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(f"import sacrebleu\nprint(sacrebleu.corpus_chrf({HYPOTHESES}, {BY_SEGMENT}))\n")
    run = [sys.executable, "-m", "tricolore.dropin", "--verify", str(program)]
    made = subprocess.run(run, capture_output=True, text=True, timeout=60, check=True)
    assert made.stdout == "chrF2 = 100.00\n"
    assert made.stderr.count("look transposed") == 1
    assert f"{program}:2: TransposedWarning: the references look transposed" in made.stderr
