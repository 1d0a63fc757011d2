"""The Sphinx extension of the page of parameters: every number of `scaling_core`, row by row.

The directive ``parameters`` takes the name of a module and lists its constants, and the defaults
of its models and functions, from the module itself.  Each row is an anchor, named as in the code:
``HOFFMANN_2022.alpha``.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import math
import numbers
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docstrings import KEY, described_names, is_record, labelled, number
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

from scaling_core.sources import SOURCES, Source

Interval = tuple[float, float]

_UNIT = re.compile(r"\s\[([^\[\]]+)\]")
_ENDS = re.compile(r"(?:([A-Za-z]\w*) )?(-?\d[\d.,e+-]*) to (inf|-?[\d.,e+-]*\d)")
_AROUND = re.compile(r"([A-Za-z]\w*) ± ([\d.]*\d)")
_MADE_UP = re.compile(r"(?:^|; )(?:ours, )?(?:(\w+(?:, \w+)*) )?illustrative")
_POWER = re.compile(r"\^(\((?:[^()]|\([^()]*\))*\)|-?[\w.]+'?)")
_CONSTANT = re.compile(r"`([A-Z][A-Z0-9_]+)`")
_COLUMNS = ("name and meaning", "value", "unit")
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "eta": "η"}


@dataclass(frozen=True)
class Row:
    """One number, or a few that belong together.

    Attributes:
        path: keys and fields, from the constant inwards; empty if the constant is the number.
        value: a number, a tuple of numbers, of words or of works, or a table that holds no number.
        meaning: what the number means, in words.
        unit: its unit; "dimensionless" where it has none.
        interval: low and high end, where they are known.
        source: where it was printed, where that is not said of the whole entry.
        illustrative: whether it is an example of the book's own.
    """

    path: tuple[str, ...]
    value: Any
    meaning: str
    unit: str
    interval: Interval | None = None
    source: Source | None = None
    illustrative: bool = False


@dataclass(frozen=True)
class Entry:
    """A constant, or the defaults of a class or function.

    Attributes:
        module: name of the module.
        name: name in it.
        defaults: whether these are defaults.
        meaning: what it is, in words.
        limits: what it was fitted to or holds for.
        interval: what the intervals of its rows are.
        source: where its numbers were printed, with works by their keys in code font.
        rows: its numbers.
    """

    module: str
    name: str
    defaults: bool
    meaning: str
    limits: str
    interval: str
    source: str
    rows: tuple[Row, ...]


def entries(module: str) -> list[Entry]:
    """The constants of a module and the defaults of its models, in the order of the code."""
    code = importlib.import_module(f"scaling_core.{module}")
    analyzer = ModuleAnalyzer.for_module(code.__name__)
    analyzer.analyze()
    found = []
    for name in sorted(analyzer.tagorder, key=analyzer.tagorder.__getitem__):
        if name.startswith("_") or "." in name:
            continue
        if ("", name) in analyzer.attr_docs:
            docstring = "\n".join(analyzer.attr_docs["", name])
            found.append(_constant(module, name, getattr(code, name), docstring))
        elif defaults := _defaults(module, name, getattr(code, name, None)):
            found.append(defaults)
    return found


def _constant(module: str, name: str, value: Any, docstring: str) -> Entry:
    text, said = labelled(docstring)
    meaning, unit = _split_unit(text)
    ranges, note = _intervals(said.get("Interval", ""))
    source = said.get("Source", "")
    rows = [
        dataclasses.replace(
            row,
            interval=row.interval or _ends(row, ranges),
            illustrative=row.illustrative or "illustrative" in source,
        )
        for row in [*_rows(value, unit)] or [Row((), value, "", unit)]
    ]
    if not source:
        source, rows = _common_source(rows, value)
    limits = said.get("Limits", "")
    return Entry(module, name, False, meaning, limits, note, source, tuple(rows))


def _defaults(module: str, name: str, thing: Any) -> Entry | None:
    """What a class or a function takes unless told otherwise, where its docstring gives units."""
    if inspect.isclass(thing) and dataclasses.is_dataclass(thing):
        values = {item.name: item.default for item in dataclasses.fields(thing)}
    elif inspect.isfunction(thing):
        values = {item.name: item.default for item in inspect.signature(thing).parameters.values()}
    else:
        return None
    text, said = labelled(inspect.getdoc(thing) or "")
    source, made_up = said.get("Source", ""), "illustrative" in said.get("Source", "")
    if isinstance(work := values.get("source"), Source):
        source, made_up = _in_words(work), _made_up(work.note)
    meanings = {key: _split_unit(words) for key, words in described_names(thing).items()}
    rows = tuple(
        Row((key,), value, *meanings[key], illustrative=made_up)
        for key, value in values.items()
        if is_number(value) and meanings.get(key, ("", ""))[1]
    )
    summary = " ".join(text.split("\n\n")[0].split())
    return Entry(module, name, True, summary, "", "", source, rows) if rows else None


def _rows(value: Any, unit: str, path: tuple[str, ...] = (), meaning: str = "") -> Iterator[Row]:
    """The rows of a value: its keys and fields, from outside inwards."""
    if is_record(value):
        if hasattr(value, "source"):  # what holds numbers says where they were printed
            yield from _rows_of_record(value, unit, path, meaning)
    elif isinstance(value, Mapping) and not any(isinstance(x, Source) for x in value.values()):
        for key, item in value.items():
            yield from _rows(item, unit, (*path, number(key) if is_number(key) else key))
    elif isinstance(value, tuple) and any(map(is_record, value)):
        names = [getattr(item, "model", "") for item in value]
        for place, (name, item) in enumerate(zip(names, value, strict=True), 1):
            if names.count(name) > 1:
                name = f"{name}, row {place}" if name else f"row {place}"
            yield from _rows(item, unit, (*path, name))
    else:
        yield Row(path, value, meaning, unit)


def _rows_of_record(record: Any, unit: str, path: tuple[str, ...], meaning: str) -> Iterator[Row]:
    """The rows of a record: one with low and high end is one row, else each field is one."""
    said = {name: _split_unit(text) for name, text in described_names(type(record)).items()}
    values = {item.name: getattr(record, item.name) for item in dataclasses.fields(record)}
    silent = {"model", "unit", "wording", "claim"}
    words = [
        value for name, value in values.items() if isinstance(value, str) and name not in silent
    ]
    kept = {name: value for name, value in values.items() if is_number(value) or is_record(value)}
    source = values.get("source")
    source = source if isinstance(source, Source) else None
    for name, value in kept.items():
        about, own = said.get(name, ("", ""))
        own = unit if own.startswith("unit of") else own
        own = values["unit"] if isinstance(values.get("unit"), str) else own
        marked = source is not None and _made_up(source.note, name)
        if {"low", "high"} < set(kept) and len(kept) == 3:
            if name not in ("low", "high"):
                ends = None if math.isnan(values["low"]) else (values["low"], values["high"])
                yield Row(path, value, meaning, own, ends, source, marked)
            continue
        if words and name == list(kept)[-1]:
            about = f"{about.rstrip('.')}: {', '.join(words)}"
        for row in _rows(value, own, (*path, name), about):
            yield dataclasses.replace(
                row, source=row.source or source, illustrative=row.illustrative or marked
            )


def _common_source(rows: list[Row], value: Any) -> tuple[str, list[Row]]:
    """What all rows have in common of their sources; the rows keep the rest."""
    sources = list(dict.fromkeys(row.source for row in rows if row.source))
    if len({source.key for source in sources}) != 1:
        return "", rows
    common = sources[0]
    if len(sources) > 1:
        common = value.source if is_record(value) else SOURCES[common.key]
    kept = [dataclasses.replace(row, source=None) if row.source == common else row for row in rows]
    return _in_words(common), kept


def _in_words(source: Source) -> str:
    """A source with its key in code font, as docstrings have it."""
    note = "" if source.note == SOURCES["thisbook"].note else source.note
    place = f", {source.locator}" if source.locator else ""
    return f"`{source.key}`{place}" + (f"; {note}" if note else "")


def is_number(value: Any) -> bool:
    """Whether a value is a number, or a tuple of nothing but numbers."""
    if isinstance(value, tuple):
        return bool(value) and all(map(is_number, value))
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _split_unit(text: str) -> tuple[str, str]:
    """A text without its unit, and the unit.

    >>> _split_unit("loss that nothing removes, 0 or more [nats/token].")
    ('loss that nothing removes, 0 or more.', 'nats/token')
    """
    found = _UNIT.search(text)
    return _UNIT.sub("", " ".join(text.split())), found[1] if found else ""


def _intervals(text: str) -> tuple[dict[str, Interval | float], str]:
    """Both ends by field, or half the width, and what the text says of them.

    >>> _intervals("A 285 to 1,042, b 0.1 to inf: 95 %.")
    ({'A': (285.0, 1042.0), 'b': (0.1, inf)}, '95 %.')
    >>> _intervals("0.38 to 0.43: some runs.")
    ({'': (0.38, 0.43)}, 'some runs.')
    >>> _intervals("A ± 0.02: three runs.")
    ({'A': 0.02}, 'three runs.')
    """
    given, _, note = text.partition(": ")
    found: dict[str, Interval | float] = {
        name: (_parsed(low), _parsed(high)) for name, low, high in _ENDS.findall(given)
    }
    return found | {name: float(half) for name, half in _AROUND.findall(given)}, note


def _parsed(shown: str) -> float:
    return float(shown.rstrip(".,").replace(",", ""))


def _ends(row: Row, ranges: Mapping[str, Interval | float]) -> Interval | None:
    known = ranges.get(row.path[-1] if row.path else "")
    return (row.value - known, row.value + known) if isinstance(known, float) else known


def _made_up(note: str, name: str = "") -> bool:
    """Whether a source's note calls a field illustrative, or all of them.

    >>> _made_up("as printed; R0 illustrative, it is not tabulated", "R0")
    True
    >>> _made_up("as printed; R0 illustrative, it is not tabulated", "A")
    False
    >>> _made_up("ours, illustrative", "A")
    True
    """
    found = _MADE_UP.search(note)
    return found is not None and (not found[1] or name in found[1].split(", "))


# ---- the page ----------------------------------------------------------------------------------


class Parameters(SphinxDirective):
    """Lists the numbers of a module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table of the module."""
        module = self.arguments[0]
        found = entries(module)
        self.env.note_dependency(str(importlib.import_module(f"scaling_core.{module}").__file__))
        body = nodes.tbody()
        for entry in found:
            body += self._head(entry)
            if entry.rows[0].path:
                body += [self._row(entry, row) for row in entry.rows]
        group = nodes.tgroup("", cols=3)
        group += [nodes.colspec(colwidth=1) for _ in _COLUMNS]
        head = nodes.row()
        head += [nodes.entry("", nodes.paragraph("", word)) for word in _COLUMNS]
        group += [nodes.thead("", head), body]
        return [nodes.table("", group, classes=["parameters", "colwidths-auto"])]

    def _head(self, entry: Entry) -> nodes.row:
        """The row of an entry: name, meaning and source, and the number if it is one."""
        address = f"scaling_core.{entry.module}.{entry.name}"
        name = self._inline(f"{{py:obj}}`{entry.name} <{address}>`")
        title = nodes.paragraph("", "", *name)
        title += [nodes.Text(", defaults")] if entry.defaults else []
        title += [nodes.Text(" "), _badge()] if all(row.illustrative for row in entry.rows) else []
        title += _anchor(entry.name)
        cell = nodes.entry("", title, self._paragraph(entry.meaning))
        if entry.limits:
            cell += self._paragraph(f"Limits: {entry.limits}", "note")
        if entry.interval:
            cell += self._paragraph(f"Interval: {entry.interval}", "note")
        if entry.source:
            cell += self._paragraph(f"Source: {entry.source.rstrip('.')}.", "note")
        row = self._anchored(entry.name, "entry")
        row += cell
        if entry.rows[0].path:
            cell["morecols"] = len(_COLUMNS) - 1
        else:
            row += self._number(entry.rows[0])
        return row

    def _row(self, entry: Entry, row: Row) -> nodes.row:
        """The row of a field or key."""
        parts = (re.sub(r"\W+", "-", part).strip("-") for part in row.path)
        address = ".".join([entry.name, *parts])
        found = self._anchored(address, "field")
        name = nodes.paragraph()
        for place, part in enumerate(row.path):
            name += [nodes.Text(", ")] if place else []
            name += nodes.literal("", part) if part.isidentifier() else nodes.Text(part)
        if row.meaning:
            name += [nodes.Text(": "), *self._inline(_linked(row.meaning.rstrip(".")))]
        if row.illustrative and not all(other.illustrative for other in entry.rows):
            name += [nodes.Text(" "), _badge()]
        name += _anchor(address)
        cell = nodes.entry("", name)
        if row.source:
            words = _in_words(row.source)
            same_work = entry.source.startswith(f"`{row.source.key}`")
            words = words.partition(", ")[2] if same_work else words
            cell += self._paragraph(f"Source: {words}.", "note")
        found += [cell, *self._number(row)]
        return found

    def _number(self, row: Row) -> list[nodes.entry]:
        """The cells of value and unit."""
        kind = ["number"] if is_number(row.value) else []
        value = nodes.entry("", nodes.paragraph("", "", *self._value(row), classes=kind))
        if row.interval:
            low, high = row.interval
            words = [nodes.Text("from "), *_shown(low)]
            if math.isfinite(high):
                words = [*_shown(low), nodes.Text(" to "), *_shown(high)]
            value += nodes.paragraph("", "", *words, classes=["interval"])
        return [value, nodes.entry("", nodes.paragraph("", "", *_unit(row.unit)))]

    def _value(self, row: Row) -> list[nodes.Node]:
        value = row.value
        items = value if isinstance(value, tuple) else (value,)
        if isinstance(value, Mapping) or any(map(is_record, items)):
            return [nodes.Text(f"{len(value)} in all")]
        found: list[nodes.Node] = []
        for item in items:
            found += [nodes.Text(", ")] if found else []
            if isinstance(item, Source):
                found += self._inline(_linked(f"`{item.key}`"))
            elif isinstance(item, str):
                found.append(nodes.literal("", item) if " " not in item else nodes.Text(item))
            else:
                found += _shown(item, year=row.unit == "year")
        return found

    def _anchored(self, name: str, kind: str) -> nodes.row:
        """A row that ``parameters.html#NAME`` and ``{ref}`` with its label lead to."""
        domain = self.env.get_domain("std")
        domain.anonlabels[_label(name)] = self.env.docname, name
        domain.labels[_label(name)] = self.env.docname, name, name
        return nodes.row(classes=[kind], ids=[name])

    def _paragraph(self, text: str, *classes: str) -> nodes.paragraph:
        return nodes.paragraph("", "", *self._inline(_linked(text)), classes=list(classes))

    def _inline(self, text: str) -> list[nodes.Node]:
        return self.state.inline_text(text, self.lineno)[0]


