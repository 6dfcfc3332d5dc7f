"""Accumulators survive a round trip through bytes, and bytes of no accumulator are refused."""

import struct
import zlib

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from tricolore.metrics.registry import METRICS, metric_of

TEXTS = st.lists(st.tuples(st.text("ab ü.", max_size=20), st.lists(st.text("ab ü.", max_size=20), min_size=1)))
CONFIDENCE = st.none() | st.sampled_from([0.5, 0.95])


def accumulated(metric, given, confidence=None):
    accumulator = metric.accumulator(confidence, samples=5, seed=2**64 - 1)
    ids = None if confidence is None else list(range(len(given)))
    if given:
        accumulator.update([p for p, _ in given], [r for _, r in given], ids=ids)
    return accumulator


@pytest.mark.filterwarnings("ignore:the .*tokenizer")
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
    major, rest = tc.__version__.split(".", 1)
    for version, is_read in (
        (f"{major}.{rest}.post1", True),
        (f"{major}.17.0", True),
        (f"{int(major) + 1}.0.0", False),
    ):
        made_by = tc.BLEU().every_option.replace(f"tricolore.{tc.__version__}", f"tricolore.{version}")
        before = tc.BLEU().every_option.encode()
        changed = data[:10] + struct.pack("<I", len(made_by)) + made_by.encode() + data[14 + len(before) : -4]
        changed += struct.pack("<I", zlib.crc32(changed))
        if is_read:
            assert tc.Accumulator.from_bytes(tc.BLEU(), changed).to_bytes() == data
        else:
            with pytest.raises(ValueError, match=r"an accumulator of .*tricolore\.\d+\.0\.0.* and the metric is"):
                tc.Accumulator.from_bytes(tc.BLEU(), changed)
    newer = data[:8] + struct.pack("<H", 3) + data[10:]
    with pytest.raises(ValueError, match="in format 3, and this release reads 2"):
        tc.Accumulator.from_bytes(tc.BLEU(), newer)


def test_the_format_by_hand():
    metric = tc.ExactMatch()
    accumulator = metric.accumulator(0.95, samples=2, seed=9)
    accumulator.update(["a", "b", "c"], [["a"], ["b", "x"], ["x"]], ids=[1, 2, 3])
    signature = f"{metric.signature}|ExactMatch(normalization='none')".encode()
    # Two of three predictions match. One segment has two references.
    head = b"tricolor" + struct.pack("<HI", 2, len(signature)) + signature + struct.pack("<QQQQI", 3, 1, 2, 0, 2)
    sums = struct.pack("<Ib", 1, 2) + struct.pack("<Ib", 1, 3)
    data = accumulator.to_bytes()
    assert data.startswith(head + sums + struct.pack("<dIQI", 0.95, 2, 9, 3))
    numbers = struct.unpack("<6q", data[-52:-4])
    # Each replicate has matches, segments and draws.
    assert numbers[1] == numbers[2]
    assert numbers[4] == numbers[5]
    assert data[-4:] == struct.pack("<I", zlib.crc32(data[:-4]))


def sealed(data):
    """Returns the bytes with a valid checksum."""
    return data + struct.pack("<I", zlib.crc32(data))


