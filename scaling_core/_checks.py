"""Checks on arguments: every public function of `scaling_core` refuses bad input the same way.

A check returns its argument as a float64 array (a NumPy scalar where a scalar came in) or raises
`ValueError` naming the argument, the offending value and what is allowed.  Traced values, which
bring both NumPy protocols without being arrays, pass through untouched, so that every formula can
also be recorded symbolically; `has_shape` and `column` treat both kinds alike.  The types say
"array" for all three: a NumPy scalar and a traced value do what an array without axes does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

_MAX = np.finfo(float).max


def is_traced(value: Any) -> bool:
    """Whether `value` is a duck array that records what is done to it."""
    return (
        hasattr(value, "__array_ufunc__")
        and hasattr(value, "__array_function__")
        and not isinstance(value, (np.ndarray, np.generic))
    )


def has_shape(value: Any) -> bool:
    """Whether `value` is an array with axes, or recorded and so may be one."""
    return is_traced(value) or (isinstance(value, np.ndarray) and value.ndim > 0)


def column(value: Any) -> Any:
    """`value` with an axis at its end, if it has a shape."""
    return value[..., np.newaxis] if has_shape(value) else value


def number(
    name: str,
    value: Any,
    *,
    low: float = -_MAX,
    high: float = _MAX,
    open_low: bool = False,
    open_high: bool = False,
    whole: bool = False,
) -> np.ndarray:
    """Return `value` as float64, every element of it in the interval from `low` to `high`.

    `open_low` and `open_high` exclude the ends; `high=inf` lets infinity in; `whole` asks for
    whole numbers.
    """
    if is_traced(value):
        return value
    array = _as_float(name, value)
    if array.size == 0:
        raise ValueError(f"{name} is empty: it needs at least one number")
    # min and max hand NaN on, and no comparison with NaN holds: two passes check everything.
    smallest, largest = array.min(), array.max()
    inside = (low < smallest if open_low else low <= smallest) and (
        largest < high if open_high else largest <= high
    )
    if not inside:
        below = ~(array > low) if open_low else ~(array >= low)
        above = ~(array < high) if open_high else ~(array <= high)
        raise ValueError(
            f"{name} = {_first(array, below | above)}: "
            f"allowed is {_interval(low, high, open_low, open_high)}"
        )
    if whole and not np.array_equal(array, np.rint(array)):
        raise ValueError(
            f"{name} = {_first(array, array != np.rint(array))}: allowed are whole numbers"
        )
    return array[()]


def positive(name: str, value: Any, **options: Any) -> np.ndarray:
    """Return `value` as float64, every element finite and above 0."""
    return number(name, value, low=0.0, open_low=True, **options)


def nonnegative(name: str, value: Any, **options: Any) -> np.ndarray:
    """Return `value` as float64, every element finite and at least 0."""
    return number(name, value, low=0.0, **options)


def fraction(name: str, value: Any, **options: Any) -> np.ndarray:
    """Return `value` as float64, every element from 0 to 1."""
    return number(name, value, low=0.0, high=1.0, **options)


def open_fraction(name: str, value: Any) -> np.ndarray:
    """Return `value` as float64, every element above 0 and below 1."""
    return fraction(name, value, open_low=True, open_high=True)


def distribution(name: str, value: Any) -> np.ndarray:
    """Return `value` as float64 probabilities, each row along the last axis summing to 1."""
    p = fraction(name, value)
    if not is_traced(p):
        if np.ndim(p) == 0:
            raise ValueError(f"{name} = {p:g}: allowed is an array, answers along the last axis")
        total = np.sum(p, axis=-1)
        off = np.abs(total - 1.0) > 1e-9
        if np.any(off):
            raise ValueError(f"{name} sum to {_first(total, off)}: allowed are sums of 1")
    return p


def choice(name: str, value: Any, allowed: Iterable[Any]) -> Any:
    """Return `value` if it is one of `allowed`."""
    allowed = list(allowed)
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} = {value!r}: allowed is one of {', '.join(map(repr, allowed))}")
    return value


def broadcastable(**arguments: Any) -> None:
    """Check that the named arguments broadcast against each other."""
    shapes = {name: np.shape(value) for name, value in arguments.items() if not is_traced(value)}
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"shapes do not broadcast: {listed}") from None


def array_fields(record: Any) -> dict[str, np.ndarray]:
    """The fields of a dataclass `record` that hold arrays, by name."""
    values = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    return {name: x for name, x in values.items() if isinstance(x, np.ndarray) and x.ndim}


def broadcastable_fields(record: Any, **arguments: Any) -> None:
    """Check that the named arguments broadcast against the numbers a dataclass `record` holds."""
    broadcastable(**arguments, **array_fields(record))


def check_fields(record: Any, **checks: Callable[[str, Any], Any]) -> None:
    """Put what its check returns into each named field of a frozen dataclass `record`.

    All its fields have to broadcast against each other.
    """
    for name, check in checks.items():
        object.__setattr__(record, name, check(name, getattr(record, name)))
    broadcastable_fields(record)


def same_length(**arguments: Any) -> None:
    """Check that the named arguments are one-dimensional and of one length."""
    shapes = {name: np.shape(value) for name, value in arguments.items()}
    if any(len(shape) != 1 for shape in shapes.values()) or len(set(shapes.values())) > 1:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"one-dimensional arrays of one length are needed, not {listed}")


def whole_number(name: str, value: Any, *, low: int = 0, high: float = np.inf) -> int:
    """Return the single whole number `value`, from `low` to `high`, as an integer."""
    found = single(name, number(name, value, whole=True))
    if not low <= found <= high:
        allowed = f", {low} or more" if high == np.inf else f" from {low} to {high}"
        raise ValueError(f"{name} = {found:.6g}: allowed is a whole number{allowed}")
    return int(found)


def seed_number(name: str, value: Any) -> int:
    """Return the integer `value`, 0 or more and of any size: no Monte Carlo without a seed."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
        raise ValueError(f"{name} = {value!r}: allowed is a whole number, 0 or more")
    return int(value)


def random_generator(name: str, seed: Any) -> np.random.Generator:
    """Return the generator that `seed` starts."""
    return np.random.default_rng(seed_number(name, seed))


def single(name: str, value: Any) -> float:
    """Return `value`, checked before, as one float."""
    if np.ndim(value):
        raise ValueError(f"{name} has shape {np.shape(value)}: allowed is one number")
    return float(value)


def tails(level: Any) -> tuple[float, float]:
    """Return the two quantiles between which an interval of coverage `level` lies."""
    level = single("level", open_fraction("level", level))
    return (1.0 - level) / 2.0, (1.0 + level) / 2.0


def _as_float(name: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "iuf":
            raise TypeError
        return array.astype(float, copy=False)
    except (TypeError, ValueError):
        raise ValueError(f"{name} = {value!r}: allowed are real numbers") from None


def _first(array: np.ndarray, bad: np.ndarray) -> str:
    return f"{np.atleast_1d(array)[np.atleast_1d(bad)][0]:.6g}"


def _interval(low: float, high: float, open_low: bool, open_high: bool) -> str:
    if low == -_MAX and high == _MAX:
        return "any finite number"
    if high == _MAX:
        return f"a finite number {'above' if open_low else 'of at least'} {low:g}"
    if low == -_MAX:
        return f"a finite number {'below' if open_high else 'of at most'} {high:g}"
    start = "above" if open_low else "from"
    end = "and below" if open_high else "to"
    return f"a number {start} {low:g} {end} {high:g}"
