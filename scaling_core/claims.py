"""The ledger of claims: what the essays behind this book say, graded, with the evidence.

The rows stand in `data/claims.toml`, in our words.  A grade is a judgement of ours about a sentence
as it stands, not about the essay or its author; `GRADES` says what each of the four means.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any

from scaling_core.sources import SOURCES

GRADES: Mapping[str, str] = MappingProxyType(
    {
        "supported": "evidence that can be named agrees with the sentence as it stands, within the "
        "limit that the row states",
        "contested": "evidence points both ways, or the direction is shown and the size or the "
        "cause is not",
        "wrong": "a record that can be named says otherwise",
        "not testable": "no observation that we can name would decide it: an image, a wish, a "
        "forecast without a date or a measure, a number without a source",
    }
)
"""What a grade means [words].

Source: `thisbook`, the grading.
"""

RULES: Mapping[str, str] = MappingProxyType(
    {
        "as it stands": "a grade is given to a sentence as it stands, not to an essay or its "
        "author",
        "record": "what is supported or wrong is so by a work that the row names",
        "possibility": "a sentence that only may be so (can, could, may) is supported if a case is "
        "on record, or follows from numbers that are, and the row says how far it reaches; that "
        "nothing rules it out is not enough",
        "size, cause and only": "where the direction is shown and the size, the cause or an "
        '"only" is not, the sentence is contested',
        "attribution": "that somebody said or found something is one claim, that it is so another: "
        "an attribution is supported if it is genuine and contested if it was cut so that its "
        "sense changed, and what was said is graded in other rows, which the row names",
        "forecast": "a forecast with a date and a size is contested until the date; without them "
        "it is not testable",
        "change": "a contested row says what would change its grade",
    }
)
"""The rules of grading, which hold for all rows [words].

Source: `thisbook`, the grading.
"""

CHAPTERS: Mapping[int, str] = MappingProxyType(
    {
        1: "01_pretraining",
        2: "02_posttraining",
        3: "03_testtime",
        4: "04_longtail",
        5: "05_prophecy",
        6: "06_power",
        7: "07_strategy",
    }
)
"""The notebook of each chapter, without its ending [names].

Source: `thisbook`, a setting of the code.
"""


@dataclass(frozen=True)
class Essay:
    """One of the essays, as its own text names it.

    Attributes:
        title: as printed.
        author: who wrote it, as far as the text says.
        place: where and when it appeared, as far as the text says.
    """

    title: str
    author: str
    place: str

    def __str__(self) -> str:
        return f"{self.title} ({self.author}; {self.place})"


ESSAYS: Mapping[str, Essay] = MappingProxyType(
    {
        "A": Essay(
            "Beyond Bigger Models: The Three Scaling Laws Redefining AI's Future",
            "Shubham Lad",
            "21 January 2026; the text does not say where",
        ),
        "B": Essay(
            "How scaling laws drive smarter, more powerful AI systems",
            "unsigned",
            "an undated news digest of a post by NVIDIA",
        ),
        "C": Essay(
            "The Three AI Scaling Laws: From Pre-Training to Test-Time",
            "Gennaro, founder of FourWeekMBA",
            "FourWeekMBA, undated",
        ),
        "D": Essay(
            "Scaling Laws Open New Dimensions When Old Ones Stall",
            "unsigned",
            "an undated note among others that it points to",
        ),
    }
)
"""The essays by the letter that begins the numbers of their claims [essays].

