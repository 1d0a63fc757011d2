"""The picture: matplotlib's SVG, made small, quiet and ready to live inside a page."""

from __future__ import annotations

import functools
import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure

from .artists import Look
from .style import INKS, VARIABLES

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_ID = r' id="([^"]*)"'
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


def ids(svg: str) -> set[str]:
    """The ids of a picture's elements."""
    return set(re.findall(_ID, svg))


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
    svg = _short_ids(svg, name)
    svg = re.sub(r"(?<=[:\s])#[0-9a-f]{6}\b", lambda found: _variable(found[0]), svg)
    svg = re.sub(r"(font: [^;\"]*?px )[^;\"]*", rf"\1{_FONT}", svg)
    return svg.strip()


def _variable(colour: str) -> str:
    return f"var({VARIABLES[colour]}, {colour})" if colour in VARIABLES else colour


def _short_ids(svg: str, name: str) -> str:
    """Drop the ids that nothing refers to and give the others the figure's name."""
    used = set(re.findall(r"(?:url\(#|href=\"#)([^\")]+)", svg))

    def keep(found: re.Match[str]) -> str:
        gid = found[1]
        if gid.startswith(f"{name}-"):
            return found[0]
        return f' id="{name}-{gid}"' if gid in used else ""

    svg = re.sub(_ID, keep, svg)
    return re.sub(r"(url\(#|href=\"#)", rf"\g<1>{name}-", svg)
