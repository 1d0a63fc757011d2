"""What the checks of the formulas cost: each closed form against its bare NumPy expression.

Both are called on a million points in turns.  Times are of the processor, so that other work on the
machine does not count; it still shares the memory, so a formula that misses the target is measured
again, a few times.  The program ends with 1 when one misses it every time.
"""

# ruff: noqa: E402 - NumPy reads how many threads it may start when it is imported

from __future__ import annotations

import os

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.special import betainc, expit

from scaling_core import longtail, posttraining, power, pretraining, prophecy, strategy, testtime
from tests.bench.report import Report

POINTS = 1_000_000
MOST = 3.0
REPEATS = 5
ROUNDS = 4

Call = Callable[[], Any]


def pretraining_pairs(random: np.random.Generator) -> Iterator[tuple[str, Call, Call]]:
    """Chapter 1: (name, formula, bare expression)."""
    law = pretraining.BESIROGLU_2024
    N, D = 10 ** random.uniform(7, 13, POINTS), 10 ** random.uniform(9, 15, POINTS)
    C, loss = 6 * N * D, random.uniform(1.9, 3.0, POINTS)
    s = random.uniform(0.1, 10, POINTS)
    E, A, B, alpha, beta = (float(x) for x in (law.E, law.A, law.B, law.alpha, law.beta))
    a, gamma = float(law.size_exponent), float(law.frontier_exponent)
    K = float(law.frontier_coefficient)
    G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))

    def split() -> tuple[Any, ...]:
        size = G * (C / 6) ** a
        return size, C / 6 / size, E + K / (C / 6) ** gamma

    def tokens() -> Any:
        with np.errstate(divide="ignore"):
            return (B / np.maximum(loss - E - A / N**alpha, 0.0)) ** (1 / beta)

    yield "training_flops", lambda: pretraining.training_flops(N, D), lambda: 6.0 * N * D
    yield "loss", lambda: law.loss(N, D), lambda: E + A / N**alpha + B / D**beta
    yield "frontier_loss", lambda: law.frontier_loss(C), lambda: E + K / (C / 6) ** gamma
    yield "optimal", lambda: law.optimal(C), split
    yield "tokens_for_loss", lambda: law.tokens_for_loss(loss, N), tokens
    yield (
        "waste_factor",
        lambda: law.waste_factor(s),
        lambda: ((beta * s**-alpha + alpha * s**beta) / (alpha + beta)) ** (1 / gamma),
    )


def posttraining_pairs(random: np.random.Generator) -> Iterator[tuple[str, Call, Call]]:
    """Chapter 2."""
    transfer = posttraining.HERNANDEZ_2021
    k, alpha, beta = float(transfer.k), float(transfer.alpha), float(transfer.beta)
    reward = posttraining.Overoptimisation(0.8, 0.2)
    hill = posttraining.KHATRI_2025["8B"]
    R0, A, middle, B = (float(x) for x in (hill.R0, hill.A, hill.C_mid, hill.B))
    N, data = 10 ** random.uniform(6, 11, POINTS), 10 ** random.uniform(5, 12, POINTS)
    n, C = random.uniform(1, 1000, POINTS), 10 ** random.uniform(1, 6, POINTS)
    yield (
        "effective_data",
        lambda: transfer.effective_data(data, N),
        lambda: k * data**alpha * N**beta,
    )
    yield "best_of_n_kl", lambda: posttraining.best_of_n_kl(n), lambda: np.log(n) - (n - 1) / n
    yield "reward(kl)", lambda: reward.reward(n), lambda: 0.8 * np.sqrt(n) - 0.2 * n
    yield "reward(C)", lambda: hill.reward(C), lambda: R0 + (A - R0) / (1 + (middle / C) ** B)


def testtime_pairs(random: np.random.Generator) -> Iterator[tuple[str, Call, Call]]:
    """Chapter 3."""
    k, p = np.rint(10 ** random.uniform(0, 4, POINTS)), random.uniform(0, 1, POINTS)
    half = np.floor((k + 1) / 2)
    yield (
        "coverage_power_law",
        lambda: testtime.coverage_power_law(k, -2.0, -0.3),
        lambda: np.exp(-2.0 * k**-0.3),
    )
    yield "majority_vote", lambda: testtime.majority_vote(p, k), lambda: betainc(half, half, p)
    yield "chain_accuracy", lambda: testtime.chain_accuracy(p, k), lambda: p**k
    yield (
        "matching_inference_multiplier",
        lambda: testtime.matching_inference_multiplier(k, 1e12, 1e11),
        lambda: k + 30 * (k - 1),
    )


