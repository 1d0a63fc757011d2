"""Bisection finds where a condition ends, from either side and element by element."""

import numpy as np
import pytest

from scaling_core._bisection import bisect


@pytest.mark.parametrize(("start", "end"), [(0.0, 3.0), (3.0, 0.0)])
def test_the_root_is_found_from_either_side(start, end):
    squares = np.array([2.0, 3.0, 5.0])
    last, first = bisect(lambda x: (x**2 < squares) == (start < end), start, end)
    np.testing.assert_allclose([last, first], [np.sqrt(squares)] * 2, rtol=1e-15)


@pytest.mark.parametrize(("always", "found"), [(True, 1.0), (False, 0.0)])
def test_without_a_change_an_end_is_found(always, found):
    np.testing.assert_allclose(
        bisect(lambda x: np.full_like(x, always, bool), 0.0, 1.0), found, atol=1e-15
    )
