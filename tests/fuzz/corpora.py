"""Packs a fuzzer's corpus, a folder with a file for each input, into a text file with a line for each, and unpacks it.

`python tests/fuzz/corpora.py pack|unpack FILE FOLDER`. A line is an input in hexadecimal digits.
"""

import hashlib
import sys
from pathlib import Path


def inputs(file):
    """Returns the inputs of a text file."""
    return [bytes.fromhex(line) for line in Path(file).read_text().splitlines()]


def pack(file, folder):
    lines = sorted((path.read_bytes().hex() for path in Path(folder).iterdir()), key=lambda line: (len(line), line))
    Path(file).write_text("".join(line + "\n" for line in lines))


def unpack(file, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    for data in inputs(file):
        Path(folder, hashlib.sha1(data).hexdigest()).write_bytes(data)


if __name__ == "__main__":
    {"pack": pack, "unpack": unpack}[sys.argv[1]](*sys.argv[2:])