def longtail_pairs(random: np.random.Generator) -> Iterator[tuple[str, Call, Call]]:
    """Chapter 4."""
    x = random.uniform(0.1, 10, POINTS)
    change = random.uniform(0, 0.5, POINTS)
    ln_2 = float(np.log(2))
    yield "nats_to_bits", lambda: longtail.nats_to_bits(x), lambda: x / ln_2
    yield (
        "equivalent_compute",
        lambda: longtail.equivalent_compute(change, 1.0, 0.2),
        lambda: (1 - change) ** -5.0,
    )


def prophecy_pairs(random: np.random.Generator) -> Iterator[tuple[str, Call, Call]]:
    """Chapter 5."""
    law = prophecy.WRIGHT_1936
    b = float(law.exponent)
    production, x = 10 ** random.uniform(0, 6, POINTS), random.uniform(-9, 9, POINTS)
    p = random.uniform(0, 1, POINTS)
    yield "cost", lambda: law.cost(production), lambda: production**-b
    yield (
        "s_curve",
        lambda: prophecy.s_curve(x, 1.0, 2.0, 0.5),
        lambda: 2.0 * expit((x - 1.0) / 0.5),
    )
    yield (
        "wager",
        lambda: prophecy.wager(p, production, 1.0, 2.0),
        lambda: (p * production - 1.0, -p * 2.0, 1.0 / (production + 2.0)),
    )


def power_pairs(random: np.random.Generator) -> Iterator[tuple[str, Call, Call]]:
    """Chapter 6."""
    watts, days = 10 ** random.uniform(6, 10, POINTS), random.uniform(1, 300, POINTS)
    yield (
        "sustained_power",
        lambda: power.sustained_power(watts, 700.0, 1.8, 1.2),
        lambda: watts * 700.0 * 1.8 * 1.2,
    )
    yield (
        "training_flop_budget",
        lambda: power.training_flop_budget(watts, days, 1e12, 0.4, 1.2),
        lambda: watts * days * 86_400.0 * 1e12 * 0.4 / 1.2,
    )
    yield (
        "fleet_power",
        lambda: power.fleet_power(watts, days),
        lambda: watts * days / 86_400.0,
    )


def strategy_pairs(random: np.random.Generator) -> Iterator[tuple[str, Call, Call]]:
    """Chapter 7."""
    law = strategy.PYTHIA_SUCCESS
    a, gamma, b = float(law.a), float(law.gamma), float(law.b)
    N, tries = 10 ** random.uniform(7, 12, POINTS), 10 ** random.uniform(0, 4, POINTS)
    single, coverage = random.uniform(0, 1, (2, POINTS))
    yield (
        "success",
        lambda: law.success(N, tries),
        lambda: np.exp(-a * (N / 1e9) ** -gamma * tries**-b),
    )
    yield (
        "returned_success",
        lambda: strategy.returned_success(single, coverage, 0.8),
        lambda: single + 0.8 * (coverage - single),
    )


def ratio(checked: Call, bare: Call) -> float:
    """Shortest time of one over shortest time of the other, taken in turns."""
    shortest = {checked: np.inf, bare: np.inf}
    for _ in range(REPEATS):
        for call, seconds in shortest.items():
            begun = time.process_time()
            call()
            shortest[call] = min(seconds, time.process_time() - begun)
    return shortest[checked] / shortest[bare]


def main() -> int:
    """Print the ratios and return 0 when every formula meets the target."""
    print(f"{POINTS:,} points: time of a formula over time of the bare expression")
    chapters = (
        *(pretraining_pairs, posttraining_pairs, testtime_pairs, longtail_pairs),
        *(prophecy_pairs, power_pairs, strategy_pairs),
    )
    report = Report()
    for chapter in chapters:
        module = chapter.__name__.removesuffix("_pairs")
        for name, checked, bare in chapter(np.random.default_rng(0)):
            found = np.inf
            for _ in range(ROUNDS):
                found = min(found, ratio(checked, bare))
                if found <= MOST:
                    break
            report.at_most(f"{module}.{name}", found, MOST, "times")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
