"""Guards cover every name that an original would look up in the code that ours replaces."""

import builtins
import dis
import importlib
import sys
import warnings
from enum import EnumType
from importlib.util import find_spec
from types import CodeType, FunctionType, ModuleType

import pytest
import tricolore.dropin as dropin
from dropin import has_rouge
from tricolore.dropin import current
from tricolore.dropin.adapters import (
    jiwer,
    nltk_bleu,
    nltk_chrf,
    nltk_distance,
    nltk_gleu,
    nltk_meteor,
    nltk_stemmer,
    pyrouge,
    rouge,
    rouge_score,
    sacrebleu_metrics,
    sacrebleu_tokenizers,
    torchmetrics_bleu,
    torchmetrics_chrf,
    torchmetrics_edits,
    torchmetrics_error_rates,
    torchmetrics_rouge,
    torchmetrics_squad,
)
from tricolore.dropin.groups import GROUPS

METRICS = "sacrebleu.metrics"
BASE = f"{METRICS}.base.Metric"
SIGNIFICANCE = "sacrebleu.significance"
ROUGE = "rouge_score.rouge_scorer"
TORCH = "torchmetrics.functional.text"
REGEXP = "sacrebleu.tokenizers.tokenizer_re"
PYROUGE = "pyrouge.Rouge155.Rouge155"

# Members of str, dict and score objects that share their names with methods of the originals.
NOT_METHODS = {"format", "update", "score"}
# A function that ours calls.
CALLED = {f"{PYROUGE}._Rouge155__set_rouge_dir"}
# Names that need no guard, by the function that looks them up: ours looks them up too, or the original answers before
# it reaches them.
ASKED = {f"{BASE}._extract_corpus_statistics": {"sacrelogger"}, f"{ROUGE}.RougeScorer.score": {"nltk.sent_tokenize"}}
ASKED["nltk.translate.chrf_score.corpus_chrf"] = {"_preprocess"}
ASKED["nltk.translate.meteor_score._enum_align_words"] = {"_enum_wordnetsyn_match"}
ASKED["nltk.translate.meteor_score._enum_stem_match"] = {"stem"}
ASKED[f"{TORCH}.chrf._chrf_score_update"] = {"_validate_inputs"}
ASKED[f"{TORCH}.chrf._calculate_sentence_level_chrf_score"] = {"_calculate_fscore"}
ASKED[f"{TORCH}.rouge._rouge_score_update"] = {"_split_sentence"}
ASKED[f"{PYROUGE}.evaluate"] = {"write_config", "_Rouge155__get_options"}
ASKED[f"{TORCH}.squad._squad_update"] = {"rank_zero_warn"}
# The annotation of a local variable is not looked up.
ASKED[f"{TORCH}.helper._flip_trace"] = {"_EditOperations", "dict"}
for name in ("_paired_ar_test", "_paired_bs_test", "_bootstrap_resample"):
    ASKED[f"{SIGNIFICANCE}.{name}"] = set(
        "Result _compute_p_value estimate_ci sacrelogger os.environ _aggregate_and_compute _extract_corpus_statistics "
        "_compute_score_from_stats".split()
    )
for kind in ("BLEU", "CHRF", "TER"):
    ASKED[f"{METRICS}.{kind.lower()}.{kind}._aggregate_and_compute"] = {"_compute_score_from_stats"}
# The method that a function reaches through a field of an instance, by function.
REACHED = {
    f"{ROUGE}.RougeScorer.score": ("rouge_score.tokenizers", "DefaultTokenizer", "tokenize"),
    "sacrebleu.tokenizers.tokenizer_13a.Tokenizer13a.__call__": (REGEXP, "TokenizerRegexp", "__call__"),
    "sacrebleu.tokenizers.tokenizer_zh.TokenizerZh.__call__": (REGEXP, "TokenizerRegexp", "__call__"),
}


def within(value):
    """Returns the function inside a property, a static method or a cached function."""
    for name in ("__func__", "fget", "__wrapped__"):
        value = getattr(value, name, value)
    return value


