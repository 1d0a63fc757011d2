"""The ledger of claims: whole, graded by the rules, and its numbers those of the formulas."""

import ast
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from scaling_core import facts, longtail, posttraining, power, prophecy, strategy
from scaling_core import testtime as test_time
from scaling_core.claims import CHAPTERS, CLAIMS, ESSAYS, GRADES, Claim, Place, count, select
from scaling_core.pretraining import (
    BESIROGLU_2024,
    HOFFMANN_2022,
    MUENNIGHOFF_2023,
    training_flops,
)
from scaling_core.sources import SOURCES
from tests.book import notebooks
from tests.conftest import ROOT
from tests.scaling_core.optional_data import load_or_skip

LEDGER = {claim.id: claim for claim in CLAIMS}
LATIN = re.compile(r"\b(?:e\.g|i\.e|etc|cf|viz|vs|ca)\.", re.IGNORECASE)

each_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)


def figures(chapter):
    """The names of the live figures of a chapter."""
    path = ROOT / "chapters" / f"{CHAPTERS[chapter]}.ipynb"
    cells = [cell for cell in notebooks.read(path).cells if cell.cell_type == "code"]
    nodes = (node for cell in cells for node in ast.walk(ast.parse(cell.source)))
    return {
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef)
        for call in node.decorator_list
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "explore"
    }


def test_ids_are_unique_and_in_order():
    assert len(LEDGER) == len(CLAIMS)
    assert [claim.id for claim in CLAIMS] == sorted(LEDGER, key=lambda i: (i[0], int(i[1:])))


def test_every_essay_and_grade_occurs():
    assert {claim.essay for claim in CLAIMS} == set(ESSAYS)
    assert {claim.grade for claim in CLAIMS} == set(GRADES)


@each_claim
def test_a_claim_is_one_sentence_with_evidence_and_a_place(claim):
    assert re.fullmatch(r"[A-Zo1].*[^.]\.", claim.claim)  # o1-mini, 1/f
    assert not re.search(r"[.!?] [A-Z]", claim.claim.replace("2.0", ""))
    for text in (claim.evidence, claim.change):
        assert not text or re.search(r'[.!]"?$', text)
        assert not LATIN.search(text)
        assert text.count('"') % 2 == 0
        assert not re.search(r"[_*`<>|\n]", text), "plain text: it is shown in several places"
    assert claim.where


def referred(claim):
    """The ids of the claims that a claim names."""
    return set(re.findall(r"\b[ABCD][1-9]\d*\b", f"{claim.evidence} {claim.change}"))


@pytest.mark.parametrize("claim", [*filter(referred, CLAIMS)], ids=lambda claim: claim.id)
def test_other_claims_that_are_referred_to_exist(claim):
    assert referred(claim) <= set(LEDGER)


@pytest.mark.parametrize(
    ("claim", "place"),
    [
        pytest.param(claim.id, place, id=f"{claim.id}-{place.figure}")
        for claim in CLAIMS
        for place in claim.where
        if place.figure
    ],
)
def test_figures_stand_in_their_chapter(claim, place):
    assert place.figure in figures(place.chapter)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_figures_for_the_ledger(chapter):
    assert figures(chapter)
    named = {p.figure for claim in CLAIMS for p in claim.where if p.chapter == chapter}
    assert named & figures(chapter)


def test_counts_are_counted():
    assert count() == {grade: Counter(c.grade for c in CLAIMS)[grade] for grade in GRADES}
    assert sum(count().values()) == len(CLAIMS)
    assert sum(sum(count(select(essay=essay)).values()) for essay in ESSAYS) == len(CLAIMS)
    assert count(()) == dict.fromkeys(GRADES, 0)


def test_contested_is_commonest_and_wrong_is_rarest():
    counted = count()
    assert max(counted, key=counted.get) == "contested"
    assert min(counted, key=counted.get) == "wrong"


def test_select_narrows():
    some = select(grade="contested", chapter=2, essay="A")
    assert some
    assert all(
        claim.grade == "contested" and 2 in claim.chapters and claim.essay == "A" for claim in some
    )
    assert select() == CLAIMS


