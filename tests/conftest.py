"""Fixtures for all tests: the built book, a real browser and pages that notice every fault."""

# ruff: noqa: E402 - NumPy reads how many threads it may start when it is imported

from __future__ import annotations

import os

# Threads of one worker would only wait for those of the others.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser, Page

from scaling_core.datasets import OFFLINE_VARIABLE
from tests import browser as browsers

ROOT = Path(__file__).parents[1]

collect_ignore = ["bench/torch_reference.py"]  # it runs in an environment of its own

HTML = ROOT / "_build" / "html"
LEFT_OUT = "left out by BROWSER=none"

# No test depends on what the network gives: data that are neither in the folder nor in the cache
# are done without.  `make data` fetches them.
os.environ.setdefault(OFFLINE_VARIABLE, "1")

# A busy machine must not make a test fail.
settings.register_profile("book", deadline=None)
settings.load_profile("book")


@dataclass(frozen=True)
class Site:
    """The built book: the folder it is in and the address it is served under."""

    folder: Path
    url: str

    def address(self, page: str, over: str = "http") -> str:
        """The address of a page of the book, `over` "http" or "file"."""
        name, hash_, fragment = page.partition("#")
        path, question, query = name.partition("?")
        base = self.url + path if over == "http" else (self.folder / path).as_uri()
        return base + question + query + hash_ + fragment


def without_browser() -> bool:
    """Whether the browser tests are to be left out."""
    return os.environ.get("BROWSER") == "none"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if without_browser() and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=LEFT_OUT))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(LEFT_OUT in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.section("browser")
        terminalreporter.line(f"{count} browser tests {LEFT_OUT}")


def make_book(root: Path) -> subprocess.CompletedProcess[str]:
    """Run `make book`, one at a time: two would delete each other's pages."""
    environment = {name: text for name, text in os.environ.items() if "MAKE" not in name}
    (root / "_build").mkdir(exist_ok=True)
    with FileLock(root / "_build" / ".being-built"):
        return subprocess.run(
            ["make", "book"], cwd=root, env=environment, capture_output=True, text=True
        )


@pytest.fixture(scope="session")
def book() -> Path:
    """The folder of the built book, built anew where a source is newer."""
    done = make_book(ROOT)
    if done.returncode:
        pytest.fail(f"`make book` failed:\n{done.stdout}\n{done.stderr}", pytrace=False)
    return HTML


@pytest.fixture(scope="session")
def site(book: Path) -> Iterator[Site]:
    """The built book, served under the strict Content-Security-Policy."""
    with browsers.served(book) as url:
        yield Site(book, url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, for as long as the tests run."""
    path = browsers.executable()
    if path is None:
        pytest.exit(browsers.ADVICE, returncode=1)
    with browsers.launched(path) as launched:
        yield launched


@contextmanager
def tabs(request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens pages: ``page("index.html", over="file")`` of the book, or ``page(path_of_a_file)``.

    A file by itself may ask for nothing but what is in the folder `within`.  Further arguments go
    to Playwright's `new_context`.  A page collects its faults (errors on the
    console, uncaught exceptions, requests that leave the site) in the list `page.faults`; a test
    that ends with a fault in it fails.  Empty the list where a fault is expected.
    """
    browser: Browser = request.getfixturevalue("browser")
    opened: list[Page] = []

    def open_page(
        address: str | Path, *, over: str = "http", within: Path | None = None, **options: Any
    ) -> Page:
        if isinstance(address, Path):
            url = address.as_uri()
            home = (within or address).as_uri()
        else:
            site: Site = request.getfixturevalue("site")
            url, home = site.address(address, over), site.address("", over)
        tab = browser.new_context(**options).new_page()
        tab.faults = _collect_faults(tab, home)
        opened.append(tab)
        tab.goto(url)
        return tab

    yield open_page
    faults = [fault for tab in opened for fault in tab.faults]
    for tab in opened:
        tab.context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages for one test: see `tabs`."""
    with tabs(request) as open_page:
        yield open_page


def _collect_faults(tab: Page, home: str) -> list[str]:
    faults: list[str] = []

    def on_console(message: Any) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            faults.append(f"console {message.type} on {tab.url}: {message.text} {where}")

    def on_request(sent: Any) -> None:
        if not sent.url.startswith((home, "data:", "blob:")):
            faults.append(f"request from {tab.url} to {sent.url}")

    tab.on("console", on_console)
    tab.on("pageerror", lambda error: faults.append(f"exception on {tab.url}: {error}"))
    tab.on("request", on_request)
    return faults
