"""Criteria of chapter 03 (00 is the landing page)."""

from functools import cache

import numpy as np

from scaling_core import datasets
from tests.book.verdicts import criterion


@criterion("hundred_answers")
def who_is_handed_over(right, popular, passing):
    wrong = [popular * passing / 100, (100 - right - popular) * passing / 100]
    if any(abs(count % 1 - 0.5) < 1e-9 for count in wrong):
        return None
    passed = right + sum(map(round, wrong))
    taken = "the right answer" if right > popular else "the popular error"
    taken = "either of the two by lot" if right == popular else taken
    return f"the vote takes **{taken}**", f"passes {passed} answers, {right} of them right"


@criterion("three_ways")
def what_becomes_of_it(p, w, f, k):
    tries = round(k)
    if abs(p - w) < 0.01 or abs(p - 0.5) < 0.001:
        return None
    words = ["**find it**" if p > w else "**drown it**, because a wrong answer is more popular"]
    # What passes in the end is right with p against (1 - p) f: below a half if f is above the odds.
    odds = p / (1 - p)
    words.append(
        f"With more than {odds:.1%} of the wrong answers passing, it would level off below a half"
        if odds < 1
        else "it stays above a half"
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
        f"The next best, the {models[rival][1]}, gets",
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
def what_a_long_answer_costs(T, size):
    # Llama 3: parameters, layers, width (Llama team 2024, Table 3)
    N, layers, width = {
        "8B": (8.03e9, 32, 4096),
        "70B": (70.6e9, 80, 8192),
        "405B": (405e9, 126, 16384),
    }[size]
    weights, attention = 2 * N * T, 2 * layers * width * T**2
    if abs(attention / weights - 1) < 1e-3:
        return None
    part = "attention" if attention > weights else "the weights"
    share = attention / (weights + attention)
    return f"most of that is {part}**", f"attention takes {share:.0%} of it"


@cache
def _few_and_many(name):
    """What a straight line through few tries foretells for many, and what was found, per cent."""
    models, most = _record()
    few, many = (8, 64) if most == 1000 else (100, 10_000)
    chances = next(p for _, model, p in models if model == name)
    counts = np.rint(chances * most).astype(int)

    def coverage(k):  # by drawing without replacement, one try after the other
        missed = [np.prod((most - c - np.arange(k)) / (most - np.arange(k))) for c in counts]
        return 1 - np.maximum(missed, 0)

    tries = sorted({round(few ** (i / 20)) for i in range(21)})
    x = np.log(tries)
    y = np.log([-np.log(coverage(k).mean()) for k in tries])
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    guess = np.exp(-np.exp(y.mean() + slope * (np.log(many) - x.mean())))
    found = coverage(many)
    return guess, found.mean(), found.std() / np.sqrt(found.size)


@criterion("foretold")
def few_tries_foretell_many(model):
    guess, found, error = _few_and_many(model)
    away = abs(guess - found) / error
    if 1.8 < away < 2.1:  # at the end of the interval
        return None
    return (
        f"solves {guess:.0%} of the problems",
        f"It solved {found:.0%}",
        f"lies **{'inside' if away < 2 else 'outside'}**",
    )
