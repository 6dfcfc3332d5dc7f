"""Accumulators as bytes: what goes in comes out, and nothing else comes out."""

import struct
import zlib

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from tricolore.named import METRICS, metric_of

TEXTS = st.lists(st.tuples(st.text("ab ü.", max_size=20), st.lists(st.text("ab ü.", max_size=20), min_size=1)))
CONFIDENCE = st.none() | st.sampled_from([0.5, 0.95])


def accumulated(metric, given, confidence=None):
    accumulator = metric.accumulator(confidence, samples=5, seed=2**64 - 1)
    ids = None if confidence is None else list(range(len(given)))
    if given:
        accumulator.update([p for p, _ in given], [r for _, r in given], ids=ids)
    return accumulator


@pytest.mark.filterwarnings("ignore:the default tokenizer")
@pytest.mark.parametrize("name", METRICS)
@given(given=TEXTS, confidence=CONFIDENCE)
def test_round_trip(name, given, confidence):
    metric = metric_of(name)
    accumulator = accumulated(metric, given, confidence)
    again = tc.Accumulator.from_bytes(metric, accumulator.to_bytes())
    assert again == accumulator
    assert again.__getstate__()[:4] == accumulator.__getstate__()[:4]
    if given:
        assert again.compute().to_dict() == accumulator.compute().to_dict()


@given(
    given=TEXTS,
    confidence=CONFIDENCE,
    place=st.integers(0, 10**9),
    bit=st.integers(0, 7),
    how=st.sampled_from(["flip", "cut", "cut front", "more"]),
)
def test_damaged_bytes_are_refused(given, confidence, place, bit, how):
    data = bytearray(accumulated(tc.BLEU(), given, confidence).to_bytes())
    place %= len(data)
    if how == "flip":
        data[place] ^= 1 << bit
    else:
        data = {"cut": data[:place], "cut front": data[place + 1 :], "more": data + bytes(1 + bit)}[how]
    with pytest.raises(ValueError, match="these bytes are"):
        tc.Accumulator.from_bytes(tc.BLEU(), bytes(data))


@given(data=st.binary(max_size=100))
def test_other_bytes_are_refused(data):
    for changed in (data, b"tricolor" + data, b"tricolor\1\0" + data + struct.pack("<I", zlib.crc32(data))):
        with pytest.raises(ValueError, match="these bytes are"):
            tc.Accumulator.from_bytes(tc.BLEU(), changed)


@given(data=st.binary(max_size=200))
def test_a_good_checksum_alone_is_not_enough(data):
    data = b"tricolor\1\0" + data
    with pytest.raises(ValueError, match="these bytes are"):
        tc.Accumulator.from_bytes(tc.BLEU(), data + struct.pack("<I", zlib.crc32(data)))


def test_other_metrics_and_versions_are_refused():
    data = accumulated(tc.BLEU(), [("a", ["a"])]).to_bytes()
    with pytest.raises(ValueError, match=r"an accumulator of case:mixed.*tok:13a.* and the metric is .*tok:intl"):
        tc.Accumulator.from_bytes(tc.BLEU("intl"), data)
    for metric, other in (
        (tc.CHRF(beta=3), tc.CHRF(beta=1)),
        (tc.BLEU(max_ngram_order=2), tc.BLEU()),
        (tc.BLEU(smooth_method="floor", smooth_value=0.12), tc.BLEU(smooth_method="floor", smooth_value=0.123)),
    ):
        with pytest.raises(ValueError, match=r"these bytes are an accumulator of"):
            tc.Accumulator.from_bytes(metric, accumulated(other, [("a", ["a"])]).to_bytes())
    for no_bytes in (None, 10**13, "tricolor", [1]):
        with pytest.raises(TypeError, match=r"^data is of type"):
            tc.Accumulator.from_bytes(tc.BLEU(), no_bytes)
    with pytest.raises(TypeError, match=r"^metric is of type str"):
        tc.Accumulator.from_bytes("bleu", data)
    changed = data.replace(b"tricolore.", b"tricolorf.")[:-4]
    with pytest.raises(ValueError, match=r"an accumulator of .*tricolorf"):
        tc.Accumulator.from_bytes(tc.BLEU(), changed + struct.pack("<I", zlib.crc32(changed)))
    newer = data[:8] + struct.pack("<H", 3) + data[10:]
    with pytest.raises(ValueError, match="in format 3, and this release reads 2"):
        tc.Accumulator.from_bytes(tc.BLEU(), newer)


def test_the_format_by_hand():
    metric = tc.ExactMatch()
    accumulator = metric.accumulator(0.95, samples=2, seed=9)
    accumulator.update(["a", "b", "c"], [["a"], ["b", "x"], ["x"]], ids=[1, 2, 3])
    signature = f"{metric.signature}|ExactMatch(normalization='none')".encode()
    # Two of three match, one has two references.
    head = b"tricolor" + struct.pack("<HI", 2, len(signature)) + signature + struct.pack("<QQQQI", 3, 1, 2, 0, 2)
    sums = struct.pack("<Ib", 1, 2) + struct.pack("<Ib", 1, 3)
    data = accumulator.to_bytes()
    assert data.startswith(head + sums + struct.pack("<dIQI", 0.95, 2, 9, 3))
    numbers = struct.unpack("<6q", data[-52:-4])
    # Each replicate: matches, segments, draws.
    assert numbers[1] == numbers[2]
    assert numbers[4] == numbers[5]
    assert data[-4:] == struct.pack("<I", zlib.crc32(data[:-4]))
