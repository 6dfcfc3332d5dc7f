"""Compares the stemmer and the reference with nltk's stemmer over a word list.

apt-get install wamerican-huge
python tools/stemmer_parity.py /usr/share/dict/american-english-huge
"""

import sys
from pathlib import Path

import tricolore
from nltk.stem.porter import PorterStemmer
from tricolore import reference


def main() -> int:
    stem = PorterStemmer().stem
    words = [word.lower() for word in Path(sys.argv[1]).read_text("utf-8").split()]
    differ = [word for word in words if not stem(word) == tricolore.porter_stem(word) == reference.porter_stem(word)]
    print(f"{len(differ)} of {len(words)} words differ", *differ[:10])
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
