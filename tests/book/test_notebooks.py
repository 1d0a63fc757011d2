"""The notebooks keep the house style: short visible cells, plain Markdown, no stored outputs."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import nbformat
import pytest
import yaml

from scaling_core.sources import SOURCES
from tests.book import notebooks
from tests.conftest import ROOT

FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
MEDIAN_LINES, MOST_LINES = 4, 12
FEWEST_WORDS, MOST_WORDS = 1500, 2750
FEWEST_ON_THE_ROAD, MOST_ON_THE_ROAD = 1200, 2000
MOST_IN_ALL = 4500
WIDEST = 64  # characters of a line of code that a phone shows whole
# Chapters still to be written in two layers: what everybody reads, and verges beside it.
ONE_LAYER = {"07_strategy"}
VERGES = ("How sure?", "In a formula", "Compute it yourself", "For teachers")
SENTENCE_END = re.compile(r"[.!?][\"'”’)*_]*\s+[\"'“‘(*_\[]*[A-Z]")
LINE_END = re.compile(r"[.!?:;,|…][\"'”’)*_]*$|</\w+>$")
LATIN = re.compile(r"\b(?:e\.g|i\.e|etc|cf|viz|vs|ca)\.", re.IGNORECASE)
CITATION = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")

each_notebook = pytest.mark.parametrize(
    "path", notebooks.paths(), ids=lambda path: path.relative_to(ROOT).as_posix()
)


def cells(path: Path, kind: str) -> list[notebooks.Notebook]:
    return [cell for cell in notebooks.read(path).cells if cell.cell_type == kind]


def code_lines(cell: notebooks.Notebook) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def visible_cells(path: Path) -> list[notebooks.Notebook]:
    return [cell for cell in cells(path, "code") if not FOLDED & set(cell.metadata.get("tags", []))]


def prose(source: str) -> list[list[str]]:
    """The paragraphs of a Markdown text as lists of lines, without code, tables and directives."""
    paragraphs: list[list[str]] = [[]]
    fence = ""
    for line in source.splitlines():
        text = line.strip()
        opening = re.match(r"(`{3,}|\$\$|~{3,})(.*)", text)
        if fence:
            fence = "" if text.startswith(fence) else fence
        elif opening and not opening[2].startswith("{") and not opening[2].endswith("$$"):
            fence = opening[1]
        elif opening or not text or re.match(r"[:|#<]|\(.*\)=$|---", text):
            paragraphs.append([])
        elif re.match(r"([-*+]|\d+\.)\s", text):
            paragraphs.append([re.sub(r"^([-*+]|\d+\.)\s+", "", text)])
        else:
            paragraphs[-1].append(text)
    return [paragraph for paragraph in paragraphs if paragraph]


def faults_of_prose(source: str) -> list[str]:
    """The lines that hold more than one sentence or less, or a Latin abbreviation."""
    found = []
    for paragraph in prose(source):
        for number, line in enumerate(paragraph):
            plain = CITATION.sub("", line).rstrip()  # it may follow the end of its sentence
            plain = re.sub(r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)", "x", plain)
            plain = re.sub(r'"[^"]*?([.!?]?)"', r"x\1", plain)  # a quotation may hold several
            if SENTENCE_END.search(plain):
                found.append(f"more than one sentence on a line: {line}")
            if number + 1 < len(paragraph) and not LINE_END.search(plain):
                found.append(f"a sentence goes on in the next line: {line}")
            if LATIN.search(plain):
                found.append(f"Latin abbreviation: {line}")
    return found


@each_notebook
def test_notebook_is_valid_and_every_cell_has_an_id_of_its_own(path):
    notebook = notebooks.read(path)
    nbformat.validate(notebook)
    ids = [cell["id"] for cell in notebook.cells]
    assert len(set(ids)) == len(ids) > 0


@each_notebook
def test_notebook_is_stored_stripped(path):
    notebook = notebooks.read(path)
    is_stripped = notebook == notebooks.stripped(notebook)
    assert is_stripped, "run `make format`"


@each_notebook
def test_cells_that_are_compared_keep_something_to_compare(path):
    for cell in cells(path, "code"):
        if notebooks.KEEP in cell.metadata.get("tags", []):
            has_outputs = bool(cell.outputs)
            assert has_outputs, f"run `make outputs`: nothing is stored for\n{cell.source}"


# The landing page and the guide to making figures are no chapters and carry no number.
each_chapter = pytest.mark.parametrize(
    "path",
    [path for path in notebooks.paths() if path.name[0].isdigit()],
    ids=lambda path: path.name,
)


def calls(path: Path, name: str) -> list[ast.Call]:
    """The calls of a function by its bare name, in the code of a notebook."""
    nodes = (node for cell in cells(path, "code") for node in ast.walk(ast.parse(cell.source)))
    found = (node for node in nodes if isinstance(node, ast.Call))
    return [node for node in found if getattr(node.func, "id", "") == name]


def live_functions(path: Path) -> list[tuple[ast.FunctionDef, ast.Call]]:
    """The functions that `@explore(...)` decorates, each with that call."""
    nodes = (node for cell in cells(path, "code") for node in ast.walk(ast.parse(cell.source)))
    return [
        (node, call)
        for node in nodes
        if isinstance(node, ast.FunctionDef)
        for call in node.decorator_list
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "explore"
    ]


def own_returns(function: ast.FunctionDef) -> list[ast.Return]:
    """The returns of a function, without those of the functions inside it."""
    inner = [node for node in ast.walk(function) if isinstance(node, ast.FunctionDef)]
    theirs = {id(node) for other in inner if other is not function for node in ast.walk(other)}
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and id(node) not in theirs
    ]


def count_words(text: str) -> int:
    """The words of a text, without numbers and signs."""
    return sum(bool(re.search("[A-Za-z]", word)) for word in text.split())


def road(text: str) -> str:
    """What everybody reads of a chapter: its text without verges, exercises and solutions."""
    text = re.sub(r"^(:{3,})\{dropdown\}.*?^\1$", "", text, flags=re.M | re.S)
    text = re.sub(r"^```\{exercise\}.*?^```$", "", text, flags=re.M | re.S)
    return re.sub(
        r"^```\{solution-start\}.*?^```\{solution-end\}\n```$", "", text, flags=re.M | re.S
    )


def test_the_road_is_what_stands_outside_the_verges():
    text = "Road.\n\n:::{dropdown} How sure?\nVerge.\n:::\n\n```{exercise}\nTask.\n```\nOn."
    assert road(text).split() == ["Road.", "On."]


@each_chapter
def test_a_chapter_has_two_layers(path):
    if path.stem in ONE_LAYER:
        pytest.skip(f"{path.stem} is still to be written in two layers")
    text = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    assert FEWEST_ON_THE_ROAD <= count_words(road(text)) <= MOST_ON_THE_ROAD
    assert count_words(text) <= MOST_IN_ALL
    assert text.startswith(f"# {int(path.stem[:2])}. ")
    verges = re.findall(r"^:{3,}\{dropdown\} (.*)$", text, re.M)
    assert set(verges) <= set(VERGES)
    assert set(verges) >= {"How sure?", "In a formula"}
    assert "$$" not in road(text), "a formula of its own line belongs into a verge"
    wide = [
        line
        for cell in visible_cells(path)
        for line in cell.source.splitlines()
        if len(line) > WIDEST
    ]
    assert wide == []
    misconceptions = text.partition("**Misconceptions**")[2]
    assert misconceptions.count("Wrong:") == misconceptions.count("Because:") >= 3


@each_chapter
def test_a_chapter_has_its_parts(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    if path.stem in ONE_LAYER:
        assert FEWEST_WORDS <= count_words(text) <= MOST_WORDS
    parts = re.findall(
        r"^(?:\*\*|:::\{dropdown\} )"
        r"(You will be able to|You need|Time|For teachers|Misconceptions)\b",
        text,
        re.M,
    )
    assert parts == ["You will be able to", "You need", "Time", "Misconceptions", "For teachers"]
    headings = re.findall(r"^## (\w+)", text, re.M)
    assert [name for name in headings if name != "Explore"] == [
        "Predict",
        "What",
        "How",
        "Exercises",
        "Check",
        "To",
    ]
    assert len(calls(path, "explore")) >= 3
    assert any("reveal" in [word.arg for word in call.keywords] for call in calls(path, "predict"))
    exercises = re.findall(r"^```\{exercise\}\n:label: (\S+)", text, re.M)
    assert re.findall(r"^```\{solution-start\} (\S+)\n:class: dropdown", text, re.M) == exercises
    assert len(exercises) >= 3
    [quiz] = calls(path, "quiz")
    assert len(quiz.args[0].elts) >= 4


def test_the_landing_page_names_the_chapters_by_their_titles():
    [index] = [path for path in notebooks.paths() if path.stem == "index"]
    cards = {card.args[0].value: card.args[1].value for card in calls(index, "card")}
    chapters = [path for path in notebooks.paths() if path.name[0].isdigit()]
    assert list(cards) == [path.stem for path in chapters]
    for path in chapters:
        title = cells(path, "markdown")[0].source.splitlines()[0]
        assert cards[path.stem] == re.sub(r"^# (\d+\. )?", "", title), (
            "see the cards of index.ipynb"
        )


@each_notebook
def test_colab_is_told_where_the_packages_are(path):
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    cell = cells(path, "code")[0]
    assert "google.colab" in cell.source
    assert f'"git+{config["repository"]["url"]}"' in cell.source
    assert cell.metadata.tags == ["remove-cell"]  # the site has no use for it


@pytest.mark.parametrize(
    "path",
    # The guide's first figure is ten lines, so that its titles have to describe it.
    [path for path in notebooks.paths() if path.stem != "make_your_own"],
    ids=lambda path: path.name,
)
def test_every_figure_has_a_description_that_follows_it(path):
    figures = live_functions(path)
    assert len(figures) == len(calls(path, "explore"))
    for function, call in figures:
        described = [word.value for word in call.keywords if word.arg == "alt"]
        if described:
            follows = isinstance(described[0], ast.Lambda | ast.Name)
        else:
            said = [node.value for node in own_returns(function)]
            follows = all(
                isinstance(pair, ast.Tuple) and not isinstance(pair.elts[1], ast.Constant)
                for pair in said
            )
            follows &= bool(said)
        assert follows, f"{function.name} has no description that follows it"


HEX = re.compile(r"#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})", re.IGNORECASE)


def colour_codes(source: str) -> list[str]:
    """The texts of some code that are a colour's code."""
    texts = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return [text for text in texts if isinstance(text, str) and HEX.fullmatch(text)]


