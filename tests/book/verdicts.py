"""What the sentences of a chapter's figures judge, held against a plain criterion.

A sentence that turns ("is *not* enough") has to depend on all that its picture depends on.  So for
each figure whose sentence turns, ``tests/book/criteria/chapter_NN.py`` says in plain terms which
words have to stand there at a setting::

    from tests.book.verdicts import criterion

    @criterion("reagents")
    def verdict(N, alpha):
        return "is **not** enough" if lost(N, alpha) > 0.1 else "is enough"

The function takes the controls' plain values by name, as the figure's own does, and returns the
words, or several pieces of text all of which have to stand there, or None where the setting lies
within rounding of a border.  It computes from published formulas or by brute force, never from the
chapter's own helpers: a criterion that repeats the chapter's code would repeat its faults.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from explorable.controls import labelled_options
from explorable.figure import Figure
from tests.book import notebooks

Criterion = Callable[..., "str | tuple[str, ...] | None"]

CRITERIA: dict[str, Criterion] = {}


def criterion(figure: str) -> Callable[[Criterion], Criterion]:
    """Register the criterion of a figure by its name."""

    def register(function: Criterion) -> Criterion:
        assert figure not in CRITERIA, f"{figure} has two criteria"
        CRITERIA[figure] = function
        return function

    return register


@cache
def run(path: Path) -> dict[str, Any]:
    """What is defined after Run All of a notebook: its names and their values."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with _inside(path.parent), contextlib.redirect_stdout(io.StringIO()):
        for number, cell in enumerate(notebooks.read(path).cells):
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{path.name}, cell {number}", "exec"), namespace)
    return namespace


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def figures(path: Path) -> dict[str, Figure]:
    """The live figures of a notebook, by the names under which they stand after Run All."""
    return {name: value for name, value in run(path).items() if isinstance(value, Figure)}


def turns(figure: Figure) -> bool:
    """Whether the sentence of a figure, not only its numbers, depends on a control."""

    def turning(part: Any) -> bool:
        if isinstance(part, dict):
            return "if" in part or "pick" in part
        return isinstance(part, list) and any(map(turning, part))

    spec = figure.spec()
    said = {scene["sentence"] for scene in spec["scenes"]}
    return len(said) > 1 or any(
        turning(text) for scene in spec["scenes"] for text in scene["texts"]
    )


def random_setting(figure: Figure, dice: random.Random) -> dict[str, Any]:
    """A setting of all controls, evenly spread in each control's own scale."""
    values = {}
    for control in figure.spec()["controls"]:
        widget = figure.controls[control["name"]]
        if control["kind"] == "slider":
            position = dice.uniform(control["min"], control["max"])
            value = control["base"] ** position if control["scale"] == "log" else position
            values[control["name"]] = round(value) if control["whole"] else value
        elif control["kind"] == "checkbox":
            values[control["name"]] = bool(dice.randrange(2))
        else:
            values[control["name"]] = dice.choice([value for _, value in labelled_options(widget)])
    return values
