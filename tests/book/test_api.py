"""The API pages of the built book: all that is public is there, constants with what they hold."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import explorable
from tests.conftest import ROOT

MODULES = sorted(path.stem for path in (ROOT / "scaling_core").glob("[!_]*.py"))


def page(book: Path, module: str) -> BeautifulSoup:
    path = book / "chapters" / "api" / f"{module}.html"
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def entry(book: Path, module: str, name: str) -> str:
    """The words of an entry, heading and all."""
    heading = page(book, module).find(id=f"scaling_core.{module}.{name}")
    return " ".join(heading.parent.get_text(" ").split())


def public(module: str) -> set[str]:
    """The functions, classes and constants that a module defines."""
    found = set()
    for node in ast.parse((ROOT / "scaling_core" / f"{module}.py").read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in found if not name.startswith("_")}


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_is_on_its_page(book, module):
    shown = {element["id"] for element in page(book, module).find_all("dt", id=True)}
    assert {f"scaling_core.{module}.{name}" for name in public(module)} <= shown


def test_the_engines_names_are_on_their_page(book):
    shown = {element["id"] for element in page(book, "explorable").find_all("dt", id=True)}
    assert {f"explorable.{name}" for name in explorable.__all__} <= shown
    assert "explorable.figure.Figure.save" in shown


@pytest.mark.parametrize(
    ("module", "name", "words"),
    [
        ("pretraining", "HOFFMANN_2022", "E = 1.69337368: loss that no model and no text removes"),
        ("pretraining", "HOFFMANN_2022", "unrounded: the set that gives the paper’s own 40B"),
        ("pretraining", "HOFFMANN_2022", "Source : Hoffmann et al. 2022, approach 3, unrounded"),
        ("pretraining", "MUENNIGHOFF_2023", "fresh = E 1.86914368, A 520.824952"),
        ("pretraining", "GADRE_2024", "rpj: OvertrainingLaw with E = 1.84, a = 212, b = 367"),
        (
            "pretraining",
            "PORIAN_2024_EXPONENTS",
            "Estimate with value = 0.835, low = 0.82, high = 0.85.",
        ),
        ("pretraining", "PF_DAY", "Value : 8.64e+19"),
        ("pretraining", "training_flops", "C = 6 N D"),
        ("pretraining", "training_flops", "Source : Kaplan et al. 2020, section 2.1."),
        ("pretraining", "ParametricLaw", "source = ..."),
        ("testtime", "VILLALOBOS_2023", "ExchangeRange with inference = (1, 2), training = (1, 1)"),
        ("pretraining", "BESIROGLU_2024", "Interval : E 1.769 to 1.871, A 285 to 744"),
        ("pretraining", "BESIROGLU_2024", "Limits : 240 runs of 57 million to 16 billion"),
        ("power", "H100_PEAK", "Limits : dense arithmetic at 16 bits (BF16). Source : NVIDIA 2023"),
        ("power", "POWER_USAGE_EFFECTIVENESS", "Source : this book, illustrative"),
    ],
)
def test_an_entry_says(book, module, name, words):
    assert words in entry(book, module, name)
