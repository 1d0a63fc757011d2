"""Bisection in a fixed number of steps, for whole arrays and for recorded values alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_STEPS = 60
"""Enough to halve the range of any logarithm here down to the rounding of float64."""


def bisect(holds: Callable[[Any], Any], start: Any, end: Any) -> tuple[Any, Any]:
    """Close in on where a condition that holds at `start` ceases to hold on the way to `end`.

    Args:
        holds: whether the condition holds at a place, element by element.
        start: a place where it holds, above or below `end`.
        end: a place where it does not.

    Returns:
        The last place where it holds and the first where it does not, which differ by rounding;
        `start` or `end` itself where the condition does not change in between.
    """
    for _ in range(_STEPS):
        middle = 0.5 * (start + end)
        further = holds(middle)
        start, end = np.where(further, middle, start), np.where(further, end, middle)
    return start, end
