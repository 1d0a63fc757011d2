"""The tables behind the figures: real runs, models, machines and chips, with source and licence.

`load` gives a table by its name, `load_first` the first of several that can be had.  None of the
files that others published is part of the book: each is fetched *as it stands at its origin*, once,
and kept in the cache of your machine.  Where from, at which commit, how large and with which
SHA-256 is listed in ``data/origins.csv``; a file that is not exactly that one is refused.  The
tables are made from the files here, whatever their format; nothing that a file holds is executed.
The book's own measurements are part of it, and need no network.

Two environment variables change where files come from:

- ``SCALING_CORE_DATA`` names a folder that is looked into before the cache.  It may hold the files
  under their own names, in it or in its subfolder ``originals``, or tables exported from them.
- ``SCALING_CORE_OFFLINE=1`` forbids downloads.

``python -m scaling_core.datasets`` lists the data sets and where they are; with ``--fetch`` it
fetches those that the chapters draw, with ``--fetch --all`` every one, with ``--fetch NAME ...``
these.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from scaling_core import _fetch, _formats
from scaling_core._originals import TABLES
from scaling_core._tables import Table
from scaling_core.sources import Source

FOLDER_VARIABLE = "SCALING_CORE_DATA"
"""The environment variable that names a folder with files to be used instead of downloads [names].

Source: `thisbook`, a setting of the code.
"""

OFFLINE_VARIABLE = "SCALING_CORE_OFFLINE"
"""The environment variable that forbids downloads, unless it is empty or 0 [names].

Source: `thisbook`, a setting of the code.
"""


class DatasetError(ValueError):
    """A data set cannot be had; the message says what to do."""


class UnknownDatasetError(DatasetError):
    """There is no data set of that name."""


class UnknownColumnError(DatasetError, KeyError):
    """The data set has no column of that name."""

    __str__ = ValueError.__str__


class MissingFileError(DatasetError):
    """A folder or a file that should be there is not."""


class DownloadError(DatasetError):
    """The file is not here, and it cannot or must not be fetched."""


class ChecksumError(DatasetError):
    """The file is not the one that the book was written with."""


class FormatError(DatasetError):
    """The file has not the columns or the values that it should have."""


class MissingLibraryError(DatasetError):
    """The format of the file is read by a package that is not installed."""


@dataclass(frozen=True, eq=False)
class Dataset(Mapping):
    """A read-only table: column name to one-dimensional array, rows in the file's order.

    Numbers that the file leaves empty are NaN, dates NaT.

    Attributes:
        name: what `load` knows it by.
        description: what a row is.
        units: for each column, what it is and its unit.
        licence: the terms of the file.
        source: where the numbers were published.
    """

    name: str
    description: str
    units: Mapping[str, str]
    licence: str
    source: Source
    _columns: Mapping[str, np.ndarray]

    def __getitem__(self, column: str) -> np.ndarray:
        if column not in self._columns:
            raise UnknownColumnError(
                f"column = {column!r}: {self.name} has {', '.join(map(repr, self._columns))}"
            )
        return self._columns[column]

    # two tables are the same if they are one object: comparing arrays gives no yes or no
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        rows = len(next(iter(self._columns.values())))
        return f"<data set {self.name}: {rows} rows of {', '.join(self._columns)}>"

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def names() -> tuple[str, ...]:
    """The names that `load` knows, in alphabetical order."""
    return tuple(sorted(TABLES))


def load(name: str) -> Dataset:
    """Read a data set.

    Args:
        name: one of `names()`.

    Returns:
        The columns as one-dimensional arrays, with `.source`, `.licence` and `.units`.

    Raises:
        UnknownDatasetError: if there is no data set of that name.
        MissingFileError: if the folder named by `FOLDER_VARIABLE` is none, or the book is not
            whole.
        DownloadError: if a file would have to be fetched, and its origin cannot be reached or
            `OFFLINE_VARIABLE` forbids it.
        ChecksumError: if a file in the folder or at the origin is not the one that it should be.
        FormatError: if a file cannot be read, a column is missing or a value is none.
        MissingLibraryError: if a package that reads the format is not installed.
        All are `DatasetError`, which is a `ValueError`.
    """
    file = _known(name, TABLES)
    return _dataset(name, file, _find(name, file))


def load_first(*names: str) -> Dataset:
    """Read the first data set that can be had, for a figure that has to stand either way.

    Put what is wanted first and one of the book's own measurements last: these are always there.

        runs = datasets.load_first("chinchilla_runs", "laptop_pretraining")
        ours = runs.name == "laptop_pretraining"

    Args:
        names: one or more of `names()`, in the order of preference.

    Returns:
        The first of them that `load` can read; `.name` says which it is.

    Raises:
        UnknownDatasetError: if any of the names is unknown, even one that is not reached.
        DatasetError: if none can be had: the error of the first, the others' messages added.
    """
    if not names:
        raise UnknownDatasetError("names = (): name one data set or more")
    for name in names:
        _known(name, TABLES)
    failures: list[DatasetError] = []
    for name in names:
        try:
            return load(name)
        except DatasetError as error:
            failures.append(error)
    raise type(failures[0])("; ".join(map(str, failures))) from failures[0]


def _known(name: Any, files: Mapping[str, Table]) -> Table:
    if not isinstance(name, str) or name not in files:
        raise UnknownDatasetError(f"name = {name!r}: allowed is one of {', '.join(sorted(files))}")
    return files[name]


def _dataset(name: str, file: Table, found: _Found) -> Dataset:
    columns = file.finish(_columns(name, file, found))
    for values in columns.values():
        values.flags.writeable = False
    return Dataset(
        name=name,
        description=file.description,
        units=MappingProxyType({**{c.name: c.unit for c in file.columns}, **file.derived}),
        licence=file.licence,
        source=file.source,
        _columns=MappingProxyType(columns),
    )


# ---- where a file is -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """The bytes of a table's originals, in their order, or of one table in their place."""

    where: str
    originals: tuple[bytes, ...] = ()
    table: bytes = b""