def forged(metric, segments=3, nrefs=(1, 2), sums=(2, 3), interval=(0.0, 0, 0, 0), numbers=(), dropped=0):
    """Returns the bytes of an accumulator with the given fields."""
    signature = metric.every_option.encode()
    out = [b"tricolor", struct.pack("<HI", 2, len(signature)), signature]
    out.append(struct.pack("<QQQQI", segments, *nrefs, dropped, len(sums)))
    for number in sums:
        own = b"" if number is None else number.to_bytes(number.bit_length() // 8 + 1, "little", signed=True)
        out += [struct.pack("<I", len(own)), own]
    out += [struct.pack("<dIQI", *interval), struct.pack(f"<{len(numbers)}q", *numbers)]
    return sealed(b"".join(out))


NAN = float("nan")
REPLICATES = [2, 3, 3, 0, 1, 1]


def test_fields_that_an_accumulator_can_have():
    metric = tc.ExactMatch()
    assert tc.Accumulator.from_bytes(metric, forged(metric)).compute().score == 2 / 3
    with_interval = forged(metric, interval=(0.9, 2, 2**64 - 1, 3), numbers=REPLICATES)
    assert tc.Accumulator.from_bytes(metric, with_interval).compute().confidence_interval is not None
    empty = forged(metric, 0, (0, 0), (), (0.9, 2, 5, 0))
    assert tc.Accumulator.from_bytes(metric, empty) == metric.accumulator(0.9, 2, 5)


@pytest.mark.parametrize(
    "fields",
    [
        {"segments": 0},
        {"segments": 2**64 - 1},
        {"segments": 1 << 63},
        {"nrefs": (0, 0)},
        {"nrefs": (0, 1)},
        {"nrefs": (2, 1)},
        {"segments": 0, "nrefs": (0, 0)},
        {"dropped": 1 << 63},
        {"segments": 0, "nrefs": (1, 1), "sums": ()},
        {"sums": ()},
        {"sums": (1,)},
        {"sums": (1, 2, 3)},
        {"sums": (-1, 3)},
        {"sums": (None, 3)},
        {"sums": (2, 3 << 31 | 1)},
        {"sums": (2**5000, 3)},
        {"interval": (0.0, 1, 0, 0)},
        {"interval": (0.0, 0, 1, 0)},
        {"interval": (0.0, 0, 0, 1)},
        *(
            {"interval": interval, "numbers": REPLICATES}
            for interval in [
                (0.9, 2, 1, 2),
                (0.9, 3, 1, 2),
                (0.9, 6, 1, 1),
                (0.9, 1, 1, 6),
                (0.9, 0, 1, 3),
                (0.9, 2**32 - 1, 1, 3),
                (0.9, 2, 1, 2**32 - 1),
                (0.9, 2**32 - 1, 1, 2**32 - 1),
                (0.9, 2, 1, 0),
                *((confidence, 2, 1, 3) for confidence in (NAN, -0.9, 1.0, 95.0, float("inf"), -float("inf"), 0.0)),
            ]
        ),
        *(
            {"interval": (0.9, 2, 1, 3), "numbers": numbers}
            for numbers in [
                [],
                REPLICATES[:-1],
                [*REPLICATES, 1],
                [-1, 3, 3, 0, 1, 1],
                [2, 3, -3, 0, 1, 1],
                [2, 3, 37, 0, 1, 1],
                [2**33, 3, 3, 0, 1, 1],
                [2, 3, 0, 2**31, 0, 0],
                [-(2**63)] * 6,
                [2**63 - 1] * 6,
            ]
        ),
        {"segments": 2**31 + 1, "interval": (0.9, 2, 1, 3), "numbers": REPLICATES},
    ],
)
def test_fields_that_no_accumulator_has(fields):
    metric = tc.ExactMatch()
    with pytest.raises(ValueError, match="these bytes are a damaged accumulator"):
        tc.Accumulator.from_bytes(metric, forged(metric, **fields))


def test_only_a_sum_that_may_be_unknown_is():
    """Only TER's third sum may be unknown, because it depends on the order of segments, which a part does not know."""
    metric, unit = tc.TER(), 1 << 1074
    sums = (1, 2 * unit, None)
    assert tc.Accumulator.from_bytes(metric, forged(metric, sums=sums)).compute().score == 50.0
    for wrong in ((1, None, 2 * unit), (None, 2 * unit, 2 * unit), (1, -unit, None), (1, unit << 40, None)):
        with pytest.raises(ValueError, match="these bytes are a damaged accumulator: a sum is"):
            tc.Accumulator.from_bytes(metric, forged(metric, sums=wrong))


@pytest.mark.filterwarnings("ignore:the .*tokenizer")
@pytest.mark.parametrize("name", METRICS)
@given(given=TEXTS, confidence=CONFIDENCE, data=st.data())
def test_changed_numbers_are_refused_or_read(name, given, confidence, data):
    metric = metric_of(name)
    changed = bytearray(accumulated(metric, given, confidence).to_bytes()[:-4])
    start = 14 + len(metric.every_option.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(start, len(changed) - 1))
        changed[place] = data.draw(st.sampled_from([0, 1, 127, 128, 255]))
    try:
        again = tc.Accumulator.from_bytes(metric, sealed(bytes(changed)))
    except ValueError:
        return
    assert again.to_bytes() == sealed(bytes(changed))


def test_sums_of_replicates_that_exceed_an_int64():
    """Only forged bytes, or ids that are all equal, make such sums."""
    metric, half = tc.ExactMatch(), 1 << 62
    numbers = [half, 5, 3 << 30, half - 1, 5, 3 << 30]
    part = tc.Accumulator.from_bytes(
        metric, forged(metric, 1 << 30, interval=(0.9, 2, 1, 3), numbers=numbers, sums=(2, 1 << 30))
    )
    before = part.to_bytes()
    with pytest.raises(ValueError, match=r"^a sum of a replicate is 2\^63 or more$"):
        part + part
    assert part.to_bytes() == before
    numbers[0] -= 1
    part = tc.Accumulator.from_bytes(
        metric, forged(metric, 1 << 30, interval=(0.9, 2, 1, 3), numbers=numbers, sums=(2, 1 << 30))
    )
    both = (part + part).to_bytes()
    assert struct.unpack("<6q", both[-52:-4]) == tuple(2 * number for number in numbers)
