"""Links that set a figure find it and its controls, and the guide for teachers fits the book."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.book import notebooks
from tests.book.test_notebooks import cells, faults_of_prose
from tests.conftest import ROOT

GUIDE = ROOT / "chapters" / "teaching.md"
LINK = re.compile(r"\]\(([^()#\s]*)#explore(?:-(\w+)|=1&([^()\s]+))\)")
REFERENCE = re.compile(r"\{ref\}`[^<`]+ <([a-z-]+)>`")
LABEL = re.compile(r"^:label: (\S+)$", re.MULTILINE)
NO_CONTROLS = {"presets", "more", "drag", "alt", "link"}


def prose(path: Path) -> str:
    if path.suffix == ".md":
        return path.read_text("utf-8")
    return "\n".join(cell.source for cell in cells(path, "markdown"))


@cache
def figures(path: Path) -> dict[str, set[str]]:
    """The controls of each figure of a notebook."""
    functions = (
        node
        for cell in cells(path, "code")
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.FunctionDef)
    )
    return {
        function.name: {word.arg for word in call.keywords if word.arg} - NO_CONTROLS
        for function in functions
        for call in function.decorator_list
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "explore"
    }


def links() -> Iterator[tuple[Path, str, Path, str, list[str]]]:
    """The page, the link, the notebook it leads to, the figure and the controls that it names."""
    for page in [*notebooks.paths(), *sorted((ROOT / "chapters").glob("*.md"))]:
        for target, figure, pairs in LINK.findall(prose(page)):
            notebook = (page.parent / target).resolve() if target else page
            named = [name.split(".") for name, _ in parse_qsl(pairs)] or [[figure, ""]]
            for figure in dict.fromkeys(name for name, _ in named):
                controls = [control for name, control in named if name == figure and control]
                yield page, f"{target}#{figure}", notebook, figure, controls


LINKS = [
    pytest.param(notebook, figure, controls, id=f"{page.stem} {shown} {' '.join(controls)}")
    for page, shown, notebook, figure, controls in links()
]
CHAPTERS = [path for path in notebooks.paths() if path.name[0].isdigit()]
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


@pytest.mark.parametrize(("notebook", "figure", "controls"), LINKS)
def test_a_link_names_a_figure_and_controls_that_there_are(notebook, figure, controls):
    assert figure in figures(notebook)
    assert set(controls) <= figures(notebook)[figure]


@each_chapter
def test_the_guide_for_teachers_gives_a_chapters_own_minutes(path):
    [minutes] = re.findall(r"^\*\*Time\*\* (\d+ minutes)", prose(path), re.MULTILINE)
    assert f"({path.stem}): {minutes};" in prose(GUIDE)


def test_the_guide_for_teachers_lists_every_exercise_once():
    labels = [label for path in CHAPTERS for label in LABEL.findall(prose(path))]
    listed = prose(GUIDE).partition("## Chapter by chapter")[2]
    assert sorted(REFERENCE.findall(listed)) == sorted(labels)


def test_the_guide_for_teachers_has_one_plain_sentence_a_line():
    assert faults_of_prose(prose(GUIDE)) == []
