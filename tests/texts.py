"""Texts, and strategies that generate texts, for all tests."""

from hypothesis import strategies as st

TYPES = ("rouge1", "rouge2", "rouge3", "rouge5", "rougeL", "rougeLsum")


# A small vocabulary gives ties, and newlines give lines. `odd` has characters that tokenizers often treat wrongly.
few_words = st.lists(st.sampled_from(["a", "b", "c", "cat", "running", "runs", "\n", "\n\n", "."]), max_size=40).map(
    " ".join
)
ascii_text = st.text(st.characters(max_codepoint=0x7F), max_size=120)
any_text = st.text(st.characters(exclude_categories=()), max_size=60)
odd = st.lists(
    st.sampled_from(
        ["İ", "K", "ß", "ﬁ", "Å", "é", "٣", "\x00", "\x1c", "\x85", "\xa0", "\u2028", "\r", "\n", "\ud800", "\udfff"]
        + [
            "漢",
            "字",
            "ไทย",
            "한국",
            "👩‍👩‍👧",
            "x",
            "Y",
            "0",
            "_",
            "-",
            " ",
            "a" * 16,
            "b" * 17,
            "internationalisation",
        ]
    ),
    max_size=40,
).map("".join)
# Punctuation, entities and spaces that the tokenizers of translation metrics often treat wrongly.
marks = st.lists(
    st.sampled_from(
        ["a", "b", "5", "6", ".", ",", "-", "'", '"', "'s ", "&", "amp;", "&amp;", "&lt;", "&gt;", "&quot;"]
        + ["<skipped>", "-\n", "\n-", "\n", " ", " ", "(", ")", "/", "%", "$", "€", "½", "“", "²", "٣", "U.S.", "3.14"]
        + ["\u00a0", "\u3000", "\u2003", "\u1680", "\x85", "\x1c", "\x1f", "\0", "中", "。", "，", "𠀀", "\u2a00", "ー"]
    ),
    max_size=40,
).map("".join)
# English next to punctuation: possessives, clitics, quotes, decimals and abbreviations. A tokenizer's rule that is
# applied a second time can match here where it did not match at first.
words_and_marks = (
    "Intel's Jones' it's 'Tis can't rock'n'roll '90s Dr. e.g. U.S. p.m. the 3.14 1,000 -5 5-6 $3.50 50% A.1 .5 1. 's "
    "s' n't -- ... \" ' `` '' “ ” ’s ‘ ( ) . , ; : ? ! - / &amp; &quot; &lt; & amp; 。 ， 「 」 中 ー"
).split()
clitics = st.lists(st.sampled_from([*words_and_marks, *[" "] * 30]), max_size=24).map("".join)
markup = st.one_of(marks, clitics)
# Characters that Unicode normalization composes or reorders, or that tokenizers ignore.
composing = st.lists(
    st.sampled_from(
        # Letters whose case and composition meet, singletons, composition exclusions, jamo.
        [*"aeEiIİıJǰoOsSẞŉuKΑαᾳᾼΐΣσςΗΙιЙйỆợṩﬁकक्षশর্যকが一二カﾞ가각ㄱ", "\u212a", "\u212b", "\u2126"]
        + [*"\u0958\u0929\u09dc\u0f43\u037e\u1fef\u2adc\uf900\U0002f800\ufb1d\ufb4e\U0001d15e\u2000\u2260"]
        + [*"\u1100\u1112\u1161\u116e\u11a8\u11ab"]
        # Marks of several combining classes, and marks of none.
        + [*"\u0300\u0301\u0302\u0304\u0307\u0308\u030c\u031b\u0323\u0327\u0338\u0344\u0345\u034f\u05b0\u05bc\u05c1"]
        + [*"\u064b\u0651\u093c\u094d\u09be\u0dca\u0e35\u0e48\u3099\ufe0f\U0001d165\U0001f3fb\U000e0100"]
        # Letters and marks of Unicode 16 that compose.
        + [*"\U00016d67\U00016d6a\U000113c2\U000113c5"]
        # Format characters and joiners, separators, a lone surrogate.
        + [*"\u00ad\u0600\u061c\u070f\u180e\u200b\u200c\u200d\u200e\u2060\ufeff\U000e0001"]
        + [" ", " ", "\n", "\r\n", *"=<.'1٣❤\ud800\U0010ffff"]
    ),
    max_size=40,
).map("".join)
texts = st.one_of(few_words, ascii_text, any_text, odd)

STORY = (
    "The old lighthouse keeper climbed the stairs every evening.\n"
    "He lit the lamp, and he watched the ships that passed the rocks.\n"
    "One night the lamp failed; he rowed out with a lantern and guided three ships home.\n"
    "The sailors never learned his name, but they remembered the small light on the water."
)
RETOLD = (
    "Every evening an old keeper climbed up the lighthouse stairs to light its lamp.\n"
    "Ships passed the rocks while he watched them.\n"
    "When the lamp failed one night, he took a lantern, rowed out and guided the ships.\n"
    "Nobody learned the name of the keeper, but sailors remembered a small light."
)
