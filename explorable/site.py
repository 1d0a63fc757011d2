"""The Sphinx extension that makes a built book work anywhere, as files and without the network.

A page as Jupyter Book writes it carries scripts and event handlers in its HTML, which a site with a
strict Content-Security-Policy forbids, and an icon script of 1.5 MB that the icon font makes
needless.  After the build every page is rewritten so that

- an inline script is a file, run in the same place and order (blocks of data stay where they are);
- a handler such as ``onclick="..."`` is a listener added by a file;
- FontAwesome's script is gone (its web font draws the icons);
- marks of highlighted code that change nothing are gone;
- a request to another host ends the build with an error.

The extension also puts the live figures' script and style on every page, once.

Run by itself, ``python -m explorable.site _build/html`` checks that every page of the table of
contents was written and says something, which a build that exits well need not mean.
"""

from __future__ import annotations

import hashlib
import html
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_external_toc.parsing import parse_toc_yaml

from explorable import assets, widget

SCRIPT, STYLE = "explorable.js", "explorable.css"
ICON_SCRIPT = "fontawesome.js"
FILES = "_static/inline"  # where scripts go that were in the pages, relative to the site's root
LEAST_TEXT = 200  # characters: a page with less has lost its content

_JAVASCRIPT = {"", "module", "text/javascript", "application/javascript"}
_REQUESTS = {
    "audio": ("src",),
    "body": ("background",),
    "embed": ("src",),
    "feimage": ("href", "xlink:href"),
    "iframe": ("src",),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("imagesrcset",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "video": ("src", "poster"),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
# A `link` is a request only when its relation makes it one: `canonical` and `next` do not.
_REQUESTED_LINKS = {
    "dns-prefetch",
    "icon",
    "manifest",
    "modulepreload",
    "preconnect",
    "prefetch",
    "preload",
    "stylesheet",
}
_CODE = re.compile(r'<div class="highlight">.*?</div>', re.DOTALL)
_PLAIN = re.compile(r'<span class="(?:n|nn|p|w)">([^<]*)</span>')  # names, punctuation, space
_ARTICLE = re.compile(r"<article\b.*</article>", re.DOTALL)
_NO_TEXT = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]*>|(?<=\s)\s+", re.DOTALL)
_FOREIGN = re.compile(r"(?:https?:|wss?:)?//", re.IGNORECASE)
_FOREIGN_CSS = re.compile(
    r"""(?:url\(\s*|@import\s+|image-set\(\s*)["']?((?:https?:)?//[^"')\s;]+)""", re.IGNORECASE
)
_FOREIGN_IMPORT = re.compile(
    r"""(?:\b(?:import|from)\s*|\bimport(?:Scripts)?\(\s*)["'`]((?:https?:)?//[^"'`]+)["'`]"""
)
_COMMENT = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|/\*.*?\*/|//[^\n]*""", re.DOTALL
)
_FOREIGN_IN_JSON = re.compile(r'"((?:https?:)?//[^"]+)"')


@dataclass
class Element:
    """One element of a page: its tag, attributes and where it stands in the text.

    The start tag is ``page[start:inside]``; for a script or style, its text is
    ``page[inside:outside]`` and the element ends at `end`.
    """

    tag: str
    attributes: dict[str, str]
    start: int
    inside: int
    outside: int
    end: int

    def start_tag(self) -> str:
        """The start tag written anew from the attributes."""
        return "".join(
            [f"<{self.tag}"]
            + [f' {name}="{html.escape(value)}"' for name, value in self.attributes.items()]
            + [">"]
        )


