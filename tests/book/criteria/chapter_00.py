"""Criteria of chapter 00 (00 is the landing page)."""

from __future__ import annotations

import math

from tests.book.verdicts import criterion

NEAR = 0.006  # of a border, as a share: the three digits of a sentence may round across it
SECONDS, DAYS = 365.25 * 86_400, 365.25
WATTS_A_FLOP = 1_275 * 1.2 / 989.4e12 / SECONDS  # an eighth of a DGX H100, cooled, over a year
RUNGS = (  # New Carlisle in May 2026, the tops of two ranges that Epoch AI gives for 2030
    (1.092e9, "**fits inside one of the large sites of 2026**"),
    (5e9, "**needs a campus of the size foreseen for 2030**"),
    (45e9, "**needs sites spread over a country**"),
    (math.inf, "**is more than is foreseen for the United States in 2030**"),
)


def near(one: float, other: float) -> bool:
    """Whether two numbers are the same within rounding."""
    return abs(math.log(one / other)) < NEAR


@criterion("three_bills")
def three_bills(C, m, T, Q, r):
    size = (C / 6 / r) ** 0.5
    bills = {"school": C, "job training": m * C, "thinking": 2 * size * T * Q * DAYS}
    largest, second = sorted(bills, key=bills.get)[:0:-1]
    power = ((1 + m) * C / 0.4 + bills["thinking"] / 0.1) * WATTS_A_FLOP
    if near(bills[largest], bills[second]) or any(near(power, top) for top, _ in RUNGS[:-1]):
        return None
    place = next(words for top, words in RUNGS if power < top)
    return place, f"the largest bill is **{largest}**"