@pytest.mark.parametrize(
    ("name", "value"), [("grade", "false"), ("chapter", 8), ("chapter", "1"), ("essay", "E")]
)
def test_select_refuses_what_it_does_not_know(name, value):
    with pytest.raises(ValueError, match=rf"^{name} = {value!r}: allowed is one of \["):
        select(**{name: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "E1"}, "id = 'E1': allowed is a letter of A, B, C, D and a number"),
        ({"id": "A01"}, "id = 'A01'"),
        ({"grade": "true"}, "A1: grade = 'true': allowed is one of supported, contested, wrong"),
        ({"sources": ("nobody1900",)}, "A1: sources = 'nobody1900': allowed are keys of SOURCES"),
        ({"grade": "contested"}, "A1: change = '': allowed is a text if the grade is contested"),
        ({"change": "Anything."}, "A1: change = 'Anything.'"),
        ({"sources": ()}, "A1: sources = (): allowed is one or more if the grade is wrong"),
        ({"said_by": "Gwern"}, "A1: apart = (): allowed are ids of claims if said_by is given"),
        ({"apart": ("A2",)}, "A1: apart = ('A2',): allowed are ids of claims if said_by is given"),
        (
            {"grade": "not testable", "said_by": "Gwern", "apart": ("A2",)},
            "A1: grade = 'not testable': allowed is another one if said_by is given",
        ),
    ],
)
def test_a_claim_that_breaks_the_rules_is_refused(change, message):
    fine = Claim("A1", "A claim.", "wrong", "Evidence.", ("kaplan2020",), (Place(1),))
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        replace(fine, **change)


def test_how_a_claim_and_an_essay_are_named():
    places = (Place(3, "three_ways"), Place(1), Place(3))
    claim = Claim("C1", "A claim.", "wrong", "Evidence.", ("kaplan2020",), places)
    assert (claim.essay, claim.chapters) == ("C", (3, 1))
    assert str(claim) == "C1, wrong: A claim."
    essay = ESSAYS["C"]
    assert str(essay) == f"{essay.title} ({essay.author}; {essay.place})"


def test_a_place_in_no_chapter_is_refused():
    with pytest.raises(ValueError, match=r"^chapter = 8: allowed is one of \[1, 2,"):
        Place(8)


# ---- the numbers


def binds(reading, what="power"):
    return 100 * float(power.binding(power.ceilings(n=8192, reading=reading))[what])


def lab(**change):
    return strategy.run_lab(0.8, 0.02, strategy.Lab(**change)).right.mean()


def best_rl_share(skills):
    split = strategy.best_split(strategy.Lab(service=strategy.Service(skills=skills))).share
    return 100 * split.rl


def tokens_per_parameter(model):
    landmarks = facts.table("landmark_models")
    row = list(landmarks["model"]).index(model)
    return landmarks["D"][row] / landmarks["N"][row]


def crossing(start, target, growth=2.4):
    return float(prophecy.crossing_year(2025.5, start, growth, target))


def doubling(first, last):
    """Years in which transistors per chip double, in our own table."""
    chips = facts.table("transistors")
    of = (first <= chips["year"]) & (chips["year"] <= last)
    return prophecy.fit_exponential(chips["year"][of], chips["transistors"][of]).doubling_time


def test_wikipedias_list_gives_the_doubling_times_of_the_ledger():
    chips = load_or_skip("transistors")
    for first, last, text in ((1990, 2005, "1.42"), (2005, 2026, "2.48")):
        of = (first <= chips["year"]) & (chips["year"] <= last)
        fit = prophecy.fit_exponential(chips["year"][of], chips["transistors"][of])
        assert f"{fit.doubling_time:.2f}" == text
        assert text in LEDGER["D30"].evidence


RACE = prophecy.race(0.2, 1000, 100, 500, 4)
HILL = posttraining.KHATRI_2025["8B"]
STEEP = strategy.steep_window(HILL, BESIROGLU_2024.share_removed(10))
BILLS = posttraining.ecosystem_samples(4096, seed=0) - 1
BEST_SPLIT = strategy.best_split()
RUN = 0.39e9  # dollars: one run of mid-2025
SITES = facts.table("power_sites")
PRICES = SITES["capital"] / SITES["power"]  # dollars for a watt
PLANNED = SITES["power"][SITES["site"] == "Fairwater Wisconsin"][0]
VIDEO_SECONDS = 720_000 * 3600 * 365.25
SHARES = {x.model: 100 * x.share for x in reversed(posttraining.POST_TRAINING_SHARES)}


