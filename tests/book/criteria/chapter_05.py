"""Criteria of chapter 05 (00 is the landing page)."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.stats import linregress, t

from scaling_core import datasets, facts
from tests.book.verdicts import criterion

# ---- chips: least squares on logarithms, Student's interval ------------------------------------


@cache
def chips() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Years, transistors, and which chips none of the years before had beaten."""
    try:
        table = datasets.load("transistors")
    except datasets.DatasetError:
        table = facts.table("transistors")
    years, counts = np.asarray(table["year"]), np.asarray(table["transistors"])
    record = [
        all(c >= counts[j] for j in range(len(years)) if years[j] < y)
        for y, c in zip(years, counts, strict=True)
    ]
    return years, counts, np.array(record)


@criterion("moore_window")
def moore_window(start, length, which):
    years, counts, record = chips()
    inside = (years >= start) & (years <= min(start + length, years.max()))
    if which == "record holders":
        inside &= record
    if inside.sum() < 6:
        return "too few chips"
    line = linregress(years[inside], np.log2(counts[inside]))
    reach = t.ppf(0.975, inside.sum() - 2) * line.stderr
    fast, slow = line.slope + reach, line.slope - reach  # doublings a year
    if min(abs(fast - 0.5), abs(slow - 0.5), abs(fast)) < 1e-6:
        return None
    if fast <= 0:
        return "too few chips"
    if slow < 0.5 < fast:
        return "**inside that interval**"
    return "these chips are faster" if slow > 0.5 else "these chips are slower"


# ---- belief: the two equations of the page, integrated by another program ----------------------

FREE_IN_WINTER = 1.35


def slopes(years, state, rates, drought, seen):
    """Changes a year of belief and of the growth of spending, as the page prints them."""
    h, S, p0, w, lag = rates
    b, s = state
    unseen = -np.log(seen) if years < drought else 0.0
    with np.errstate(over="ignore"):
        convinced = 1 / (1 + np.exp(-(h + s - unseen - p0) / w))
    return [convinced - b, (S * b - s) / lag]


def belief_after(rates, belief, span, drought=0.0, seen=1.0):
    """Belief at the end, starting with the spending that goes with it."""
    state = [belief, rates[1] * belief]
    for begin, end in ((0.0, min(drought, span)), (min(drought, span), span)):
        if end > begin:
            state = solve_ivp(
                lambda x, y, begin=begin: slopes(x + 1e-12, y, rates, drought, seen),
                (begin, end),
                state,
                rtol=1e-8,
                atol=1e-10,
                method="LSODA",
            ).y[:, -1]
    return state[0]


def resting_places(rates):
    """Where S-curve and straight line meet, found by looking everywhere."""
    h, S, p0, w, _ = rates
    b = np.linspace(0, 1, 4001)

    def gap(b):
        return 1 / (1 + np.exp(-(h + S * b - p0) / w)) - b

    signs = np.sign(gap(b))
    return [brentq(gap, b[i], b[i + 1]) for i in np.flatnonzero(signs[1:] != signs[:-1])]


@criterion("two_futures")
def two_futures(b0, asked, free, full, w, lag):
    rates = np.log(free), np.log(full), np.log(asked), w, lag
    places = resting_places(rates)
    starts = b0, max(b0 - 0.1, 0.0)
    if len(places) == 2 or (len(places) == 3 and min(abs(places[1] - b) for b in starts) < 1e-3):
        return None
    if len(places) == 1 and abs(places[0] - 0.5) < 1e-3:
        return None
    first, second = (belief_after(rates, b, 400) > 0.5 for b in starts)
    return (
        "**prevails**" if first else "**does not prevail**",
        "it **does**" if second else "it **does not**",
        "two futures, with a ridge" if len(places) == 3 else "**one future**",
    )


@criterion("lost_and_won")
def lost_and_won(asked, w, winter, full, lag, depth):
    rates = np.log(FREE_IN_WINTER), np.log(full), np.log(asked), w, lag
    places, gain = resting_places(rates), np.log(full) / (4 * w)
    if len(places) == 2 or abs(gain - 1) < 1e-3:
        return None
    history = "in between history decides" if gain > 1 else "nothing lies in between"
    high = max(places)
    if abs(high - 0.5) < 2e-3:
        return None
    if high < 0.5:
        return "**was never there**", history
    # A winter is survived if belief is not on its way down for good, or down at the end.
    end = belief_after(rates, high, 24, drought=winter, seen=depth)
    border = places[1] if len(places) == 3 else 0.5
    if abs(end - border) < 5e-3:
        return None
    if end > border:
        return "**has survived**", history
    back = belief_after(rates, high, 2000, drought=winter, seen=depth) > 0.5
    return "is still down, but will come back" if back else "has not survived", history


# ---- the wager: what each firm expects, move by move -------------------------------------------


@criterion("wager_map")
def wager_map(p, L, n, V, c):
    def builds(others):
        """Whether building pays if so many others do: the prize is shared among all who build."""
        without = -p * L if others else 0.0
        return p * V / (others + 1) - c - without

    all_others, no_other, all_build = builds(n - 1), builds(0), p * V / n - c
    if min(abs(all_others), abs(no_other), abs(all_build)) < 1e-6 * c:
        return None
    if all_others > 0:
        act = "builds whatever the others do" if no_other > 0 else "builds if it expects all to"
    elif no_other > 0:
        act = "builds if no other does, not if all do"
    else:
        act = "stays out if all others build, and if none does"
    if all_build > 0:
        mood = "**is worth it for all**"
    else:
        mood = "is a loss to all: the trap" if all_others > 0 else "would be a loss to all"
    return f"It **{act}**", mood


# ---- S-curves: how evenly the drawn sum climbs -------------------------------------------------


@criterion("s_curves")
def s_curves(spacing, width, ratio):
    middles = 5 + spacing * np.arange(6)
    x = np.linspace(5, min(middles[-1], 40), 4001)

    def slope(heights, x, middles):
        e = np.exp(-np.abs(x[:, None] - middles) / width)
        return (heights * e / width / (1 + e) ** 2).sum(axis=1)

    climb = slope(ratio ** np.arange(6), x, middles)
    even = climb.min() / climb.max()
    far = spacing * np.arange(-20, 21)
    long = slope(np.ones(41), np.linspace(0, spacing, 1001), far)
    equal = long.min() / long.max()
    if min(abs(even - 0.5), abs(equal - 0.5)) < 0.02:
        return None
    ceiling = "has no ceiling" if ratio >= 1 else "cannot pass"
    if even > 0.5:
        return "could pass for a law", ceiling
    if equal < 0.5:
        return "is a staircase", ceiling
    return "bends down" if ratio < 1 else "bends up", ceiling


# ---- bills -------------------------------------------------------------------------------------


@criterion("bills")
def bills(g, k, capital):
    # New Carlisle: 34.9 billion dollars on 1 May 2026; Fairwater: 3.328 GW in October 2027
    at_the_end_of_2027 = 34.9 * k ** (2028 - (2026 + 4 / 12))
    plan = 3.328 * capital
    if abs(np.log(at_the_end_of_2027 / 100)) < 5e-3 or abs(plan - 100) < 0.1:
        return None
    trend, plan = at_the_end_of_2027 > 100, plan > 100
    if trend == plan:
        return "**about right on both counts**" if trend else "**too early on both counts**"
    return (
        "**about right on the trend, too early on the plan**"
        if trend
        else "**too early on the trend, about right on the plan**"
    )
