"""The page of parameters: every number of `scaling_core`, with its unit and its source."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import math
import numbers
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import parameters
import pytest
from bs4 import BeautifulSoup, Tag

from scaling_core.sources import SOURCES
from scaling_core.strategy import fit_success_law
from tests.conftest import ROOT
from tests.scaling_core.test_strategy import counts_of_seven

MODULES = sorted(path.stem for path in (ROOT / "scaling_core").glob("[!_]*.py"))
WITHOUT_A_WORK = ("this book", "definition", "the works themselves", "ours")
LISTED = re.compile(r"^```\{parameters\} (\w+)$", re.MULTILINE)


def constants(module: str) -> dict[str, Any]:
    """The public constants that a module defines."""
    code = importlib.import_module(f"scaling_core.{module}")
    found = {}
    for node in ast.parse(inspect.getsource(code)).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            found |= {name: getattr(code, name) for name in names if name[0] != "_"}
    return found


def numbers_in(value: Any) -> Iterator[float]:
    """All numbers of a constant, from outside inwards."""
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        yield from () if math.isnan(value) else (float(value),)
    elif isinstance(value, Mapping):
        yield from (x for item in value.values() for x in numbers_in(item))
    elif isinstance(value, tuple):
        yield from (x for item in value for x in numbers_in(item))
    elif hasattr(value, "source"):  # what holds numbers says where they were printed
        for item in dataclasses.fields(value):
            yield from numbers_in(getattr(value, item.name))


CONSTANTS = {name: value for module in MODULES for name, value in constants(module).items()}
MODELS = {
    name: thing
    for module in MODULES
    for name, thing in vars(importlib.import_module(f"scaling_core.{module}")).items()
    if inspect.isclass(thing) and dataclasses.is_dataclass(thing) and name[0] != "_"
    if any(isinstance(item.default, numbers.Real) for item in dataclasses.fields(thing))
    if thing.__module__ == f"scaling_core.{module}"
}
ENTRIES = {entry.name: entry for module in MODULES for entry in parameters.entries(module)}
each_entry = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)


def exact(values: Any) -> Counter[str]:
    """How often each number comes, by the digits that the page shows."""
    return Counter(f"{value:.9g}" for value in values)


def test_numbers_are_found_in_whatever_holds_them():
    held = {"a": (1, 2.5), "b": SOURCES["thisbook"], "c": CONSTANTS["TEXT_STOCK"]}
    assert list(numbers_in(held)) == [1.0, 2.5, 3e14, 1e14, 1e15]
    assert list(numbers_in(CONSTANTS["QUERY_WATT_HOURS"]["OpenAI"])) == [0.34]
    assert len(CONSTANTS) > 80


# ---- what the code says ------------------------------------------------------------------------


@each_entry
def test_a_number_has_a_unit_and_a_source(entry):
    assert entry.rows
    for row in entry.rows:
        assert row.unit, f"{'.'.join((entry.name, *row.path))}: add its [unit] to the docstring"
        assert "unit of" not in row.unit, f"{entry.name}: its docstring has to give the [unit]"
        assert entry.source or row.source, f"{entry.name}: add 'Source: `key`' to the docstring"


@each_entry
def test_a_source_is_a_work_or_says_why_there_is_none(entry):
    keys = re.findall(r"`([a-z]\w*)`", entry.source)
    works = [key for key in keys if key in SOURCES]
    works += [row.source.key for row in entry.rows if row.source]
    assert works or entry.source.startswith(WITHOUT_A_WORK), entry.source
    # what is in code font and no work is a name of the code
    assert all(key in works or "_" in key for key in keys), entry.source


@each_entry
def test_an_interval_holds_its_number(entry):
    for row in entry.rows:
        if row.interval:
            low, high = row.interval
            assert low < high
            assert low <= row.value <= high or entry.name == "HOFFMANN_2022_EXPONENTS"


def test_intervals_are_read_from_the_docstrings():
    found = {
        (name, row.path): row.interval
        for name, entry in ENTRIES.items()
        for row in entry.rows
        if row.interval
    }
    assert found["HOFFMANN_2022_EXPONENTS", ("3",)] == (0.454, 0.455)  # printed beside 0.46
    assert found["BESIROGLU_2024", ("alpha",)] == (0.317, 0.373)
    assert found["BESIROGLU_2024", ("B",)] == (1042, 5810)
    assert found["MUENNIGHOFF_2023", ("R_D",)] == (4.6, np.inf)
    assert found["TRAINING_UTILISATION", ()] == (0.38, 0.43)
    assert found["KHATRI_2025", ("8B", "A")] == pytest.approx((0.59, 0.63))
    assert found["EPOCH_2030", ("power",)] == (2e28, 2e30)
    assert found["PORIAN_2024_EXPONENTS", ("Kaplan's recipe",)] == (0.82, 0.85)


def test_the_interval_of_our_own_fit_is_what_the_fit_gives():
    fit = fit_success_law(*counts_of_seven(), bootstrap=1000, seed=3)
    rows = ENTRIES["PYTHIA_SUCCESS_ESTIMATES"].rows
    written = {row.path[0]: row.interval for row in rows if row.interval}
    assert set(written) == {"a", "gamma", "b"}
    for name, ends in fit.interval().items():
        assert written[name] == pytest.approx(ends, rel=0.03)


@pytest.mark.parametrize(
    "name", [name for name in CONSTANTS if re.search(r"_(?:19|20)\d\d(?:_|$)", name)]
)
def test_what_was_published_says_how_far_it_holds(name):
    assert ENTRIES[name].limits


def test_what_is_an_example_of_ours_is_known():
    marked = {
        name: {row.path[-1] if row.path else "" for row in entry.rows if row.illustrative}
        for name, entry in ENTRIES.items()
    }
    for name in ("ILLUSTRATIVE_START", "SEARCH_WIDTH", "BUSBRIDGE_2025", "ROBERTS_2026", "Lab"):
        assert len(marked[name]) == len(ENTRIES[name].rows), name
    assert marked["KHATRI_2025"] == {"R0"}
    for name in ("HOFFMANN_2022", "KAPLAN_2020", "H100_PEAK", "EPOCH_2030", "PYTHIA_SUCCESS"):
        assert not marked[name], name


# ---- what the page shows -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(book: Path) -> dict[str, Tag]:
    """The rows of the page by their address."""
    page = BeautifulSoup((book / "chapters" / "parameters.html").read_text("utf-8"), "html.parser")
    found = page.select("table.parameters tbody tr")
    assert len({row["id"] for row in found}) == len(found)
    return {row["id"]: row for row in found}


def rows_of(rows: dict[str, Tag], name: str) -> list[Tag]:
    return [row for address, row in rows.items() if address.split(".")[0] == name]


def shown(row: Tag, kind: str) -> list[float]:
    """The numbers that a row shows as its value or as its interval."""
    found = []
    for paragraph in row.select(f"p.{kind}"):
        text = "".join(
            f"e{part.get_text()}" if part.name == "sup" else part.get_text()
            for part in paragraph.children
        )
        text = re.sub(r"\s×\s10e", "e", text.replace("−", "-").replace("∞", "inf"))
        found += re.findall(r"-?(?:inf|\d[\d,]*(?:\.\d+)?(?:e-?\d+)?)", text)
    return [float(number.replace(",", "")) for number in found]


def test_the_page_lists_every_module_that_holds_constants():
    listed = LISTED.findall((ROOT / "chapters" / "parameters.md").read_text("utf-8"))
    assert sorted(listed) == sorted(module for module in MODULES if constants(module))


@pytest.mark.parametrize("name", [*CONSTANTS, *MODELS])
def test_every_public_constant_and_model_with_defaults_is_there(rows, name):
    assert name in rows
    assert all(row.select_one(f"a.headerlink[href='#{row['id']}']") for row in rows_of(rows, name))


@pytest.mark.parametrize("name", CONSTANTS)
def test_values_are_those_of_the_module(rows, name):
    of_page = rows_of(rows, name)
    values = exact(number for row in of_page for number in shown(row, "number"))
    ends = exact(number for row in of_page for number in shown(row, "interval"))
    module = exact(numbers_in(CONSTANTS[name]))
    assert values <= module
    assert module <= values + ends


@pytest.mark.parametrize("name", MODELS)
def test_defaults_are_those_of_the_model(rows, name):
    for item in dataclasses.fields(MODELS[name]):
        if isinstance(item.default, numbers.Real):
            assert exact(shown(rows[f"{name}.{item.name}"], "number")) == exact([item.default])


@pytest.mark.parametrize("name", [*CONSTANTS, *MODELS])
def test_units_and_sources_are_shown(rows, name):
    head, *fields = rows_of(rows, name)
    told = [row for row in (head, *fields) if "Source: " in row.get_text()]
    assert head in told or told == fields
    for row in told:
        links = row.select('a.reference.internal[href*="references.html#"]')
        words = row.get_text().partition("Source: ")[2]
        assert links or words.startswith(WITHOUT_A_WORK) or row is not head
    for row in fields or [head]:
        assert row.select("td")[-1].get_text().strip()


def test_the_marks_are_shown(rows):
    assert rows["ILLUSTRATIVE_START"].select_one(".illustrative")
    assert rows["BeliefModel"].select_one(".illustrative")
    assert rows["KHATRI_2025.8B-32k-context.R0"].select_one(".illustrative")
    assert not rows["KHATRI_2025.8B-32k-context.A"].select_one(".illustrative")
    assert not rows["HOFFMANN_2022"].select_one(".illustrative")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("HOFFMANN_2022.A", "nats/token · parametersα"),
        ("KAPLAN_2020.best_size.coefficient", "parameters · PF-days−exponent"),
        ("KAPLAN_2020.size.scale", "8.8 × 1013 parameters"),
        ("BESIROGLU_2024.B", "2,085.43 1,042 to 5,810"),
        ("MUENNIGHOFF_2023.R_D", "from 4.6"),
        ("POST_TRAINING_SHARES.Grok-4.share", "reinforcement learning, claim"),
        ("H100_PEAK", "9.894 × 1014 FLOP/s"),
        ("LONG_PROMPT_WATT_HOURS.10000", "2.5 Wh"),
        ("SERVER_OVERHEAD", "1.82142857 dimensionless"),
    ],
)
def test_a_row_says(rows, address, words):
    assert words in " ".join(rows[address].get_text().split())
