"""Prints `python/tricolore/dropin/known_sources.py`, the table of fingerprints of the originals' source files.

    pip download --no-deps -d wheels sacrebleu==2.6.0 rouge_score==0.1.2 nltk==3.10.4 rouge==1.0.1 \
        rouge-chinese==1.0.3
    python tools/fingerprints.py wheels/* > python/tricolore/dropin/known_sources.py

The arguments are wheels and source archives. There may be several versions of each package.
"""

import collections
import re
import sys
import tarfile
import zipfile
from pathlib import Path

from tricolore.dropin.groups import GROUPS
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
    for archive in map(Path, sys.argv[1:]):
        version = re.search(r"-(\d[\w.]*?)(-|\.tar)", archive.name)[1]
        for name, content in files(archive):
            module = name.removesuffix(".py").replace("/", ".")
            # The wheel of rouge_chinese also has a folder `rouge`, which is not the package of this name.
            if module in wanted and archive.name.startswith(f"{module.partition('.')[0]}-"):
                found[module][fingerprint(content.decode("utf-8"))].append(version)
    print('"""Fingerprints of the originals\' source files: made by `tools/fingerprints.py`."""\n')
    print('__all__ = ["KNOWN_SOURCES"]\n')
    print("KNOWN_SOURCES: dict[str, dict[str, tuple[str, ...]]] = {")
    for module in sorted(wanted):
        print(f'    "{module}": {{')
        for digest, versions in found[module].items():
            versions.sort(key=lambda v: [int(part) for part in v.split(".")])
            listed = ", ".join(f'"{v}"' for v in versions)
            print(f'        "{digest}": ({listed}{"," * (len(versions) == 1)}),')
        print("    },")
    print("}")


if __name__ == "__main__":
    main()
