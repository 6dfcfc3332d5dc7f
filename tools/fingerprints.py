"""Prints `python/tricolore/dropin/known_sources.py`, the table of fingerprints of the originals' source files.

    pip download --no-deps -d wheels sacrebleu==2.6.0 rouge_score==0.1.2 nltk==3.10.4 rouge==1.0.1 \
        rouge-chinese==1.0.3 jiwer==4.0.0
    pip download --no-deps -d wheels azure-ai-evaluation==1.18.10 evalscope==1.14.1
    python tools/fingerprints.py wheels/* > python/tricolore/dropin/known_sources.py

The arguments are wheels and source archives. There may be several versions of each package. Copies of rouge_score are
taken from any package that has a folder named like it: azure-ai-evaluation 1.0.0, 1.9.0 and 1.18.10, and evalscope
1.0.0 and 1.14.1. Read a copy before its forms are accepted: it must compute as rouge_score 0.1.2 does.

No archive of PyPI has the scripts that evaluate loads, so their forms are kept from the present table. `form_of` gives
the form of another: `nmt/scripts/bleu.py` of tensorflow/nmt, `metrics/squad/compute_score.py` of evaluate.
"""

import collections
import re
import sys
import tarfile
import zipfile
from pathlib import Path

from tricolore.dropin.forms import ROLES, SCRIPTS, form_of
from tricolore.dropin.groups import GROUPS
from tricolore.dropin.known_sources import KNOWN_FORMS
from tricolore.dropin.sources import fingerprint


def files(archive: Path):
    """Yields the name and the content of each Python file in an archive."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                if name.endswith(".py"):
                    yield name, opened.read(name)
    else:
        with tarfile.open(archive) as opened:
            for member in opened.getmembers():
                if member.name.endswith(".py"):
                    yield member.name.partition("/")[2], opened.extractfile(member).read()


def main() -> None:
    wanted = {module for group in GROUPS for module in group.sources}
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    forms = collections.defaultdict(lambda: collections.defaultdict(list))
    for archive in map(Path, sys.argv[1:]):
        package, version = re.match(r"(.*?)-(\d[\w.]*?)(-|\.tar)", archive.name).groups()[:2]
        for name, content in files(archive):
            module = name.removesuffix(".py").replace("/", ".")
            # The wheel of rouge_chinese also has a folder `rouge`, which is not the package of this name.
            if module in wanted and archive.name.startswith(f"{module.partition('.')[0]}-"):
                found[module][fingerprint(content.decode("utf-8"))].append(version)
            folder, _, last = module.rpartition(".")
            if last in ROLES and folder.endswith("rouge_score"):
                forms[last][form_of(content.decode("utf-8"))].append(f"{package} {version}")
    print('"""Fingerprints of the originals\' source files: made by `tools/fingerprints.py`."""\n')
    print('__all__ = ["KNOWN_FORMS", "KNOWN_SOURCES"]\n')
    print("KNOWN_SOURCES: dict[str, dict[str, str]] = {")
    for module in sorted(wanted):
        print(f'    "{module}": {{')
        for digest, versions in found[module].items():
            versions.sort(key=lambda v: [int(part) for part in v.split(".")])
            print(f'        "{digest}": "{" ".join(versions)}",')
        print("    },")
    print("}")
    print('"""The versions that have each fingerprint, by module."""')
    print("\nKNOWN_FORMS: dict[str, dict[str, tuple[str, ...]]] = {")
    for role in SCRIPTS:
        for form, places in KNOWN_FORMS[role].items():
            forms[role][form] = [*places]
    for role in (*sorted(SCRIPTS), *ROLES):
        print(f'    "{role}": {{')
        for form, places in sorted(forms[role].items()):
            print(f'        "{form}": ({"".join(f"{chr(34)}{place}{chr(34)}, " for place in sorted(places))}),')
        print("    },")
    print("}")


if __name__ == "__main__":
    main()
