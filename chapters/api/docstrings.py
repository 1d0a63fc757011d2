"""The Sphinx extension of the API pages, which list each module by `automodule`.

A docstring's paragraph that begins with ``Source:`` becomes a field beside the arguments.  To a
constant are added its values, what each of them means (from the docstring of its class, which
names the units) and where it was printed.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sphinx.application import Sphinx

from scaling_core.sources import Source

_SOURCE = re.compile(r"(?:^|(?<=\.)\s+)Source: (.+(?:\n.+)*)", re.MULTILINE)
_MOST_LISTED = 50  # items of a tuple; a longer one is only counted
_ATTRIBUTE = re.compile(r"^    (\w+): (.+(?:\n {6,}.+)*)", re.MULTILINE)


def with_source_field(docstring: str) -> str:
    r"""The docstring with its source as a field.

    >>> print(with_source_field("Loss in nats.  Source: Kaplan 2020,\neq. 1.1."))
    Loss in nats.
    <BLANKLINE>
    :Source: Kaplan 2020, eq. 1.1.
    """
    return _SOURCE.sub(lambda found: "\n\n:Source: " + found[1].replace("\n", " "), docstring)


def described(value: Any) -> Iterator[str]:
    r"""What a constant holds, as reStructuredText.

    >>> from scaling_core.pretraining import PEARCE_2024
    >>> print(*described(PEARCE_2024), sep="\n")
    :py:class:`~scaling_core.pretraining.EmbeddingLaw` with
    <BLANKLINE>
    - coefficient = 47491: embedding parameters of a model of one parameter.
    - exponent = 0.333333333: growth of the embedding with the rest of the model.
    <BLANKLINE>
    :Source: Pearce and Song 2024, relation of total to non-embedding parameters
    """
    if _is_record(value):
        meanings = dict(_ATTRIBUTE.findall(inspect.getdoc(type(value)) or ""))
        yield f"{_class(value)} with"
        yield ""
        for name, shown in _fields(value):
            meaning = " ".join(meanings.get(name, "").split())
            yield f"- {name} = {shown}" + (f": {meaning}" if meaning else "")
        yield ""
        yield f":Source: {_source(value)}"
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield f"- {_text(key)}: {_line(item)}"
    elif isinstance(value, tuple) and len(value) > _MOST_LISTED:
        yield f":Value: {len(value)} of {_class(value[0])}"
    elif isinstance(value, tuple) and any(map(_is_record, value)):
        yield from (f"- {_line(item)}" for item in value)
    else:
        yield f":Value: {_text(value)}"


def _is_record(value: Any) -> bool:
    """Whether it holds numbers and says where they were printed."""
    return dataclasses.is_dataclass(value) and hasattr(value, "source")


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
    if not _is_record(value):
        return _text(value)
    fields = ", ".join(f"{name} = {shown}" for name, shown in _fields(value))
    return f"{_class(value)} with {fields}. Source: {_source(value)}"


def _text(value: Any) -> str:
    """A value in words, its markup escaped: nested records without their sources."""
    if _is_record(value):
        return ", ".join(f"{name} {shown}" for name, shown in _fields(value))
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))})"
    shown = f"{value:.9g}" if isinstance(value, float) else str(value)
    return re.sub(r"([\\*`|_])", r"\\\1", shown)


def _shield(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Keep napoleon from reading ``this: that`` in the first line of a constant as its type."""
    if what in ("attribute", "data", "property"):
        lines.insert(0, "\\")  # an escaped end of line: nothing


def _complete(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    text, field, source = with_source_field("\n".join(lines)).partition(":Source:")
    if what == "data":
        text += "\n".join(["", "", *described(obj), "", ""])
    lines[:] = (text + field + source).split("\n")


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


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", _shield, priority=100)  # napoleon's is 500
    app.connect("autodoc-process-docstring", _complete, priority=900)
    app.connect("autodoc-process-signature", _shorten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
