"""Decompression of files."""

from __future__ import annotations

import io
from importlib import import_module
from typing import IO, Any

from ..error import CommandError

__all__ = ["decompressed", "errors_of"]

# Compressed bytes per step. The decompressed bytes of a step are held in memory.
FEED = 1 << 14


def decompressed(path: str, file: IO[bytes], compression: str | None) -> IO[bytes]:
    """Returns the decompressed content of a file, to be read from front to back."""
    made: Any = file
    # None of these libraries closes the file that it reads.
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
    """Returns the content of a .zst file, by the standard library from Python 3.14 and by zstandard before."""
    library = zstd_library()
    if library is None:
        raise CommandError(f"{path}: .zst needs zstandard: python -m pip install 'tricolore[zst]'")
    if hasattr(library, "ZstdFile"):
        return library.ZstdFile(file)
    return io.BufferedReader(Frames(file, library.ZstdDecompressor().decompressobj), 1 << 17)


def zstd_library() -> Any:
    """Returns the installed library that reads .zst, or None."""
    for name in ("compression.zstd", "zstandard"):
        try:
            return import_module(name)
        except ImportError:
            continue
    return None


class Frames(io.RawIOBase):
    """Consecutive Zstandard frames. The reader of `zstandard` itself would accept a truncated frame."""

    def __init__(self, file: IO[bytes], decompressor: Any) -> None:
        self._file = file
        self._new = decompressor
        self._frame: Any = None
        self._given = b""
        self._made = memoryview(b"")

    def readable(self) -> bool:
        """True: `io.BufferedReader` asks."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads the next bytes. Returns their number, 0 at the end."""
        while not self._made:
            data = self._given or self._file.read(FEED)
            if not data:
                if self._frame is not None:
                    raise EOFError("it ends in the middle of a frame")
                return 0
            self._frame = self._frame or self._new()
            self._made, self._given = memoryview(self._frame.decompress(data)), b""
            if self._frame.eof:
                self._frame, self._given = None, self._frame.unused_data
        count = min(len(buffer), len(self._made))
        buffer[:count], self._made = self._made[:count], self._made[count:]
        return count


def errors_of(compression: str | None) -> tuple[type[Exception], ...]:
    """Returns the exceptions that damaged files of this compression raise."""
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
