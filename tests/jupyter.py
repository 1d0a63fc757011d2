"""JupyterLab and Notebook 7 here: an environment for them, a server, an open notebook."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / "_build" / ".binder-env"  # hidden, so that no build looks for pages in it
REQUIREMENTS = ("requirements.txt", "constraints.txt", "pyproject.toml")
STARTING = 120  # seconds that a server or a notebook may take to start
RUNNING = 120_000  # milliseconds that a cell may take
NUMBERED = re.compile(r"\[\d+\]")  # the prompt of a cell that has run


# ---- the environment


def environment() -> Path:
    """The Python of an environment made from requirements.txt alone, as Binder makes it.

    It is kept until one of the files that say what is in it changes.

    Raises:
        RuntimeError: where it cannot be made.
    """
    sources = [(ROOT / name).read_bytes() for name in REQUIREMENTS]
    place = f"{ROOT} {sys.version}".encode()
    folder = ENVIRONMENTS / hashlib.sha256(b"\0".join([*sources, place])).hexdigest()[:16]
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    complete = folder / "complete"
    if not complete.exists():
        shutil.rmtree(ENVIRONMENTS, ignore_errors=True)
        if _has_uv():
            _do("uv", "venv", "--quiet", "--python", sys.executable, folder)
            _do("uv", "pip", "install", "--quiet", "--python", python, "-r", "requirements.txt")
        else:
            _do(sys.executable, "-m", "venv", folder)
            _do(python, "-m", "pip", "install", "--quiet", "-r", "requirements.txt")
        complete.touch()
    return python


def _has_uv() -> bool:
    # A version manager's stub may be on PATH and still not run.
    try:
        return not subprocess.run(["uv", "--version"], capture_output=True).returncode
    except OSError:
        return False


def _do(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(
            f"`{' '.join(map(str, command))}` failed (it needs the network once):\n{done.stderr}"
        )


# ---- the server


@contextmanager
def served(python: Path, folder: Path) -> Iterator[str]:
    """The address of a Jupyter server over `folder`, which serves JupyterLab and Notebook 7 alike.

    Args:
        python: the Python of the environment whose Jupyter it is.
        folder: where the notebooks are; the server keeps its own files in it, too.
    """
    own = folder / ".jupyter"
    own.mkdir()
    port = _free_port()
    settings = {
        "ServerApp": {
            "ip": "127.0.0.1",
            "port": port,
            "port_retries": 0,
            "root_dir": str(folder),
            "open_browser": False,
            "allow_root": True,
        },
        "IdentityProvider": {"token": ""},
    }
    (own / "jupyter_server_config.json").write_text(json.dumps(settings), "utf-8")
    quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (own / "labconfig").mkdir()
    (own / "labconfig" / "page_config.json").write_text(json.dumps(quiet), "utf-8")
    # Every cell is in the page, not only those on the screen.
    tracker = own / "lab" / "user-settings" / "@jupyterlab" / "notebook-extension"
    tracker.mkdir(parents=True)
    (tracker / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}', "utf-8")
    variables = {name: text for name, text in os.environ.items() if not name.startswith("JUPYTER")}
    variables |= {
        "JUPYTER_CONFIG_DIR": str(own),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "IPYTHONDIR": str(own / "ipython"),
    }
    url = f"http://127.0.0.1:{port}/"
    log = own / "log.txt"
    with log.open("wb") as output:
        command = [str(python), "-m", "jupyterlab"]
        server = subprocess.Popen(command, env=variables, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(server, url + "api/status", log)
        yield url
    finally:
        _shut(server)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"the Jupyter server did not start:\n{log.read_text('utf-8')}")


def _shut(server: subprocess.Popen[bytes]) -> None:
    """End the server and with it its kernels."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


# ---- a notebook


def write(path: Path, *cells: str) -> Path:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)
    return path


class Notebook:
    """An open notebook, in JupyterLab or in Notebook 7."""

    def __init__(self, tab: Page, url: str, name: str, *, within: str = "lab/tree") -> None:
        self.tab = tab
        # JupyterLab would open what was open before, too, but for the reset.
        tab.goto(f"{url}{within}/{name}?reset", timeout=1000 * STARTING)
        end = time.monotonic() + STARTING
        while not self._connected(f"{url}api/sessions", name):  # until then cells do not run
            if time.monotonic() > end:
                raise RuntimeError(f"the kernel of {name} did not start within {STARTING} s")
            tab.wait_for_timeout(100)
        idle = tab.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
        idle.wait_for(state="attached", timeout=1000 * STARTING)

    def _connected(self, sessions: str, name: str) -> bool:
        """Whether the page listens to the notebook's kernel."""
        found = self.tab.request.get(sessions).json()
        return any(one["path"] == name and one["kernel"]["connections"] for one in found)

    def cell(self, number: int) -> Locator:
        """A code cell, counted from 0."""
        return self.tab.locator(".jp-CodeCell").nth(number)

    def start(self, number: int) -> None:
        """Run a cell and do not wait for it."""
        self.cell(number).locator(".jp-InputPrompt").click()
        self.tab.keyboard.press("Control+Enter")

    def run(self, number: int) -> str:
        """Run a cell to its end; return what it printed."""
        self.start(number)
        self.finished(number)
        return "".join(self.cell(number).locator(".jp-RenderedText").all_inner_texts())

    def run_all(self) -> None:
        """Run every cell from top to bottom, to the end of the last one."""
        self.tab.get_by_role("menuitem", name="Run", exact=True).click()
        self.tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        for number in range(self.tab.locator(".jp-CodeCell").count()):
            self.finished(number)

    def finished(self, number: int) -> None:
        """Wait until a cell has run."""
        prompt = self.cell(number).locator(".jp-InputPrompt", has_text=NUMBERED)
        prompt.wait_for(state="attached", timeout=RUNNING)

    def is_running(self, number: int) -> bool:
        return "[*]" in self.cell(number).locator(".jp-InputPrompt").inner_text()
