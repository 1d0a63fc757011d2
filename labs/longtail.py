"""Lab 2, the long tail: skills switch on one by one while the mean falls as a power.

*Skills.*  There are 270 skills; skill k is asked for with a probability of ``k^-(1+a)``.  Each is
the parity of a pair of 24 bits, its own pair, so that none helps to learn another.  One hidden
layer learns them all from a stream of examples.  A skill stays at the loss of guessing, log 2, and
then falls to zero within a short time; frequent skills first.

*Facts.*  100,000 keys, as unequal in frequency, have one of 32 values each.  A matrix of n columns
has to hold them: the wider it is, the further down the tail it knows them.

The quanta model says what follows: the loss falls as ``S^-(a/(1+a))`` with the examples and as
``n^-a`` with what fits in.  Source: Michaud et al. 2023 (arXiv:2303.13506), who learned parities of
three of 50 bits, too heavy here; the facts follow Cabannes et al. 2023 (arXiv:2310.02984) and
N. Zucchet's tutorial on scaling laws (github.com/NicolasZucchet/Tutorial-scaling-laws).
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from labs.runner import Job, Tables, Work, table

NAME, VERSION = "longtail", 1
TAILS = (0.3, 0.6, 1.0)
"""The exponents a of the tails."""
SHOWN = (1, 2, 4, 8, 16)
"""The skills whose own curves are kept."""
TABLES = {
    "skills": (
        *("seed", "alpha", "samples", "loss", "known"),
        *(f"skill_{k}" for k in SHOWN),
    ),
    "switches": ("seed", "alpha", "skill", "frequency", "samples"),
    "facts": ("seed", "alpha", "width", "N", "loss"),
}
SKILLS, BITS, WIDTH, BATCH, RATE = 270, 24, 384, 512, 0.005
POINTS, TEST = 48, 64
"""At how many moments the skills are tested, and on how many examples each."""
KNOWN = 0.1
"""A skill is known when its loss is below this, in nats; guessing costs log 2."""
KEYS, VALUES, FACT_STEPS, FACT_BATCH, FACT_RATE = 100_000, 32, 6000, 64, 0.03
FACT_WIDTHS = (16, 24, 32, 48, 64, 96, 128)
PLANS = {"quick": (1, 4000), "standard": (3, 12000), "full": (8, 12000)}
"""Seeds, and training steps of the skills."""


class Adam:
    """Adam with momenta 0.9 and 0.99 on one vector, of which all weights are views."""

    def __init__(self, *shapes: tuple[int, ...]) -> None:
        ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])
        self.theta, self.gradient, self.mean, self.square = np.zeros((4, ends[-1]), np.float32)
        parts = list(zip(ends, ends[1:], shapes, strict=False))
        self.weights = [self.theta[a:b].reshape(shape) for a, b, shape in parts]
        self.gradients = [self.gradient[a:b].reshape(shape) for a, b, shape in parts]
        self.state = {"theta": self.theta, "mean": self.mean, "square": self.square}

    def step(self, number: int, rate: float) -> None:
        """Move the weights against the gradient; the first step has the number 1."""
        self.mean += 0.1 * (self.gradient - self.mean)
        self.square += 0.01 * (self.gradient**2 - self.square)
        root = np.sqrt(self.square / (1 - 0.99**number)) + 1e-8
        self.theta -= rate / (1 - 0.9**number) * self.mean / root


def frequencies(alpha: float, n: int) -> np.ndarray:
    """``k^-(1+alpha)`` for k from 1 to n, over its sum."""
    p = np.arange(1.0, n + 1) ** -(1 + alpha)
    return p / p.sum()


def examples(
    skills: np.ndarray, pairs: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Random bits, -1 or 1, shape (bits, n), and their parity on the pair of each skill."""
    bits = rng.integers(0, 2, (BITS, len(skills)), np.int8).astype(np.float32) * 2 - 1
    column = np.arange(len(skills))
    return bits, bits[pairs[skills, 0], column] * bits[pairs[skills, 1], column]


def skill_losses(
    weights: list[np.ndarray],
    skills: np.ndarray,
    bits: np.ndarray,
    parity: np.ndarray,
    gradients: list[np.ndarray] | None = None,
) -> np.ndarray:
    """``log(1 + exp(-parity f))`` of each example, f being what one hidden layer says.

    Args:
        weights: a column for each skill, that which reads the bits, and the way out.
        skills: which is asked for, in rising order.
        bits: shape (bits, n).
        parity: shape (n,).
        gradients: of the mean loss, written into these if given.
    """
    which, read, out = weights
    h = read @ bits
    h += which[:, skills]
    np.maximum(h, 0, out=h)
    f = out @ h
    if gradients:
        d_which, d_read, d_out = gradients
        d = -parity / (1 + np.exp(parity * f)) / len(skills)
        np.matmul(h, d, out=d_out)
        dh = out[:, None] * d
        dh *= h > 0
        np.matmul(dh, bits.T, out=d_read)
        seen, first = np.unique(skills, return_index=True)
        d_which[...] = 0
        d_which[:, seen] = np.add.reduceat(dh, first, axis=1)
    return np.logaddexp(0, -parity * f)


