"""What a table is made of: which files, which columns, and how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scaling_core import _fetch, _formats
from scaling_core.sources import Source


def number(cells: Iterable[Any]) -> np.ndarray:
    return np.array([np.nan if cell == "" else float(cell) for cell in cells])


def text(cells: Iterable[Any]) -> np.ndarray:
    return np.array([str(cell) for cell in cells], dtype=str)


def date(cells: Iterable[str]) -> np.ndarray:
    return np.array([cell or "NaT" for cell in cells], dtype="datetime64[D]")


def first_number(cells: Iterable[str]) -> np.ndarray:
    """The first number of each cell: "10,000 nm[29]" is 10000, "?" is NaN."""
    found = (re.search(r"\d[\d,]*(\.\d+)?", cell) for cell in cells)
    return np.array([float(match[0].replace(",", "")) if match else np.nan for match in found])


@dataclass(frozen=True)
class Column:
    name: str
    header: str
    unit: str
    read: Callable[[Iterable[Any]], np.ndarray] = number


@dataclass(frozen=True)
class Table:
    """A table: what it holds, and how it is made from which files.

    `name` and `sha256` are those of a table exported from the originals; without `sha256` it is
    another name of the only original, or the file of a package of the book.  `read` turns the
    originals into cells, under the headers that the export has as well.
    """

    name: str
    description: str
    source: Source
    licence: str
    columns: tuple[Column, ...]
    sha256: str = ""
    package: str = ""  # of the book, for what it has measured itself
    origins: tuple[_fetch.Origin, ...] = ()
    subfolder: str = ""
    read: Callable[..., _formats.Cells] = _formats.text_table
    library: str = ""  # that `read` needs
    is_drawn: bool = False  # in a chapter
    derived: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[dict[str, Any]], dict[str, Any]] = lambda columns: columns
