"""Every live figure of the built book draws what matplotlib draws, at settings of its own."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests import drawn
from tests.book import reader, verdicts
from tests.book.test_site import CHAPTERS
from tests.conftest import ROOT

SETTINGS = 5


@pytest.mark.parametrize("address", CHAPTERS)
def test_page_draws_what_matplotlib_draws(page: Callable[..., Page], address: str) -> None:
    tab = reader.with_figures_open(page(address))
    figures = verdicts.figures((ROOT / address).with_suffix(".ipynb"))
    shown = set(tab.evaluate("[...explorable.figures.keys()]"))
    assert shown
    assert shown <= {figure.name for figure in figures.values()}
    found = []
    for figure in figures.values():
        if figure.name not in shown:
            continue
        dice = random.Random(figure.name)
        for _ in range(SETTINGS):
            values = figure._controls.check(verdicts.random_setting(figure, dice))
            settings = {name: figure._controls[name].page_value(v) for name, v in values.items()}
            found += drawn.faults(tab, figure, values, settings)
    assert found == []
