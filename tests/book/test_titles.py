"""A title that judges says what the sentence under the picture says, at any setting."""

import importlib
import random
import re

import matplotlib.pyplot as plt
import pytest

from tests.book import notebooks, verdicts

SETTINGS = 40
CHAPTERS = {path.stem[:2]: path for path in notebooks.paths() if path.stem[:2].isdigit()}
CHAPTERS["00"] = next(path for path in notebooks.paths() if path.stem == "index")

# Figure, what its title says, and what the sentence has to hold then.
SAID = (
    ("00", "three_bills", r"compute, (.+) go on thinking", r"words, {} of every hundred units"),
    ("03", "three_ways", r"There: (.+)\. Found", r"is there {} of the time"),
    ("03", "small_or_large", r"Best buy: the (.+)", r"buy the \*\*{}\*\*"),
    ("03", "stones", r"ends at (.+)", r"ends in a wall at {}"),
    ("03", "stones", r"(stone)", r"passes for a {}"),
    ("03", "stones", r"(feather)", r"\*\*is a power law\*\*"),
    ("03", "rented_thought", r"(.+) times the cost", r"costs {} times an ordinary one"),
    ("04", "magnifier", r"Magnified: (?:ever )?(\w+)(?: as ever)?$", r"\*\*(?:as )?{}"),
    ("04", "missing_tail", r"Here it falls as (.+)", r"\*\*{}\*\*"),
    ("04", "third_decimal", r"(.+) nats$", r"moves by {} nats"),
    ("04", "third_decimal", r"(Out of reach)", r"which no compute would buy"),
    ("04", "late_jump", r": (.+) tenfolds", r"takes {} tenfolds"),
    ("04", "theories", r"Pieces ((?:not )?rejected), spectrum", r": \*\*{}\*\*; from"),
    ("04", "theories", r"spectrum ((?:not )?rejected)", r"spectrum predicts .*: \*\*{}\*\*\.$"),
)


@pytest.mark.parametrize(("chapter", "name", "title", "sentence"), SAID)
def test_a_title_says_what_the_sentence_says(chapter, name, title, sentence):
    figure = verdicts.figures(CHAPTERS[chapter])[name]
    dice, said = random.Random(name), 0
    settings = [verdicts.random_setting(figure, dice) for _ in range(SETTINGS)]
    if name == "stones":  # no random share is zero, and without a wall the title is another
        settings += [setting | {"z": 0.0} for setting in settings]
    for setting in settings:
        figure.set(**setting)
        figure(**figure.values)
        drawn = [ax.get_title(loc="left") or ax.get_title() for ax in plt.gcf().axes]
        plt.close("all")
        for found in filter(None, (re.search(title, text, re.IGNORECASE) for text in drawn)):
            said += 1
            expected = sentence.format(re.escape(found[1]))
            assert re.search(expected, figure.text), f"{setting}: {drawn} over {figure.text}"
    assert said, "no setting draws this title"


def test_without_a_wall_the_crowd_is_judged_by_its_tail():
    importlib.import_module("tests.book.criteria.chapter_03")
    figure = verdicts.figures(CHAPTERS["03"])["stones"]
    dice, said = random.Random(1), set()
    for _ in range(SETTINGS):
        setting = verdicts.random_setting(figure, dice) | {"z": 0.0}
        if expected := verdicts.CRITERIA["stones"](**setting):
            figure.set(**setting)
            assert expected in figure.text
            said.add(expected)
    assert len(said) == 2
