"""Whatever a page calls the largest, the only one or on record is checked, or is no such claim.

`CHECKED` holds the pieces of text that say such a thing of the world, each with a check by code
against the book's own tables and laws.  `WORDING` holds those in which the word makes no such
claim, with the reason.  A superlative that is in neither fails the test, and so does an entry that
is on no page any more.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pytest

from scaling_core import facts, posttraining, power, pretraining, prophecy, strategy
from tests.book import notebooks
from tests.conftest import ROOT

SUPERLATIVE = re.compile(
    r"\b(?:the only|only (?:one|two|three) (?:is|are|has|have)|none|on record|dearest|largest|"
    r"highest|biggest|longest|more than any|no other|nobody has|no one has|"
    r"(?:is|are) (?:public|disclosed))\b",
    re.IGNORECASE,
)
FEWEST_WORDS = 5  # of a text in code that is a sentence and no label


def sentences_of_code(source: str) -> Iterator[str]:
    """The texts of a cell that are sentences, with `{}` where a number is live."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
            yield "".join(map(str, parts))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inside
        ):
            yield node.value


@cache
def superlatives() -> dict[str, list[str]]:
    """By page, the sentences in which one of the words stands."""
    found: dict[str, list[str]] = {}
    for path in notebooks.paths():
        lines: list[str] = []
        for cell in notebooks.read(path).cells:
            if cell.cell_type == "markdown":
                lines += cell.source.splitlines()
            else:
                texts = sentences_of_code(cell.source)
                lines += [text for text in texts if len(text.split()) >= FEWEST_WORDS]
        found[path.name] = lines
    for path in [*(ROOT / "chapters").glob("*.md"), ROOT / "README.md"]:
        found[path.name] = path.read_text("utf-8").splitlines()
    ledger = (ROOT / "scaling_core" / "data" / "claims.toml").read_text("utf-8")
    evidence = re.findall(r'^(?:evidence|change) = "(.+)"$', ledger, re.MULTILINE)
    plain = [re.sub(r"\\(.)", r"\1", text) for text in evidence]
    found["claims.toml"] = [
        line for text in plain for line in re.split(r"(?<=[.\"]) (?=[A-Z])", text)
    ]
    return {
        page: list(dict.fromkeys(line for line in lines if SUPERLATIVE.search(line)))
        for page, lines in found.items()
    }


# ---- what is checked ---------------------------------------------------------------------------

CHECKED: dict[str, dict[str, Callable[[], bool]]] = {}


def checked(page: str, *snippets: str) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
    """Register the check of the sentences of a page that hold these pieces of text."""

    def register(check: Callable[[], bool]) -> Callable[[], bool]:
        for snippet in snippets:
            assert snippet not in CHECKED.setdefault(page, {}), snippet
            CHECKED[page][snippet] = check
        return check

    return register


@checked(
    "07_strategy.ipynb",
    "Best of those on record: **{}**",
    "the small one has no more tries on record",
    "neither has more tries on record",
)
def the_best_on_record_is_held_by_a_criterion():
    from tests.book import verdicts
    from tests.book.criteria import chapter_07

    most = facts.table("pythia_math")["tries"].max()
    return verdicts.CRITERIA["many_or_large"] is chapter_07.many_or_large and most == 1e4


@checked("07_strategy.ipynb", "where the 2.8B has no more tries on record")
def the_tries_of_the_2_8b_end_at_1_7e16():
    spent = pretraining.inference_flops(strategy.PYTHIA_SIZES["2.8B"], 300) * strategy.MOST_TRIES
    return round(spent / 1e16, 1) == 1.7


@checked("07_strategy.ipynb", "On record, R1-Zero's RL took 3.8 per cent")
def r1_zero_is_disclosed():
    row = next(x for x in posttraining.POST_TRAINING_SHARES if x.model == "DeepSeek-R1-Zero")
    return row.kind == "disclosed" and round(100 * row.share, 1) == 3.8


@checked(
    "07_strategy.ipynb", "How many times as much as the cheapest of the three does the dearest"
)
def the_dearest_of_three_paths_is_the_bigger_model():
    paths = strategy.path_costs(1e8, 0.8, 0.2, 0.5)
    return paths.bigger > paths.retries > paths.rl


