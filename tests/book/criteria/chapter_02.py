"""Criteria of chapter 02: bills counted copy by copy, the best of n by quadrature, curves drawn."""

import numpy as np
from scipy import special, stats

from scaling_core.posttraining import KHATRI_2025
from tests.book.verdicts import criterion


@criterion("derivatives_bill")
def derivatives_bill(n, s, w):
    ranks = np.arange(1, int(n) + 1)
    shares = np.minimum(1, s * 10 ** (w * stats.norm.isf((ranks - 0.5) / n)))
    extra = shares.sum()
    if any(abs(extra / border - 1) < 0.03 for border in (1, 29)) or n < 20:
        return None
    role = "the lesser part" if extra > 1 else "most of the bill"
    payers = 1 + np.argmax(np.cumsum(shares) >= extra / 2)
    if (payers == 1 and shares[0] < 0.52 * extra) or (payers == 2 and shares[0] > 0.48 * extra):
        return None
    half = "just one pays half or more" if payers == 1 else " pay half"
    return f"**{'a down payment' if extra > 29 else role}**", half


MOST = stats.norm.isf(np.geomspace(1e-12, 1 - 1e-9, 40_001))  # draws from the best to the worst


def mean_best(n):
    below = np.exp(n * stats.norm.logcdf(MOST))
    return float(np.sum(0.5 * (MOST[1:] + MOST[:-1]) * (below[:-1] - below[1:])))


SIZES = np.geomspace(1, 1e6, 241)
BEST = np.array([mean_best(n) for n in SIZES])


@criterion("fooled_judge")
def fooled_judge(rho, eps, n, h):
    clean = (1 - eps) ** SIZES
    quality = clean * rho * BEST + (1 - clean) * h
    peak = SIZES[quality.argmax()]
    got, one = np.interp(np.log(n), np.log(SIZES), quality), quality[0]
    if abs(np.log(n / peak)) < 0.1 or abs(got - one) < 0.02:
        return None
    if n < peak:
        return "**show it more**"
    return "**you would do better with no judge**" if got < one else "**stop here or go back**"


PAIRS = {
    "short or 32k context": (("short context", "8B"), ("32k context", "8B, 32k context")),
    "batch 512 or 2,048": (("batch 512", "8B, batch 512"), ("batch 2,048", "8B, batch 2048")),
    "8B or mixture": (("the 8B", "8B"), ("the mixture", "17Bx16 mixture of experts")),
}


def rate(key, R0, C):
    law = KHATRI_2025[key]
    return R0 + (law.A - R0) / (1 + (law.C_mid / C) ** law.B)


@criterion("recipe_race")
def recipe_race(C, R0, pair):
    (first, quick), (second, slow) = PAIRS[pair]
    hours = np.geomspace(1, 1e9, 90_001)
    behind = rate(slow, R0, hours) <= rate(quick, R0, hours)
    points = 100 * float(rate(quick, R0, C) - rate(slow, R0, C))
    if abs(abs(points) - 0.5) < 0.01 or abs(abs(points) - 2) < 0.01:
        return None
    says = []
    if abs(points) < 0.5:
        says += ["neither leads by half a point"]
    else:
        says += [f"{first if points > 0 else second} leads by {abs(points):.1f} points"]
        says += ["no more than repeats of one recipe differ"] * (abs(points) < 2)
    if not behind.any():
        return (*says, "**no tie ahead**")
    tie = hours[np.flatnonzero(behind)[-1]]
    if abs(np.log(C / tie)) < 0.01:
        return None
    says += ["No run was fitted so early"] * (C < 1500)
    return (*says, "**the lead will change" if C < tie else "**the lead has changed")


@criterion("data_wheel")
def data_wheel(start, kappa, b):
    if abs(start * kappa / (1 - start) - 1) < 1e-6:
        return None
    right = special.logit(start)
    for _ in range(60):  # turns of the wheel
        right = np.clip(2 * right + np.log(kappa), -700, 700)
    end = (1 - b) * special.expit(right)
    return f"**lifts towards {1 - b:.0%}**" if end > 0.5 * (1 - b) else "**grinds down**"


@criterion("transfer_worth")
def transfer_worth(F, N):
    added = 1.9e4 * F**0.18 * N**0.38
    if abs(added / F - 1) < 0.01 or abs(added / F - 9) < 0.09:
        return None
    words = "**fine-tune**" if added > F else "**you could have started from nothing**"
    return (words, "out of the law's range") if added < 9 * F else words


@criterion("published_shares")
def published_shares(s):
    copies = 30 / s
    if any(abs(copies / border - 1) < 0.01 for border in (1000, 40)):
        return None
    crowd = "**an industry**" if copies > 40 else "**a few giants**"
    return "**a crowd**" if copies > 1000 else crowd


DRAWS = np.random.default_rng(0).random((400_000, 3))


def bills(shares):
    """The bill for n copies, many of them: the mean of a lognormal share cut off at 1, times n."""
    low, high = {"up to a hundredth": (-6, -2), "up to a thousandth": (-7, -3)}[shares]
    n = 10 ** (2 + 3 * DRAWS[:, 0])
    log_s = np.log(10) * (low + (high - low) * DRAWS[:, 1])
    width = np.maximum(1.5 * np.log(10) * DRAWS[:, 2], 1e-9)
    cut = -log_s / width
    mean = np.exp(log_s + width**2 / 2) * stats.norm.cdf(cut - width) + stats.norm.sf(cut)
    return n * mean


BILLS = {shares: np.sort(bills(shares)) for shares in ("up to a hundredth", "up to a thousandth")}


@criterion("unknown_bill")
def unknown_bill(bill, shares):
    of = BILLS[shares]
    more = 1 - np.searchsorted(of, bill) / len(of)
    if abs(more - 0.025) < 0.01 or abs(more - 0.975) < 0.01:
        return None
    if more < 0.025:
        return "**all but excluded**"
    return "**all but certain**" if more > 0.975 else "**open**"
