"""Gets files as they stand at their origin: from the cache, or over the network into the cache.

What comes is what was asked for, byte by byte: each file has a fixed commit, a size and a SHA-256.
A file in the cache that is not it, for example one that was half written, is fetched again, and
replaced only by the right one.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import logging
import math
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

import platformdirs

_HOST = "https://raw.githubusercontent.com"
_TIMEOUT_SECONDS = (10, 30)  # to connect, and between two pieces
_RETRIES = 2  # after one second and after two more
_REST_SECONDS = 30  # how long a host that cannot be reached is left alone
_AT_ONCE = 8

_unreachable: dict[str, float] = {}  # host to the time when it was found so
_spares: list[tempfile.TemporaryDirectory[str]] = []  # at most one
_making_spare = threading.Lock()


class UnreachableError(OSError):
    """The origin cannot be reached, or has no such file."""


class ChangedError(OSError):
    """What the origin sends is not the file."""


class UnwritableError(OSError):
    """There is no room for the file."""


@dataclass(frozen=True)
class Origin:
    """A file as it stands in a public repository at one commit, a row of ``data/origins.csv``."""

    repository: str
    commit: str
    path: str
    length: int
    sha256: str

    @property
    def name(self) -> str:
        """Its own name, without the folders."""
        return self.path.rpartition("/")[2]

    @property
    def url(self) -> str:
        """Where it is fetched from."""
        return f"{_HOST}/{self.repository}/{self.commit}/{quote(self.path)}"

    def is_right(self, data: bytes) -> bool:
        """Whether these are its bytes."""
        return hashlib.sha256(data).hexdigest() == self.sha256


@functools.cache
def _manifest() -> tuple[Origin, ...]:
    text = (resources.files("scaling_core") / "data" / "origins.csv").read_text("utf-8")
    return tuple(
        Origin(row["repository"], row["commit"], row["path"], int(row["bytes"]), row["sha256"])
        for row in csv.DictReader(io.StringIO(text))
    )


def origins(repository: str, *patterns: str) -> tuple[Origin, ...]:
    """The files of a repository that are known here, in the order of the patterns."""
    return tuple(
        origin
        for pattern in patterns
        for origin in _manifest()
        if origin.repository == repository and fnmatchcase(origin.path, pattern)
    )


def cache() -> Path:
    """The folder in which files are kept, which need not be there."""
    return Path(platformdirs.user_cache_dir("scaling_core"))


def from_cache(origin: Origin) -> bytes | None:
    """The file, if it has been fetched before and is whole."""
    for folder in _folders():
        try:
            data = (folder / origin.repository / origin.path).read_bytes()
        except OSError:
            continue
        if origin.is_right(data):
            return data
    return None


def _folders() -> Iterator[Path]:
    yield cache()
    yield from (Path(spare.name) for spare in _spares)


def _spare() -> tempfile.TemporaryDirectory[str]:
    """Where files go if the cache cannot be written; it is removed when the program ends."""
    with _making_spare:
        if not _spares:
            try:
                _spares.append(tempfile.TemporaryDirectory(prefix="scaling_core-"))
            except OSError as error:
                raise UnwritableError("no temporary folder can be made either") from error
        return _spares[0]


def from_network(wanted: Sequence[Origin], label: str) -> list[bytes]:
    """Fetch the files into the cache, some at a time, and say so in one line on standard error.

    Raises:
        UnreachableError: if the origin cannot be reached after some tries, or has no such file.
        ChangedError: if it sends something else.
        UnwritableError: if the file can be put neither into the cache nor into a temporary folder.
    """
    for origin in wanted:
        _check_reachable(origin)
    repositories = sorted({origin.repository for origin in wanted})
    print(
        f"Fetching {label} ({size(wanted)}) from github.com/{', '.join(repositories)}",
        file=sys.stderr,
        flush=True,
    )
    with _quiet_pooch(), ThreadPoolExecutor(min(_AT_ONCE, len(wanted))) as pool:
        running = [pool.submit(_fetch_one, origin) for origin in wanted]
        try:
            return [task.result() for task in running]
        finally:
            for task in running:
                task.cancel()


def size(wanted: Iterable[Origin]) -> str:
    """How large the files are together."""
    count = sum(origin.length for origin in wanted)
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{max(count / 1e3, 1):.0f} kB"


@contextmanager
def _quiet_pooch() -> Iterator[None]:
    """Pooch speaks of paths of this machine, which is not for a page."""
    import pooch

    logger = pooch.get_logger()
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)


def _fetch_one(origin: Origin) -> bytes:
    try:
        return _fetch_into(cache(), origin)
    except UnwritableError:
        return _fetch_into(Path(_spare().name), origin)


def _check_reachable(origin: Origin) -> str:
    """The host of the file; one that could not be reached a moment ago is left alone."""
    host = urlsplit(origin.url).netloc
    ago = time.monotonic() - _unreachable.get(host, -math.inf)
    if ago < _REST_SECONDS:
        raise UnreachableError(f"{host} could not be reached {ago:.0f} s ago")
    return host


def _fetch_into(folder: Path, origin: Origin) -> bytes:
    import pooch  # it brings requests along: only who downloads pays for it
    import requests

    host = _check_reachable(origin)
    local = f"{origin.repository}/{origin.path}"
    try:
        shelf = pooch.create(
            path=folder,
            base_url="",
            registry={local: f"sha256:{origin.sha256}"},
            urls={local: origin.url},
            retry_if_failed=_RETRIES,
        )
        return Path(shelf.fetch(local, downloader=_Downloader(origin))).read_bytes()
    except (UnreachableError, ChangedError):
        raise
    except (requests.ConnectionError, requests.Timeout) as error:
        _unreachable[host] = time.monotonic()
        raise UnreachableError(f"{host} cannot be reached ({type(error).__name__})") from error
    except requests.RequestException as error:
        raise UnreachableError(f"{host} does not send it ({type(error).__name__})") from error
    except ValueError as error:
        raise ChangedError("what it sends has another SHA-256") from error
    except OSError as error:
        raise UnwritableError(f"{folder} cannot be written: {error.strerror or error}") from error


@dataclass(frozen=True)
class _Downloader:
    """Fetches one file, and gives up without another try where that would not help."""

    origin: Origin

    def __call__(self, url: str, output_file: str, pooch_: Any) -> None:
        import pooch
        import requests

        get = pooch.HTTPDownloader(timeout=_TIMEOUT_SECONDS, chunk_size=65536)
        try:
            with open(output_file, "wb") as file:
                get(url, _Guarded(file, self.origin), pooch_)
        except requests.HTTPError as error:
            status = 0 if error.response is None else error.response.status_code
            if 400 <= status < 500 and status not in (408, 429):  # those are worth another try
                raise UnreachableError(f"its answer is HTTP status {status}") from error
            raise


class _Guarded:
    """A file that takes no web page in place of data, and no more than it should get."""

    def __init__(self, file: BinaryIO, origin: Origin) -> None:
        self._file, self._room, self._start = file, origin.length, True

    def write(self, piece: bytes) -> None:
        if self._start and piece.lstrip()[:1] == b"<" and b"<html" in piece[:2000].lower():
            raise ChangedError("a web page came instead: a proxy or a log-in may stand between")
        self._start, self._room = False, self._room - len(piece)
        if self._room < 0:
            raise ChangedError("it sends more than the file has")
        self._file.write(piece)

    def flush(self) -> None:
        self._file.flush()
