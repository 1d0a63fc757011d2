"""Words of the trade lead to the glossary at their first use, and say what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import terms
import yaml
from bs4 import BeautifulSoup, NavigableString
from playwright.sync_api import expect

from tests.book.test_glossary import GLOSSARY
from tests.book.test_site import OVER
from tests.conftest import ROOT

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
BY_HAND = set(CONFIG["terms_by_hand"])
PAGES = [
    "index.html",
    *(f"chapters/{path.stem}.html" for path in sorted((ROOT / "chapters").glob("[0-9]*.ipynb"))),
]
NO_PROSE = (  # but for the links to the glossary themselves
    "h1, h2, h3, h4, h5, h6, a:not(.term), code, pre, figure, form, script, style, svg, nav, "
    "[data-quiz], button, label, summary, .math, .rubric, .admonition-title"
)


def entry(*words: str) -> terms.Entry:
    return terms.Entry(words, f"What {words[0]} means.", f"term-{words[0]}")


def found(text: str, *entries: terms.Entry, by_hand: frozenset[str] = frozenset()) -> list[str]:
    return [text[i:j] for i, j, _ in terms.Glossary(list(entries), by_hand).uses(text)]


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("A token, two Tokens.", ["token", "Tokens"]),
        ("Tokenizers and detoken are other words, token-wise too.", []),
        ("A base model is a model.", ["base model"]),
        ("One FLOP, no flop.", ["FLOP"]),
    ],
)
def test_a_term_is_found_as_a_whole_word_in_any_number(text, uses):
    assert found(text, entry("token"), entry("base model"), entry("FLOP")) == uses


def test_the_longest_term_wins_and_words_by_hand_are_left_alone():
    tail, long = entry("tail"), entry("long tail")
    assert found("A long tail.", tail, long) == ["long tail"]
    assert found("A tail.", tail, long, by_hand=frozenset({"tail"})) == []


def test_an_everyday_word_that_is_no_term_is_refused():
    assert {word for words, _ in GLOSSARY for word in words} >= BY_HAND


@pytest.mark.parametrize("address", PAGES)
def test_no_term_stands_unlinked_at_its_first_use(book, address):
    page = BeautifulSoup((book / address).read_text("utf-8"), "html.parser")
    article = page.find("article")
    unwanted = {id(one) for one in article.select(NO_PROSE)}
    prose = [
        string
        for string in article.find_all(string=True)
        if type(string) is NavigableString and not unwanted & set(map(id, string.parents))
    ]
    assert all(len(link["data-term"]) > 20 for link in article.select("a.term"))
    linked = 0
    for words, _ in GLOSSARY:
        automatic = sorted(set(words) - BY_HAND, key=len, reverse=True)
        if automatic and (string := next(filter(uses_one_of(automatic), prose), None)):
            assert string.find_parent("a", class_="term"), f"{words} in {string!r}"
            linked += 1
    assert linked > 5


def uses_one_of(words: list[str]) -> Callable[[str], object]:
    """Whether a text has one of the words that is not part of a longer term."""
    longer = [
        other
        for others, _ in GLOSSARY
        for other in others
        if other not in words and any(word.lower() in other.lower() for word in words)
    ]
    either = "|".join(
        re.escape(word) if word != word.lower() else f"(?i:{re.escape(word)})" for word in words
    )
    use = re.compile(rf"(?<![\w@/-])(?:{either})(?:s|es)?(?![\w@-])")
    others = re.compile("|".join(map(re.escape, longer)) or r"(?!)", re.IGNORECASE)
    return lambda text: use.search(others.sub("", text))


@pytest.mark.parametrize("over", OVER)
def test_a_term_says_what_it_means_to_mouse_keyboard_and_finger(page, book, over):
    tab = page("chapters/01_pretraining.html", over=over, has_touch=True)
    tab.wait_for_load_state("networkidle")  # the icon comes last
    tab.context.set_offline(True)
    link = tab.locator("a[data-term]").nth(1)
    box = tab.locator("#term-meaning")
    meaning = link.get_attribute("data-term")
    expect(box).to_be_hidden()

    link.hover()
    expect(box).to_contain_text(meaning)
    box.hover()  # it stays while one reads it
    expect(box).to_be_visible()
    tab.keyboard.press("Escape")
    expect(box).to_be_hidden()

    link.focus()
    expect(box).to_be_visible()
    expect(link).to_have_attribute("aria-describedby", "term-meaning")
    link.blur()
    expect(box).to_be_hidden()

    link.tap()  # the first tap shows, the second one follows
    expect(box).to_be_visible()
    assert "01_pretraining" in tab.url
    edge = box.bounding_box()
    assert edge["x"] >= 0
    assert edge["x"] + edge["width"] <= tab.viewport_size["width"]
    tab.context.set_offline(False)
    link.tap()
    tab.wait_for_url(re.compile("glossary.*#term-"))
