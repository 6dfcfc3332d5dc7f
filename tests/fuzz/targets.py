"""Fuzz targets of the readers in Python and of Arrow columns. Each target raises for a fault.

`.ci/fuzz` runs them under atheris, and `test_corpora.py` repeats the inputs of their corpora.
"""

import atexit
import functools
import json
import os
import shutil
import struct
import tempfile
import warnings
import zlib

import tricolore as tc
from tricolore.cli.error import CommandError
from tricolore.cli.files.records import Place
from tricolore.cli.saving.checkpoint import Checkpoint
from tricolore.cli.saving.state import Expected, Group, State, Warned
from tricolore.metrics.registry import METRICS, metric_of
from tricolore.resampling.bootstrap import Bootstrap

PREDICTIONS = ["the cat sat", "a dog", "", "ü b a."]
REFERENCES = [["the cat sat down", "a cat sat"], ["a dog"], ["x", ""], ["a b ü."]]


class Input:
    """Reads decisions from the bytes of a fuzzer. Past their end, all are 0."""

    def __init__(self, data):
        self.data = data

    def bytes(self, count):
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def number(self, below):
        """Returns a number from 0 to `below` - 1, for `below` up to 65,536."""
        return int.from_bytes(self.bytes(1 if below <= 256 else 2), "little") % below

    def patched(self, data):
        """Returns bytes with some changed, removed or inserted. Without decisions, nothing changes."""
        data = bytearray(data)
        for _ in range(self.number(8)):
            place = self.number(65536) % (len(data) + 1)
            kind = self.number(4)
            if kind == 0:
                data[place : place + 1] = self.bytes(1)
            elif kind == 1:
                length = 1 + self.number(8)
                data[place : place + length] = self.bytes(length)
            elif kind == 2:
                del data[place : place + 1 + self.number(16)]
            else:
                data[place:place] = self.bytes(1 + self.number(8))
        return bytes(data)


def outcome(call, errors):
    """Returns the result of a call, or the error that it raised if it is one of these."""
    try:
        return call()
    except errors as error:
        return error


def with_checksum(data):
    return data + struct.pack("<I", zlib.crc32(data))


@functools.cache
def accumulators():
    """Returns each metric with the bytes of accumulators: without segments, with some, and with an interval."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in METRICS:
            metric = metric_of(name)
            empty, some = metric.accumulator(), metric.accumulator()
            some.update(PREDICTIONS, REFERENCES)
            sampled = metric.accumulator(0.95, samples=3, seed=7)
            sampled.update(PREDICTIONS, REFERENCES, ids=[1, 2, 3, 4])
            found.append((metric, [one.to_bytes() for one in (empty, some, sampled)]))
    return found


def check_accumulator(data):
    """Bytes with a valid checksum are refused with a ValueError, or make an accumulator that works."""
    given = Input(data)
    metric, valid = accumulators()[given.number(len(accumulators()))]
    forged = with_checksum(given.patched(valid[given.number(3)][:-4]))
    accumulator = outcome(lambda: tc.Accumulator.from_bytes(metric, forged), ValueError)
    if isinstance(accumulator, ValueError):
        assert str(accumulator).startswith("these bytes are"), accumulator
        return
    again = tc.Accumulator.from_bytes(metric, accumulator.to_bytes())
    assert again == accumulator
    twice = outcome(lambda: accumulator + again, ValueError)
    if isinstance(twice, ValueError):
        assert len(accumulator) > 1 << 30 or "a sum of a replicate is" in str(twice), twice
    else:
        assert len(twice) == 2 * len(accumulator)
    if len(accumulator):
        # ROUGE-1.5.5 needs more than sums, and no text has sums that divide by zero.
        outcome(accumulator.compute, (ValueError, ArithmeticError))


@functools.cache
def checkpoint():
    """Returns the path, a checkpoint of a run of two metrics in groups, the bytes of its accumulators, and its JSON."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    path = os.path.join(folder, "state.bin")
    metrics = {"bleu": tc.BLEU(), "rouge": tc.ROUGE()}
    bootstrap = Bootstrap(0.9, 3, 5)
    saved = Checkpoint(
        path, {"files": ["a.txt"]}, Expected(metrics, bootstrap, True, None, [[100, None], [50, 60]]), 0.0
    )

    def group(label, numbers):
        own = {name: metric.accumulator(0.9, samples=3, seed=5) for name, metric in metrics.items()}
        for accumulator in own.values():
            accumulator.update([PREDICTIONS[i] for i in numbers], [REFERENCES[i] for i in numbers], ids=numbers)
        return Group(label, len(numbers), own)

    groups = [group(None, [0, 1, 2]), group("x", [0, 2]), group("y", [1])]
    saved.save(State(1, [Place(5, 3), Place(6, 3)], groups, {"bleu": Warned("a warning", 2)}, None))
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<I", data[-8:-4])
    return path, saved, data[8 : -8 - length], data[-8 - length : -8]


