"""Criteria of chapter 00 (00 is the landing page)."""

from __future__ import annotations

import math

from tests.book.verdicts import criterion

NEAR = 0.006  # of a border, as a share: the three digits of a sentence may round across it
LEVEL = 0.9  # of the larger of two bills: from there on they cost about the same
SECONDS, DAYS = 365.25 * 86_400, 365.25
WATTS_A_FLOP = 1_275 * 1.2 / 989.4e12 / SECONDS  # an eighth of a DGX H100, cooled, over a year
HOME = 10_791e3 / 8_760  # W, from the kWh that a home in the United States buys in a year
RUNGS = (  # New Carlisle in May 2026, the tops of two ranges that Epoch AI gives for 2030
    (1.092e9, "**fits inside one of the large sites of 2026**"),
    (5e9, "**needs a campus of the size foreseen for 2030**"),
    (45e9, "**needs sites spread over a country**"),
    (math.inf, "**is more than is foreseen for all sites of the United States in 2030**"),
)


def near(one: float, other: float) -> bool:
    """Whether two numbers are the same within rounding."""
    return abs(math.log(one / other)) < NEAR


def of_hundred(share: float) -> str | None:
    """A number of hundredths as a page says it, or nothing where rounding decides."""
    if any(near(share, border) for border in (0.05, 0.95, 99.5)):
        return None
    if share < 0.05:
        return "under 0.1"
    return "over 99" if share > 99.5 else f"{share:.1f}" if share < 0.95 else f"{share:.0f}"


def in_homes(power: float) -> str:
    """A power in homes, to two digits, as a page says it."""
    two = float(f"{power / HOME:.1e}")
    if two < 1e6:
        return f"{two:,.0f} American homes"
    return f"{two / 1e6:,.{1 if two < 1e7 else 0}f} million American homes"


@criterion("three_bills")
def three_bills(words, log, m, Q, size):
    C = 3.8e25 * size
    N = (C / 6 / 600) ** 0.5
    bills = {"school": C, "job training": m * C, "thinking": 2 * N * words / 0.75 * Q * DAYS}
    shares = {name: 100 * bill / sum(bills.values()) for name, bill in bills.items()}
    said = {name: of_hundred(share) for name, share in shares.items()}
    power = ((1 + m) * C / 0.4 + bills["thinking"] / 0.1) * WATTS_A_FLOP
    top = max(bills.values())
    if None in said.values() or any(near(bill, LEVEL * top) for bill in bills.values()):
        return None
    if any(near(power, border) for border, _ in RUNGS[:-1]):
        return None
    high = [name for name, bill in bills.items() if bill > LEVEL * top]
    if len(high) == 1:
        verdict = f"**{high[0]} costs the most**"
    else:
        verdict = f"**{high[0]} and {high[-1]} cost about the same**"
    return (
        next(rung for border, rung in RUNGS if power < border),
        verdict,
        f"{said['thinking']} of every hundred units of compute go on thinking",
        f"{said['school']} on school and {said['job training']} on job training",
        in_homes(power),
    )