def _label(name: str) -> str:
    return f"parameter-{name.lower()}"


def _badge() -> nodes.inline:
    return nodes.inline("", "illustrative", classes=["illustrative"])


def _anchor(address: str) -> nodes.reference:
    """The sign that a row can be linked to, and the link."""
    return nodes.reference("", "#", refid=address, internal=True, classes=["headerlink"])


def _linked(text: str) -> str:
    """The text with works as citations and constants as links to their rows.

    >>> _linked("`kaplan2020`, as `PF_DAY`; `thisbook`")
    '{cite:t}`kaplan2020`, as {ref}`PF_DAY <parameter-pf_day>`; this book'
    """

    def work(found: re.Match[str]) -> str:
        if found[1] == "thisbook":
            return "this book"
        return f"{{cite:t}}`{found[1]}`" if found[1] in SOURCES else found[0]

    def constant(found: re.Match[str]) -> str:
        return f"{{ref}}`{found[1]} <{_label(found[1])}>`"

    return _CONSTANT.sub(constant, KEY.sub(work, text))


def _shown(value: float, *, year: bool = False) -> list[nodes.Node]:
    """A number as it is read: 1,042 and 3.8 × 10^25."""
    if year:
        return [nodes.Text(number(value))]
    sign, size = "−" if value < 0 else "", abs(float(value))
    if math.isinf(size):
        return [nodes.Text(f"{sign}∞")]
    if size == 0 or 1e-3 <= size < 1e6:
        whole, point, rest = number(size).partition(".")
        return [nodes.Text(f"{sign}{int(whole):,}{point}{rest}")]
    digits, _, power = f"{size:.8e}".partition("e")
    digits = digits.rstrip("0").rstrip(".")
    power = str(int(power)).replace("-", "−")
    return [
        nodes.Text(f"{sign}{digits}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10"),
        nodes.superscript("", power),
    ]


def _unit(text: str) -> list[nodes.Node]:
    """A unit with its powers raised and its products dotted."""
    for word, letter in _GREEK.items():
        text = re.sub(rf"\b{word}\b", letter, text)
    if "^" in text or "(" in text:
        text = re.sub(r"(?<=[\w)']) (?=[\w(])", " · ", text)
    found: list[nodes.Node] = []
    for place, part in enumerate(_POWER.split(text)):
        if place % 2:
            inner = part[1:-1] if part.startswith("(") else part
            inner = inner.replace("-", "−").replace(" ", "\N{NO-BREAK SPACE}")
            found.append(nodes.superscript("", inner))
        elif part:
            found.append(nodes.Text(part))
    return found


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("parameters", Parameters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
