"""Criteria of chapter 07 (00 is the landing page)."""

from __future__ import annotations

import csv
import math
from functools import cache
from itertools import pairwise
from statistics import mean

from tests.book.verdicts import criterion
from tests.conftest import ROOT

NEAR = 0.006  # of a border, as a share: the digits of a sentence may round across it
FLOP_AN_HOUR = 3_600 * 989.4e12 * 0.3


def near(one: float, other: float) -> bool:
    """Whether two numbers above 0 are the same within rounding."""
    return abs(math.log(one / other)) < NEAR


# ---- the hill of reinforcement learning and the road of pre-training

LOSS_EXPONENTS = {"Besiroglu 2024": (0.3478, 0.3658), "Hoffmann 2022": (0.33917, 0.28488)}


@criterion("hill_and_road")
def hill_and_road(x, B, C_mid, road):
    def climbed(decades):
        return 1 / (1 + 10 ** (-B * decades))

    pace = (climbed(x + 1e-4) - climbed(x - 1e-4)) / 2e-4
    alpha, beta = LOSS_EXPONENTS[road]
    third = 1 - 10 ** (-alpha * beta / (alpha + beta))
    if near(pace, third):
        return None
    behind = "not yet ahead" if x < 0 else "no longer ahead"
    return f"RL is **{'ahead' if pace > third else behind}**"


# ---- many small tries or one large one


@cache
def counted(model: str) -> tuple[float, list[tuple[float, float]]]:
    """Size of a Pythia model, and the logarithms of tries and of -ln coverage, from the table."""
    path = ROOT / "scaling_core" / "data" / "pythia_math.csv"
    rows = [row for row in csv.DictReader(path.open(encoding="utf-8")) if row["model"] == model]
    pairs = [
        (math.log(float(row["tries"])), math.log(-math.log(float(row["coverage"])))) for row in rows
    ]
    return float(rows[0]["parameters"]), pairs


def coverage(model: str, tries: float) -> float:
    """Share of the problems solved in some tries, between the rows of the table."""
    _, pairs = counted(model)
    place = math.log(tries)
    for (x0, y0), (x1, y1) in pairwise(pairs):
        if x0 <= place <= x1:
            return math.exp(-math.exp(y0 + (y1 - y0) * (place - x0) / (x1 - x0)))
    raise AssertionError(f"{tries} tries are not in the table")


@criterion("many_or_large")
def many_or_large(v, C, tokens, view):
    tries = {
        name: C / (2 * counted(name)[0] * tokens)
        for name in ("70M", "160M", "410M", "1B", "2.8B", "6.9B", "12B")
    }
    if any(near(k, edge) for k in tries.values() for edge in (1, 1e4)):
        return None
    got = {}
    for name, k in tries.items():
        if 1 <= k <= 1e4:
            single = coverage(name, 1)
            got[name] = single + v * (coverage(name, k) - single)
    ranked = sorted(got, key=got.get, reverse=True)
    if len(ranked) > 1 and near(got[ranked[0]], got[ranked[1]]):
        return None
    best = f"on record: **{ranked[0] if ranked else 'none'}**"
    if tries["160M"] < 1:
        fate = "neither can try once"
    elif tries["12B"] > 1e4:
        fate = "neither has more tries on record"
    elif tries["160M"] > 1e4:
        fate = "the small one has no more tries on record"
    elif tries["12B"] < 1:
        fate = "the large one cannot try once"
    elif near(got["160M"], got["12B"]):
        return None
    else:
        fate = f"the {'small' if got['160M'] > got['12B'] else 'large'} one wins"
    return f"**{fate}**", best


# ---- rent a thought or buy the skill


@criterion("rent_or_buy")
def rent_or_buy(T, k, hours, tokens):
    rented, bought = T * (k - 1) * 2 * 8e9 * tokens, hours * FLOP_AN_HOUR
    ratio = rented / bought
    if near(ratio, 3) or near(ratio, 1 / 3):
        return None
    if 1 / 3 < ratio < 3:
        return "**too close to call**"
    return f"**{'renting' if ratio < 1 else 'buying'} is cheaper**"


# ---- three paths to a goal


@criterion("who_pays")
def who_pays(T, v, s0, s1, b, gamma):
    if near(s0, s1):
        return None
    if s1 < s0:
        return "cheapest is **doing nothing, as the goal is reached**, at 0 FLOP"
    N, D, once = 8e9, 15e12, 2 * 8e9 * 2_000
    larger = (math.log(s0) / math.log(s1)) ** (1 / gamma)
    prices = {"a bigger model": 6 * N * D * larger + T * once * (larger - 1)}
    reach = v * (s0 ** (64**-b) - s0)
    if near(reach, s1 - s0):
        return None
    if reach > s1 - s0:
        climbed = (s1 - s0) / reach
        prices["RL"] = 2_542 * FLOP_AN_HOUR * (climbed / (1 - climbed)) ** (1 / 1.92)
    found = (s1 - (1 - v) * s0) / v  # what has to be among the tries for s1 to come back
    if near(found, 1):
        return None
    if found < 1:
        tries = (math.log(s0) / math.log(found)) ** (1 / b)
        prices["retries"] = T * once * (tries - 1)
    cheapest, *others = sorted(prices, key=prices.get)
    if others and near(prices[cheapest], prices[others[0]]):
        return None
    out = [f"{name} out of reach" for name in ("RL", "retries") if name not in prices]
    return f"cheapest is **{cheapest}**, at", *out


# ---- a lab that splits its budget


def outcome(school, rl, budget, asked, v, skills):
    """Shares of the askers that get a wrong answer and none, in one year of the lab."""
    thought = 1 - school - rl
    size = (max(school * budget, 1) / 1_800) ** 0.5
    first = math.exp(-1.6 * (max(school * budget, 1) / 2e25) ** -0.18)
    middle = 2_542 * FLOP_AN_HOUR * skills * size / 8e9
    climbed = 1 / (1 + (middle / max(rl * budget, 1)) ** 1.92)
    skilled = first + climbed * v * (first ** (64**-0.315) - first)
    tries = thought * budget / (asked * 2 * size * 1_000)
    found = skilled ** (max(tries, 1) ** (-0.315 * (1 - climbed / 2)))
    right = (skilled + v * (found - skilled)) if school else 0
    served = min(tries, 1)
    return served * (1 - right), 1 - served


@criterion("ten_years")
def ten_years(school, rl, v, growth, demand, asked, skills):
    fit = max(1, (school + rl) / 0.97)
    years = [
        outcome(school / fit, rl / fit, 4e27 * growth**t, asked * demand**t, v, skills)
        for t in range(10)
    ]
    wrong, away = (mean(shares) for shares in zip(*years, strict=True))
    if abs(wrong - away) < NEAR:
        return None
    return f"**{'askers turned away' if away > wrong else 'wrong answers'}**"
