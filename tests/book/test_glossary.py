"""The glossary and the table of symbols say nothing that the book does not use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest

from tests.book import notebooks
from tests.conftest import ROOT

CHAPTERS = ROOT / "chapters"
LINK = re.compile(r"\]\((\d\d_\w+|api/\w+|\.\./index)\)")
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
CONTROL = re.compile(r"^\s+(\w+)=(?:Float|Int)\w*Slider", re.MULTILINE)
LETTERS = {"eps": r"\varepsilon"} | {name: rf"\{name}" for name in ("alpha", "kappa", "rho")}
SENTENCES = re.compile(r"(?<=[.?!])(?:\s|$)")


@cache
def source(page: str, kind: str = "") -> str:
    """The text of a page that a link names: its cells of a kind, or the module that it lists."""
    notebook = (CHAPTERS / f"{page}.ipynb").resolve()
    if page.startswith("api/"):
        return (ROOT / "scaling_core" / f"{page[4:]}.py").read_text("utf-8")
    if not notebook.exists():
        pytest.skip(f"{page} is not written yet")
    cells = notebooks.read(notebook).cells
    return "\n".join(cell.source for cell in cells if kind in cell.cell_type)


def entries() -> Iterator[tuple[tuple[str, ...], str]]:
    """The terms of the glossary that share an explanation, and the explanation."""
    text = (CHAPTERS / "glossary.md").read_text("utf-8")
    for block in text.partition("```{glossary}\n")[2].partition("\n```")[0].split("\n\n"):
        terms = tuple(line for line in block.split("\n") if not line.startswith(" "))
        yield terms, "\n".join(line.strip() for line in block.split("\n")[len(terms) :])


def rows() -> Iterator[tuple[list[str], str, list[str]]]:
    """The symbols of each row of the table, what they mean and the chapters said to use them."""
    for line in (CHAPTERS / "notation.md").read_text("utf-8").split("\n"):
        if line.startswith("| $"):
            _, symbol, meaning, _, pages, _ = re.split(r"\s*\|\s*", line)
            also = re.findall(r"\$(\\?\w+(?:_[^$]+|\^[^$]+))\$", meaning)
            yield [symbol.strip("$"), *also], meaning, LINK.findall(pages)


GLOSSARY = list(entries())
SYMBOLS = [
    pytest.param(symbol, page, id=f"{symbol} {meaning} {page}")
    for symbols, meaning, pages in rows()
    for symbol in symbols
    for page in pages
]
each_entry = pytest.mark.parametrize(
    ("terms", "text"), GLOSSARY, ids=[terms[0] for terms, _ in GLOSSARY]
)


@each_entry
def test_a_term_is_used_where_its_explanation_leads(terms, text):
    pages = LINK.findall(text)
    assert pages, "it leads nowhere"
    words = "|".join(re.escape(term).replace("@", "(?:@|_at_)") for term in terms)
    assert any(re.search(rf"(?<!\w)(?:{words})", source(page), re.IGNORECASE) for page in pages)


@each_entry
def test_an_explanation_is_short(terms, text):
    assert 1 <= len([part for part in SENTENCES.split(text) if part]) <= 3


def test_terms_are_in_order_and_come_once():
    first = [terms[0].casefold() for terms, _ in GLOSSARY]
    assert first == sorted(first)
    every = [term.casefold() for terms, _ in GLOSSARY for term in terms]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(("symbol", "page"), SYMBOLS)
def test_a_symbol_occurs_in_the_chapters_it_names(symbol, page):
    formulas = " ".join(one or other for one, other in FORMULA.findall(source(page, "markdown")))
    controls = CONTROL.findall(source(page, "code"))
    text = " ".join([formulas, *(LETTERS.get(name, name) for name in controls)])
    before = r"(?<![A-Za-z\\])" if symbol[0].isalpha() else ""
    after = r"(?![A-Za-z])" if symbol[-1].isalpha() else ""
    assert re.search(before + re.escape(symbol) + after, text)


def test_rows_of_one_letter_are_next_to_each_other():
    letters = [re.match(r"\\[A-Za-z]+|[A-Za-z]", symbols[0])[0] for symbols, _, _ in rows()]
    runs = [letter for letter, following in pairwise([*letters, ""]) if letter != following]
    assert len(set(runs)) == len(runs)
