import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaling_core import _checks
from tests.scaling_core.duck import Duck

VALUES = {
    "integer": 3,
    "float": 3.0,
    "float32": np.float32(3.0),
    "integer array": np.array([1, 2, 3]),
    "list": [1.0, 2.0],
    "two-dimensional": [[1, 2], [3, 4]],
    "zero-dimensional": np.array(3.0),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_good_numbers_come_back_as_float64(value):
    got = _checks.positive("N", value)
    assert got.dtype == np.float64
    assert got.shape == np.shape(value)
    assert isinstance(got, np.generic) == (np.ndim(value) == 0)
    np.testing.assert_array_equal(got, value)


def test_float64_is_not_copied():
    values = np.array([1.0, 2.0])
    assert np.shares_memory(_checks.positive("N", values), values)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (-1, r"N = -1: allowed is a finite number above 0"),
        (0, r"N = 0: allowed"),
        (np.nan, r"N = nan: allowed"),
        (np.inf, r"N = inf: allowed"),
        ([1.0, np.nan, 2.0], r"N = nan: allowed"),
        ([[1.0, 2.0], [3.0, -4.5]], r"N = -4\.5: allowed"),
        ([], r"N is empty: it needs at least one number"),
        ("many", r"N = 'many': allowed are real numbers"),
        (["1", "2"], r"N = \['1', '2'\]: allowed are real numbers"),
        (None, r"N = None: allowed are real numbers"),
        (1j, r"N = 1j: allowed are real numbers"),
        (True, r"N = True: allowed are real numbers"),
        ([[1], [1, 2]], r"N = \[\[1\], \[1, 2\]\]: allowed are real numbers"),
        ({}, r"N = \{\}: allowed are real numbers"),
        (np.datetime64("2020"), r"N = .*: allowed are real numbers"),
    ],
)
def test_bad_numbers_are_refused_by_name_value_and_range(value, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        _checks.positive("N", value)


@pytest.mark.parametrize(
    ("options", "good", "bad", "allowed"),
    [
        ({}, [-1e308, 0], np.inf, "any finite number"),
        ({"low": 1.0}, [1.0, 2.0], 0.5, "a finite number of at least 1"),
        ({"low": 1.0, "open_low": True}, [1.5], 1.0, "a finite number above 1"),
        ({"high": 1.0}, [-5.0, 1.0], 1.5, "a finite number of at most 1"),
        ({"high": 1.0, "open_high": True}, [0.5], 1.0, "a finite number below 1"),
        ({"low": 0.0, "high": 1.0}, [0.0, 1.0], 1.5, "a number from 0 to 1"),
        (
            {"low": 0.0, "high": 1.0, "open_low": True, "open_high": True},
            [0.5],
            1.0,
            "a number above 0 and below 1",
        ),
        ({"low": 0.0, "high": np.inf}, [0.0, np.inf], -1.0, "a number from 0 to inf"),
        ({"whole": True}, [1.0, -3.0, 0.0], 1.5, "whole numbers"),
    ],
)
def test_ranges(options, good, bad, allowed):
    np.testing.assert_array_equal(_checks.number("x", good, **options), good)
    with pytest.raises(ValueError, match=rf"^x = {bad:g}: allowed (is|are) {allowed}$"):
        _checks.number("x", [*good, bad], **options)
    with pytest.raises(ValueError, match=r"^x = nan"):
        _checks.number("x", np.nan, **options)


@given(st.lists(st.floats(), min_size=1))
def test_what_passes_is_what_the_range_says(values):
    inside = all(0 <= value <= 1 for value in values)
    if inside:
        np.testing.assert_array_equal(_checks.fraction("p", values), values)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(ValueError, match=r"^p = "):
                _checks.fraction("p", values)


def test_nonnegative_lets_zero_in():
    assert _checks.nonnegative("T", 0) == 0
    with pytest.raises(ValueError, match="of at least 0"):
        _checks.nonnegative("T", -1e-300)


def test_traced_values_pass_untouched():
    value = Duck(-1.0)
    assert _checks.positive("N", value) is value
    assert _checks.is_traced(value)
    assert not any(map(_checks.is_traced, (1.0, np.float64(1), np.ones(2), [1], None)))
    _checks.broadcastable(N=value, D=np.ones(3))


def test_choice():
    assert _checks.choice("method", "rl", ["bon", "rl"]) == "rl"
    for bad in ("RL", "", None, 1, ["rl"]):
        with pytest.raises(ValueError, match=r"^method = .*: allowed is one of 'bon', 'rl'$"):
            _checks.choice("method", bad, ("bon", "rl"))


def test_broadcastable():
    _checks.broadcastable(N=np.ones((3, 1)), D=np.ones(4), C=1.0)
    with pytest.raises(ValueError, match=r"shapes do not broadcast: N \(3,\), D \(4,\)"):
        _checks.broadcastable(N=np.ones(3), D=np.ones(4))


@pytest.mark.parametrize(
    "arrays", [{"N": [1, 2], "D": [1]}, {"N": 1.0, "D": 1.0}, {"N": [[1]], "D": [[1]]}]
)
def test_same_length(arrays):
    _checks.same_length(N=[1, 2], D=[3, 4])
    with pytest.raises(ValueError, match=r"one-dimensional arrays of one length .* N \(.*, D \("):
        _checks.same_length(**arrays)


def test_seed():
    first, again = (_checks.random_generator("seed", seed) for seed in (7, np.int64(7)))
    assert first.random() == again.random()
    for bad in (-1, 1.0, True, None, "7", np.random.default_rng(0)):
        with pytest.raises(ValueError, match=r"^seed = .*: allowed is a whole number, 0 or more"):
            _checks.random_generator("seed", bad)


def test_whole_number():
    for good in (3, 3.0, np.int64(3)):
        found = _checks.whole_number("n", good, low=3, high=3)
        assert (found, type(found)) == (3, int)
    for bad in (2, 4, 3.5, np.nan, True, "3", None, [3]):
        with pytest.raises(ValueError, match=r"^n "):
            _checks.whole_number("n", bad, low=3, high=3)


def test_distribution():
    rows = [[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]]
    np.testing.assert_array_equal(_checks.distribution("p", rows), rows)
    for bad, message in {
        1.0: r"^p = 1: allowed is an array",
        (0.5, 0.5 + 1e-8): r"^p sum to 1: allowed are sums of 1$",
        (0.5, 0.4): r"^p sum to 0.9: allowed are sums of 1$",
        ((0.5, 0.5), (0.25, 0.5)): r"^p sum to 0\.75: allowed are sums of 1$",
        (1.5, -0.5): r"^p = 1.5: allowed is a number from 0 to 1$",
    }.items():
        with pytest.raises(ValueError, match=message):
            _checks.distribution("p", bad)


def test_single():
    one = _checks.single("h", np.float64(0.3))
    assert (one, type(one)) == (0.3, float)
    with pytest.raises(ValueError, match=r"^h has shape \(1,\): allowed is one number$"):
        _checks.single("h", np.array([0.3]))


def test_tails_enclose_the_level():
    assert _checks.tails(0.9) == pytest.approx((0.05, 0.95), rel=1e-12)
    assert _checks.tails(0.02) == pytest.approx((0.49, 0.51), rel=1e-12)
    for bad in (0.0, 1.0, np.nan, [0.5, 0.9]):
        with pytest.raises(ValueError, match=r"^level (=|has)"):
            _checks.tails(bad)
