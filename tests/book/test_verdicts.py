"""Every sentence that turns says what a plain criterion says, at 200 random settings."""

import importlib
import random
import re

import pytest

from tests.book import notebooks, verdicts

SETTINGS = 200
PATHS = [path for path in notebooks.paths() if path.name[0].isdigit() or path.name == "index.ipynb"]

for _path in PATHS:
    _module = "chapter_" + (re.match(r"\d+", _path.name) or ["00"])[0]
    importlib.import_module(f"tests.book.criteria.{_module}")

each_chapter = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@each_chapter
def test_every_sentence_that_turns_has_a_criterion(path):
    missing = [
        name
        for name, figure in verdicts.figures(path).items()
        if verdicts.turns(figure) and figure.name not in verdicts.CRITERIA
    ]
    assert missing == []


@each_chapter
def test_sentences_turn_where_a_plain_criterion_turns(path):
    for name, figure in verdicts.figures(path).items():
        if figure.name not in verdicts.CRITERIA:
            continue
        dice = random.Random(figure.name)
        wrong, decided = [], 0
        for _ in range(SETTINGS):
            setting = verdicts.random_setting(figure, dice)
            expected = verdicts.CRITERIA[figure.name](**setting)
            if expected is None:
                continue
            decided += 1
            figure.set(**setting)
            words = (expected,) if isinstance(expected, str) else expected
            if not all(word in figure.text for word in words):
                wrong.append((setting, expected, figure.text))
        assert wrong == [], f"{name}: {len(wrong)} of {decided}, the first: {wrong[0]}"
        assert decided > SETTINGS // 2, f"{name}: decided at {decided} of {SETTINGS} settings only"


@each_chapter
def test_every_figure_can_be_called_after_run_all(path):
    for name, figure in verdicts.figures(path).items():
        assert name == figure.name, f"{figure.name} is also called {name}"
        figure()
