"""Criteria of chapter 04 (00 is the landing page)."""

from functools import cache

import numpy as np
from scipy import optimize

from scaling_core import datasets
from tests.book.verdicts import criterion

NEAR = 0.02  # within two per cent of a border the words may be either


@criterion("magnifier")
def swing(tilt, n, place):
    # A band of a spectrum f^-tilt holds a variance ~ f^(1-tilt), so its swing goes as the root.
    swing = np.sqrt(n ** (1 - tilt))
    if abs(swing - 1) < 0.01:
        return None if abs(swing - 1) > 0.001 else "as lively as ever"
    return "fainter: ever less" if swing < 1 else "livelier: the finer"


@cache
def _ranks():
    return np.arange(1.0, 1e6 + 1)


def _missing(n, found):
    return 1 - np.interp(n, np.arange(found.size), found) / found[-1]


@criterion("missing_tail")
def how_the_rest_falls(tilt, n, view):
    found = np.append(0, np.cumsum(_ranks() ** -tilt))
    before, here, after = (_missing(n * k, found) for k in (0.1, 1, 10))
    points = (here - after) / (before - here)
    with np.errstate(divide="ignore"):
        slopes = np.log(after / here) / np.log(here / before)
    borders = [points / 1.2, points * 1.2, points / 1.01, points * 1.01, slopes / 1.1, slopes * 1.1]
    if any(abs(border - 1) < NEAR for border in borders):
        return None
    straight = 1 / 1.2 < points < 1.2  # in the linear view
    steady = 1 / 1.1 < slopes < 1.1  # in the logarithmic view
    if straight and steady:
        return None  # both for two tenfolds: the figure may take either
    if straight:
        return "**a logarithm"
    if steady:
        return "**a power law, nearly**"
    return "**a march that speeds up**" if points > 1 else "**neither of the two**"


@cache
def _edges():
    return np.concatenate([np.arange(1.0, 2001), np.geomspace(2001, 1e7, 4000)])


def _skills_and_loss(a, D):
    """Skills met in D tokens and the share of the tokens whose skill is missing, by rectangles."""
    edges = _edges()
    rank, width = np.sqrt(edges[1:] * edges[:-1]), np.diff(edges)
    rank[:2000], width[:2000] = edges[:2000], 1.0
    rest = 1e7**-a / a  # the integral of k^-(1+a) beyond the list
    share = rank ** -(1 + a)
    total = np.sum(width * share) + rest
    met = 1 - np.exp(-D * share / total)
    return np.sum(width * met), (np.sum(width * share * (1 - met)) + rest) / total


@criterion("quanta_tail")
def news_that_shows(a, D):
    (skills, loss), (more, less) = _skills_and_loss(a, D), _skills_and_loss(a, 10 * D)
    ratio = (1 - skills / more) / (1 - less / loss)
    if min(abs(ratio / border - 1) for border in (2, 1.05, 1 / 1.05)) < NEAR:
        return None
    if ratio > 2:
        return "most of the news is hidden from it"
    if ratio > 1.05:
        return "more is learned than shows in it"
    return "it keeps pace" if ratio > 1 / 1.05 else "it falls faster than the list grows"


def _left(C):
    """The loss above the floor on the best split, by search, from the printed constants."""
    N = np.geomspace(1e5, 1e16, 4001)
    return np.min(482.01 / N**0.3478 + 2085.43 / (C / (6 * N)) ** 0.3658)


@criterion("third_decimal")
def loudness(f, g, C):
    change, left = f * g, _left(C)
    tenfold = left - _left(10 * C)
    if min(abs(change / border - 1) for border in (0.001, 0.01, left, tenfold)) < NEAR:
        return None
    if change > left:
        return ("more than all that is left", "which no compute would buy")
    if change > tenfold:
        return "louder than a tenfold of compute"
    if change > 0.01:
        return "visible"
    return "hidden in the third decimal" if change > 0.001 else "below the third decimal"


