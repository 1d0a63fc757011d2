"""The Sphinx extension that links words of the trade to the glossary and shows what they mean.

On each page named by the configuration value ``terms_pages``, the first time that the running text
uses a term of the glossary it becomes a link to its entry, and carries the entry's text in
``data-term``, which ``assets/terms.js`` shows on hover, on focus and on tap, also offline.  Where
an author has written ``{term}`` before, that is the first time.  The notebooks stay free of markup
that Jupyter would show raw.

Words that everyday language uses in other senses ("gain", "school") are in ``terms_by_hand``: they
are linked only where an author writes ``{term}``.

Existing extensions for tooltips (sphinx-tippy, sphinx-hoverxref) load scripts from other hosts,
leave a finger no way to see the text without leaving the page, and link nothing by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

# Where a word is not running text: it names, computes, or is a link already.
_NO_PROSE = (
    nodes.title,
    nodes.rubric,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.raw,
    nodes.math,
    nodes.math_block,
    nodes.term,
    nodes.footnote_reference,
    addnodes.pending_xref,
    addnodes.desc,
)
_PLURAL = "(?:s|es)?"


@dataclass(frozen=True)
class Entry:
    """An entry of the glossary.

    Attributes:
        terms: the words that share the explanation.
        text: the explanation, as plain text.
        anchor: the id of its place on the page.
    """

    terms: tuple[str, ...]
    text: str
    anchor: str


class Glossary:
    """The entries of a glossary page, found by any of their words.

    `by_hand` are words that only an author can link.
    """

    def __init__(self, entries: list[Entry], by_hand: frozenset[str] = frozenset()) -> None:
        self.entries = entries
        self._by_hand = by_hand

    @cached_property
    def _by_word(self) -> Mapping[str, Entry]:
        return {word.casefold(): entry for entry in self.entries for word in entry.terms}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = [word for entry in self.entries for word in entry.terms]
        words = sorted((w for w in words if w not in self._by_hand), key=len, reverse=True)
        cased = (re.escape(w) if w != w.lower() else f"(?i:{re.escape(w)})" for w in words)
        return re.compile(rf"(?<![\w@/-])({'|'.join(cased)}){_PLURAL}(?![\w@-])")

    def entry(self, word: str) -> Entry | None:
        """The entry of a word, whatever its case, or None."""
        return self._by_word.get(word.casefold())

    def uses(self, text: str) -> Iterator[tuple[int, int, Entry]]:
        """Where a text uses a term: from, to, and the entry."""
        for found in self._pattern.finditer(text):
            yield found.start(), found.end(), self._by_word[found[1].casefold()]


def glossary_of(doctree: nodes.document, by_hand: frozenset[str] = frozenset()) -> Glossary:
    """The glossary that a page holds."""
    entries = []
    for item in doctree.findall(nodes.definition_list_item):
        terms = [node for node in item.children if isinstance(node, nodes.term)]
        meaning = next(node for node in item.children if isinstance(node, nodes.definition))
        ids = [one for term in terms for one in term["ids"] if one.startswith("term-")]
        if ids:
            # an index entry inside a term is no part of the word
            words = tuple("".join(map(str, term.findall(nodes.Text))) for term in terms)
            entries.append(Entry(words, " ".join(meaning.astext().split()), ids[0]))
    return Glossary(entries, by_hand)


class LinkTerms(SphinxPostTransform):
    """Make the first use of each term a link to the glossary."""

    default_priority = 990  # after outputs are chosen and references are resolved
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Go through the page from top to bottom."""
        docname, home = self.env.docname, self.config.terms_glossary
        if not re.fullmatch(self.config.terms_pages, docname) or docname == home:
            return
        glossary = _glossary(self.app)
        where = self.app.builder.get_relative_uri(docname, home)
        linked: set[Entry] = set()
        for node in list(self.document.findall()):
            if isinstance(node, nodes.reference):
                anchor = node.get("refuri", "").removeprefix(f"{where}#")
                entry = next((e for e in glossary.entries if e.anchor == anchor), None)
                if entry:
                    linked.add(entry)
                    _mark(node, entry)
            elif isinstance(node, nodes.Text) and _is_prose(node):
                pieces = list(_pieces(str(node), glossary, where, linked))
                if any(isinstance(piece, nodes.reference) for piece in pieces):
                    node.parent.replace(node, pieces)


def _glossary(app: Sphinx) -> Glossary:
    """The book's glossary, read once a build."""
    if not hasattr(app, "_terms_glossary"):
        home = app.config.terms_glossary
        if home not in app.env.found_docs:
            raise ExtensionError(f"terms_glossary = {home!r}: there is no such page")
        by_hand = frozenset(app.config.terms_by_hand)
        glossary = glossary_of(app.env.get_doctree(home), by_hand)
        unknown = sorted(word for word in by_hand if glossary.entry(word) is None)
        if unknown:
            raise ExtensionError(f"terms_by_hand: {unknown} are no terms of the glossary {home}")
        app._terms_glossary = glossary  # type: ignore[attr-defined]
    return app._terms_glossary  # type: ignore[attr-defined]


def _is_prose(node: nodes.Text) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, _NO_PROSE) or "no-terms" in parent.get("classes", ()):
            return False
        parent = parent.parent
    return True


def _pieces(text: str, glossary: Glossary, where: str, linked: set[Entry]) -> Iterator[nodes.Node]:
    """The text with the first uses of terms as links; `linked` takes note of them."""
    done = 0
    for start, end, entry in glossary.uses(text):
        if entry in linked:
            continue
        linked.add(entry)
        if start > done:
            yield nodes.Text(text[done:start])
        word = text[start:end]
        link = nodes.reference("", word, refuri=f"{where}#{entry.anchor}", internal=True)
        _mark(link, entry)
        yield link
        done = end
    if done < len(text):
        yield nodes.Text(text[done:])


def _mark(link: nodes.reference, entry: Entry) -> None:
    link["classes"].append("term")
    link["data-term"] = entry.text


def visit_reference(self: Any, node: nodes.reference) -> None:
    """Write a link; one to the glossary with its meaning."""
    type(self).visit_reference(self, node)
    if "data-term" in node:
        meaning = self.attval(node["data-term"])
        self.body[-1] = self.body[-1].replace("<a ", f'<a data-term="{meaning}" ', 1)


def depart_reference(self: Any, node: nodes.reference) -> None:
    """Close the link."""
    type(self).depart_reference(self, node)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the transform and its configuration."""
    app.add_config_value("terms_glossary", "chapters/glossary", "env")
    app.add_config_value("terms_pages", r"index|chapters/\d\d_\w+", "env")
    app.add_config_value("terms_by_hand", [], "env")
    app.add_post_transform(LinkTerms)
    app.add_node(nodes.reference, override=True, html=(visit_reference, depart_reference))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
