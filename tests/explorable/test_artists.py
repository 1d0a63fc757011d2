"""One table of artist kinds: in Python, in the script, in FORMAT.md and in the tests."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from explorable import artists, assets
from explorable import page as pages
from tests.explorable import specs

TABLE = "Object.entries(KINDS).map(([name, { refs, texts, plain }]) => [name, refs, texts, plain])"
FIELDS = [(kind, path) for kind, made in artists.KINDS.items() for path in made.fields]


def holding(kind: str, what: str) -> list[str]:
    """The fields of a kind that hold refs, texts or plain data."""
    return [path for path, kept in artists.KINDS[kind].fields.items() if kept.holds == what]


def compare(table: list[Any]) -> None:
    theirs = {
        name: [sorted(refs), sorted(texts or []), sorted(plain)]
        for name, refs, texts, plain in table
    }
    ours = {
        kind: [sorted(holding(kind, what)) for what in ("ref", "text", "plain")]
        for kind in artists.KINDS
    }
    assert theirs == ours


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not there")
def test_script_has_the_same_table_under_node() -> None:
    address = json.dumps((assets.STATIC / "artists.js").as_uri())
    code = f"import {{ KINDS }} from {address}; console.log(JSON.stringify({TABLE}));"
    command = ["node", "--input-type=module", "--eval", code]
    compare(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def test_script_has_the_same_table_in_the_browser(
    page: Callable[..., Page], tmp_path: Path
) -> None:
    file = tmp_path / "empty.html"
    script = f"{assets.joined()} window.table = {TABLE};"
    file.write_text(f"<!DOCTYPE html><script>(() => {{ {script} }})();</script>", "utf-8")
    compare(page(file).evaluate("table"))


def test_format_says_what_the_table_says() -> None:
    text = artists.FORMAT.read_text("utf-8")
    assert text == artists.written(text), "run make format"


def value_at(entry: dict[str, Any], path: str) -> Any:
    value: Any = entry
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


@pytest.mark.parametrize(("kind", "path"), FIELDS)
def test_the_sampler_has_every_field_of_every_kind(kind: str, path: str) -> None:
    entries = [one for one in specs.sampler()["scenes"][0]["artists"] if one["kind"] == kind]
    assert any(value_at(one, path) is not None for one in entries)


def test_unknown_fields_are_named() -> None:
    entry = {"id": "a", "kind": "arrow", "axes": 0, "x": 1, "from": {"x": 2, "z": 3}, "size": 4}
    assert artists.unknown(entry) == ["from.z", "size"]


def test_refs_are_those_of_fields_and_of_texts() -> None:
    text = {"id": "a", "kind": "text", "axes": 0, "text": 1, "x": 3, "y": {"number": 2}}
    words = [{"v": 7, "f": ".2f"}, {"if": 8, "then": [{"v": 9, "f": ""}], "else": []}]
    assert artists.refs(text, [["no"], words]) == [7, 8, 9, 3]
    arrow = {"id": "a", "kind": "arrow", "axes": 0, "x": 1, "y": 2, "from": {"x": 3, "y": 4}}
    assert artists.refs(arrow, []) == [1, 2, 3, 4]


# ---- nothing in the table can be forgotten

REFS = [(kind, path) for kind in artists.KINDS for path in holding(kind, "ref")]
MOVED = 4  # the node that is 1 at w = 5, and 0 at w = 1


def moved_alone(kind: str, path: str) -> Iterator[dict[str, Any]]:
    """Figures of one artist, of which one field hangs on the control w and all else stays."""
    for entry in specs.sampler()["scenes"][0]["artists"]:
        if entry["kind"] != kind or value_at(entry, path) is None:
            continue
        entry = copy.deepcopy(entry)
        entry.pop("clip", None)  # it may be drawn anywhere
        for number, other in enumerate(holding(kind, "ref")):
            *outer, name = other.split(".")
            place = value_at(entry, ".".join(outer)) if outer else entry
            if name in place:
                place[name] = MOVED if other == path else {"number": 2 + number / 4}
        spec = specs.sampler() | {"drag": []}
        case = {"code": 0, "constants": [0]}
        spec["program"] = {
            "inputs": 3, "constants": [3], "codes": [[["greater", 2, 3]]], "cases": [case] * 4
        }  # fmt: skip
        for scene in spec["scenes"]:
            scene |= {"artists": [entry], "texts": [["still"]] * 3, "alt": None}
        yield spec


@pytest.mark.parametrize(("kind", "path"), REFS)
def test_every_ref_redraws_its_artist(
    page: Callable[..., Page], tmp_path: Path, kind: str, path: str
) -> None:
    found = list(moved_alone(kind, path))
    assert found
    for number, spec in enumerate(found):
        file = tmp_path / f"{number}.html"
        file.write_text(pages.document(spec, "Alone"), "utf-8")
        tab = page(file)
        drawn = """(values) => {
          const figure = explorable.figures.get("sampler");
          figure.set(values);
          figure.update();
          return document.querySelector("[data-picture]").innerHTML;
        }"""
        before = tab.evaluate(drawn, {"N": 1e9})  # everything is drawn once
        assert tab.evaluate(drawn, {"w": 1}) != before


def test_script_refuses_what_it_does_not_know(page: Callable[..., Page], tmp_path: Path) -> None:
    for change, message in [
        ({"kind": "spiral"}, 'this script draws no artist of kind "spiral"'),
        ({"kind": "constructor"}, 'this script draws no artist of kind "constructor"'),
        ({"y3": 4}, 'this script knows no field "y3" of kind "band"'),
        ({"from": {"x": 1}}, 'this script knows no field "from.x" of kind "band"'),
    ]:
        spec = specs.sampler()
        spec["scenes"][0]["artists"][0] |= change
        file = tmp_path / "odd.html"
        file.write_text(pages.document(spec, "Odd"), "utf-8")
        tab = page(file)
        said = f"This figure stays as it is: {message}."
        assert tab.locator("[data-status]").inner_text() == said
        assert len(tab.faults) == 1
        tab.faults.clear()


if __name__ == "__main__":
    artists.FORMAT.write_text(artists.written(artists.FORMAT.read_text("utf-8")), "utf-8")
