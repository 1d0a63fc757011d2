"""A quantity that stands on several pages stands there with one value, one basis and one grade."""

from __future__ import annotations

import re
from functools import cache

import pytest

from scaling_core.claims import CLAIMS
from scaling_core.facts import table
from scaling_core.posttraining import POST_TRAINING_SHARES
from scaling_core.pretraining import BESIROGLU_2024
from scaling_core.quantities import QUANTITIES
from tests.book import notebooks
from tests.conftest import ROOT

BREAK_EVENS = ("index.ipynb", "01_pretraining.ipynb", "07_strategy.ipynb")

# What a page prints for a quantity, and the forms of it that are good.
VALUES = (
    ("Llama 3.1's post-training", r"([\d.]+)(?: %| per cent)? for Llama 3\.1\b", {"0.25"}),
    ("Llama 3.1's post-training", r"([\d.]+) % of [^.]{0,30} make up NVIDIA's", {"0.25"}),
    ("training utilisation", r"(\d+) % of (?:its|the|a chip's) peak in school", {"40"}),
    ("training utilisation", r"training reaches about (\d+) %", {"40"}),
    ("serving utilisation", r"and at (\d+) % when answering", {"10"}),
    ("serving utilisation", r"answering about (\d+) %", {"10"}),
    ("derivatives", r"NVIDIA's (\d+|\w+ty)\b", {"30", "thirty"}),
    ("derivatives", r"(\d+)x more compute", {"30"}),
    ("long thinking", r"over (\d+)x", {"100"}),
    ("Chinchilla ratio", r"(?:often given as|against about|ratio is about) (\d+)", {"20"}),
    ("Llama 3 8B's ratio", r"Llama 3 8B read ([\d,]+)", {"1,875"}),
)

WITHIN = r"(?:(?!\. )[^\n])*"  # a sentence

# Sentences that put a quantity on another basis than its own.
FALSE_BASES = (
    ("a quarter of a per cent of what?", r"quarter of a per cent(?! of (?:school|its pre-tr))"),
    (
        "an estimate of Epoch's, which Meta does not report",
        rf"\b(?:disclosed|on record)\b{WITHIN}Llama 3\.1|"
        rf"Llama 3\.1{WITHIN}\b(?:disclosed|on record)\b",
    ),
    ("by which method?", r"dearest run(?! by wear and energy)"),
    ("by which method?", r"0\.39 (?:billion|bn)(?! dollars by wear and energy)"),
)

# A row of a table of claims that speaks of the quantity carries the grade of the ledger.
GRADED = (
    ("derivatives", r"thirty times|30 times"),
    ("long thinking", r"over (?:a|one)? ?(?:hundred|100) times"),
)

ROW = re.compile(
    r"^\| (?P<claim>[^|]+) \| (?P<grade>supported|contested|wrong|not testable) \|", re.M
)


@cache
def pages() -> dict[str, str]:
    """The text of every page of the book with its code, and of the ledger, by name.

    String literals that Python joins are joined.
    """
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "chapters").glob("*.md")}
    texts["README.md"] = (ROOT / "README.md").read_text("utf-8")
    for path in notebooks.paths():
        texts[path.name] = "\n\n".join(cell.source for cell in notebooks.read(path).cells)
    texts["claims.toml"] = (ROOT / "scaling_core" / "data" / "claims.toml").read_text("utf-8")
    return {name: joined(text) for name, text in texts.items()}


def joined(text: str) -> str:
    return re.sub(r"\"\s*\n\s*f?\"", "", text)


def other_values(text: str) -> list[str]:
    return [
        f"{name}: {found[0]}"
        for name, pattern, good in VALUES
        for found in re.finditer(pattern, text)
        if found[1] not in good
    ]


def other_bases(text: str) -> list[str]:
    return [
        f"{why}: {found[0]}"
        for why, pattern in FALSE_BASES
        for found in re.finditer(pattern, text, re.IGNORECASE)
    ]


def other_grades(text: str) -> list[str]:
    return [
        f"{name} is {QUANTITIES[name].grade}: {row[0]}"
        for row in ROW.finditer(text)
        for name, pattern in GRADED
        if re.search(pattern, row["claim"])
        if row["grade"] != QUANTITIES[name].grade
    ]


each_page = pytest.mark.parametrize("name", sorted(pages()))


@each_page
def test_a_page_prints_the_value_the_basis_and_the_grade_of_the_list(name):
    text = pages()[name]
    assert other_values(text) + other_bases(text) + other_grades(text) == []


