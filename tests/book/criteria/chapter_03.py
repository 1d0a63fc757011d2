"""Criteria of chapter 03 (00 is the landing page)."""

from functools import cache

import numpy as np

from scaling_core import datasets
from tests.book.verdicts import criterion


@criterion("three_ways")
def what_becomes_of_it(p, w, f, k):
    tries = round(k)
    if abs(p - w) < 0.01 or abs(p - 0.5) < 0.001:
        return None
    words = ["**find it**" if p > w else "**drown it, a wrong one being more popular**"]
    # What passes in the end is right with p against (1 - p) f: below a half if f is above the odds.
    odds = p / (1 - p)
    words.append(
        f"below a half whenever more than {odds:.1%}" if odds < 1 else "never levels off below a h"
    )
    words.append(f"{1 - (1 - p) ** tries:.0%} of the time")
    return tuple(words)


@cache
def _record():
    """Price of a try, name, and chance at each problem, cheapest model first; and tries made."""
    record = datasets.load_first("monkeys_counts", "laptop_tries")
    models = []
    for name in dict.fromkeys(record["model"].tolist()):
        rows = record["model"] == name
        tries, right = {}, {}
        asked = record["problem"][rows].tolist()
        if record.name == "laptop_tries":  # the problems of one seed are not those of another
            asked = list(zip(record["seed"][rows].tolist(), asked, strict=True))
        for problem, n, c in zip(asked, record["n"][rows], record["c"][rows], strict=True):
            tries[problem] = tries.get(problem, 0) + n
            right[problem] = right.get(problem, 0) + c
        short = name.removeprefix("Pythia ")
        if record.name == "laptop_tries":
            price = record["flop"][rows][0]
        else:
            price = float(short[:-1]) * {"M": 1e6, "B": 1e9}[short[-1]]
        order = sorted(tries)
        chances = np.array([right[problem] / tries[problem] for problem in order])
        models.append((price, short, chances))
        most = min(tries.values())
    return sorted(models, key=lambda model: model[0]), most


@criterion("small_or_large")
def best_buy(B, f):
    models, most = _record()
    delivered = []
    for price, _, p in models:
        k = B * models[-1][0] / price
        passes = p + (1 - p) * f
        right = np.where(p > 0, (1 - (1 - passes) ** k) * p / np.maximum(passes, 1e-300), 0)
        delivered.append(right if k <= most else np.zeros_like(p))
        if abs(k / most - 1) < 1e-6:
            return None
    means = [right.mean() for right in delivered]
    rival, best = np.argsort(means)[-2:]
    lead = delivered[best] - delivered[rival]
    give = 1.96 * lead.std() / np.sqrt(lead.size)
    if means[best] - means[rival] < 1e-6 or abs(lead.mean() - give) < 1e-4:
        return None
    where = {0: "The smallest wins", len(models) - 1: "The largest wins"}
    verdict = where.get(int(best), "A model in between wins")
    return (
        f"buy the **{models[best][1]}**",
        f"the next best, the {models[rival][1]}",
        f"**{verdict if lead.mean() > give else 'Too close to call'}**",
    )


def _tries_to_leave(share, chances):
    """Tries after which a share of the problems is unsolved, by bisection."""
    low, high = 0.0, 40.0
    for _ in range(80):
        middle = (low + high) / 2
        unsolved = np.mean(np.exp(np.exp(middle) * np.log1p(-chances)))
        low, high = (middle, high) if unsolved > share else (low, middle)
    return np.exp(low)


@criterion("stones")
def how_the_crowd_falls(alpha, pmax, z):
    if z > 0.002:
        return f"ends in a wall at {z:.1%}"
    if z > 0.0005:
        return None
    # A crowd that needs less than four times the tries of its middle problem falls like it.
    chances = pmax * ((np.arange(20_000) + 0.5) / 20_000) ** (1 / alpha)
    middle = np.median(chances)
    times = _tries_to_leave(0.01, chances) / _tries_to_leave(0.01, np.array([middle]))
    if 3 < times < 5:
        return None
    return "passes for a stone**" if times < 4 else "**is a power law**"


@criterion("long_chain")
def still_right(e, r, L):
    steps = round(L)
    kept = (1 - e * (1 - r)) ** steps
    if abs(kept - 0.5) < 1e-6:
        return None
    odds = "more likely lost than not" if kept < 0.5 else "more likely right than not"
    return (f"**{odds}**", f"{kept:.0%} of such chains")


@criterion("rented_thought")
def bought_or_rented(T, M, size):
    # Llama 3: parameters, layers, width, tokens read (Llama team 2024, Table 3)
    N, layers, width, read = {
        "8B": (8.03e9, 32, 4096, 15e12),
        "70B": (70.6e9, 80, 8192, 15e12),
        "405B": (405e9, 126, 16384, 15.6e12),
    }[size]

    def answer(tokens):
        return 2 * N * tokens + 2 * layers * width * tokens**2

    times = answer(T) / answer(500)
    if abs(times / M - 1) < 1e-3:
        return None
    if times < M:
        return "**thinking is always cheaper**"
    # A hundred million answers a day, until M times the school and the speech of the small model
    # is less than its school and its thought.
    day = 1e8 * 2 * N * 500
    days = (M - 1) * 6 * N * read / (day * (times - M))
    if min(abs(days - 1.5), abs(days - 730) / 100) < 0.01:
        return None
    if days < 1.5:
        return "is cheaper within two days**"
    return "days**" if days < 730 else "years**"
