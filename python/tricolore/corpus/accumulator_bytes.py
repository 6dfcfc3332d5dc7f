"""Accumulators as bytes, for other processes, other machines and files.

All numbers are little-endian. The parts, in order:

    8 bytes   magic: "tricolor"
    uint16    version of the format: 2
    uint32    length of the next part
    n bytes   the metric's options, UTF-8: its signature, followed by "|" and its repr if some options are not in it
    uint64    segments
    uint64    fewest references of a segment, then uint64 most; both 0 without segments
    uint64    segments that were left out because they have no reference
    uint32    number of sums; then for each sum
        uint32    its length in bytes; 0 for a sum that is not known any more
        n bytes   a signed integer: a sum of integers, or an exact sum of float64 in units of 2^-1074
    float64   confidence; 0 without an interval, and then the next three numbers are 0 and the matrix is empty
    uint32    replicates
    uint64    seed
    uint32    numbers per replicate
    int64     the matrix, replicate by replicate: the sums of the drawn rows, then the number of draws
    uint32    CRC-32 (zlib's) of everything before

An accumulator without segments has no sums and no numbers per replicate.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any
from zlib import crc32

from ..resampling.poisson import MOST_SEGMENTS, PoissonBootstrap
from ..texts.nrefs import NRefs
from .row_layout import RowLayout
from .signature import without_minor

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["MOST", "State", "pack", "shape_of", "unpack"]

MAGIC = b"tricolor"
VERSION = 2
# One segment adds less than MOST units to a sum, and a replicate draws it at most MOST_DRAWS times.
MOST = 1 << 31
MOST_DRAWS = 12

State = tuple[list[Any], int, "NRefs | None", int, "PoissonBootstrap | None", "npt.NDArray[np.int64] | None"]
"""Sums, segments, numbers of references, dropped segments, bootstrap, replicates."""


def pack(options: str, state: State) -> bytes:
    """The state of an accumulator as bytes."""
    sums, segments, nrefs, dropped, bootstrap, replicates = state
    name = options.encode()
    out = [MAGIC, struct.pack("<HI", VERSION, len(name)), name]
    out.append(struct.pack("<QQQQI", segments, *(nrefs or (0, 0))[:2], dropped, len(sums)))
    for number in sums:
        own = b"" if number is None else number.to_bytes(number.bit_length() // 8 + 1, "little", signed=True)
        out += [struct.pack("<I", len(own)), own]
    confidence, samples, seed = bootstrap or (0.0, 0, 0)
    width = 0 if replicates is None else replicates.shape[1]
    out.append(struct.pack("<dIQI", confidence, samples, seed, width))
    if replicates is not None:
        out.append(replicates.astype("<i8").tobytes())
    data = b"".join(out)
    return data + struct.pack("<I", crc32(data))


def unpack(options: str, layout: RowLayout[Any], data: bytes) -> State:
    """The state in bytes that `pack` made, for a metric with these options and this layout.

    Raises ValueError for bytes of other options or of another major release, for damaged bytes, and for forged bytes
    whose numbers no accumulator of the metric can hold.
    """
    if data[:8] != MAGIC:
        raise ValueError("these bytes are no accumulator: they do not begin as one")
    reader = Reader(data)
    (version,) = reader.take("<H")
    if version != VERSION:
        raise ValueError(f"these bytes are an accumulator in format {version}, and this release reads {VERSION}")
    if len(data) < 14 or crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
        raise ValueError("these bytes are a damaged accumulator: their checksum is another")
    (length,) = reader.take("<I")
    made_by = reader.bytes(length).decode(errors="replace")
    # Another release of the same major number may have made the bytes.
    if without_minor(made_by) != without_minor(options):
        raise ValueError(f"these bytes are an accumulator of {made_by}, and the metric is {options}")
    segments, fewest, most, dropped, count = reader.take("<QQQQI")
    require(
        (1 <= fewest <= most and segments < 1 << 63) if segments else fewest == most == 0,
        f"{segments} segments with {fewest} to {most} references",
    )
    require(dropped < 1 << 63, f"{dropped} segments that were left out")
    units, optional, width = shape_of(options, layout)
    require(count == (len(units) if segments else 0), f"{count} sums of {segments} segments")
    sums = []
    for unit, may_be_unknown in zip(units[:count], optional, strict=False):
        own = reader.bytes(*reader.take("<I"))
        number = int.from_bytes(own, "little", signed=True) if own else None
        if number is None:
            require(may_be_unknown, "a sum is not known")
        else:
            require(0 <= number <= segments * MOST * unit, "a sum is beyond its bounds")
        sums.append(number)
    bootstrap, replicates = read_replicates(reader, segments, width)
    reader.end()
    return sums, segments, NRefs(fewest, most) if segments else None, dropped, bootstrap, replicates


def read_replicates(
    reader: Reader, segments: int, expected: int
) -> tuple[PoissonBootstrap | None, npt.NDArray[np.int64] | None]:
    """The bootstrap and its replicates. `expected` is the number of columns of the metric's replicates."""
    import numpy as np

    confidence, samples, seed, width = reader.take("<dIQI")
    if not confidence:
        require(str(confidence) == "0.0", f"the confidence {confidence}")
        require(samples == seed == width == 0, f"{samples} replicates of no interval")
        return None, None
    try:
        bootstrap = PoissonBootstrap.checked(confidence, samples, seed)
    except ValueError as error:
        raise ValueError(f"these bytes are a damaged accumulator: {error}") from None
    require(segments <= MOST_SEGMENTS, f"{segments} segments with an interval")
    require(width == (expected if segments else 0), f"{width} numbers per replicate")
    if not width:
        return bootstrap, None
    numbers = np.frombuffer(reader.bytes(8 * samples * width), "<i8")
    replicates = numbers.astype(np.int64).reshape(samples, width)
    draws = replicates[:, -1:]
    within = (replicates >= 0).all() and (draws <= segments * MOST_DRAWS).all() and (replicates >> 31 <= draws).all()
    require(within, "a number of a replicate is beyond its bounds")
    return bootstrap, replicates


# Shapes by the options of a metric. Finding the shape takes as long as the rest of `unpack`.
SHAPES: dict[str, tuple[list[int], list[bool], int]] = {}


def shape_of(options: str, layout: RowLayout[Any]) -> tuple[list[int], list[bool], int]:
    """The unit of each sum of a metric, whether each sum may be unknown, and the number of columns of a replicate."""
    if options not in SHAPES:
        one = layout.segment_above_zero()
        units = layout.add([], one)
        width = layout.replicate_rows(one).shape[1] + 1
        SHAPES[options] = units, [sum_ is None for sum_ in layout.without_running_sum(units)], width
    return SHAPES[options]


def require(holds: object, what: str) -> None:
    """Raises ValueError unless `holds` is true."""
    if not holds:
        raise ValueError(f"these bytes are a damaged accumulator: {what}")


class Reader:
    """Reads the bytes of an accumulator from front to back."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)[:-4]
        self._at = len(MAGIC)

    def bytes(self, count: int) -> bytes:
        """The next `count` bytes."""
        part = self._data[self._at : self._at + count]
        if len(part) < count:
            raise ValueError("these bytes are a damaged accumulator: they end too early")
        self._at += count
        return part.tobytes()

    def take(self, form: str) -> tuple[Any, ...]:
        """The next numbers, in the format of `struct`."""
        return struct.unpack(form, self.bytes(struct.calcsize(form)))

    def end(self) -> None:
        """Raises ValueError unless all bytes were read."""
        if self._at != len(self._data):
            raise ValueError("these bytes are a damaged accumulator: there are bytes beyond its end")
