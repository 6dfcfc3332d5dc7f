"""Files that are compressed, as the bytes that were compressed."""

from __future__ import annotations

import io
from importlib import import_module
from typing import IO, Any

from ..error import CommandError

__all__ = ["decompressed", "errors_of"]

# Compressed bytes that are handed on at once: what comes of them is held in memory.
FEED = 1 << 14


def decompressed(path: str, file: IO[bytes], compression: str | None) -> IO[bytes]:
    """The content of a file, read from front to back."""
    made: Any = file
    # None of these closes the file that it reads.
    if compression == ".gz":
        import gzip

        made = gzip.GzipFile(fileobj=file, mode="rb")
    elif compression == ".bz2":
        import bz2

        made = bz2.BZ2File(file)
    elif compression == ".xz":
        import lzma

        made = lzma.LZMAFile(file)  # noqa: SIM115
    elif compression == ".zst":
        made = zstd(path, file)
    contents: IO[bytes] = made
    return contents


def zstd(path: str, file: IO[bytes]) -> Any:
    """By the standard library from Python 3.14 on, before by zstandard."""
    library = zstd_library()
    if library is None:
        raise CommandError(f"{path}: .zst is read by zstandard: python -m pip install 'tricolore[zst]'")
    if hasattr(library, "ZstdFile"):
        return library.ZstdFile(file)
    return io.BufferedReader(Frames(file, library.ZstdDecompressor().decompressobj), 1 << 17)


def zstd_library() -> Any:
    """The library that reads .zst, or None."""
    for name in ("compression.zstd", "zstandard"):
        try:
            return import_module(name)
        except ImportError:
            continue
    return None


class Frames(io.RawIOBase):
    """Frames of Zstandard one after the other. The package's own reader takes half a frame for a whole one."""

    def __init__(self, file: IO[bytes], decompressor: Any) -> None:
        self._file = file
        self._new = decompressor
        self._frame: Any = None
        self._given = b""
        self._made = memoryview(b"")

    def readable(self) -> bool:
        """True, as `io.BufferedReader` asks."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; none at the end."""
        while not self._made:
            data = self._given or self._file.read(FEED)
            if not data:
                if self._frame is not None:
                    raise EOFError("it ends in the middle")
                return 0
            self._frame = self._frame or self._new()
            self._made, self._given = memoryview(self._frame.decompress(data)), b""
            if self._frame.eof:
                self._frame, self._given = None, self._frame.unused_data
        count = min(len(buffer), len(self._made))
        buffer[:count], self._made = self._made[:count], self._made[count:]
        return count


def errors_of(compression: str | None) -> tuple[type[Exception], ...]:
    """The exceptions that damaged files raise."""
    if compression == ".gz":
        import zlib

        return (EOFError, OSError, zlib.error)
    if compression == ".bz2":
        return (EOFError, OSError, ValueError)
    if compression == ".xz":
        import lzma

        return (EOFError, OSError, lzma.LZMAError)
    if compression == ".zst" and (library := zstd_library()) is not None:
        return (EOFError, OSError, library.ZstdError)
    return (OSError,)
