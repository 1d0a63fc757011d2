"""The Sphinx extension of the API pages, which list each module by `automodule`.

What a docstring says after ``Source:``, ``Limits:`` or ``Interval:`` becomes a field beside the
arguments.  To a constant are added its values, what each of them means (from the docstring of its
class, which names the units) and where it was printed.

How the numbers of `scaling_core` are documented, which `parameters` reads too: a unit stands in
square brackets at the end of what the number means, ``Interval:`` gives low and high end, by field
where there are several, ``Limits:`` the range it was fitted to or holds for, and ``Source:`` names
works by their keys.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from scaling_core.sources import SOURCES, Source

_LABELS = "Interval|Limits|Source"
_LABELLED = re.compile(
    rf"(?:^|(?<=\.)\s+)({_LABELS}): (.+(?:\n(?!(?:{_LABELS}): ).+)*)", re.MULTILINE
)
_DESCRIBED = re.compile(r"^    (\w+): (.+(?:\n {6,}.+)*)", re.MULTILINE)
_MOST_LISTED = 50  # items of a tuple; a longer one is only counted
KEY = re.compile(r"`([a-z][a-z0-9_]*)`")


def labelled(docstring: str) -> tuple[str, dict[str, str]]:
    r"""The text of a docstring, and what stands after its labels.

    >>> labelled("Loss [nats].\n\nLimits: up to\n    1e9.\nSource: `kaplan2020`, eq. 1.1.\n")
    ('Loss [nats].', {'Limits': 'up to 1e9.', 'Source': '`kaplan2020`, eq. 1.1.'})
    """
    fields = {found[1]: " ".join(found[2].split()) for found in _LABELLED.finditer(docstring)}
    return _LABELLED.sub("", docstring).strip(), fields


def with_fields(docstring: str) -> str:
    r"""The docstring with what it labels as fields, works by name.

    >>> print(with_fields("Loss in nats.  Source: `kaplan2020`,\neq. 1.1."))
    Loss in nats.
    <BLANKLINE>
    :Source: Kaplan et al. 2020, eq. 1.1.
    """

    def field(found: re.Match[str]) -> str:
        return f"\n\n:{found[1]}: {_named(' '.join(found[2].split()))}"

    return _LABELLED.sub(field, docstring)


def described_names(thing: Any) -> dict[str, str]:
    """What the docstring of a class or function says about each field or argument."""
    found = _DESCRIBED.findall(inspect.getdoc(thing) or "")
    return {name: " ".join(text.split()) for name, text in found}


def described(value: Any) -> Iterator[str]:
    r"""What a constant holds, as reStructuredText.

    >>> from scaling_core.prophecy import MOORE_1975
    >>> print(*described(MOORE_1975), sep="\n")
    :py:class:`~scaling_core.prophecy.MooreLaw` with
    <BLANKLINE>
    - doubling_time = 2: time in which it doubles, 0.001 or more [years].
    <BLANKLINE>
    :Source: Moore 1975
    """
    if is_record(value):
        meanings = described_names(type(value))
        yield f"{_class(value)} with"
        yield ""
        for name, shown in _fields(value):
            meaning = meanings.get(name, "")
            yield f"- {name} = {shown}" + (f": {meaning}" if meaning else "")
        yield ""
        yield f":Source: {_source(value)}"
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield f"- {_text(key)}: {_line(item)}"
    elif isinstance(value, tuple) and len(value) > _MOST_LISTED:
        yield f":Value: {len(value)} of {_class(value[0])}"
    elif isinstance(value, tuple) and any(map(is_record, value)):
        yield from (f"- {_line(item)}" for item in value)
    else:
        yield f":Value: {_text(value)}"


def is_record(value: Any) -> bool:
    """Whether a value is a dataclass of numbers or words, not a `Source`."""
    return dataclasses.is_dataclass(value) and not isinstance(value, Source)


def _class(value: Any) -> str:
    return f":py:class:`~{type(value).__module__}.{type(value).__qualname__}`"


def _fields(record: Any) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if field.name != "source" and not (isinstance(value, float) and math.isnan(value)):
            yield field.name, _text(value)


def _source(record: Any) -> str:
    sources = (record.source,) if isinstance(record.source, Source) else record.source
    return "; ".join(map(_text, sources))


def _line(value: Any) -> str:
    if not is_record(value):
        return _text(value)
    fields = ", ".join(f"{name} = {shown}" for name, shown in _fields(value))
    source = f". Source: {_source(value)}" if hasattr(value, "source") else ""
    return f"{_class(value)} with {fields}{source}"


def _text(value: Any) -> str:
    """A value in words, its markup escaped: nested records without their sources."""
    if is_record(value):
        return ", ".join(f"{name} {shown}" for name, shown in _fields(value))
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))})"
    shown = number(value) if isinstance(value, float) else " ".join(str(value).split())
    return re.sub(r"([\\*`|_])", r"\\\1", shown)


def number(value: float) -> str:
    """A number to the nine digits that the most exact of the published ones have."""
    return f"{value:.9g}"


def _named(text: str) -> str:
    """The text with keys of works replaced by their authors and year."""
    return KEY.sub(lambda found: name_of_work(found[1]) or found[0], text)


def name_of_work(key: str) -> str:
    """Authors and year of the work with a key; nothing if there is none."""
    if key not in SOURCES:
        return ""
    return "this book" if key == "thisbook" else str(dataclasses.replace(SOURCES[key], note=""))


def _shield(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Keep napoleon from reading ``this: that`` in the first line of a constant as its type."""
    if what in ("attribute", "data", "property"):
        lines.insert(0, "\\")  # an escaped end of line: nothing


def _complete(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    text = with_fields("\n".join(lines))
    if what == "data":
        first = re.search(rf"^:(?:{_LABELS}):", text, re.MULTILINE)
        at = first.start() if first else len(text)
        text = "\n".join([text[:at], "", *described(obj), "", text[at:]])
    lines[:] = text.split("\n")


def _shorten(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str | None, result: Any
) -> tuple[str, Any] | None:
    """Leave out the default source of a law, which fills several lines."""
    if what != "class" or not dataclasses.is_dataclass(obj) or signature is None:
        return None
    for field in dataclasses.fields(obj):
        if field.name == "source":
            signature = signature.replace(f"source={field.default!r}", "source=...")
    return signature, result


def _adopt(app: Sphinx, doctree: nodes.document) -> None:
    """Give the nodes of an `eval-rst` block to their page.

    They keep a document of their own, which would put Sphinx's whole environment, some megabytes,
    into the file of every page of the API, to be read again at every build.
    """
    for node in doctree.findall():
        node.document = doctree


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", _shield, priority=100)  # napoleon's is 500
    app.connect("autodoc-process-docstring", _complete, priority=900)
    app.connect("autodoc-process-signature", _shorten)
    app.connect("doctree-read", _adopt)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