def check_checkpoint(data):
    """A file with a valid checksum is refused with a CommandError, or is a state that is saved and read again."""
    given = Input(data)
    path, saved, accumulators, about = checkpoint()
    if given.number(2):
        accumulators = given.patched(accumulators)
    about = given.patched(about)
    if given.number(2):
        # A fuzzer does not guess that the last length must change with the bytes of the accumulators.
        try:
            parsed = json.loads(about)
            parsed["accumulators"][-1][2] += len(accumulators) - sum(one[2] for one in parsed["accumulators"])
            about = json.dumps(parsed).encode()
        except (ValueError, TypeError, LookupError, RecursionError, OverflowError):
            pass
    with open(path, "wb") as file:
        file.write(with_checksum(b"tricockp" + accumulators + about + struct.pack("<I", len(about))))
    state = outcome(saved.load, CommandError)
    if isinstance(state, CommandError):
        assert str(state).startswith(path), state
        return
    saved.save(state)
    assert saved.load() == state


def check_arrow(data):
    """A malformed column is refused with an error that names it. A column of texts scores as the texts do."""
    import pyarrow as pa

    given = Input(data)
    nested = given.number(4) % 3
    try:
        column = column_of(given, pa, nested)
    except (pa.ArrowException, OverflowError):
        return
    try:
        column.validate(full=True)
        texts = column.to_pylist()
    except (pa.ArrowException, UnicodeDecodeError, SystemError):
        # pyarrow's validation misses lengths below zero, and reading them raises SystemError.
        texts = None
    metric, side = (tc.BLEU(), "references") if nested else (tc.WER(), "predictions")
    others = ["a b"] * len(column)

    def statistics(texts):
        return metric.statistics(*((texts, others) if side == "predictions" else (others, texts)))

    found = outcome(lambda: statistics(column), (ValueError, TypeError))
    if isinstance(found, Exception):
        assert str(found).startswith(side) or not len(column), found
        # Arrow's own validation does not read the offset of an array without values.
        if texts and any(texts):
            of_texts = outcome(lambda: statistics(texts), (ValueError, TypeError))
            assert isinstance(of_texts, Exception), f"{column.type} of {texts} is refused: {found}"
        return
    if texts is not None:
        assert found == statistics(texts), texts


def column_of(given, pa, nested):
    """Returns a column of texts, or of lists of texts, whose buffers hold what the fuzzer chose."""
    length, offset = given.number(6), given.number(3)
    items = length + offset
    validity = pa.py_buffer(given.bytes(1 + items // 8)) if given.number(4) == 0 else None
    null_count = -1 if validity is not None else 0

    def offsets(most, width):
        kind, places = given.number(4), [0]
        for _ in range(items):
            places.append(places[-1] + given.number(5))
        if kind == 0 and items:
            places[given.number(items + 1)] = given.number(65536) - 1000
        elif kind == 1 and items:
            places[given.number(items + 1)] = [-1, most, most + 1, 2**31 - 1][given.number(4)]
        return pa.py_buffer(b"".join(place.to_bytes(width, "little", signed=True) for place in places))

    if nested:
        child = column_of(given, pa, nested - 1)
        large, fixed = given.number(2), given.number(8) == 0
        if fixed:
            size = given.number(4)
            if items * size > len(child):
                raise pa.ArrowInvalid("pyarrow's validation does not count the offset")
            return pa.Array.from_buffers(
                pa.list_(child.type, size), length, [validity], null_count, offset, children=[child]
            )
        kind = pa.large_list(child.type) if large else pa.list_(child.type)
        buffers = [validity, offsets(len(child), 8 if large else 4)]
        return pa.Array.from_buffers(kind, length, buffers, null_count, offset, children=[child])
    kind = given.number(6)
    if kind == 0:
        values = column_of(Input(bytes([6, 0, 1, 1]) + given.bytes(30)), pa, 0)
        keys = pa.py_buffer(bytes(given.number(256) if given.number(8) == 0 else given.number(3) for _ in range(items)))
        keys = pa.Array.from_buffers(pa.int8(), length, [validity, keys], null_count, offset)
        return pa.DictionaryArray.from_arrays(keys, values, safe=False)
    if kind == 1:
        views = []
        for _ in range(items):
            if given.number(2):
                text = given.bytes(given.number(13))
                views.append(struct.pack("<i12s", len(text) if given.number(16) else 13 + given.number(9), text))
            else:
                place, buffer = given.number(40) - 2, given.number(16) and given.number(2)
                views.append(struct.pack("<i4sii", 13 + given.number(9), b"abcd", buffer, place))
        parts = [b"".join(views), b"abcd" * 8 + given.bytes(8), b""]
        return pa.Array.from_buffers(
            pa.string_view(), length, [validity, *map(pa.py_buffer, parts)], null_count, offset
        )
    large = kind == 2
    text = given.bytes(given.number(20)) + b"a b c"
    buffers = [validity, offsets(len(text), 8 if large else 4), pa.py_buffer(text)]
    kinds = {2: pa.large_string(), 3: pa.binary()}
    return pa.Array.from_buffers(kinds.get(kind, pa.string()), length, buffers, null_count, offset)


TARGETS = {"accumulator": check_accumulator, "arrow": check_arrow, "checkpoint": check_checkpoint}
