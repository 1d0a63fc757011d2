"""The bootstrap: what was measured drawn again with replacement, and its percentile intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scaling_core._checks import tails


def times_drawn(generator: np.random.Generator, items: int, resamples: int) -> np.ndarray:
    """How often each item is drawn, with replacement, shape (resamples, items)."""
    return generator.multinomial(items, np.full(items, 1.0 / items), resamples)


def resampled(samples: np.ndarray) -> np.ndarray:
    """Return the refits of a fit, or say that there are none."""
    if not len(samples):
        raise ValueError("bootstrap = 0: an interval needs a fit made with resamples")
    return samples


def percentiles(
    samples: np.ndarray, level: Any, *, method: str = "linear"
) -> tuple[np.ndarray, np.ndarray]:
    """The ends between which the middle share `level` of the samples lies, along the first axis.

    `method` is that of `numpy.quantile`: ``"inverted_cdf"`` does not interpolate, so that an
    infinite end stays infinite.
    """
    ends = np.array(tails(level))
    low, high = np.quantile(resampled(samples), ends, axis=0, method=method)  # type: ignore[call-overload]
    return low, high


def intervals(
    samples: np.ndarray, names: Sequence[str], level: Any, *, method: str = "linear"
) -> dict[str, tuple[float, float]]:
    """For the name of each column of the samples the (low, high) end of its `percentiles`."""
    low, high = percentiles(samples, level, method=method)
    return {name: (float(low[k]), float(high[k])) for k, name in enumerate(names)}
