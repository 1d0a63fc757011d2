"""The picture: matplotlib's SVG, made small, quiet and ready to live inside a page."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure

from .artists import Look
from .style import INKS, VARIABLES

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_HREFS = {"href", "xlink:href"}
_TAG = re.compile(r'<[\w:](?:[^<>"]|"[^"]*")*>')
_ATTRIBUTE = re.compile(r'\s([\w:.-]+)="([^"]*)"')
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_COLOUR = re.compile(r"(?<=[:\s])#[0-9a-f]{6}\b")
_FACE = re.compile(r"(font: [^;]*?px )[^;]*")
_RC = {"figure.constrained_layout.use": False, "savefig.dpi": 72, "svg.fonttype": "none"}
_FONT = "var(--xp-font, 'DejaVu Sans', Verdana, sans-serif)"


def picture(figure: Figure, name: str) -> str:
    """The figure as SVG text: deterministic, without scripts, styles or ids that could clash.

    It is laid out here, for good: `savefig` would lay it out, and draw it, twice.
    """
    out = io.StringIO()
    _Canvas(figure)
    with mpl.rc_context(_RC | {"svg.hashsalt": name}):
        if layout := figure.get_layout_engine():
            layout.execute(figure)
            figure.set_layout_engine(None)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _clean(out.getvalue(), name)


def ids(markup: str) -> set[str]:
    """The ids of a picture's elements."""
    return {value for name, value in _attributes(markup) if name == "id"}


class _Canvas(FigureCanvasSVG):
    """A canvas that measures text as it will be drawn, with one ruler for all figures."""

    def get_renderer(self) -> RendererSVG:
        return ruler()


@functools.cache
def ruler() -> RendererSVG:
    """A renderer that draws nothing: it remembers the size of what it has measured."""
    return RendererSVG(0, 0, io.StringIO())


def looks(svg: str, wanted: set[str]) -> dict[str, Look]:
    """How the groups with these ids were drawn, as far as they were."""
    root = ElementTree.fromstring(svg)
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    found = {}
    for gid in wanted & by_id.keys():
        look = Look()
        group = by_id[gid]
        defined = {path for defs in group.iter(f"{_SVG}defs") for path in defs.iter(f"{_SVG}path")}
        for element in group.iter():
            if element.tag == f"{_SVG}path" and element not in defined:
                look.paths.append(element.get("style", ""))
            elif element.tag == f"{_SVG}use":
                style = element.get("style", "")
                shape = by_id[element.get(_HREF, "").removeprefix("#")]
                look.marks.append((shape.get("d", ""), style))
        if not look.paths:  # collections are drawn as uses of one shape
            look.paths.extend(style for _, style in look.marks)
        found[gid] = look
    return found


def _clean(svg: str, name: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r"<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>",
        rf'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \1 '
        rf'style="fill: {_variable(INKS["ink"])}; stroke-linejoin: round; stroke-linecap: butt">',
        svg,
        count=1,
    )
    return _own_attributes(svg, name).strip()


def _own_attributes(svg: str, name: str) -> str:
    """Ids that nothing refers to go, the others get the figure's name; colours become variables."""
    known = ids(svg)
    used = {target for _, value in _attributes(svg) for target in _REFERENCE.findall(value)}
    used |= {value[1:] for key, value in _attributes(svg) if key in _HREFS and value[:1] == "#"}

    def edit(key: str, value: str) -> str | None:
        if key == "id":
            if value.startswith(f"{name}-"):
                return value
            return f"{name}-{value}" if value in used else None
        if key in _HREFS:
            return f"#{name}-{value[1:]}" if value[:1] == "#" and value[1:] in known else value
        value = _REFERENCE.sub(rf"url(#{name}-\1)", value)
        if key == "style":
            value = _COLOUR.sub(lambda found: _variable(found[0]), value)
            value = _FACE.sub(rf"\1{_FONT}", value)
        return value

    return edited(svg, edit)


def _variable(colour: str) -> str:
    return f"var({VARIABLES[colour]}, {colour})" if colour in VARIABLES else colour


def with_prefix(markup: str, prefix: str) -> str:
    """The markup with a prefix before every id and every reference to one of them."""
    known = ids(markup)

    def edit(key: str, value: str) -> str:
        if key == "id":
            return prefix + value
        if key in _HREFS and value[:1] == "#":
            return f"#{prefix}{value[1:]}" if value[1:] in known else value
        return _REFERENCE.sub(rf"url(#{prefix}\1)", value)

    return edited(markup, edit) if prefix else markup


def edited(markup: str, edit: Callable[[str, str], str | None]) -> str:
    """The markup with every attribute's value edited, or the attribute gone; text stays as it is.

    Text may read like markup (`<b id="x">` in a title): what is edited are tags alone, which text
    cannot look like, since it has `&lt;` for `<`.

    >>> edited('<b id="x">&lt;i id="x"&gt;</b>', lambda name, value: value + "1")
    '<b id="x1">&lt;i id="x"&gt;</b>'
    """

    def attribute(found: re.Match[str]) -> str:
        value = edit(found[1], found[2])
        return "" if value is None else f' {found[1]}="{value}"'

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), markup)


def _attributes(markup: str) -> Iterator[tuple[str, str]]:
    for tag in _TAG.finditer(markup):
        yield from _ATTRIBUTE.findall(tag[0])
