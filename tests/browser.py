"""The real browser of the tests: found on the machine, or installed, and kept off the network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

ADVICE = (
    "no Chromium, Chrome or Edge was found and none could be installed: "
    "install chromium, or leave the browser tests out with `make test BROWSER=none`"
)
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def executable() -> Path | None:
    """The browser to test with: one that is there, else one installed now, else none."""
    found = _find()
    for install in (_install_package, _install_playwright):
        if found is None:
            install()
            found = _find()
    return found


@contextmanager
def launched(path: Path) -> Iterator[Browser]:
    """A headless browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address under which `folder` is served here, with the strict policy on every answer."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests look at what the browser reports."""


def _find() -> Path | None:
    on_path = (shutil.which(name) for name in _NAMES)
    for place in (*on_path, *_PLACES, _of_playwright()):
        if place and Path(place).is_file() and _starts(place):
            return Path(place)
    return None


def _starts(place: str) -> bool:
    # Ubuntu's chromium-browser is a stub that only says what to install.
    if sys.platform == "win32":  # where asking for the version opens a window
        return True
    return _runs(place, "--version")


def _of_playwright() -> str:
    with sync_playwright() as playwright:
        try:
            return playwright.chromium.executable_path
        except Error:
            return ""


def _install_package() -> None:
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("\ninstalling chromium with apt-get", flush=True)
        packages = ("chromium", "fonts-liberation")
        _runs("apt-get", "update", "-qq")
        _runs("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def _install_playwright() -> None:
    print("\ninstalling chromium with playwright", flush=True)
    _runs(sys.executable, "-m", "playwright", "install", "chromium")


def _runs(*command: str) -> bool:
    """Whether the command succeeds; what it prints does not matter."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, capture_output=True, timeout=600, env=environment)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(None if executable() else ADVICE)