@pytest.mark.parametrize(
    ("claim", "text", "value"),
    [
        ("A3", "0.33", lambda: lab()),
        ("A3", "0.88", lambda: BEST_SPLIT.right),
        ("A3", "0.90", lambda: lab(answers=4e10)),
        ("A12", "0.46", lambda: HOFFMANN_2022.size_exponent),
        ("A12", "0.51", lambda: BESIROGLU_2024.size_exponent),
        ("A17", "60", lambda: 15e12 * 4 / 1e12),
        ("A18", "0.19", lambda: SHARES["DeepSeek-V3"]),
        ("A18", "0.25", lambda: SHARES["Llama 3.1 405B"]),
        ("A18", "3.8", lambda: SHARES["DeepSeek-R1-Zero"]),
        ("A20", "3,000", lambda: posttraining.derivatives_needed(30, 0.01)),
        ("A20", "0.002", lambda: np.quantile(BILLS, 0.025)),
        ("A20", "1,300", lambda: round(np.quantile(BILLS, 0.975), -2)),
        ("A24", "10,000", lambda: 0.01 / 1e-6),
        ("A26", "0.3", lambda: power.energy_per_query(1e11, 500) / 3600),
        ("A26", "29", lambda: power.energy_per_query(1e11, 50_000) / 3600),
        ("A38", "48", lambda: 100 * longtail.missing_share(1000, 1e6, 1.0)),
        (
            "A39",
            "0.258",
            lambda: longtail.predicted_data_exponent(BESIROGLU_2024.alpha, "quanta"),
        ),
        ("A39", "0.366", lambda: BESIROGLU_2024.beta),
        ("A46", "1.41", lambda: prophecy.MOORE_1975.factor(1)),
        ("A53", "0.40", lambda: RACE.joint_threshold),
        ("A53", "0.133", lambda: RACE.threshold),
        ("A54", "0.133", lambda: RACE.threshold),
        ("A58", "2.8", lambda: 2 ** (12 / 8)),
        ("A60", "2034.6", lambda: crossing(RUN, 1.15e12)),
        ("A61", "67", lambda: binds(0.90)),
        ("A61", "59", lambda: binds(0.80)),
        ("A61", "73", lambda: binds(0.95)),
        ("A61", "21", lambda: binds(0.80, "chips")),
        ("A63", "477", lambda: power.US_AVERAGE_LOAD / 1e9),
        ("A5", "12", lambda: 100 * posttraining.FINAL_RUN_SHARES["Z.ai"]),
        ("A5", "23", lambda: 100 * posttraining.FINAL_RUN_SHARES["MiniMax"]),
        ("A18", "10", lambda: SHARES["DeepSeek-V3.2"]),
        ("B7", "0.01", lambda: min(SHARES.values())),
        ("B7", "10", lambda: SHARES["DeepSeek-V3.2"]),
        ("A72", "3.3", lambda: PLANNED / 1e9),
        ("A72", "32", lambda: np.nanmax(PRICES)),
        ("A72", "106", lambda: PLANNED * np.nanmax(PRICES) / 1e9),
        ("A72", "2027.8", lambda: prophecy.crossing_year(2026.33, 34.9e9, 2.0, 1e11)),
        ("A72", "35", lambda: np.nanmax(SITES["capital"]) / 1e9),
        ("B7", "100", lambda: max(SHARES.values())),
        ("B9", "600", lambda: round(posttraining.HERNANDEZ_2021.worth(1e6, 1e9), -1)),
        ("C1", "0.30", lambda: BEST_SPLIT.share.pretraining),
        ("C1", "0.05", lambda: BEST_SPLIT.share.rl),
        ("C1", "0.65", lambda: BEST_SPLIT.share.thinking),
        ("C6", "0.61", lambda: HILL.A),
        ("C6", "0.71", lambda: posttraining.KHATRI_2025["17Bx16 mixture of experts"].A),
        ("C9", "30", lambda: 100 * HOFFMANN_2022.share_removed(10)),
        ("C9", "34", lambda: 100 * BESIROGLU_2024.share_removed(10)),
        ("C10", "0.29", lambda: STEEP.low / HILL.C_mid),
        ("C10", "3.5", lambda: STEEP.high / HILL.C_mid),
        ("C10", "5", lambda: best_rl_share(100)),
        ("C10", "45", lambda: best_rl_share(10_000)),
        ("D6", "1,875", lambda: 15e12 / 8e9),
        ("D7", "3.73", lambda: MUENNIGHOFF_2023.effective_tokens(4e9, 1e9) / 1e9),
        ("D9", "1.7", lambda: 300e9 / 175e9),
        ("D9", "3.3", lambda: 175e9 / BESIROGLU_2024.optimal(6 * 175e9 * 300e9).N),
        ("D10", "21", lambda: tokens_per_parameter("LLaMA-65B")),
        ("D10", "1,875", lambda: 15e12 / 8e9),
        ("D17", "0.9", lambda: gain_of_selection()),
        ("D25", "720,000", lambda: 500 * 60 * 24),
        ("D26", "24", lambda: VIDEO_SECONDS * 25 / 1e12),
        ("D26", "240", lambda: round(VIDEO_SECONDS * 256 / 1e12, -1)),
        ("D26", "42", lambda: 1e15 / (VIDEO_SECONDS * 25)),
        ("D26", "4", lambda: 1e15 / (VIDEO_SECONDS * 256)),
        ("D28", "6e26", lambda: training_flops(1e11, 1e15)),
        ("D30", "1.69", lambda: doubling(1990, 2005)),
        ("D30", "2.25", lambda: doubling(2005, 2026)),
        ("D32", "2.8", lambda: 2 ** (12 / 8)),
    ],
)
def test_numbers_are_those_of_the_formulas(claim, text, value):
    assert re.search(rf"(?<![\d.,]){re.escape(text)}(?![\d]|\.\d)", LEDGER[claim].evidence)
    decimals = len(text.partition(".")[2])
    assert round(float(value()), decimals) == float(text.replace(",", ""))