def _find(name: str, file: Table, *, may_fetch: bool = True) -> _Found:
    if file.package:
        return _measured(file)
    folder = _folder(name)
    found = {origin: _in_folder(name, file, origin, folder) for origin in file.origins}
    is_readable = None not in found.values() and _has_library(file)
    if not is_readable and (export := _export(name, file, folder)):
        return export
    found |= {origin: _fetch.from_cache(origin) for origin, data in found.items() if data is None}
    if wanted := [origin for origin, data in found.items() if data is None]:
        if not may_fetch:
            raise DownloadError(f"{name}: to be fetched ({_fetch.size(wanted)})")
        found |= zip(wanted, _download(name, wanted), strict=True)
    return _Found(file.origins[0].url, tuple(data for data in found.values() if data is not None))


def _has_library(file: Table) -> bool:
    return not file.library or find_spec(file.library) is not None


def _folder(name: str) -> Path | None:
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder and not Path(folder).is_dir():
        raise MissingFileError(
            f"{name}: {FOLDER_VARIABLE} = {folder!r} is not a folder: name one, or unset it"
        )
    return Path(folder) if folder else None


def _in_folder(name: str, file: Table, origin: _fetch.Origin, folder: Path | None) -> bytes | None:
    """An original in the folder, under its own name or another that is known."""
    if folder is None:
        return None
    places = [base / sub for base in (folder, folder / "originals") for sub in ("", file.subfolder)]
    candidates = [place / origin.name for place in dict.fromkeys(places)]
    if file.name and not file.sha256:
        candidates.append(folder / file.name)
    for path in candidates:
        if path.is_file():
            return _checked(name, path, origin.sha256, f"replace it by {origin.url}")
    return None


def _export(name: str, file: Table, folder: Path | None) -> _Found | None:
    """The table in the folder that was exported from the originals."""
    if folder is None or not file.sha256 or not (folder / file.name).is_file():
        return None
    path = folder / file.name
    return _Found(str(path), table=_checked(name, path, file.sha256, "replace it by the original"))