def learn_skills(alpha: float, seed: int, steps: int, work: Work) -> tuple[np.ndarray, np.ndarray]:
    """Examples seen, shape (moments,), and the loss of each skill then, shape (moments, skills)."""
    rng = np.random.default_rng(seed)
    every = np.array(list(combinations(range(BITS), 2)))
    pairs = every[rng.permutation(len(every))[:SKILLS]]
    p = frequencies(alpha, SKILLS)
    tests = np.repeat(np.arange(SKILLS), TEST)
    test_bits, test_parity = examples(tests, pairs, rng)

    adam = Adam((WIDTH, SKILLS), (WIDTH, BITS), (WIDTH,))
    for weights, scale in zip(adam.weights, (0.5, BITS**-0.5, 0.5 * WIDTH**-0.5), strict=True):
        weights[...] = rng.normal(0, scale, weights.shape)

    moments = np.unique(np.rint(np.geomspace(10, steps, POINTS)).astype(int))
    losses = np.full((len(moments), SKILLS), np.log(2), np.float32)
    begin = work.restore(state := adam.state | {"losses": losses})
    for step in range(begin + 1, steps + 1):
        rng = np.random.default_rng([seed, step])
        skills = np.repeat(np.arange(SKILLS), rng.multinomial(BATCH, p))
        skill_losses(adam.weights, skills, *examples(skills, pairs, rng), adam.gradients)
        adam.step(step, RATE * min(1, step / 50))
        if step in moments:
            each = skill_losses(adam.weights, tests, test_bits, test_parity)
            each = each.reshape(SKILLS, TEST).mean(axis=1)
            losses[np.searchsorted(moments, step)] = each
            words = f"{(each < KNOWN).sum()} skills, loss {each @ p:.2f}"
            work.progress(step, steps, words, state)
        elif step % 50 == 0:
            work.progress(step, steps, "", state)
    return moments * BATCH, losses


def learn_facts(alpha: float, width: int, seed: int, work: Work) -> float:
    """The mean loss of a matrix of `width` columns that learns the value of each key."""
    rng = np.random.default_rng(seed)
    p = frequencies(alpha, KEYS)
    below = np.cumsum(p)
    value = rng.integers(0, VALUES, KEYS)
    codes = rng.integers(0, 2, (KEYS, width), np.int8).astype(np.float32) * 2 - 1
    codes /= np.float32(width**0.5)
    adam = Adam((width, VALUES))
    ((w,), (d_w,)) = adam.weights, adam.gradients

    def surprise(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        z = codes[keys] @ w
        z -= z.max(axis=1, keepdims=True)
        q = np.exp(z)
        q /= q.sum(axis=1, keepdims=True)
        return -np.log(np.maximum(q[np.arange(len(keys)), value[keys]], 1e-30)), q

    for step in range(1, FACT_STEPS + 1):
        draw = np.random.default_rng([seed, step]).random(FACT_BATCH)
        keys = np.minimum(np.searchsorted(below, draw), KEYS - 1)
        _, q = surprise(keys)
        q[np.arange(FACT_BATCH), value[keys]] -= 1
        np.matmul(codes[keys].T, q / FACT_BATCH, out=d_w)
        adam.step(step, FACT_RATE * min(1, step / 20) * (1 - step / FACT_STEPS))
        if step % 500 == 0:
            work.progress(step, FACT_STEPS, "")
    return float(surprise(np.arange(KEYS))[0] @ p)


def run(settings: dict[str, Any], work: Work) -> Tables:
    """Learn skills, or facts, with one tail."""
    alpha, seed = settings["alpha"], settings["seed"]
    known = {"seed": seed, "alpha": alpha}
    if settings["part"] == "facts":
        width = settings["width"]
        loss = learn_facts(alpha, width, seed, work)
        return {"facts": [dict(known, width=width, N=width * VALUES, loss=loss)]}
    samples, losses = learn_skills(alpha, seed, settings["steps"], work)
    p = frequencies(alpha, SKILLS)
    curve = [
        dict(known, samples=s, loss=each @ p, known=(each < KNOWN).sum())
        | {f"skill_{k}": each[k - 1] for k in SHOWN}
        for s, each in zip(samples, losses, strict=True)
    ]
    # when a skill's loss falls through half of that of guessing, between two moments
    switches = []
    for skill in range(SKILLS):
        below = losses[:, skill] < np.log(2) / 2
        if not below[0] and below[-1]:
            k = len(below) - np.argmin(below[::-1])
            pair = losses[k - 1 : k + 1, skill].astype(float)
            share = (pair[0] - np.log(2) / 2) / (pair[0] - pair[1])
            at = samples[k - 1] * (samples[k] / samples[k - 1]) ** share
            switches.append(dict(known, skill=skill + 1, frequency=p[skill], samples=round(at)))
    return {"skills": curve, "switches": switches}


def jobs(plan: str) -> list[Job]:
    """Skills for each tail, then facts for each tail and width, seed by seed."""
    seeds, steps = PLANS[plan]
    found = []
    for seed in range(seeds):
        for alpha in TAILS:
            settings = {"part": "skills", "alpha": alpha, "steps": steps, "seed": seed}
            name = f"skills alpha={alpha} steps={steps} seed={seed}"
            found.append(Job(name, settings, steps / 650))
        for alpha in TAILS:
            for width in FACT_WIDTHS:
                settings = {"part": "facts", "alpha": alpha, "width": width, "seed": seed}
                name = f"facts alpha={alpha} width={width} seed={seed}"
                found.append(Job(name, settings, 1.0))
    return found


def summary(folder: Path) -> str:
    """The exponents, beside those of the quanta model."""
    from labs import analysis  # brings SciPy, which a worker does not need

    return analysis.describe_longtail(*(table(folder / f"{name}.csv") for name in TABLES))
