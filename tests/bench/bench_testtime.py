"""Speed of the unbiased pass@k that the data figures of chapter 3 are made of."""

import sys
import time

import numpy as np

from scaling_core.testtime import pass_at_k
from tests.bench.report import Report

PROBLEMS, SAMPLES, POINTS = 128, 10_000, 41
LIMIT = 50  # ms
REPEATS = 7


def measure() -> float:
    """The fastest of some calls for all problems and numbers of tries, in seconds."""
    right = np.random.default_rng(0).integers(0, SAMPLES + 1, PROBLEMS)
    tries = np.rint(np.geomspace(1, SAMPLES, POINTS))
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        pass_at_k(SAMPLES, right[:, np.newaxis], tries)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> int:
    """Print the time beside its limit and return 0 when it is met."""
    report = Report()
    name = f"pass@k, {PROBLEMS} problems, {SAMPLES} samples, {POINTS} values of k"
    report.at_most(name, 1000 * measure(), LIMIT, "ms")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
