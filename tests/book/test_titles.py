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
    ("01", "reagents", r"More (size|text) would help", r"\*\*hungry for {}\*\*"),
    ("01", "reagents", r"(in balance)", r"\*\*{}\*\*"),
    ("01", "tenfold", r"It looks like (a wall)", r"looks like \*\*{}\*\*"),
    ("01", "tenfold", r"Nothing happened: another floor (bends)", r"that {} .*nothing happened"),
    ("01", "rereading", r"law, (.+) passes are", r"^Read {} times"),
    ("01", "harm", r"nats worse (after .+)", r"had .+ {}: \*\*reading on did harm"),
    ("01", "harm", r"(no harm)", r"reading on did {}"),
    ("01", "lifetime", r"life: (1\.00)", r"\b[01]% less"),
    ("01", "dropped", r"left out: (?:the exponent is )?([\d.]+)", r"(?:is|of) {}"),
    (
        "02",
        "derivatives_bill",
        r"cost ([\d.,]+) pre-trainings",
        r"costs? {} times the pre-training",
    ),
    ("02", "recipe_race", r"(the lead will change at about .+)", r"\*\*{}\*\*"),
    ("02", "recipe_race", r"the lead changed (at about .+)", r"\*\*the lead has changed {}\*\*"),
    ("02", "recipe_race", r"(from the start)", r"\*\*no tie ahead\*\*"),
    ("02", "data_wheel", r": it (lifts|grinds down)", r"\*\*{}"),
    ("02", "one_turn", r"from (\d+) to", r"is right {} times in 100"),
    ("02", "published_shares", r"([\d,]+) such copies", r"{} copies make up"),
    ("02", "unknown_bill", r": (.+)$", r": \*\*{}\*\*"),
    ("03", "hundred_answers", r"The vote: right()", r"takes \*\*the right answer\*\*{}"),
    ("03", "hundred_answers", r"The vote: wrong()", r"takes \*\*the popular error\*\*{}"),
    ("03", "hundred_answers", r"The checker: (right .+)", r"at random: {}"),
    ("03", "three_ways", r"is there: (.+)\. Found", r"is there {} of the time"),
    ("03", "small_or_large", r"Best buy: the ([^,]+)", r"buy the \*\*{}\*\*"),
    ("03", "small_or_large", r"but t(oo close)", r"\*\*T{} to call\*\*"),
    ("03", "stones", r"ends at (.+)", r"ends in a wall at {}"),
    ("03", "stones", r"(stone)", r"passes for a {}"),
    ("03", "stones", r"(feather)", r"\*\*is a power law\*\*"),
    ("03", "long_chain", r"steps?: (.+)", r"\*\*{}\*\*"),
    ("03", "rented_thought", r"(.+) times the cost", r"costs {} times an ordinary one"),
    ("03", "foretold", r": (.+) foretold", r"solves {} of the problems"),
    ("03", "foretold", r", (.+) found", r"It solved {}"),
    ("05", "moore_window", r"years: (faster|slower) than", r"these chips are {}"),
    ("05", "moore_window", r"(two years) fit", r"{} are \*\*inside"),
    ("05", "two_futures", r"(Ten points) of belief", r"\*\*prevails\*\*.* \*\*does not\*\*"),
    ("05", "two_futures", r"(Both worlds)", r"\*\*prevails\*\*.* \*\*does\*\*"),
    ("05", "two_futures", r"(Neither)", r"\*\*does not prevail\*\*.* \*\*does not\*\*"),
    ("05", "lost_and_won", r"the boom (.+)", r"the boom \*\*{}\*\*"),
    ("05", "lost_and_won", r"(no boom)", r"the boom \*\*was never there\*\*"),
    ("05", "wager_map", r"(trap)", r"a loss to all: the {}\*\*"),
    ("05", "wager_map", r"(Building) pays for all", r"\*\*is worth it for all\*\*"),
    ("05", "wager_map", r"(Not all) build", r"not if all do|stays out"),
    ("05", "s_curves", r"This row of S-curves (.+)", r"this row \*\*{}\*\*"),
    ("05", "what_grew", r"(\d+%) of the growth", r"{} of the growth is spending"),
    ("05", "bills", r"for a cluster in ([\d.]+)", r"a cluster costs 100 billion dollars in {}"),
    ("05", "bills", r"for a run in ([\d.]+)", r"a single run does in {}\."),
    ("04", "magnifier", r"Magnified: (?:ever )?(\w+)(?: as ever)?$", r"\*\*(?:as )?{}"),
    ("04", "missing_tail", r"Here it falls as (.+)", r"\*\*{}\*\*"),
    ("04", "third_decimal", r"(.+) nats$", r"moves by {} nats"),
    ("04", "third_decimal", r"(Out of reach)", r"which no compute would buy"),
    ("04", "late_jump", r": (.+) tenfolds", r"takes {} tenfolds"),
    ("04", "theories", r"Pieces ((?:not )?rejected), spectrum", r": \*\*{}\*\*; from"),
    ("04", "theories", r"spectrum ((?:not )?rejected)", r"spectrum predicts .*: \*\*{}\*\*\.$"),
    ("06", "campus", r"campus of (.+) (?:fits|does)", r"draws {} and"),
    ("06", "campus", r"(fits|does not fit) its", r"\*\*{}\*\* its connection"),
    ("06", "first_wall", r"^(.+) first most often", r"^\*\*{}\*\* first most often"),
    ("06", "first_wall", r"fits in (\d+%) of", r"under all four in {}:"),
    ("06", "joule", r"(\d+%) of each joule", r"each joule {} serves"),
    ("06", "fleet", r"draw (more|less) than", r"\*\*{}\*\* than training"),
)


@pytest.mark.parametrize(("chapter", "name", "title", "sentence"), SAID)
def test_a_title_says_what_the_sentence_says(chapter, name, title, sentence):
    figure = verdicts.figures(CHAPTERS[chapter])[name]
    dice, said = random.Random(name), 0
    settings = [verdicts.random_setting(figure, dice) for _ in range(SETTINGS)]
    if name == "stones":  # no random share is zero, and without a wall the title is another
        settings += [setting | {"z": 0.0} for setting in settings]
    if name == "two_futures":  # two worlds seldom lie on either side of a ridge by chance
        ridge = {"asked": 2.4, "free": 1.35, "full": 3.6, "w": 0.2, "lag": 1.5}
        settings += [setting | ridge for setting in settings]
    for setting in settings:
        figure.set(**setting)
        figure(**figure.values)
        drawn = [ax.get_title(loc="left") or ax.get_title() for ax in plt.gcf().axes]
        drawn.append(plt.gcf().get_suptitle())
        plt.close("all")
        for found in filter(None, (re.search(title, text, re.IGNORECASE) for text in drawn)):
            said += 1
            expected = sentence.format(re.escape(found[1]))
            assert re.search(expected, figure.text, re.IGNORECASE), (
                f"{setting}: {drawn} over {figure.text}"
            )
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