@pytest.mark.parametrize("name", BREAK_EVENS)
def test_a_page_with_a_break_even_states_the_convention(name):
    text = pages()[name]
    quoted = 'QUANTITIES["break-even"].wording' in text
    for sentence in re.split(r"(?<=\.) ", QUANTITIES["break-even"].wording):
        assert quoted or sentence in text


@pytest.mark.parametrize(("name", "pattern"), [entry[:2] for entry in VALUES])
def test_every_pattern_finds_something(name, pattern):
    assert any(re.search(pattern, text) for text in pages().values()), name


@pytest.mark.parametrize(
    "fault",
    [
        "0.3 % for Llama 3.1 405B",
        "Training ran at 35 % of the peak in school.",
        "The answer was NVIDIA's 40.",
        "| Long thinking takes over a hundred times an answer | contested | why |",
        "| Derivatives take thirty times the pre-training | supported | why |",
        "Llama 3 8B read 1,800 tokens per parameter.",
        "Press a quarter of a per cent, its share.",
        "Disclosed for two models, DeepSeek-V3 and Llama 3.1.",
        "For two models all of post-training is on record: 0.19 % and 0.25 % for Llama 3.1.",
        "The bill of the dearest run, 0.39 billion dollars.",
        'f"0.3 % "\n        f"for Llama 3.1"',
    ],
)
def test_a_fault_is_seen(fault):
    fault = joined(fault)
    assert other_values(fault) + other_bases(fault) + other_grades(fault)


# ---- the list itself ---------------------------------------------------------------------------


def test_the_forms_that_are_good_are_the_values_of_the_list():
    for name, _, good in VALUES:
        value = QUANTITIES[name].value
        shown = {f"{value:,.4g}", f"{100 * value:.2g}", f"{value:,.0f}", "thirty" * (value == 30)}
        shown |= {"0.25"} if round(100 * value, 2) == 0.25 else set()
        assert good <= shown, name


def test_a_quantity_says_what_it_is_counted_per():
    for name, quantity in QUANTITIES.items():
        assert quantity.value > 0, name
        assert quantity.unit, name
        # the page of the functions lists them, a line each
        assert "\n" not in quantity.basis + quantity.wording, name
        assert len(quantity.basis.split()) > 5, name
        assert quantity.source.year >= 2022, name
        assert bool(quantity.grade) == bool(quantity.claim), name
        assert str(quantity) == quantity.wording


def test_the_wordings_hold_the_values():
    words = {name: quantity.wording for name, quantity in QUANTITIES.items()}
    for name, word in {
        "training utilisation": f"{QUANTITIES['training utilisation'].value:.0%}"[:-1],
        "serving utilisation": f"{QUANTITIES['serving utilisation'].value:.0%}"[:-1],
        "Chinchilla ratio": f"{QUANTITIES['Chinchilla ratio'].value:.0f}",
        "Llama 3 8B's ratio": "1,875",
        "dearest run": f"{QUANTITIES['dearest run'].value / 1e9:.2f} billion",
        "break-even": {4: "four times sooner"}[round(QUANTITIES["break-even"].value, 9)],
    }.items():
        assert word in words[name]
    llama = QUANTITIES["Llama 3.1's post-training"].value
    assert round(100 * llama, 2) == 0.25
    assert llama in [row.share for row in POST_TRAINING_SHARES if row.model == "Llama 3.1 405B"]


def test_the_bases_hold_what_they_compare_with():
    own = BESIROGLU_2024.optimal(5.76e23)
    assert f"the refit gives {own.D / own.N:.0f} " in QUANTITIES["Chinchilla ratio"].basis
    costs = table("training_costs")
    hired = costs["cloud"][costs["model"] == "Grok-3"][0]
    assert f"{hired / 1e9:.2f} billion" in QUANTITIES["dearest run"].basis


def test_the_landing_page_grades_claims_in_the_words_and_with_the_grades_of_the_ledger():
    rows = [(row["claim"], row["grade"]) for row in ROW.finditer(pages()["index.ipynb"])]
    assert len(rows) == 3
    assert set(rows) <= {(claim.claim, claim.grade) for claim in CLAIMS}


def test_the_claims_of_one_quantity_have_one_grade():
    grades = {claim.id: claim.grade for claim in CLAIMS}
    assert grades["A32"] == grades["B14"] == QUANTITIES["long thinking"].grade
    assert QUANTITIES["long thinking"].wording in next(c.claim for c in CLAIMS if c.id == "A32")
    assert QUANTITIES["derivatives"].grade == grades["A20"]