def _checked(name: str, path: Path, sha256: str, advice: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MissingFileError(f"{name}: {path} cannot be read ({error.strerror})") from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ChecksumError(
            f"{name}: {path} has SHA-256 {found}, not {sha256}: {advice}, or delete it"
        )
    return data


def _measured(file: Table) -> _Found:
    """A file of the book's own measurements, which stand in a package of the book."""
    try:
        path = resources.files(file.package) / file.name
        return _Found(f"{file.package}/{file.name}", table=path.read_bytes())
    except ModuleNotFoundError as error:
        raise MissingFileError(
            f"{file.name} is in the package {file.package}, which is not installed: install the "
            "book again (make book, or python -m pip install -r requirements.txt)"
        ) from error
    except OSError as error:
        raise MissingFileError(
            f"{file.package} has no {file.name}: install the book again"
        ) from error


def _download(name: str, wanted: Sequence[_fetch.Origin]) -> list[bytes]:
    url = wanted[0].url if len(wanted) == 1 else f"{wanted[0].url} and {len(wanted) - 1} more"
    by_hand = f"put the file into a folder and let {FOLDER_VARIABLE} name that folder"
    if _is_offline():
        raise DownloadError(
            f"{name}: {OFFLINE_VARIABLE} forbids to fetch {url}: unset it and connect to the "
            f"network once, or {by_hand}"
        )
    try:
        return _fetch.from_network(wanted, name)
    except _fetch.UnreachableError as error:
        raise DownloadError(
            f"{name}: {url} cannot be fetched: {error}: connect to the network once, or get it in "
            f"another way, {by_hand}"
        ) from error
    except _fetch.ChangedError as error:
        raise ChecksumError(
            f"{name}: {url} is not the file that this book knows: {error}: try again later; if it "
            f"has changed for good, {by_hand}, if you have an old copy"
        ) from error
    except _fetch.UnwritableError as error:
        raise DownloadError(f"{name}: {url} cannot be kept: {error}: make room for it") from error


def _is_offline() -> bool:
    """Whether `OFFLINE_VARIABLE` forbids downloads."""
    return os.environ.get(OFFLINE_VARIABLE, "") not in ("", "0")


# ---- what a file says ------------------------------------------------------------------------


def _columns(name: str, file: Table, found: _Found) -> dict[str, np.ndarray]:
    try:
        cells = file.read(*found.originals) if found.originals else _formats.text_table(found.table)
    except _formats.MissingLibraryError as error:
        raise MissingLibraryError(
            f"{name}: {found.where} is read by the package {error}, which is not installed: "
            f"python -m pip install {error}"
        ) from error
    except ValueError as error:
        raise FormatError(
            f"{name}: {found.where} is not what it should be: {error}: fetch it again"
        ) from error
    columns = {}
    for column in file.columns:
        if column.header not in cells:
            raise FormatError(
                f"{name}: {found.where} has no column {column.header!r}: it has {list(cells)}"
            )
        try:
            columns[column.name] = column.read(map(_stripped, cells[column.header]))
        except (TypeError, ValueError) as error:
            raise FormatError(
                f"{name}: {found.where}, column {column.header!r}: {error}"
            ) from error
    return columns


def _stripped(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell


# ---- from the command line -------------------------------------------------------------------


def _state(name: str) -> str:
    """Whether a data set is at hand, in a few words without a path."""
    file = TABLES[name]
    try:
        found = _find(name, file, may_fetch=False)
    except DownloadError as error:
        return str(error).removeprefix(f"{name}: ")
    except DatasetError as error:
        return f"spoilt: {error}"
    if file.package:
        return "part of the book"
    if found.originals and not _has_library(file):
        return f"at hand, but needs the package {file.library}"
    return "at hand" if found.originals else "at hand, as exported"


def _main(arguments: Sequence[str] | None = None) -> int:
    """List the data sets, or fetch some: see the module.

    Args:
        arguments: as on the command line.

    Returns:
        0 if each data set that was asked for is at hand, else 1.
    """
    parser = argparse.ArgumentParser(
        prog="python -m scaling_core.datasets",
        description="List the data sets and whether they are at hand, or fetch them.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a data set")
    parser.add_argument("--fetch", action="store_true", help="fetch what is not at hand")
    parser.add_argument("--all", action="store_true", help="all, not only what chapters draw")
    chosen = parser.parse_args(arguments)
    drawn = sorted(name for name, file in TABLES.items() if file.is_drawn)
    asked = chosen.names or (names() if chosen.all or not chosen.fetch else drawn)
    try:
        files = {name: _known(name, TABLES) for name in asked}
    except UnknownDatasetError as error:
        parser.error(str(error))
    for name, file in files.items():
        if chosen.fetch:
            try:
                _find(name, file)
            except DatasetError as error:
                print(error, file=sys.stderr)
        print(f"{name:28}{_state(name)}", flush=True)
    ready = ("at hand", "at hand, as exported", "part of the book")
    return 0 if not chosen.fetch or all(_state(name) in ready for name in files) else 1


if __name__ == "__main__":
    sys.exit(_main())