def codes(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def lookups(function):
    """Returns the globals and builtins that a function looks up, with the attributes that follow, and the names of all
    other attributes."""
    names, attributes = set(), set()
    for code in codes(function.__code__):
        chain = []
        for instruction in [*dis.get_instructions(code), None]:
            name = instruction and instruction.opname
            if name in ("LOAD_ATTR", "LOAD_METHOD"):
                if chain:
                    chain.append(instruction.argval)
                else:
                    attributes.add(instruction.argval)
            elif name not in ("NOP", "CACHE", "EXTENDED_ARG", "PUSH_NULL"):
                if chain:
                    names.add(tuple(chain))
                chain = [instruction.argval] if name in ("LOAD_GLOBAL", "LOAD_NAME") else []
    return names, attributes


class Walk:
    """Collects the names that a function looks up and no guard covers. Follows calls within the function's package.

    Args:
        guards: the guards whose names count as covered.
        originals: the original functions that ours replaced, by place.
        cls: the class of `self`.
    """

    def __init__(self, guards, originals, cls):
        self.guarded = {name for guard in guards for name in guard.names}
        self.originals = originals
        self.cls = cls
        self.missing = set()
        self.seen = set()

    def function(self, value, cls=None):
        value = within(value)
        if not isinstance(value, FunctionType):
            return
        place = f"{value.__module__}.{value.__qualname__}"
        if place in self.seen:
            return
        self.seen.add(place)
        function = self.originals.get(place, value)
        names, attributes = lookups(function)
        if place in REACHED:
            module, holder, method = REACHED[place]
            self.member(place, getattr(sys.modules[module], holder), method)
        for name in names:
            self.name(function, place, *name)
        for name in attributes - NOT_METHODS:
            self.attribute(function, place, name, cls or self.cls)

    def name(self, function, place, root, *more):
        value = function.__globals__.get(root, function.__builtins__.get(root))
        if isinstance(value, type) and issubclass(value, BaseException):
            # Ours replaces no `raise`: if there is an exception to raise, the original runs and raises it.
            return
        name = root
        while isinstance(value, ModuleType) and more:
            value, name, more = getattr(value, more[0]), f"{name}.{more[0]}", more[1:]
        if name in ASKED.get(place, ()):
            return
        self.need(place, function.__module__, name)
        if package_of(value) != package_of(function):
            return
        if isinstance(value, type):
            for member in more[:1] or ("__new__", "__init__", "__call__"):
                if member in vars(value):
                    self.member(place, value, member)
        else:
            self.function(value)

    def attribute(self, function, place, name, cls):
        """Visits the member of the class or of its bases, or else the member of each class that the module has."""
        holders = [base for base in getattr(cls, "__mro__", ()) if name in vars(base)][:1]
        holders = holders or [v for v in vars(sys.modules[function.__module__]).values() if name in vars_of_class(v)]
        for holder in holders:
            if package_of(holder) == package_of(function):
                self.member(place, holder, name, cls)

    def member(self, place, cls, name, kind=None):
        if name in ASKED.get(place, ()) or (isinstance(cls, EnumType) and name in cls.__members__):
            # A member of an enumeration cannot be replaced.
            return
        self.need(place, f"{cls.__module__}:{cls.__qualname__}", name)
        self.function(vars(cls)[name], kind if kind and issubclass(kind, cls) else cls)

    def need(self, place, where, name):
        if (where, name) not in self.guarded:
            self.missing.add((place, where, name))


def package_of(value):
    return (getattr(value, "__module__", None) or "").partition(".")[0]


def vars_of_class(value):
    return vars(value) if isinstance(value, type) else {}


@pytest.fixture(scope="module", autouse=True)
def everything_is_replaced():
    for group in GROUPS:
        # Not every environment has these packages.
        has = has_rouge(group.package) if group.adapter == "rouge" else find_spec(group.package)
        with warnings.catch_warnings():
            # The source of pyrouge has invalid escapes.
            warnings.simplefilter("ignore")
            for module in group.sources if has else ():
                importlib.import_module(module)
    with dropin.installed():
        assert not dropin.status().left_alone
        yield


def cases():
    """Yields each replaced function's name, a class that has it (or None) and the guards that it asks."""
    tokenizers = {cls.__name__: each.guard for cls, each in sacrebleu_tokenizers.KNOWN.items()}
    for cls, known in sacrebleu_metrics.KNOWN.items():
        statistics = [known.statistics, *tokenizers.values()]
        yield f"{BASE}._cache_references", cls, statistics
        yield f"{BASE}._extract_corpus_statistics", cls, statistics
        yield f"{cls.__module__}.{cls.__name__}._aggregate_and_compute", cls, [known.sums]
    for cls, known in sacrebleu_tokenizers.KNOWN.items():
        if known.name:
            yield f"{cls.__module__}.{cls.__name__}.__call__", cls, [known.guard]
    from tricolore.dropin.adapters import sacrebleu_significance

    for name in sacrebleu_significance.ENTROPY:
        yield f"{SIGNIFICANCE}.{name}", None, [sacrebleu_significance.State.guard]
    guards = rouge_score.packages["rouge_score"].guards
    stemmer = nltk_stemmer.State.guard
    scorer = sys.modules[ROUGE].RougeScorer
    yield f"{ROUGE}.RougeScorer.score", scorer, [guards["rouge_scorer"], guards["tokenize"], stemmer]
    yield f"{ROUGE}._score_lcs", None, [guards["rouge_scorer"]]
    yield f"{ROUGE}._summary_level_lcs", None, [guards["rouge_scorer"]]
    yield "rouge_score.tokenize.tokenize", None, [guards["tokenize"]]
    aggregator = sys.modules["rouge_score.scoring"].BootstrapAggregator
    yield "rouge_score.scoring.BootstrapAggregator._bootstrap_resample", aggregator, [guards["scoring"]]
    yield "nltk.stem.porter.PorterStemmer.stem", nltk_stemmer.State.cls, [stemmer]
    counting = nltk_bleu.State.counting
    yield "nltk.translate.bleu_score.corpus_bleu", None, [counting, nltk_bleu.State.scoring]
    yield "nltk.translate.bleu_score.modified_precision", None, [counting]
    yield "nltk.translate.chrf_score.corpus_chrf", None, [nltk_chrf.State.guard]
    yield "nltk.translate.gleu_score.corpus_gleu", None, [nltk_gleu.State.guard]
    yield "nltk.metrics.distance.edit_distance", None, [nltk_distance.State.guard]
    yield "nltk.translate.meteor_score._enum_align_words", None, [nltk_meteor.State.guard, stemmer]
    if "pyrouge" in dropin.status().versions:
        yield f"{PYROUGE}.evaluate", sys.modules["pyrouge.Rouge155"].Rouge155, [pyrouge.State.guard]
    if "jiwer" in dropin.status().versions:
        yield "jiwer.process.process_words", None, [jiwer.State.guard]
    if "torchmetrics BLEU" in dropin.status().versions:
        bleu, tokenizers = torchmetrics_bleu.State.guards.values()
        yield f"{TORCH}.bleu._bleu_score_update", None, [bleu, tokenizers]
        yield f"{TORCH}.chrf._chrf_score_update", None, [torchmetrics_chrf.State.guard]
        yield f"{TORCH}.rouge._rouge_score_update", None, [torchmetrics_rouge.State.guard, stemmer]
        yield f"{TORCH}.rouge._rouge_score_compute", None, [torchmetrics_rouge.State.mean]
        yield f"{TORCH}.squad._squad_update", None, [torchmetrics_squad.State.guard]
        for module, guard in torchmetrics_edits.GUARDS.items():
            for name in torchmetrics_edits.ANSWERS[module]:
                yield f"{module}.{name}", None, [guard]
        for module, guard in torchmetrics_error_rates.GUARDS.items():
            yield f"{module}.{torchmetrics_error_rates.FUNCTIONS[module]}", None, [guard]
    for package, adapter in rouge.KNOWN.items():
        if package in dropin.status().versions:
            cls = sys.modules[f"{package}.rouge"].Rouge
            for name in ("_get_scores", "_get_avg_scores"):
                yield f"{package}.rouge.Rouge.{name}", cls, [adapter.guard]


def test_every_name_that_is_passed_by_is_guarded():
    originals = {each.name: each.original for each in current.all_replaced()}
    missing, walked = set(), set()
    for place, cls, guards in cases():
        walk = Walk(guards, originals, cls)
        walk.function(originals.get(place) or vars(cls)["__call__"])
        # The functions that rouge looks up in a dict.
        for metric in getattr(cls, "AVAILABLE_METRICS", {}).values():
            walk.function(metric)
        missing |= walk.missing
        walked.add(place)
    assert sorted(missing) == []
    assert set(originals) <= walked | CALLED


def guards():
    """Returns each guard once."""
    return {id(guard): guard for _, _, listed in cases() for guard in listed}.values()


def test_a_name_that_has_another_value_is_seen(monkeypatch):
    for guard in guards():
        assert guard.holds()
        for place, name in sorted(guard.names):
            module, _, cls = place.partition(":")
            owner = getattr(sys.modules[module], cls) if cls else sys.modules[module]
            *path, last = name.split(".")
            for part in path:
                owner = getattr(owner, part)
            with monkeypatch.context() as patch:
                # A builtin is not yet a global of the module, hence `raising=False`.
                patch.setattr(owner, last, object(), raising=False)
                assert not guard.holds(), (place, name)
            assert guard.holds(), (place, name)


def test_a_builtin_that_was_replaced_is_seen(monkeypatch):
    for guard in guards():
        names = {name for place, name in guard.names if ":" not in place and name not in vars(sys.modules[place])}
        for name in sorted(names & vars(builtins).keys()):
            plain = getattr(builtins, name)
            with monkeypatch.context() as patch:
                patch.setattr(builtins, name, lambda *args, plain=plain, **options: plain(*args, **options))
                held = guard.holds()
            assert not held, name
            assert guard.holds()


def test_the_code_of_a_function_that_was_replaced_is_seen():
    count = 0
    for guard in guards():
        for place, name in sorted(guard.names):
            module, _, cls = place.partition(":")
            value = vars(getattr(sys.modules[module], cls) if cls else sys.modules[module]).get(name)
            function = within(value)
            if isinstance(function, FunctionType):
                before = function.__code__
                function.__code__ = before.replace(co_name="mine")
                try:
                    assert not guard.codes_hold(), (place, name)
                finally:
                    function.__code__ = before
                assert guard.codes_hold()
                count += 1
    assert count > 50