@checked("07_strategy.ipynb", "There its training is the dearest item of all")
def where_few_ask_the_training_of_a_bigger_model_is_the_dearest():
    few = strategy.path_costs(1e3, 1.0, 0.2, 0.5)
    return few.bigger > few.rl > few.retries


def landmarks(first: int, last: int) -> dict[str, np.ndarray]:
    """The rows of the table of landmark models that were published in some years."""
    runs = facts.table("landmark_models")
    year = runs["date"].astype("datetime64[Y]").astype(int) + 1970
    return {name: runs[name][(first <= year) & (year <= last)] for name in ("N", "D", "C")}


@checked("claims.toml", "15 trillion tokens, among the largest texts disclosed in 2024")
def fifteen_trillion_tokens_are_among_the_largest_of_2024():
    return 15e12 >= np.sort(landmarks(2024, 2024)["D"])[-4]


@checked("claims.toml", "The dearest site of our table stood at 35 billion in May 2026")
def the_dearest_site_of_the_table():
    return round(np.nanmax(facts.table("power_sites")["capital"]) / 1e9) == 35


@checked("claims.toml", "Hundreds of billions are on record since 2020")
def models_of_hundreds_of_billions_are_in_the_table():
    return all(np.nanmax(landmarks(year, year)["N"]) > 1e11 for year in (2020, 2022, 2024))


@checked("01_pretraining.ipynb", "2 × 10²⁹ is the largest run it thought feasible by 2030")
def the_lowest_of_the_four_limits_is_2e29():
    return min(limit.median for limit in power.EPOCH_2030.values()) == 2e29


@checked("02_posttraining.ipynb", "an estimate, since its makers report none")
def llamas_share_is_an_estimate():
    rows = [x for x in posttraining.POST_TRAINING_SHARES if x.model == "Llama 3.1 405B"]
    return [row.kind for row in rows] == ["estimate"]


@checked("02_posttraining.ipynb", "The largest is a company's chart without numbers")
def the_largest_share_is_a_claim():
    last = max(posttraining.POST_TRAINING_SHARES, key=lambda row: row.share)
    return (last.kind, last.source.key) == ("claim", "xai2025")


@checked("05_prophecy.ipynb", "by that method the highest bill of Epoch AI's table: 0.39 billion")
def no_bill_by_wear_and_energy_is_higher():
    bills = (facts.table("training_costs")["amortised"], facts.table("training_runs")["cost"])
    return all(np.nanmax(bill) < prophecy.DEAREST_RUN for bill in bills)


@checked("06_power.ipynb", "none is later than February 2025, since makers no longer publish them")
def no_run_of_the_record_is_later_than_february_2025():
    last = facts.table("training_runs")["date"].max()
    return str(last.astype("datetime64[M]")) == "2025-02"


@checked("06_power.ipynb", "1.7 times the largest run of the record above")
def the_largest_run_of_the_record():
    return round(6e26 / facts.table("training_runs")["C"].max(), 1) == 1.7


# ---- where the word makes no claim about records -----------------------------------------------

LEDGER = "the words of a claim of the ledger, graded beside it"
QUOTED = "the words of somebody else, quoted"
MEANS = "says what a word or a symbol means"
OWN = "speaks of the figure or the list it stands at"

STUDY = "what the cited study is about, or how it chose"

