"""The book is whole in both editions: with the data that others published, and without.

Each notebook that loads data runs twice: once as for a reader who has neither the folder nor a
cache nor a network, and once with what is at hand here.  Every figure, prediction and quiz has to
be there both times, and nothing that is shown speaks of files, errors or what is missing.
"""

from __future__ import annotations

import ast
import concurrent.futures
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient

from explorable.widget import MIME_TYPE, STATIC_PAGES
from scaling_core import datasets
from tests.book import notebooks
from tests.conftest import ROOT

LOADS = re.compile(r"\bload(?:_first)?\(\s*\"")
SPEAKS_OF_FAULTS = re.compile(
    r"Traceback|\b[A-Z]\w*(?:Error|Exception|Warning)\b|not drawn|not at hand|cannot be fetched"
    rf"|{datasets.FOLDER_VARIABLE}|{datasets.OFFLINE_VARIABLE}"
)
EDITIONS = ("without", "with")


def code(path: Path) -> list[str]:
    return [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "code"]


def paths_of_this_machine() -> re.Pattern[str]:
    """What no page may print: where the book, Python, the cache and the user's files are."""
    # that of a container is /, or a folder whose name is a word as any other
    places = {str(ROOT), str(Path.home()), os.path.realpath(os.sys.prefix), tempfile.gettempdir()}
    named = "|".join(re.escape(place) for place in sorted(places) if len(place) > 1)
    return re.compile(
        rf"(?<![\w.-])(?:{named})(?=[/\\'\"\s:,.<]|$)|(?<![\w./-])/(?:home|Users|root)/\w+|[A-Z]:\\\\?Users\\"
    )


PATHS = paths_of_this_machine()

LOADING = [path for path in notebooks.paths() if any(map(LOADS.search, code(path)))]
each_loading = pytest.mark.parametrize("path", LOADING, ids=lambda path: path.stem)


# ---- what a notebook has to show, from its source ---------------------------------------------


def declared(path: Path) -> Counter[str]:
    """The figures by their names, the number of predictions and that of quizzes."""
    found: Counter[str] = Counter()
    for node in (node for cell in code(path) for node in ast.walk(ast.parse(cell))):
        if isinstance(node, ast.FunctionDef):
            calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
            if any(getattr(call.func, "id", "") == "explore" for call in calls):
                found[f"figure {node.name}"] = 1
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("predict", "quiz"):
            found[node.func.id] += 1
    return found


# ---- what it shows when it runs ---------------------------------------------------------------


@cache
def executed(path: Path) -> dict[str, nbformat.NotebookNode]:
    """The notebook as it is after a run in each edition."""
    with (
        tempfile.TemporaryDirectory() as cache_folder,
        concurrent.futures.ThreadPoolExecutor() as pool,
    ):
        running = {name: pool.submit(run, path, name, cache_folder) for name in EDITIONS}
        return {name: task.result() for name, task in running.items()}


def run(path: Path, edition: str, cache_folder: str) -> nbformat.NotebookNode:
    environment = os.environ | {STATIC_PAGES: "1", datasets.OFFLINE_VARIABLE: "1"}
    if edition == "without":
        environment.pop(datasets.FOLDER_VARIABLE, None)
        environment["XDG_CACHE_HOME"] = cache_folder
        environment.setdefault("MPLCONFIGDIR", str(Path.home() / ".cache" / "matplotlib"))
    notebook = nbformat.from_dict(notebooks.read(path))
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": path.parent}})
    return client.execute(env=environment)


def outputs(notebook: nbformat.NotebookNode) -> Iterator[dict[str, Any]]:
    """What a page shows of each output, by kind: `_config.yml` drops what goes to stderr."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stdout":
                yield {"text/plain": output.text}
            elif output.output_type != "stream":
                yield output.get("data", {})


def shown(notebook: nbformat.NotebookNode) -> Counter[str]:
    found: Counter[str] = Counter()
    for data in outputs(notebook):
        if content := data.get(MIME_TYPE):
            kind = content.get("kind", "figure")
            figure = content.get("figure") if kind == "predict" else content
            if kind != "figure":
                found[kind] += 1
            if figure and "name" in figure:
                found[f"figure {figure['name']}"] = 1
    return found


def is_at_hand() -> bool:
    """Whether the edition with data is one, here."""
    return all(
        datasets._state(name).startswith("at hand")
        for name, table in datasets.TABLES.items()
        if table.is_drawn
    )


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    if request.param == "with" and not is_at_hand():
        pytest.skip("the data that chapters draw are not at hand: make data")
    return request.param


def test_chapters_load_data():
    assert len(LOADING) >= 4


@each_loading
def test_every_figure_prediction_and_quiz_is_there(path, edition):
    assert shown(executed(path)[edition]) == declared(path)


@each_loading
def test_nothing_that_is_shown_speaks_of_files_or_faults(path, edition):
    for data in outputs(executed(path)[edition]):
        text = json.dumps(data, ensure_ascii=False)
        assert not SPEAKS_OF_FAULTS.search(text)
        assert not PATHS.search(text)


@each_loading
def test_no_cell_fails_or_warns(path, edition):
    streams = [
        output.text
        for cell in executed(path)[edition].cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert streams == []


# ---- the pages, in whichever edition they were built ------------------------------------------

PAGES = [path for path in notebooks.paths() if path.stem != "make_your_own"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_figure_and_question_is_on_its_page(book, path):
    page = book / path.relative_to(ROOT).with_suffix(".html")
    parsed = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    found = Counter(f"figure {tag['data-figure']}" for tag in parsed.select("[data-figure]"))
    named = {name for name in declared(path) if name.startswith("figure ")}
    assert named <= set(found)
    words = declared(path)
    assert len(parsed.select("[data-predict]")) == words["predict"]
    assert len(parsed.select("[data-quiz]")) == words["quiz"]
    for output in parsed.select(".cell_output"):
        assert not SPEAKS_OF_FAULTS.search(output.get_text(" "))


def test_no_page_prints_a_path_of_the_machine(book):
    found = [
        f"{page.relative_to(book)}: {match[0]}"
        for page in sorted(book.rglob("*.html"))
        if (match := PATHS.search(page.read_text("utf-8")))
    ]
    assert found == []


def test_the_checks_see_what_they_are_for():
    for line in (
        f"{Path.home()}/.cache/scaling_core",
        f"file {ROOT}/chapters/index.ipynb",
        "/home/runner/work/book",
        "C:\\Users\\me\\cache",
        "/Users/me/Library",
    ):
        assert PATHS.search(line), line
    for line in (
        "https://github.com/home/users",
        "and/or",
        "../home/x",
        "/rooted",
        "chapters/root",
    ):
        assert not PATHS.search(line), line
    for line in ("DownloadError: x", "Traceback (most", "is not drawn", "RuntimeWarning: divide"):
        assert SPEAKS_OF_FAULTS.search(line), line
    assert not SPEAKS_OF_FAULTS.search("one standard error, Errors of the fit, drawn")
