"""The script and the style sheet: one file each, small, without eval, kept to themselves."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from explorable import assets, style


def test_script_and_style_are_small() -> None:
    assert len(gzip.compress(assets.classic_script().encode(), 9)) < 30_000
    assert len(gzip.compress(assets.style().encode(), 9)) < 5_000


def sources() -> dict[str, str]:
    return {name: (assets.STATIC / name).read_text("utf-8") for name in assets.MODULES}


def bare(line: str) -> str:
    """A line without what follows a `//` that stands outside a text, and without types."""
    quote = ""
    for place, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote and line[place - 1] != "\\" else quote
        elif letter in "\"'`":
            quote = letter
        elif line.startswith(" // ", place):
            line = line[:place]
            break
    return re.sub(r"/\*\* @type .*? \*/ ?", "", line).strip()


def code_of(source: str) -> list[str]:
    """The lines of a module that do something, found line by line."""
    code, comment, importing = [], False, False
    for line in source.splitlines():
        start = line.lstrip()
        comment = comment or start.startswith("/*")
        importing = importing or start.startswith("import ")
        if start and not comment and not importing and not start.startswith("//"):
            code.append(bare(re.sub("^export ", "", line)))
        comment = comment and "*/" not in line
        importing = importing and not line.endswith(";")
    return code


def test_both_wrappings_hold_all_code_in_order_and_no_comment() -> None:
    code = [line for source in sources().values() for line in code_of(source)]
    assert len(code) > 1500
    classic, module = (
        [bare(line) for line in script.splitlines()]
        for script in (assets.classic_script(), assets.module_script())
    )
    assert classic == ["(function () {", '"use strict";', *code, "start();", "})();"]
    assert module == [*code, "export default { render };"]


def test_every_module_is_joined() -> None:
    assert set(assets.MODULES) == {path.name for path in assets.STATIC.glob("*.js")}


GOOD = (
    "export const one = 1;\nexport function two() {\n  return 2;\n}\nconst { abs, exp } = Math;\n"
)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ('import { one } from "./c.js";', "b.js imports from c.js, which does not come before it"),
        ('import { one } from "./b.js";', "b.js imports from b.js, which does not come before it"),
        ('import { one, three } from "./a.js";', "b.js imports three, which a.js does not export"),
        ('import {\n  abs,\n} from "./a.js";', "b.js imports abs, which a.js does not export"),
        ('import { one as uno } from "./a.js";', "b.js imports as, which a.js does not export"),
        ("function two() {\n}", "b.js and a.js both define two"),
        ("let exp = 2;", "b.js and a.js both define exp"),
        ("export class one {\n}", "b.js and a.js both define one"),
        ("async function abs() {\n}", "b.js and a.js both define abs"),
        ('import * as a from "./a.js";', 'b.js: not understood: import * as a from "./a.js";'),
        ('import "./a.js";', 'b.js: not understood: import "./a.js";'),
        ('import { one } from "elsewhere";', "b.js: not understood: import { one } from"),
        ("export default 3;", "b.js: not understood: export default 3;"),
        ("const c = 3;\nexport { c };", "b.js: not understood: export { c };"),
        ("const d = () => import('./a.js');", "b.js: not understood: const d = () => import("),
        ("if (1) {\n  var e = 1;\n}", "b.js: not understood: var e = 1;"),
        ("const [f, g] = [1, 2];", "b.js: not understood: const [f, g] = [1, 2];"),
        ("const { h: one } = {};", "b.js: not understood: const { h: one } = {};"),
        ("let i, one;", "b.js: not understood: let i, one;"),
    ],
)
def test_what_cannot_be_joined_is_named(second: str, message: str) -> None:
    with pytest.raises(assets.JoinError, match=re.escape(message)):
        assets.join({"a.js": GOOD, "b.js": f"{second}\n", "c.js": ""})


def test_joined_code_is_plain() -> None:
    second = (
        'import { one, two } from "./a.js";\n\n// more\nexport const three = one + two(); // 3\n'
    )
    assert assets.join({"a.js": GOOD, "b.js": second}) == (
        "const one = 1;\nfunction two() {\nreturn 2;\n}\nconst { abs, exp } = Math;\n"
        "const three = one + two();\n"
    )


def test_no_name_of_a_module_hides_one_of_the_browsers(page: Callable[..., Page], tmp_path) -> None:
    # Another module that means the browser's would get ours, once they are joined.
    names = [
        name for module, source in sources().items() for name, _ in assets._declared(module, source)
    ]
    assert {"abs", "Program", "FORMULAS", "LiveFigure", "start", "render"} <= set(names)
    file = tmp_path / "empty.html"
    file.write_text("<!DOCTYPE html>", "utf-8")
    assert page(file).evaluate("(names) => names.filter((name) => name in window)", names) == []


def test_no_line_starts_inside_a_text() -> None:
    # Else dropping the lines that look like comments could drop a part of the text.
    for source in sources().values():
        for line in source.splitlines():
            if not line.lstrip().startswith(("//", "/*", "*")):
                assert line.count("`") % 2 == 0, line
                assert not line.endswith("\\"), line


def test_script_can_stand_inside_a_page_and_evaluates_no_text() -> None:
    script = assets.classic_script()
    assert "</script" not in script.lower()
    assert not re.search(r"\beval\(|new Function|document\.write", script)


@pytest.mark.parametrize("wrapping", ["classic", "module"])
def test_page_gets_one_name(page: Callable[..., Page], tmp_path: Path, wrapping: str) -> None:
    code = {"classic": assets.classic_script, "module": assets.module_script}[wrapping]()
    kind = "module" if wrapping == "module" else "text/javascript"
    before = "window.before = new Set(Object.getOwnPropertyNames(window));"
    file = tmp_path / "empty.html"
    file.write_text(
        f"<!DOCTYPE html><script>{before}</script><script type='{kind}'>{code}</script>", "utf-8"
    )
    tab = page(file)
    names = "Object.getOwnPropertyNames(window).filter((name) => !before.has(name))"
    assert tab.evaluate(names) == ["before", "explorable"]


def test_every_rule_stays_inside() -> None:
    bare = re.sub(r"/\*.*?\*/", "", assets.style(), flags=re.DOTALL)
    bare = re.sub(r"@(media|supports)[^{]*\{", "", bare)
    selectors = re.findall(r"([^{}]+)\{[^{}]*\}", bare)
    assert len(selectors) > 50
    for selector in ",".join(selectors).split(","):
        assert ".explorable" in selector


def test_style_knows_every_variable_of_the_pictures() -> None:
    sheet = assets.style()
    for colour, variable in style.VARIABLES.items():
        light = re.search(rf"{variable}: (#\w+);", sheet)
        dark = re.search(rf"{variable}: light-dark\((#\w+), (#\w+)\);", sheet)
        assert light, variable
        assert dark, variable
        assert light[1] == dark[1] != dark[2]
        assert colour in (light[1], "#000000")
