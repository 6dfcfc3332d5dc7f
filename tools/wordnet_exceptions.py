"""Writes the irregular forms of WordNet that ROUGE-1.5.5 looks up before it stems.

    python tools/wordnet_exceptions.py /usr/share/wordnet

The folder has the files adj.exc, adv.exc, noun.exc and verb.exc of WordNet 3.0, such as Debian's package wordnet-base.
ROUGE's database was made of WordNet 2.0, whose noun.exc lacks ten forms. The script that builds the database takes the
first two columns of the files in this order, and a later line overrides an earlier one.
"""

import pathlib
import re
import sys

SINCE_2_0 = set(
    "ashes cognosenti gps halfpence houses_of_cards lisente loups-garous morses optic_axes staretsy".split()
)
TABLE = pathlib.Path(__file__).parent.parent / "rust/core/src/tokenize/wordnet_exceptions.txt"


def main():
    forms = {}
    for part in ("adj", "adv", "noun", "verb"):
        for line in (pathlib.Path(sys.argv[1]) / f"{part}.exc").read_text("latin-1").splitlines():
            form, base = line.split()[:2]
            if form not in SINCE_2_0:
                forms[form] = base
    # Only tokens of more than three letters and digits are looked up.
    reached = {form: base for form, base in forms.items() if re.fullmatch("[a-z0-9]{4,}", form)}
    TABLE.write_text("".join(f"{form} {base}\n" for form, base in sorted(reached.items())))
    print(f"{len(reached)} of {len(forms)} forms")


if __name__ == "__main__":
    main()
