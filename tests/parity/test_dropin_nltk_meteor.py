"""nltk's METEOR without the drop-in and with it. WordNet itself would have to be downloaded, so tests replace it."""

from functools import partial

import pytest
from dropin import assert_same as assert_same_with
from dropin import served, strictly
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer
from nltk.stem.snowball import SnowballStemmer
from nltk.translate.meteor_score import align_words, meteor_score, single_meteor_score
from texts import few_words, markup, odd

assert_same = partial(assert_same_with, only=("nltk",))
ALIGN = "meteor_score._enum_align_words"


class Lemma:
    def __init__(self, name):
        self.name = lambda: name


class Synsets:
    """A WordNet of a few words."""

    GROUPS = (("cat", "feline"), ("sat", "rest", "sit_down"), ("ran", "runs"))

    def synsets(self, word):
        found = [group for group in self.GROUPS if word in group]
        return [type("Synset", (), {"lemmas": lambda self, group=group: [*map(Lemma, group)]})() for group in found]


words = st.one_of(
    st.lists(
        st.sampled_from("cat cats Feline sat sitting rest the The running runs ran été étés yyy".split()), max_size=12
    ),
    st.one_of(few_words, markup, odd).map(str.split),
)


@given(hypothesis=words, references=st.lists(words, min_size=1, max_size=3))
def test_scores(hypothesis, references):
    score = partial(meteor_score, references, hypothesis, wordnet=Synsets())
    assert served(assert_same(score), ALIGN)
    assert served(assert_same(lambda: align_words(hypothesis, references[0], wordnet=Synsets())), ALIGN)
    assert_same(lambda: score(preprocess=str.upper, alpha=0.5, beta=1.0, gamma=0.0))
    assert_same(
        lambda: single_meteor_score(references[0], hypothesis, stemmer=SnowballStemmer("english"), wordnet=Synsets())
    )


def test_without_wordnet():
    """WordNet is looked up only for words that neither match nor share a stem."""
    assert served(assert_same(lambda: single_meteor_score(["the", "cats"], ["The", "cat"])), ALIGN)
    assert_same(lambda: single_meteor_score(["a", "dog"], ["a", "cat"]))


@pytest.mark.parametrize(
    ("references", "hypothesis"), [(["a b"], ["a"]), ([["a"]], "a"), ([["a", 1]], ["a", 1]), ([], ["a"]), ([[]], [])]
)
def test_odd_input(references, hypothesis):
    assert_same(lambda: meteor_score(references, hypothesis, wordnet=Synsets()))


def test_a_stemmer_that_was_changed_answers_itself():
    stemmer = PorterStemmer()
    stemmer.stem = lambda word: word[:1]
    with strictly(("nltk",)):
        changed = single_meteor_score(["cat"], ["cow"], stemmer=stemmer, wordnet=Synsets())
    assert changed == single_meteor_score(["cat"], ["cow"], stemmer=stemmer, wordnet=Synsets()) > 0