@each_notebook
def test_colours_have_names(path):
    assert [code for cell in cells(path, "code") for code in colour_codes(cell.source)] == []


def test_a_colour_code_is_seen_and_a_link_is_not():
    drawn = 'ax.plot(x, color="#0067a8"); colours = ["#FFF", "xp:blue"]'
    assert sorted(colour_codes(drawn)) == ["#0067a8", "#FFF"]
    assert colour_codes('"[a link](#explore=1)"; "#claim-A1"; "# a heading"') == []


@each_chapter
def test_visible_cells_of_a_chapter_are_short(path):
    lengths = [code_lines(cell) for cell in visible_cells(path)]
    assert lengths, "no visible cell"
    assert statistics.median(lengths) <= MEDIAN_LINES
    assert max(lengths) <= MOST_LINES


@each_notebook
def test_prose_has_one_plain_sentence_a_line(path):
    assert [
        fault for cell in cells(path, "markdown") for fault in faults_of_prose(cell.source)
    ] == []


@each_notebook
def test_citations_are_sources_of_the_code(path):
    cited = {
        key.strip()
        for cell in cells(path, "markdown")
        for keys in CITATION.findall(cell.source)
        for key in keys.split(",")
    }
    assert cited <= set(SOURCES)


def test_the_check_of_prose_sees_what_it_is_for():
    assert faults_of_prose("One sentence.\nAnother one, with `a.b. C` and $x. Y$.") == []
    assert faults_of_prose("- an item\n- another\n\n```python\nx = 1. + Y\n```\n# A. Heading") == []
    assert faults_of_prose("```{note}\nOne sentence.\n```") == []
    assert faults_of_prose('Say: "One. Two?"\nA quotation. {cite}`key`\nAnother.') == []
    assert len(faults_of_prose("One sentence. Another one.")) == 1
    assert len(faults_of_prose('"One sentence." Another one.')) == 1
    assert len(faults_of_prose("```{note}\nOne sentence. Another one.\n```")) == 1
    assert len(faults_of_prose("A sentence that\ngoes on.")) == 1
    assert len(faults_of_prose("Some of it, e.g. this.")) == 1


def test_stripping_keeps_the_compared_text_alone():
    kept, dropped = (
        nbformat.v4.new_code_cell(
            "1",
            execution_count=3,
            metadata={"tags": tags, "collapsed": True},
            outputs=[
                nbformat.v4.new_output(
                    "execute_result",
                    {"text/plain": "1", "image/png": "x"},
                    execution_count=3,
                )
            ],
        )
        for tags in ([notebooks.KEEP], [])
    )
    notebook = nbformat.v4.new_notebook(cells=[kept, dropped], metadata={"widgets": {}})
    first, second = notebooks.stripped(notebook).cells
    assert first.outputs[0].data == {"text/plain": "1"}
    assert (first.execution_count, first.outputs[0].execution_count) == (1, 1)
    assert first.metadata == {"tags": [notebooks.KEEP]}
    assert (second.execution_count, second.outputs) == (None, [])
    assert kept.execution_count == 3, "the notebook handed in is left as it was"
