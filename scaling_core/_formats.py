"""Tables from the bytes of a file, whatever its format: header to cells, as text or as numbers.

What is not what it should be is a `ValueError` that says why.  Each reader takes a limited amount:
a small file cannot stand for an endless table.
"""

from __future__ import annotations

import csv
import io
import json
import lzma
from collections.abc import Mapping, Sequence
from typing import Any

from scaling_core import _pickles

Cells = Mapping[str, Sequence[Any]]

_MOST_BYTES = 2**24  # of what an archive holds; the largest one here holds 7.6 MB
_MOST_MEMORY = 2**27  # that unpacking may take
_MOST_ROWS = 10**6  # the largest file here has 246,552


class MissingLibraryError(ImportError):
    """A format is read by a library that is not installed; the message names it."""


def text_table(data: bytes) -> Cells:
    """Comma-separated text with a header."""
    try:
        header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise ValueError(f"no table of comma-separated text: {error}") from error
    for number, row in enumerate(rows):
        if len(row) != len(header):
            raise ValueError(f"row {number + 1} has {len(row)} cells of {len(header)}")
    return {name: [row[at] for row in rows] for at, name in enumerate(header)}


def parquet_table(data: bytes, columns: Sequence[str]) -> Cells:
    """Some columns of a parquet file."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingLibraryError("pyarrow") from error
    try:
        file = parquet.ParquetFile(pyarrow.BufferReader(data))
        missing = [name for name in columns if name not in file.schema_arrow.names]
        if missing:
            raise ValueError(f"it has no column {missing[0]!r}")
        if file.metadata.num_rows > _MOST_ROWS:
            raise ValueError(f"it has {file.metadata.num_rows} rows, more than {_MOST_ROWS}")
        return file.read(columns=list(columns)).to_pydict()
    except (pyarrow.ArrowException, OSError) as error:
        raise ValueError(f"no parquet file: {error}") from error


def pickled_table(data: bytes) -> Cells:
    """A table of pandas, pickled and packed by xz; read without unpickling, see `_pickles`."""
    unpack = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)
    try:
        unpacked = unpack.decompress(data, max_length=_MOST_BYTES)
    except lzma.LZMAError as error:
        raise ValueError(f"no xz archive: {error}") from error
    if not unpack.eof:
        raise ValueError(f"the archive is cut short, or holds more than {_MOST_BYTES} bytes")
    return _pickles.table(_pickles.read(unpacked))


def json_object(data: bytes) -> dict[str, Any]:
    """The object that a JSON file holds."""
    try:
        found = json.loads(data)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError("its JSON is no object")
    return found


def printed_rows(data: bytes, cell: int, width: int) -> list[list[str]]:
    """What a cell of a notebook printed: its lines of `width` words, word by word."""
    try:
        outputs = json_object(data)["cells"][cell]["outputs"]
        pieces = [output["text"] for output in outputs if output.get("name") == "stdout"]
        lines = "".join(text for piece in pieces for text in piece).splitlines()
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ValueError(f"the notebook has no printed text in cell {cell}") from error
    rows = [words for line in lines if len(words := line.split()) == width]
    if not rows:
        raise ValueError(f"cell {cell} of the notebook printed no line of {width} words")
    return rows
