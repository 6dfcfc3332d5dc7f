"""Accumulators as bytes, for other processes, other machines and files.

All numbers are little-endian. In this order:

    8 bytes   magic: "tricolor"
    uint16    version of the format: 2
    uint32    length of the signature that the options decide, and
    n bytes   that signature, UTF-8; where not all options are in it "|" and how the metric shows itself
    uint64    segments
    uint64    fewest references of a segment, and uint64 most; 0 and 0 where there is no segment
    uint64    segments that were left out, for they have no reference
    uint32    number of sums; then for each
        uint32    its length in bytes; 0 for one that is not known any more, and
        n bytes   a signed integer: a sum of integers, or of numbers without rounding in units of 2^-1074
    float64   confidence; 0 where no interval is asked for, and then the next three are 0 and the last are none
    uint32    replicates
    uint64    seed
    uint32    numbers a replicate; and
    int64     for each replicate these numbers: the sums of what is drawn, and last how much was drawn
    uint32    CRC-32 (that of zlib) of all before

An accumulator without a segment has no sums and no numbers a replicate.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any
from zlib import crc32

from .poisson import PoissonBootstrap
from .statistics import NRefs

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["State", "pack", "unpack"]

MAGIC = b"tricolor"
VERSION = 2

State = tuple[list[Any], int, "NRefs | None", int, "PoissonBootstrap | None", "npt.NDArray[np.int64] | None"]
"""Sums, segments, numbers of references, segments that were left out, the bootstrap, its replicates."""


def pack(options: str, state: State) -> bytes:
    """The bytes of what an accumulator holds."""
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


def unpack(options: str, data: bytes) -> State:
    """What `pack` was given. Raises ValueError for bytes of other options or another version, and for damaged ones."""
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
    if made_by != options:
        raise ValueError(f"these bytes are an accumulator of {made_by}, and the metric is {options}")
    segments, fewest, most, dropped, count = reader.take("<QQQQI")
    sums = []
    for _ in range(count):
        own = reader.bytes(*reader.take("<I"))
        sums.append(int.from_bytes(own, "little", signed=True) if own else None)
    confidence, samples, seed, width = reader.take("<dIQI")
    replicates = None
    if width:
        import numpy as np

        numbers = np.frombuffer(reader.bytes(8 * samples * width), "<i8")
        replicates = numbers.astype(np.int64).reshape(samples, width)
    reader.end()
    bootstrap = PoissonBootstrap(confidence, samples, seed) if confidence else None
    return sums, segments, NRefs(fewest, most) if segments else None, dropped, bootstrap, replicates


class Reader:
    """Bytes that are taken from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)[:-4]
        self._at = len(MAGIC)

    def bytes(self, count: int) -> bytes:
        """The next bytes."""
        part = self._data[self._at : self._at + count]
        if len(part) < count:
            raise ValueError("these bytes are a damaged accumulator: they end too early")
        self._at += count
        return part.tobytes()

    def take(self, form: str) -> tuple[Any, ...]:
        """The next numbers."""
        return struct.unpack(form, self.bytes(struct.calcsize(form)))

    def end(self) -> None:
        """Raises ValueError unless all was taken."""
        if self._at != len(self._data):
            raise ValueError("these bytes are a damaged accumulator: there is more than belongs to it")
