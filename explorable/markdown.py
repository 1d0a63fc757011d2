"""Markdown, as sentences and questions use it, to HTML: no raw HTML, formulas drawn.

A formula that matplotlib cannot draw stays TeX, which the site's MathJax sets.
"""

from __future__ import annotations

import html
from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from .formula import formula_svg
from .text import has_live


def render(text: str) -> str:
    """The HTML of a piece of Markdown, paragraphs and all."""
    return _parser().render(text).strip()


def render_inline(text: str) -> str:
    """The HTML of one line of Markdown, without a paragraph around it."""
    return _parser().renderInline(text).strip()


def emphasised(text: str) -> list[tuple[tuple[str, ...], str]]:
    """The pieces of words that stand in a sentence, each with the tags around it.

    >>> emphasised("is **not** *so*")
    [((), 'is '), (('strong',), 'not'), ((), ' '), (('em',), 'so')]

    Raises:
        ValueError: naming what cannot be inside such words.
    """
    pieces: list[tuple[tuple[str, ...], str]] = []
    tags: tuple[str, ...] = ()
    for token in _parser().parseInline(text)[0].children or []:
        if token.type in ("strong_open", "em_open"):
            tags = (*tags, token.tag)
        elif token.type in ("strong_close", "em_close"):
            tags = tags[:-1]
        elif token.type in ("text", "text_special", "softbreak"):
            words = token.content or " " * (token.type == "softbreak")
            if words and pieces and pieces[-1][0] == tags:
                pieces[-1] = (tags, pieces[-1][1] + words)
            elif words:
                pieces.append((tags, words))
        else:
            raise ValueError(_NAMES.get(token.type, token.type))
    leftover = next((mark for _, words in pieces for mark in _MARKS if mark in words), None)
    if leftover and "\\" not in text:
        raise ValueError(f"half a pair of {leftover}")
    return pieces


_MARKS = ("**", "`", "](")
_NAMES = {
    "code_inline": "code between backticks",
    "link_open": "a link",
    "image": "an image",
    "math_inline": "a formula between dollar signs",
    "hardbreak": "a line break",
}


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return parser.use(dollarmath_plugin, renderer=_formula, allow_labels=False)


def _formula(content: str, options: dict) -> str:
    drawn = None if has_live(content) else formula_svg(content.strip())
    if drawn:
        return drawn  # the plug-in puts it into a span of class math
    left, right = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return f"{left}{html.escape(content)}{right}"