@criterion("late_jump")
def from_nowhere(m, s, questions):
    compute = np.geomspace(1e10, 1e45, 200_001)
    token = np.exp(-((compute / 1e20) ** -s))
    answers = token**m
    first = token[np.searchsorted(answers, 1 / questions)]
    ten, ninety = (compute[np.searchsorted(answers, x)] for x in (0.1, 0.9))
    decades = np.log10(ninety / ten)
    if abs(first - 0.5) < 0.005 or abs(decades - 5) < 0.05:
        return None
    if first < 0.5:
        return "was seen coming"
    # What takes five tenfolds of compute to rise has not come from nowhere.
    return "looks as if it came from nowhere" if decades < 5 else "starts unseen, but creeps"


def _surface(runs, left_out):
    """Exponents of size and of text in resamples: Huber's loss on log residuals, by SciPy."""
    keep = np.argsort(runs["loss"], kind="stable")[: len(runs["loss"]) - left_out]
    N, D, L = (np.log(runs[column][keep]) for column in ("N", "D", "loss"))
    dice = np.random.default_rng(1)
    start = np.array([np.log(1.8172), np.log(482.01), np.log(2085.43), 0.3478, 0.3658])

    def cost(x, rows):
        terms = np.stack([np.full(rows.size, x[0]), x[1] - x[3] * N[rows], x[2] - x[4] * D[rows]])
        weights = np.exp(terms - np.logaddexp.reduce(terms))
        off = np.logaddexp.reduce(terms) - L[rows]
        pull = np.clip(off, -1e-3, 1e-3)
        slopes = [weights[0], weights[1], weights[2], -weights[1] * N[rows], -weights[2] * D[rows]]
        loss = np.sum(np.where(np.abs(off) < 1e-3, off**2 / 2, 1e-3 * (np.abs(off) - 5e-4)))
        return 1e3 * loss, 1e3 * np.array([pull @ slope for slope in slopes])

    for _ in range(60):
        rows = dice.integers(0, N.size, N.size)
        found = optimize.minimize(cost, start, (rows,), jac=True, options={"maxiter": 2000})
        yield found.x[3], found.x[4]


def _valleys(runs, floor):
    """Exponents from the best size and loss at each budget, the runs drawn again."""
    dice = np.random.default_rng(1)
    groups = []
    for budget in np.unique(runs["budget"]):
        group = np.flatnonzero(runs["budget"] == budget)
        sizes = np.log(runs["N"][group])
        bend, slope, _ = np.polyfit(sizes, runs["loss"][group], 2)
        if bend > 0 and sizes.min() < -slope / (2 * bend) < sizes.max():
            groups.append(group)
    done = 0
    while done < 400:
        rows = []
        for group in groups:
            parabola = np.polyfit(np.log(runs["N"][group]), runs["loss"][group], 2)
            fitted = np.polyval(parabola, np.log(runs["N"][group]))
            off = (runs["loss"][group] - fitted) * np.sqrt(group.size / (group.size - 3))
            new = fitted + dice.choice(off, group.size)
            bend, slope, height = np.polyfit(np.log(runs["N"][group]), new, 2)
            best = -slope / (2 * bend)
            rows.append((runs["budget"][group[0]], best, height - slope**2 / (4 * bend) - floor))
        budget, best, above = np.array(rows).T
        a, gamma = (
            np.polyfit(np.log(budget), best, 1)[0],
            -np.polyfit(np.log(budget), np.log(above), 1)[0],
        )
        if 0 < a < 1 and gamma > 0:
            done += 1
            yield gamma / a, gamma / (1 - a)


@cache
def _fates(case):
    """For pieces and for the spectrum: rejected, not rejected, or None near the border."""
    runs = datasets.load_first("chinchilla_runs", "laptop_pretraining")
    if runs.name == "chinchilla_runs":
        pairs = _surface(runs, int(case.split()[0]))
    else:
        pairs = _valleys(runs, float(case.split()[1]))
    alpha, beta = np.array(list(pairs)).T
    fates = []
    for expected in (alpha / (1 + alpha), alpha):
        low, high = np.quantile(beta - expected, [0.025, 0.975])
        if min(abs(low), abs(high)) < 0.15 * (high - low):
            fates.append(None)
        else:
            fates.append("not rejected" if low < 0 < high else "rejected")
    return fates


@criterion("theories")
def which_theory_survives(case):
    pieces, spectrum = _fates(case)
    words = []
    if pieces:
        words.append(f"**{pieces}**; from what the spectrum predicts")
    if spectrum:
        words.append(f": **{spectrum}**.")
    return tuple(words) or None