WORDING: dict[str, dict[str, str]] = {
    "01_pretraining.ipynb": {
        "none with more than {} FLOP": "live: the largest of the runs that are drawn",
        "none larger than {} FLOP": "live: the largest of the runs that are drawn",
        "left out the five with the highest loss": OWN,
        "the runs with the highest loss are left out, one by one": OWN,
    },
    "02_posttraining.ipynb": {
        "times the pre-training for the dearest, {} for the middle one": OWN,
        "None costs more than 1: a dearer copy is a new pre-training.": OWN,
        "No interval was published, so none is drawn.": OWN,
        "hand-picked points of unlike kinds make none": OWN,
    },
    "03_testtime.ipynb": {
        "A try of the largest costs {} times as much as one of the smallest": OWN,
        "counted in tries of the largest model": OWN,
        "budget B (tries of the largest)": OWN,
    },
    "04_longtail.ipynb": {
        "so for the longest tails the factors fall below the formula": OWN,
        "without the runs of highest loss": OWN,
        "the few runs of highest loss": OWN,
        "the five runs of highest loss": OWN,
        "The biggest lesson that can be read from 70 years": QUOTED,
        "the only thing that matters in the long run": QUOTED,
        "Brute compute may be the only way": LEDGER,
    },
    "05_prophecy.ipynb": {
        "it has grown 4.63 times a year for the largest models": STUDY,
        "and, for the largest, 4.63 since": STUDY,
        "highest resting place": OWN,
        "If no other builds, it pays": MEANS,
        "if none does": MEANS,
        "if no other does": MEANS,
        "For runs among the ten largest of their day": STUDY,
        "the cost of the largest clusters goes on doubling": STUDY,
        "or none comes, the sum bends": OWN,
    },
    "06_power.ipynb": {
        "over each operator's largest site": STUDY,
        "the biggest issue we are now having": QUOTED,
        "largest run in 2030 (FLOP)": OWN,
        "the largest models of [chapter 5](05_prophecy)": STUDY,
        "Power is the largest bottleneck": LEDGER,
    },
    "index.ipynb": {
        "Power is the largest bottleneck": LEDGER,
    },
    "07_strategy.ipynb": {
        "The lowest and the highest of several curves.": OWN,
        "where is it highest, and where should a whole 1e24 go?": "a question",
    },
    "claims.ipynb": {
        'an "only" on it that nobody has shown': 'the rule of the grade "contested"',
    },
    "claims.toml": {
        "but the only thing that matters in the long run": QUOTED,
        "the biggest issue we are now having": QUOTED,
        "a Gaussian noise with this spectrum has none": "a fact of mathematics",
        "Of judging and rejection we know none": "says what we know",
        "gives no survey and we know of none": "says what we know",
    },
    "teaching.md": {'one defends "there is a wall", one "there is none"': "the two sides"},
    "glossary.md": {
        "keep the one that a {term}`judge` scores highest": MEANS,
        "the largest training run that power": MEANS,
        "the newest and largest models": MEANS,
        "looks like one and has none": MEANS,
        "the largest run that one resource allows": MEANS,
    },
    "notation.md": {"rank of a derivative, the dearest first": MEANS},
    "README.md": {
        "BROWSER=none": "an option",
        "None of these files is part of the book": "the repository, which a reader has",
    },
}

each_page = pytest.mark.parametrize("page", [*superlatives()])


def listed(page: str) -> list[str]:
    return [*CHECKED.get(page, {}), *WORDING.get(page, {})]


def covered(line: str, place: int, snippets: list[str]) -> bool:
    """Whether a place of a line is inside one of the pieces of text."""
    return any(
        found.start() <= place < found.end()
        for snippet in snippets
        for found in re.finditer(re.escape(snippet), line)
    )


@each_page
def test_a_superlative_is_checked_or_is_none(page):
    snippets = listed(page)
    assert [
        f"{found[0]}: {line}"
        for line in superlatives()[page]
        for found in SUPERLATIVE.finditer(line)
        if not covered(line, found.start(), snippets)
    ] == []


@each_page
def test_what_is_listed_stands_on_its_page(page):
    lines = superlatives()[page]
    assert [text for text in listed(page) if not any(text in line for line in lines)] == []


@pytest.mark.parametrize(
    ("page", "snippet"),
    [(page, text) for page, checks in CHECKED.items() for text in checks],
)
def test_the_tables_say_so(page, snippet):
    assert CHECKED[page][snippet]()


def test_a_superlative_is_seen_wherever_a_reader_meets_it():
    code = 'f"{run} is the dearest run {x:.2f} so far"; y = "Grok is the largest run"'
    said = {"{} is the dearest run {} so far", "Grok is the largest run"}
    assert said <= set(sentences_of_code(code))
    for line in ("Six figures are public.", "It is the only one.", "None larger was trained."):
        assert SUPERLATIVE.search(line)
    assert not SUPERLATIVE.search("It is published by nobody, not only once.")