Source: the works themselves.
"""


@dataclass(frozen=True)
class Place:
    """Where a claim can be tested.

    Attributes:
        chapter: the chapter's number.
        figure: the name of a live figure in it, or nothing.
    """

    chapter: int
    figure: str = ""

    def __post_init__(self) -> None:
        if self.chapter not in CHAPTERS:
            raise ValueError(f"chapter = {self.chapter!r}: allowed is one of {list(CHAPTERS)}")


@dataclass(frozen=True)
class Claim:
    """One claim and what became of it.

    Attributes:
        id: letter of the essay and a number, such as A17.
        claim: what the essay says, in our words.
        grade: one of `GRADES`.
        evidence: what the grade rests on, and its limit.
        sources: keys of `scaling_core.sources.SOURCES`.
        where: the places in this book where a reader can test it.
        change: of a contested claim, what would change the grade.
        said_by: of an attribution, who said or found what it reports; the grade is then that of
            the attribution alone.
        apart: of an attribution, the ids of the claims in which what was said is graded.

    Raises:
        ValueError: if the id, the grade, a source or a place is unknown; if a contested claim does
            not say what would change its grade, or another one does; if a supported or a wrong
            claim names no source; or if an attribution does not say where what was said is graded,
            or is not testable.
    """

    id: str
    claim: str
    grade: str
    evidence: str
    sources: tuple[str, ...] = ()
    where: tuple[Place, ...] = ()
    change: str = ""
    said_by: str = ""
    apart: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(f"[{''.join(ESSAYS)}][1-9][0-9]*", self.id):
            raise ValueError(
                f"id = {self.id!r}: allowed is a letter of {', '.join(ESSAYS)} and a number"
            )
        if self.grade not in GRADES:
            raise ValueError(
                f"{self.id}: grade = {self.grade!r}: allowed is one of {', '.join(GRADES)}"
            )
        for key in self.sources:
            if key not in SOURCES:
                raise ValueError(f"{self.id}: sources = {key!r}: allowed are keys of SOURCES")
        if bool(self.change) != (self.grade == "contested"):
            raise ValueError(
                f"{self.id}: change = {self.change!r}: allowed is a text if the grade is contested "
                "and nothing otherwise"
            )

        if self.grade in ("supported", "wrong") and not self.sources:
            raise ValueError(
                f"{self.id}: sources = (): allowed is one or more if the grade is {self.grade}"
            )
        if bool(self.apart) != bool(self.said_by):
            raise ValueError(
                f"{self.id}: apart = {self.apart!r}: allowed are ids of claims if said_by is given "
                "and nothing otherwise"
            )
        if self.said_by and self.grade == "not testable":
            raise ValueError(
                f"{self.id}: grade = {self.grade!r}: allowed is another one if said_by is given, "
                "since a record decides whether something was said"
            )

    @property
    def essay(self) -> str:
        """The letter of the essay."""
        return self.id[0]

    @property
    def chapters(self) -> tuple[int, ...]:
        """The chapters where it can be tested, each once."""
        return tuple(dict.fromkeys(place.chapter for place in self.where))

    def __str__(self) -> str:
        return f"{self.id}, {self.grade}: {self.claim}"


def _claim(row: Mapping[str, Any]) -> Claim:
    places = (place.partition(".") for place in row.get("where", ()))
    return Claim(
        **{
            **row,
            "sources": tuple(row.get("sources", ())),
            "apart": tuple(row.get("apart", ())),
            "where": tuple(Place(int(chapter), figure) for chapter, _, figure in places),
        }
    )


_FILE = resources.files("scaling_core") / "data" / "claims.toml"

CLAIMS: tuple[Claim, ...] = tuple(
    map(_claim, tomllib.loads(_FILE.read_text(encoding="utf-8"))["claim"])
)
"""Every claim, essay by essay [claims].

Source: `thisbook`, the grading.
"""


def select(
    *, grade: str | None = None, chapter: int | None = None, essay: str | None = None
) -> tuple[Claim, ...]:
    """The claims of a grade, a chapter, an essay, or of all at once.

    Args:
        grade: one of `GRADES`; without it, all.
        chapter: one of `CHAPTERS`, where the claim can be tested; without it, all.
        essay: one of `ESSAYS`; without it, all.

    Raises:
        ValueError: if one of them is unknown.

    >>> [claim.id for claim in select(grade="wrong", essay="A")]
    ['A17']
    """
    for name, value, allowed in (
        ("grade", grade, GRADES),
        ("chapter", chapter, CHAPTERS),
        ("essay", essay, ESSAYS),
    ):
        if value is not None and value not in list(allowed):
            raise ValueError(f"{name} = {value!r}: allowed is one of {list(allowed)}")
    return tuple(
        claim
        for claim in CLAIMS
        if grade in (None, claim.grade)
        and (chapter is None or chapter in claim.chapters)
        and essay in (None, claim.essay)
    )


def count(claims: Iterable[Claim] = CLAIMS) -> dict[str, int]:
    """How many claims have each grade.

    Args:
        claims: those to count; by default all.

    >>> count(select(essay="C"))["wrong"]
    0
    """
    grades = [claim.grade for claim in claims]
    return {grade: grades.count(grade) for grade in GRADES}