def gain_of_selection():
    few, many = test_time.BROWN_2024_SELECTION
    return 100 * (many.selected - few.selected)


def test_retries_beat_training_up_to_about_nine_million_answers():
    paths = strategy.path_costs(np.array([8.5e6, 9.5e6]), 1.0, 0.2, 0.5)
    assert list(paths.cheapest) == ["retries", "rl"]


def test_a_hundredfold_answer_has_some_33_000_tokens():
    cost = test_time.LLAMA_3["8B"].answer_flops
    assert 95 < cost(33_000) / cost(test_time.ORDINARY_ANSWER) < 105


# ---- the rules, as far as a program can check them


def test_what_is_supported_or_wrong_is_so_by_a_source():
    bare = {claim.id for claim in CLAIMS if not claim.sources}
    assert not bare & {claim.id for claim in CLAIMS if claim.grade in ("supported", "wrong")}
    assert {key for claim in CLAIMS for key in claim.sources} <= set(SOURCES)


PEOPLE = ("Amodei", "Gwern", "Hoffmann", "Kourabi", "Nadella", "Sutton")  # whom the essays quote
ATTRIBUTIONS = [claim for claim in CLAIMS if claim.said_by]


@each_claim
def test_a_claim_about_what_somebody_said_is_marked_as_an_attribution(claim):
    subject = re.match(r"|".join(PEOPLE), claim.claim)
    assert bool(subject) == bool(claim.said_by)
    assert not subject or claim.said_by.startswith(subject[0])


@pytest.mark.parametrize("claim", ATTRIBUTIONS, ids=lambda claim: claim.id)
def test_a_genuine_attribution_is_supported_and_what_was_said_is_graded_apart(claim):
    assert claim.evidence.startswith("Genuine")
    cut = "and cut" in claim.evidence
    assert claim.grade == ("contested" if cut else "supported")
    assert set(claim.apart) <= set(LEDGER)
    for other in claim.apart:
        assert not LEDGER[other].said_by, f"{other} is an attribution too"


def test_there_are_attributions_of_both_kinds():
    assert {claim.grade for claim in ATTRIBUTIONS} == {"supported", "contested"}
    assert {claim.said_by.split()[0] for claim in ATTRIBUTIONS} == set(PEOPLE)


@each_claim
def test_a_forecast_is_contested_with_a_date_and_not_testable_without(claim):
    dated = any(int(year) > 2026 for year in re.findall(r"\b20\d\d\b", claim.claim))
    if claim.said_by:
        return
    if dated:
        assert claim.grade == "contested"
    elif re.search(r"\bwill\b", claim.claim):
        assert claim.grade == "not testable"


@each_claim
def test_no_claim_with_an_only_or_a_superlative_is_supported(claim):
    strong = r"\b(?:only|never|exact|everything|anything|largest|most important|best)\b"
    if not claim.said_by and re.search(strong, claim.claim):
        assert claim.grade != "supported"


@pytest.mark.parametrize(
    "claim",
    [c for c in CLAIMS if c.grade == "supported" and re.search(r"\b(?:can|could|may)\b", c.claim)],
    ids=lambda claim: claim.id,
)
def test_a_mere_possibility_says_how_far_it_reaches(claim):
    others = "".join(LEDGER[i].evidence for i in referred(claim))
    reach = r"where|only|as an? |up to|at least|varies|needs|if |\d"
    assert re.search(reach, claim.evidence + others, re.IGNORECASE)


def test_the_rules_are_written_on_the_page_of_the_ledger():
    source = "\n".join(cell.source for cell in notebooks.read(ROOT / "chapters/claims.ipynb").cells)
    assert "RULES.values()" in source
