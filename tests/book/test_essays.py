"""No sentence of the essays stands in the book, except as a quotation with its marks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaling_core.claims import CLAIMS, ESSAYS
from tests.book import essays, notebooks
from tests.conftest import ROOT

# What others said or wrote, word for word, and the essays repeat in part or at second hand.
QUOTATIONS = {
    "Amodei, reagents": "So all of these things, almost like a chemical reaction, you know, you "
    "have three ingredients in the chemical reaction, and you need to linearly scale up the three "
    "ingredients. If you scale up one, not the others, you run out of the other reagents and the "
    "reaction stops.",
    "Amodei, noise": "there's this concept called the one over F noise and one over X "
    "distributions.",
    "Amodei, clusters": "and probably by 2027 their ambitions to build a hundred, a hundred "
    "billion dollar, a hundred billion dollar clusters. And I think all of that actually will "
    "happen.",
    "Branwen": "The last bits are deepest. The implication here is that the final few bits are "
    "the most valuable bits, which require the most of what we think of as intelligence.",
    "Sutton, first": "The biggest lesson that can be read from 70 years of AI research is that "
    "general methods that leverage computation are ultimately the most effective, and by a large "
    "margin.",
    "Sutton, second": "Seeking an improvement that makes a difference in the shorter term, "
    "researchers seek to leverage their human knowledge of the domain, but the only thing that "
    "matters in the long run is the leveraging of computation.",
    "Briski, derivatives": "Developing this ecosystem of derivative models for a variety of use "
    "cases could take around 30x more compute than pretraining the original foundation model.",
    "Briski, reasoning": "this AI reasoning process can take multiple minutes, or even hours - "
    "and can easily require over 100x compute for challenging queries compared to a single "
    "inference pass on a traditional LLM",
}
ALLOWED = [*QUOTATIONS.values(), *(essay.title for essay in ESSAYS.values())]
HIDDEN = re.compile(r"[._]|node_modules$")  # folders that hold no page


def pages() -> list[Path]:
    """Every notebook and Markdown file of the repository."""
    found = [*notebooks.paths(), *ROOT.rglob("*.md")]
    return [
        path
        for path in dict.fromkeys(found)
        if not any(HIDDEN.match(part) for part in path.relative_to(ROOT).parts[:-1])
    ]


def words_of_code(source: str) -> Iterator[str]:
    """The texts and comments of a cell of code."""
    yield from re.findall(r"#.*", source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def texts(path: Path) -> Iterator[str]:
    """What a file says, in pieces."""
    if path.suffix == ".md":
        yield path.read_text("utf-8")
        return
    for cell in notebooks.read(path).cells:
        if cell.cell_type == "code":
            yield from words_of_code(cell.source)
        else:
            yield cell.source


def faults(text: str) -> list[str]:
    return essays.copied(essays.unquoted(text, ALLOWED), essays.stored())


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_page_copies_no_sentence_of_the_essays(path):
    assert [fault for text in texts(path) for fault in faults(text)] == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_ledger_is_in_our_words(claim):
    assert faults(f"{claim.claim}\n\n{claim.evidence}\n\n{claim.change}") == []


# ---- the check is able to fail


@pytest.mark.parametrize("letter", ESSAYS)
def test_each_essay_is_known_by_its_title(letter):
    title = ESSAYS[letter].title
    assert faults(f"# {title}") != []
    assert faults(f'# "{title}"') == []


@pytest.mark.parametrize("who", ["Sutton, first", "Sutton, second"])
def test_a_planted_sentence_is_found_and_the_marked_quotation_is_not(who):
    sentence = QUOTATIONS[who]
    assert faults(f"It was said: {sentence}") != []
    assert faults(f'It was said: "{sentence}"') == []
    assert faults(f"It was said: “{sentence}”") == []
    half = sentence[len(sentence) // 3 :]
    assert faults(half) != [], "a part of a sentence is enough"
    assert faults(half.upper().replace(" ", "\n", 5).replace("the", "**the**")) != []


def test_a_planted_sentence_is_found_in_every_kind_of_cell():
    sentence = QUOTATIONS["Sutton, first"]
    middle = len(sentence) // 2
    code = f'quiz([("{sentence[:middle]}"\n      "{sentence[middle:]}", True)])'
    assert any(faults(text) for text in words_of_code(code))
    assert any(faults(text) for text in words_of_code(f"x = 1  # {sentence}"))
    assert faults(f"| claim | grade |\n|---|---|\n| {sentence} | wrong |") != []
    assert faults(f"- {sentence}\n- another") != []


def test_a_quotation_that_is_not_on_the_list_is_found():
    essay = essays.digests(["A sentence that is made up for this very test alone."])
    marked = 'He says "a sentence that is made up for this very test alone".'
    assert essays.copied(essays.unquoted(marked, ALLOWED), essay) != []
    assert essays.copied("A sentence made up for that test and this alone.", essay) == []


def test_short_sentences_count_when_whole():
    essay = essays.digests(["Nothing lasts for ever. One two three."])
    assert essays.copied("First. Nothing lasts for ever! Then", essay) == []  # four words
    essay = essays.digests(["Nothing lasts for ever here."])
    assert essays.copied("First. Nothing lasts for ever here! Then", essay) != []
    assert essays.copied("Nothing lasts for ever here but this.", essay) == []