class _Elements(HTMLParser):
    """Lists a page's elements with their places, so that edits leave all else byte for byte."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.found: list[Element] = []
        self._raw: Element | None = None
        self.feed(page)
        self.close()

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._place()
        inside = start + len(self.get_starttag_text() or "")
        attributes = {name: value or "" for name, value in attrs}
        self.found.append(Element(tag, attributes, start, inside, inside, inside))
        if tag in self.CDATA_CONTENT_ELEMENTS:
            self._raw = self.found[-1]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._raw = None

    def handle_endtag(self, tag: str) -> None:
        if self._raw and tag == self._raw.tag:
            self._raw.outside = self._place()
            self._raw.end = self._raw.outside + len(f"</{tag}>")
            self._raw = None


def elements(page: str) -> list[Element]:
    """The elements of an HTML page, in order.

    >>> [element.tag for element in elements("<p>one <b>two</b></p>")]
    ['p', 'b']
    """
    return _Elements(page).found


def without_inline_scripts(page: str, root: str = "") -> tuple[str, dict[str, str]]:
    """Move a page's inline scripts and event handlers into files.

    Args:
        page: the HTML.
        root: the relative address of the site's root as seen from the page, such as ``"../"``.

    Returns:
        The page and the files by their address from the site's root.  A page without inline
        scripts comes back unchanged.

    >>> page, files = without_inline_scripts("<script>let a = 1;</script>")
    >>> page
    '<script src="_static/inline/c58e9029f1.js"></script>'
    >>> files
    {'_static/inline/c58e9029f1.js': 'let a = 1;'}
    """
    files: dict[str, str] = {}
    edits: list[tuple[int, int, str]] = []
    listeners: dict[str, str] = {}
    for element in elements(page):
        handlers = {name: code for name, code in element.attributes.items() if name[:2] == "on"}
        if handlers:
            for name in handlers:
                del element.attributes[name]
            listener = _listener(handlers)
            element.attributes["data-listener"] = _key(listener)
            listeners[_key(listener)] = listener
        if _is_inline_script(element):
            code = page[element.inside : element.outside]
            address = f"{FILES}/{_key(code)}.js"
            files[address] = code
            element.attributes["src"] = root + address
            edits.append((element.start, element.end, element.start_tag() + "</script>"))
        elif handlers:
            edits.append((element.start, element.inside, element.start_tag()))
    added = ""
    for key, listener in listeners.items():
        address = f"{FILES}/{key}.js"
        files[address] = (
            f"document.querySelectorAll('[data-listener=\"{key}\"]')"
            f".forEach((element) => {{\n{listener}}});\n"
        )
        added += f'<script defer src="{root}{address}"></script>\n'
    place = page.rindex("</body>") if "</body>" in page else len(page)
    edits.append((place, place, added))
    return _edited(page, edits), files


def without_script(page: str, name: str) -> str:
    """The page without the scripts whose file is called `name`.

    >>> without_script('<script src="a/icons.js?v=1"></script><p>', "icons.js")
    '<p>'
    """
    return _edited(
        page,
        [
            (element.start, element.end, "")
            for element in elements(page)
            if element.tag == "script"
            and element.attributes.get("src", "").split("?")[0].split("/")[-1] == name
        ],
    )


def without_plain_spans(page: str) -> str:
    """The page without the marks of highlighted code that give it the colour it has anyway.

    They are a third of a page's elements, and a browser reads the page the sooner without them.

    >>> code = '<span class="n">x</span><span class="o">=</span>'
    >>> without_plain_spans(f'<div class="highlight">{code}</div><span class="n">y</span>')
    '<div class="highlight">x<span class="o">=</span></div><span class="n">y</span>'
    """
    return _CODE.sub(lambda code: _PLAIN.sub(r"\1", code[0]), page)


def foreign_requests(page: str) -> list[str]:
    """The addresses on other hosts that a browser would fetch by itself to show the page.

    >>> foreign_requests('<a href="https://one.org"><img src="https://two.org/picture.png">')
    ['https://two.org/picture.png']
    """
    return [address for address in _requests(page) if _FOREIGN.match(address)]


def foreign_requests_of_style(style: str) -> list[str]:
    """The addresses on other hosts that a style sheet would make a browser fetch.

    >>> foreign_requests_of_style("@import 'https://fonts.org/a.css'; b {src: url(c.woff)}")
    ['https://fonts.org/a.css']
    """
    return _FOREIGN_CSS.findall(style)


def foreign_requests_of_script(code: str) -> list[str]:
    """The modules and scripts on other hosts that a script imports.

    >>> foreign_requests_of_script("import {a} from 'https://cdn.org/a.js'; // import 'https://b'")
    ['https://cdn.org/a.js']
    """
    if not _FOREIGN_IMPORT.search(code):
        return []
    code = _COMMENT.sub(lambda found: found[1] or " ", code)
    return [address.strip() for address in _FOREIGN_IMPORT.findall(code)]


def faults(site: Path, toc: Path) -> list[str]:
    """What is wrong with a built site: pages of the table of contents missing or nearly empty."""
    found = []
    for page in sorted(parse_toc_yaml(toc)):
        path = site / f"{page}.html"
        if not path.exists():
            found.append(f"{path} was not written")
            continue
        article = _ARTICLE.search(path.read_text("utf-8"))
        length = len(_NO_TEXT.sub("", article[0]).strip()) if article else 0
        if length < LEAST_TEXT:
            found.append(f"{path} is nearly empty: {length} characters of text")
    return found


def _requests(page: str) -> Iterator[str]:
    for element in elements(page):
        attributes = element.attributes
        for name in _REQUESTS.get(element.tag, ()):
            value = attributes.get(name, "")
            candidates = value.split(",") if name.endswith("srcset") else [value]
            yield from (candidate.strip().split(" ")[0] for candidate in candidates)
        relations = set(attributes.get("rel", "").lower().split())
        if element.tag == "link" and _REQUESTED_LINKS & relations:
            yield attributes.get("href", "").strip()
        if element.tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            yield attributes.get("content", "").partition("=")[2].strip(" '\"")
        if "srcdoc" in attributes:  # a page within the page
            yield from _requests(attributes["srcdoc"])
        code = page[element.inside : element.outside] if element.tag == "script" else ""
        if _is_inline_script(element):
            yield from foreign_requests_of_script(code)
        elif attributes.get("type", "").lower() == "importmap":
            yield from _FOREIGN_IN_JSON.findall(code)
        style = page[element.inside : element.outside] if element.tag == "style" else ""
        yield from foreign_requests_of_style(style + attributes.get("style", ""))


def _is_inline_script(element: Element) -> bool:
    return (
        element.tag == "script"
        and "src" not in element.attributes
        and element.attributes.get("type", "").lower() in _JAVASCRIPT
    )


def _listener(handlers: dict[str, str]) -> str:
    # As in an attribute: `this` is the element, and returning false stops the default action.
    return "".join(
        f"element.addEventListener('{name[2:]}', function (event) {{\n"
        f"  const handler = function (event) {{ {code} }};\n"
        "  if (handler.call(this, event) === false) event.preventDefault();\n"
        "});\n"
        for name, code in handlers.items()
    )


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _edited(page: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, text in sorted(edits, key=lambda edit: edit[0], reverse=True):
        page = page[:start] + text + page[end:]
    return page


def _add_engine(app: Sphinx) -> None:
    os.environ[widget.STATIC_PAGES] = "1"  # the notebooks' kernels need no widgets
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    (static / SCRIPT).write_text(assets.classic_script(), "utf-8")
    (static / STYLE).write_text(assets.style(), "utf-8")
    # Ahead of the theme's scripts, so that figures live before the theme has woken up.
    app.add_js_file(SCRIPT, priority=100, loading_method="defer")
    app.add_css_file(STYLE, priority=900)


def _rewrite_site(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    site, done = Path(app.outdir), Path(app.doctreedir, "rewritten")
    since = done.stat().st_mtime if done.exists() else 0.0
    foreign: list[str] = []
    for path in sorted(site.rglob("*.html")):
        if "_static" in path.relative_to(site).parts or path.stat().st_mtime < since:
            continue  # rewritten by an earlier build
        page = without_plain_spans(without_script(path.read_text("utf-8"), ICON_SCRIPT))
        root = "../" * (len(path.relative_to(site).parts) - 1)
        page, files = without_inline_scripts(page, root)
        for address, code in files.items():
            (site / address).parent.mkdir(parents=True, exist_ok=True)
            (site / address).write_text(code, "utf-8")
        path.write_text(page, "utf-8")
        foreign += [f"{path}: {address}" for address in foreign_requests(page)]
    for path in sorted(site.rglob("*.css")):
        style = path.read_text("utf-8")
        foreign += [f"{path}: {address}" for address in foreign_requests_of_style(style)]
    for path in sorted((site / "_static").rglob("*.js")):
        code = path.read_text("utf-8", errors="replace")
        foreign += [f"{path}: {address}" for address in foreign_requests_of_script(code)]
    (site / "_static" / "scripts" / ICON_SCRIPT).unlink(missing_ok=True)
    if foreign:
        raise ExtensionError("the site would ask other hosts:\n  " + "\n  ".join(foreign))
    done.touch()


class CodeUnderFigures(SphinxPostTransform):
    """Put the code of a live figure under it: a reader wants the figure first."""

    default_priority = 205  # after MyST-NB has folded the code
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Turn round the cells whose output is a figure or a question."""
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") == "cell_code" and len(cell.children) == 2:
                code, output = cell.children
                if any('class="explorable' in raw.astext() for raw in output.findall(nodes.raw)):
                    cell.children = [output, code]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_post_transform(CodeUnderFigures)
    app.connect("builder-inited", _add_engine)
    app.connect("build-finished", _rewrite_site, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def main(arguments: list[str]) -> int:
    """Check the site built in the folder `arguments` names; the exit status says how it went."""
    if len(arguments) != 1:
        print("usage: python -m explorable.site FOLDER", file=sys.stderr)
        return 2
    found = faults(Path(arguments[0]), Path("_toc.yml"))
    for fault in found:
        print(f"explorable.site: {fault}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
