"""The operations a program is made of: what each computes, in NumPy and SciPy.

They are the table of FORMAT.md and nothing else.  Values are float64 scalars or arrays; truth is
0 or 1.  The tracer evaluates with them while it records, the interpreter when it runs a recorded
program, so the two can't differ.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import scipy.special

Value = Any  # a float64 scalar or array

_ONE = [
    "negative",
    "absolute",
    "sign",
    "floor",
    "ceil",
    "trunc",
    "rint",
    "sqrt",
    "cbrt",
    "square",
    "reciprocal",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "sin",
    "cos",
    "tan",
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "arccosh",
    "arctanh",
]
_TWO = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "floor_divide",
    "remainder",
    "power",
    "minimum",
    "maximum",
    "fmin",
    "fmax",
    "hypot",
    "arctan2",
    "logaddexp",
    "logaddexp2",
    "copysign",
    "heaviside",
    "matmul",
]
_TRUTH = [
    "isnan",
    "isinf",
    "isfinite",
    "signbit",
    "logical_not",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "equal",
    "not_equal",
    "logical_and",
    "logical_or",
    "logical_xor",
]
_SPECIAL = [
    "gammaln",
    "erf",
    "erfc",
    "erfinv",
    "ndtr",
    "ndtri",
    "log_ndtr",
    "expit",
    "logit",
    "log_expit",
    "betaln",
    "gammainc",
    "gammaincc",
    "xlogy",
    "xlog1py",
    "binom",
    "betainc",
]


class _Asker:
    """A value that answers with the ufunc that is applied to it."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return ufunc


def _zetas() -> tuple[np.ufunc, np.ufunc]:
    """The ufuncs of Riemann's and of Hurwitz's zeta function.

    SciPy's own `zeta` is a Python function that chooses between the two, which have no public name.
    """
    try:
        found = scipy.special.zeta(_Asker()), scipy.special.zeta(_Asker(), 1.0)
    except Exception:  # whatever another version may say of so odd an argument
        found = (None, None)
    if not all(isinstance(one, np.ufunc) for one in found):
        raise ImportError(
            f"scipy.special.zeta of SciPy {scipy.__version__} applies no ufunc, so that a live "
            "number could not follow it: SciPy 1.14 to 1.17 are known to work"
        )
    return found


_RIEMANN_ZETA, _HURWITZ_ZETA = _zetas()

UFUNCS: dict[np.ufunc, str] = {
    **{getattr(np, name): name for name in _ONE + _TWO + _TRUTH},
    **{getattr(scipy.special, name): name for name in _SPECIAL},
    _RIEMANN_ZETA: "zeta1",
    _HURWITZ_ZETA: "zeta",
}
"""The operation that each recorded ufunc stands for."""

TRUTHS = frozenset(_TRUTH) | {"any", "all"}
"""Operations whose result is true or false."""


def _as_number(truth: Callable[..., Value]) -> Callable[..., Value]:
    def numeric(*args: Value) -> Value:
        return truth(*args).astype(float)

    return numeric


def _axes(axis: Any) -> tuple[int, ...] | None:
    return None if axis is None else tuple(axis)


def _reduction(reduce: Callable[..., Value]) -> Callable[..., Value]:
    def reduced(x: Value, axis: Any = None, keepdims: bool = False) -> Value:
        return np.float64(1.0) * reduce(x, axis=_axes(axis), keepdims=keepdims)

    return reduced


def _position(find: Callable[..., Value]) -> Callable[..., Value]:
    def position(x: Value, axis: int | None = None) -> Value:
        return find(x, axis=axis).astype(float)

    return position


def _where(condition: Value, x: Value, y: Value) -> Value:
    return np.where(condition, x, y)[()]


def _argsort(x: Value, axis: int) -> Value:
    return np.argsort(x, axis=axis, kind="stable").astype(float)


def _searchsorted(a: Value, v: Value, side: str) -> Value:
    return np.searchsorted(a, v, side=side).astype(float)


def _interp(x: Value, xp: Value, fp: Value, left: Value, right: Value) -> Value:
    return np.interp(x, xp, fp, left, right)


def _take(x: Value, i: Value, axis: int) -> Value:
    i = np.asarray(i)
    count = x.shape[axis]
    from_start = np.where(i < 0, i + count, i)
    inside = (from_start >= 0) & (from_start < count)
    if inside.all():
        return np.take(x, from_start.astype(np.intp), axis=axis)
    # A row of NaN past the end stands for everything outside.
    ghost = np.full((*x.shape[:axis], 1, *x.shape[axis + 1 :]), np.nan)
    position = np.where(inside, from_start, count).astype(np.intp)
    return np.take(np.concatenate([x, ghost], axis=axis), position, axis=axis)


def _index(x: Value, index: Any) -> Value:
    return x[_subscript(index)][()]


def _subscript(index: Any) -> tuple[Any, ...]:
    def part(item: Any) -> Any:
        if item is None or isinstance(item, int):
            return item
        start, stop, step = item
        return slice(start, None if stop < 0 else stop, step)

    return (*(part(item) for item in index), ...)


def _reshape(x: Value, shape: Any) -> Value:
    return np.reshape(x, tuple(shape))[()]


def _broadcast_to(x: Value, shape: Any) -> Value:
    return np.broadcast_to(x, tuple(shape))[()]


def _concatenate(*parts: Value, axis: int) -> Value:
    return np.concatenate(parts, axis=axis)


def _rfft(part: str) -> Callable[..., Value]:
    def transform(x: Value, n: int) -> Value:
        return np.ascontiguousarray(getattr(np.fft.rfft(x, n), part))

    return transform


def _irfft(real: Value, imag: Value, n: int) -> Value:
    return np.fft.irfft(real + 1j * imag, n)


FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{name: ufunc for ufunc, name in UFUNCS.items() if name not in TRUTHS},
    **{name: _as_number(ufunc) for ufunc, name in UFUNCS.items() if name in TRUTHS},
    **{name: _reduction(getattr(np, name)) for name in ("sum", "prod", "max", "min", "any", "all")},
    "logaddexp_reduce": _reduction(np.logaddexp.reduce),
    "argmax": _position(np.argmax),
    "argmin": _position(np.argmin),
    "where": _where,
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "sort": np.sort,
    "argsort": _argsort,
    "searchsorted": _searchsorted,
    "interp": _interp,
    "take": _take,
    "index": _index,
    "reshape": _reshape,
    "broadcast_to": _broadcast_to,
    "transpose": np.transpose,
    "concatenate": _concatenate,
    "rfft_real": _rfft("real"),
    "rfft_imag": _rfft("imag"),
    "irfft": _irfft,
}
"""Every operation of a program by name."""


def bind(op: str, attributes: Mapping[str, Any]) -> Callable[..., Value]:
    """Return an operation as a function of its arguments alone."""
    return functools.partial(FUNCTIONS[op], **attributes) if attributes else FUNCTIONS[op]
