"""The script and the style sheet that make figures live, joined from their sources.

The sources are ES modules (static/*.js), which `node` and the type checker read as they stand.  A
page gets them joined in one file, in two wrappings: a classic script, since a browser loads no
module from `file://`, and an ES module for anywidget.  Comments stay in the sources.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

STATIC = Path(__file__).with_name("static")

# In the order in which they are joined: a module imports from those before it.
MODULES = (
    "format.js",
    "special.js",
    "formulas.js",
    "arrays.js",
    "program.js",
    "text.js",
    "registry.js",
    "controls.js",
    "drawing.js",
    "elements.js",
    "artists.js",
    "picture.js",
    "address.js",
    "present.js",
    "figure.js",
    "questions.js",
    "start.js",
)

# What a browser does not need: comments that fill their lines, types before a value, comments
# without quotes after the code of a line, indentation and empty lines.  No language is parsed here:
# what makes it safe is that no template literal of ours runs over a line's end, so that no line
# starts inside a text, and that what holds no quote cannot be the end of one.
_COMMENTS = re.compile(
    r"^[ \t]*(?://.*|/\*(?s:.*?)\*/[ \t]*)\n"
    r"|/\*\* @type [^\"'`\n]*?\*/ ?"
    r"|[ \t]+// [^\"'`\n]*$",
    re.MULTILINE,
)
_INDENTATION = re.compile(r"^\s+", re.MULTILINE)
_IMPORT = re.compile(r'^import \{([\w\s,]*)\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_START = r"(?:async )?(?:function|class|const|let)\b"
_DECLARATION = re.compile(rf"(export )?{_START}\*? ([A-Za-z_$][\w$]*)")
_UNPACKING = re.compile(r"const \{ ([\w$]+(?:, [\w$]+)*) \} = ")
_MODULE_WORD = re.compile(r"^(?:import|export)\b|\bimport\s*[(.]|^\s*var\b", re.MULTILINE)


class JoinError(Exception):
    """Modules that cannot be joined into one script with the same meaning."""


def join(modules: Mapping[str, str]) -> str:
    """ES modules as one script: their code in order, without imports, exports and comments.

    Joined, all modules share one scope.  So that a name means there what it means in its module,
    every import has to name what a module before it exports, and no two modules may define the
    same name at their top level.  Only the plainest forms are taken: ``import { a, b } from
    "./module.js"``, and ``export`` before a function, class, const or let.

    Args:
        modules: the source of each module by its file name, in order.

    Raises:
        JoinError: for anything else, naming module and line.

    >>> join({"a.js": "export const a = 1;", "b.js": "let b;"})
    'const a = 1;let b;'
    """
    owners: dict[str, str] = {}
    exports: dict[str, set[str]] = {}
    parts = []
    for module, source in modules.items():
        code = _COMMENTS.sub("", source)
        for names, origin in _IMPORT.findall(code):
            if origin not in exports:
                raise JoinError(f"{module} imports from {origin}, which does not come before it")
            for name in filter(None, re.split(r"[\s,]+", names)):
                if name not in exports[origin]:
                    raise JoinError(f"{module} imports {name}, which {origin} does not export")
        code = _IMPORT.sub("", code)
        exports[module] = set()
        for name, exported in _declared(module, code):
            if name in owners:
                raise JoinError(f"{module} and {owners[name]} both define {name}")
            owners[name] = module
            if exported:
                exports[module].add(name)
        code = re.sub(rf"^export (?={_START})", "", code, flags=re.MULTILINE)
        if odd := _MODULE_WORD.search(code):
            line = code[: odd.start()].count("\n")
            raise JoinError(f"{module}: not understood: {code.splitlines()[line].strip()}")
        parts.append(_INDENTATION.sub("", code))
    return "".join(parts)


def _declared(module: str, code: str) -> list[tuple[str, bool]]:
    """The names that a module defines at its top level, and whether it exports them."""
    found = []
    for line in code.splitlines():
        if not re.match(rf"(?:export )?{_START}", line):
            continue
        if several := _UNPACKING.match(line):
            found += [(name, False) for name in several[1].split(", ")]
        elif (one := _DECLARATION.match(line)) and not re.match(r"\s*,", line[one.end() :]):
            found.append((one[2], bool(one[1])))
        else:
            raise JoinError(f"{module}: not understood: {line}")
    return found


@cache
def joined() -> str:
    """The code of all modules in one scope; it does nothing until `start` or `render` is called."""
    return join({name: (STATIC / name).read_text("utf-8") for name in MODULES})


def classic_script() -> str:
    """The script for a page: it starts by itself and leaves one name, `explorable`, behind."""
    return f'(function () {{\n"use strict";\n{joined()}start();\n}})();\n'


def module_script() -> str:
    """The script as an ES module with what anywidget calls: `export default { render }`."""
    return f"{joined()}export default {{ render }};\n"


@cache
def style() -> str:
    """The style sheet."""
    return (STATIC / "explorable.css").read_text("utf-8")
