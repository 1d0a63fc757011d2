"""NumPy's functions on live values, written with the operations of `ops`.

The tracer looks up here what `__array_ufunc__` and `__array_function__` hand it.  Each function
takes the tape, then what NumPy's function of that name takes; an argument it does not have is one
that live values refuse.
"""

from __future__ import annotations

import inspect
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from . import ops, text
from .errors import trace_error

Function = Callable[..., Any]

_FUNCTIONS: dict[Any, Function] = {}
_SIGNATURES: dict[Function, inspect.Signature] = {}


def _implements(*numpy_functions: Any) -> Callable[[Function], Function]:
    """Register what a NumPy function does with live values."""

    def register(function: Function) -> Function:
        _FUNCTIONS.update(dict.fromkeys(numpy_functions, function))
        _SIGNATURES[function] = inspect.signature(function)
        return function

    return register


_NO_LIVE_SHAPES = (
    "a fixed length and np.where(mask, y, np.nan), as no shape may depend on a control"
)
_INSTEAD = {
    "argwhere": _NO_LIVE_SHAPES,
    "array2string": 'f"{x[0]:.2f}" for single elements',
    "array_repr": 'f"{x[0]:.2f}" for single elements',
    "array_str": 'f"{x[0]:.2f}" for single elements',
    "choose": "explorable.pick(choices, position)",
    "copyto": "x * np.ones(shape) or np.broadcast_to(x, shape) for np.full; np.where to replace",
    "empty_like": "np.zeros_like(x)",
    "flatnonzero": _NO_LIVE_SHAPES,
    "nonzero": _NO_LIVE_SHAPES,
    "place": "np.where(mask, new, old)",
    "put": "np.where(mask, new, old)",
    "putmask": "np.where(mask, new, old)",
    "fft": "np.fft.rfft(x)",
    "ifft": "np.fft.irfft(z)",
    "unique": "np.sort(x), as the number of different values may change",
}
_UFUNC_INSTEAD = {
    "psi": "a difference of gammaln",
    "gamma": "np.exp(scipy.special.gammaln(x))",
    "beta": "np.exp(scipy.special.betaln(a, b))",
    "loggamma": "scipy.special.gammaln(x)",
    "modf": "np.trunc(x) and x - np.trunc(x)",
}
_ANY_OTHER = (
    "the functions that figures can record: arithmetic, ufuncs, where, reductions, sort, interp "
    "(the guide lists them); or compute it before, from plain numbers"
)


def array_function(tape: Any, function: Any, args: Any, options: dict[str, Any]) -> Any:
    """Record a call of one of NumPy's array functions."""
    name = _name(function)
    implementation = _FUNCTIONS.get(function)
    if implementation is None:
        instead = _INSTEAD.get(function.__name__, _ANY_OTHER)
        raise trace_error(f"{name} can't be recorded with live values", instead)
    given = {key: value for key, value in options.items() if not _is_default(key, value)}
    try:
        _SIGNATURES[implementation].bind(tape, *args, **given)
    except TypeError as error:
        raise trace_error(
            f"{name} with live values: {error}",
            "the plain call; with np.where in place of where= and a new array in place of out=",
        ) from None
    return implementation(tape, *args, **given)


def _name(function: Any) -> str:
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{function.__name__}"


def _is_default(option: str, value: Any) -> bool:
    if value is np._NoValue or (value is None and option != "axis"):
        return True
    return option == "dtype" and np.dtype(value) == float


# --- ufuncs ------------------------------------------------------------------------------------

_REDUCTIONS = {
    np.add: "sum",
    np.multiply: "prod",
    np.maximum: "max",
    np.minimum: "min",
    np.logical_and: "all",
    np.logical_or: "any",
    np.logaddexp: "logaddexp_reduce",
}
_CUMULATIONS = {np.add: "cumsum", np.multiply: "cumprod"}
_SCANS = (np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp)


def ufunc(tape: Any, function: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    """Record a call of a ufunc or of one of its methods."""
    if method == "__call__":
        return _call(tape, function, *inputs, **options)
    if method == "outer":
        a, b = (tape.lift(value) for value in inputs)
        return function(a[(..., *[None] * b.ndim)], b)
    if method == "reduce" and function in _REDUCTIONS:
        options.setdefault("axis", inputs[1] if len(inputs) > 1 else 0)
        if not set(options) - {"axis", "keepdims"}:
            return _reduce(tape, _REDUCTIONS[function], inputs[0], **options)
    if method == "accumulate" and not set(options) - {"axis"}:
        axis = inputs[1] if len(inputs) > 1 else options.get("axis", 0)
        if function in _CUMULATIONS:
            x = tape.lift(inputs[0])
            axis = normalize_axis_index(axis, x.ndim)
            return tape.apply(_CUMULATIONS[function], x, axis=axis)
        if function in _SCANS:
            return _scan(function, tape.lift(inputs[0]), axis)
    raise trace_error(
        f"np.{function.__name__}.{method} can't be recorded with live values",
        "np.sum, np.cumsum and their kin, or a loop",
    )


def _call(tape: Any, function: np.ufunc, *inputs: Any, **options: Any) -> Any:
    if options:
        raise trace_error(
            f"np.{function.__name__} takes no {', '.join(options)} with live values",
            "np.moveaxis first, then the plain call",
        )
    if function is np.power and _is_number(inputs[1], 2):
        return tape.apply("square", inputs[0])
    if function in _OF_INTEGERS and all(tape.lift(value).dtype != float for value in inputs):
        return _OF_INTEGERS[function](tape, *map(tape.lift, inputs))
    if function in ops.UFUNCS:
        return tape.apply(ops.UFUNCS[function], *inputs)
    compose = _COMPOSED_UFUNCS.get(function.__name__)
    if compose is None:
        instead = _UFUNC_INSTEAD.get(function.__name__, _ANY_OTHER)
        raise trace_error(f"{function.__name__} can't be recorded with live values", instead)
    return compose(*(tape.lift(value) for value in inputs))


def _is_number(value: Any, number: float) -> bool:
    return isinstance(value, (int, float, np.number)) and value == number


def _division(op: str) -> Function:
    def division(tape: Any, a: Any, b: Any) -> Any:
        """By zero it gives zero."""
        none = b == 0
        return np.where(none, 0, tape.apply(op, a, np.where(none, 1, b)))

    return division


def _power(tape: Any, a: Any, b: Any) -> Any:
    if np.any(b.value < 0):
        raise ValueError("Integers to negative integer powers are not allowed.")
    return tape.apply("power", a, b)


# What is another operation for integers, which counts and positions are, than for real numbers.
_OF_INTEGERS: dict[np.ufunc, Function] = {
    np.floor_divide: _division("floor_divide"),
    np.remainder: _division("remainder"),
    np.power: _power,
}


def _scan(function: np.ufunc, x: Any, axis: int) -> Any:
    """The running result of an associative ufunc, by doubling."""
    x = np.moveaxis(x, axis, 0)
    shift = 1
    while shift < len(x):
        x = np.concatenate([x[:shift], function(x[shift:], x[:-shift])])
        shift *= 2
    return np.moveaxis(x, 0, axis)


def _both_true(name: str, a: Any, b: Any, otherwise: Any) -> Any:
    if a.dtype != bool or b.dtype != bool:
        raise trace_error(
            f"np.{name} works on the bits of integers, which live numbers don't have",
            "comparisons joined by & and |, as (x > 1) & (x < 2)",
        )
    return otherwise(a, b)


def _invert(x: Any) -> Any:
    return _both_true("invert", x, x, lambda a, b: np.logical_not(a))


def _fmod(x: Any, y: Any) -> Any:
    return np.copysign(np.remainder(np.absolute(x), np.absolute(y)), x)


_COMPOSED_UFUNCS: dict[str, Function] = {
    "positive": lambda x: x,
    "fabs": np.absolute,
    "conjugate": lambda x: x,
    "float_power": lambda x, y: np.power(x.astype(float), y.astype(float)),
    "fmod": _fmod,
    "divmod": lambda x, y: (np.floor_divide(x, y), np.remainder(x, y)),
    "deg2rad": lambda x: x * (np.pi / 180),
    "radians": lambda x: x * (np.pi / 180),
    "rad2deg": lambda x: x * (180 / np.pi),
    "degrees": lambda x: x * (180 / np.pi),
    "bitwise_and": lambda a, b: _both_true("bitwise_and", a, b, np.logical_and),
    "bitwise_or": lambda a, b: _both_true("bitwise_or", a, b, np.logical_or),
    "bitwise_xor": lambda a, b: _both_true("bitwise_xor", a, b, np.logical_xor),
    "invert": _invert,
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
}


def complex_ufunc(tape: Any, function: np.ufunc, method: str, *inputs: Any) -> Any:
    """Record a call of a ufunc on complex numbers, by their real and imaginary parts."""
    if function is np.power and _is_number(inputs[1], 2):
        function, inputs = np.square, inputs[:1]
    rule = _COMPLEX_UFUNCS.get(function) if method == "__call__" else None
    if rule is None:
        raise trace_error(
            f"np.{function.__name__} can't be recorded with complex numbers",
            "their parts: z.real, z.imag, np.abs(z) and np.angle(z)",
        )
    parts = [part for value in inputs for part in (np.real(value), np.imag(value))]
    result = rule(*parts)
    return tape.complex(*result) if isinstance(result, tuple) else tape.lift(result)


def _complex_multiply(a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Any]:
    return a * c - b * d, a * d + b * c


def _complex_divide(a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Any]:
    size = c * c + d * d
    return (a * c + b * d) / size, (b * c - a * d) / size


def _complex_exp(a: Any, b: Any) -> tuple[Any, Any]:
    return np.exp(a) * np.cos(b), np.exp(a) * np.sin(b)


_COMPLEX_UFUNCS: dict[np.ufunc, Function] = {
    np.add: lambda a, b, c, d: (a + c, b + d),
    np.subtract: lambda a, b, c, d: (a - c, b - d),
    np.multiply: _complex_multiply,
    np.divide: _complex_divide,
    np.negative: lambda a, b: (-a, -b),
    np.positive: lambda a, b: (a, b),
    np.conjugate: lambda a, b: (a, -b),
    np.square: lambda a, b: _complex_multiply(a, b, a, b),
    np.exp: _complex_exp,
    np.absolute: np.hypot,
}


# --- elements and shapes -------------------------------------------------------------------------


def getitem(tape: Any, x: Any, key: Any) -> Any:
    """Record `x[key]`: basic indexing, plain masks, and whole-numbered positions, live or not."""
    items = _expanded(key if isinstance(key, tuple) else (key,), x.ndim)
    basic: list[Any] = []
    arrays: list[tuple[int, Any]] = []  # (axis of what basic indexing leaves, positions)
    advanced: list[int] = []  # places in the key that NumPy calls advanced
    axis = left = 0
    for place, item in enumerate(items):
        if item is None:
            basic.append(None)
            left += 1
            continue
        count = x.shape[axis]
        axis += 1
        if isinstance(item, slice):
            basic.append(_slice(item, count))
            left += 1
            continue
        advanced.append(place)
        if isinstance(item, _Chosen):
            if item.count != count:
                raise IndexError(
                    f"the mask has {item.count} elements along axis {axis - 1}, the array {count}"
                )
            item = item.positions
        if isinstance(item, int):
            if not -count <= item < count:
                raise IndexError(
                    f"index {item} is out of bounds for axis {axis - 1} with size {count}"
                )
            basic.append(item % count)
        else:
            arrays.append((left, _positions(tape, item, count)))
            basic.append((0, count, 1))
            left += 1
    result = _basic(tape, x, basic)
    if not arrays:
        return result
    apart = advanced != list(range(advanced[0], advanced[-1] + 1))
    if apart and (len(arrays) > 1 or arrays[0][0] != 0):
        raise trace_error(
            "positions along axes that are not neighbours can't be recorded",
            "one index after the other, as x[:, i][:, :, j]",
        )
    return _take_along(tape, result, arrays)


class _Chosen(NamedTuple):
    """Where a plain mask is true along one of its axes, and how long that axis is."""

    positions: np.ndarray
    count: int


def _expanded(key: tuple[Any, ...], ndim: int) -> list[Any]:
    """A key with one entry for each axis, besides those for new axes."""
    items: list[Any] = []
    for item in map(_key_item, key):
        if isinstance(item, np.ndarray) and item.dtype == bool:
            items += map(_Chosen, np.nonzero(item), item.shape)
        else:
            items.append(item)
    named = sum(item is not None and item is not Ellipsis for item in items)
    if named > ndim:
        raise IndexError(f"too many indices: the array has {ndim} axes, {named} were indexed")
    rest = [slice(None)] * (ndim - named)
    place = next((i for i, item in enumerate(items) if item is Ellipsis), len(items))
    return items[:place] + rest + items[place + 1 :]


def _key_item(item: Any) -> Any:
    if item is None or item is Ellipsis or isinstance(item, slice):
        return item
    if not _is_live(item):
        item = np.asarray(item)
    if _is_live(item):
        if item.dtype == bool:
            raise trace_error(
                "a live array can't be indexed with a live mask: its length would depend on a "
                "control",
                "np.where(mask, y, np.nan)",
            )
        return item
    if item.dtype == bool:
        if item.ndim == 0:
            raise trace_error(
                "a live array can't be indexed with a single True or False", "a mask of its shape"
            )
        return item
    if item.dtype.kind not in "iu" and item.size:
        raise IndexError("only whole numbers, slices, ..., None and arrays of positions can index")
    return int(item) if item.ndim == 0 else item.astype(np.intp)


def _slice(item: slice, count: int) -> tuple[int, int, int]:
    if any(_is_live(end) for end in (item.start, item.stop, item.step)):
        raise trace_error("a slice can't have a live end", _NO_LIVE_SHAPES)
    return item.indices(count)


def _positions(tape: Any, item: Any, count: int) -> Any:
    positions = tape.lift(item)
    now = np.asarray(positions.value, dtype=float)
    if not np.all(now == np.rint(now)):
        raise trace_error(
            "a live position must be a whole number", "np.floor(x) or np.rint(x) as the position"
        )
    if now.size and not (-count <= now.min() and now.max() < count):
        raise IndexError(f"position {now} is out of bounds for an axis with size {count}")
    return positions


def _basic(tape: Any, x: Any, index: list[Any]) -> Any:
    axis = x.ndim
    while index and index[-1] is not None and index[-1] == (0, x.shape[axis - 1], 1):
        # An axis that is kept whole needs no entry at the end.
        index = index[:-1]
        axis -= 1
    return tape.apply("index", x, index=tuple(index)) if index else x


def _take_along(tape: Any, x: Any, arrays: list[tuple[int, Any]]) -> Any:
    """The elements at positions along one axis, or along several neighbouring axes at once."""
    first, positions = arrays[0]
    if len(arrays) == 1:
        return tape.apply("take", x, positions, axis=first)
    counts = x.shape[first : first + len(arrays)]
    flat, inside = 0, True
    for count, (_, along) in zip(counts, arrays, strict=True):
        along = np.where(along < 0, along + count, along)
        inside = inside & (along >= 0) & (along < count)
        flat = flat * count + along
    rest = x.shape[first + len(arrays) :]
    merged = np.reshape(x, (*x.shape[:first], math.prod(counts), *rest))
    return tape.apply("take", merged, np.where(inside, flat, np.nan), axis=first)


@_implements(np.take)
def _take(tape: Any, a: Any, indices: Any, axis: int | None = None) -> Any:
    a = tape.lift(a)
    if axis is None:
        a, axis = np.ravel(a), 0
    axis = normalize_axis_index(axis, a.ndim)
    return tape.apply("take", a, _positions(tape, indices, a.shape[axis]), axis=axis)


@_implements(np.compress)
def _compress(tape: Any, condition: Any, a: Any, axis: int | None = None) -> Any:
    a = tape.lift(a)
    if axis is None:
        a, axis = np.ravel(a), 0
    axis = normalize_axis_index(axis, a.ndim)
    return tape.apply(
        "take", a, _positions(tape, _true_places(condition), a.shape[axis]), axis=axis
    )


@_implements(np.extract)
def _extract(tape: Any, condition: Any, arr: Any) -> Any:
    return np.compress(np.ravel(condition), np.ravel(arr))


def _true_places(condition: Any) -> np.ndarray:
    """Where a plain mask of one axis is true."""
    if _is_live(condition):
        raise trace_error(
            "a live array can't be indexed with a live mask: its length would depend on a control",
            "np.where(mask, y, np.nan)",
        )
    condition = np.asarray(condition)
    if condition.ndim != 1:
        raise ValueError("condition must be a 1-d array")
    return np.flatnonzero(condition)


@_implements(np.take_along_axis)
def _take_along_axis(tape: Any, arr: Any, indices: Any, axis: int | None = -1) -> Any:
    arr, indices = tape.lift(arr), tape.lift(indices)
    if axis is None:
        arr, axis = np.ravel(arr), 0
    arr, indices = np.moveaxis(arr, axis, -1), np.moveaxis(indices, axis, -1)
    count = arr.shape[-1]
    indices = _positions(tape, indices, count)
    lead = np.broadcast_shapes(arr.shape[:-1], indices.shape[:-1])
    rows = np.arange(math.prod(lead)).reshape((*lead, 1)) * count
    arr = np.broadcast_to(arr, (*lead, count))
    flat = np.where(indices < 0, indices + count, indices) + rows
    return np.moveaxis(tape.apply("take", np.ravel(arr), flat, axis=0), -1, axis)


@_implements(np.reshape)
def _reshape(tape: Any, a: Any, shape: Any, order: str = "C") -> Any:
    _only_row_major("np.reshape", order)
    a = tape.lift(a)
    shape = tuple(operator.index(n) for n in (shape if np.iterable(shape) else (shape,)))
    if shape == a.shape:
        return a
    return tape.apply("reshape", a, shape=np.empty(a.shape).reshape(shape).shape)


def _only_row_major(name: str, order: str) -> None:
    if order not in ("C", "A", "K"):
        raise trace_error(f"{name} takes no order={order!r} with live values", "np.transpose first")


@_implements(np.ravel)
def _ravel(tape: Any, a: Any, order: str = "C") -> Any:
    _only_row_major("np.ravel", order)
    a = tape.lift(a)
    return np.reshape(a, (a.size,))


@_implements(np.transpose)
def _transpose(tape: Any, a: Any, axes: Any = None) -> Any:
    a = tape.lift(a)
    axes = range(a.ndim)[::-1] if axes is None else normalize_axis_tuple(axes, a.ndim)
    if len(axes) != a.ndim:
        raise ValueError(f"axes {tuple(axes)} don't match an array of {a.ndim} axes")
    if list(axes) == list(range(a.ndim)):
        return a
    return tape.apply("transpose", a, axes=tuple(axes))


@_implements(np.moveaxis)
def _moveaxis(tape: Any, a: Any, source: Any, destination: Any) -> Any:
    a = tape.lift(a)
    return np.transpose(a, _order_after(np.moveaxis, a.ndim, source, destination))


@_implements(np.swapaxes)
def _swapaxes(tape: Any, a: Any, axis1: int, axis2: int) -> Any:
    a = tape.lift(a)
    return np.transpose(a, _order_after(np.swapaxes, a.ndim, axis1, axis2))


def _order_after(move: Any, ndim: int, *where: Any) -> tuple[int, ...]:
    """The order of axes that a function leaves, read off an array that tells them apart."""
    return tuple(n - 1 for n in move(np.empty(range(1, ndim + 1)), *where).shape)


@_implements(np.expand_dims)
def _expand_dims(tape: Any, a: Any, axis: Any) -> Any:
    a = tape.lift(a)
    return np.reshape(a, np.expand_dims(np.empty(a.shape), axis).shape)


@_implements(np.squeeze)
def _squeeze(tape: Any, a: Any, axis: Any = None) -> Any:
    a = tape.lift(a)
    return np.reshape(a, np.squeeze(np.empty(a.shape), axis).shape)


@_implements(np.atleast_1d)
def _atleast_1d(tape: Any, *arys: Any) -> Any:
    results = tuple(np.reshape(x, x.shape or (1,)) for x in map(tape.lift, arys))
    return results if len(results) > 1 else results[0]


@_implements(np.atleast_2d)
def _atleast_2d(tape: Any, *arys: Any) -> Any:
    results = tuple(np.reshape(x, (1,) * (2 - x.ndim) + x.shape) for x in map(tape.lift, arys))
    return results if len(results) > 1 else results[0]


@_implements(np.broadcast_to)
def _broadcast_to(tape: Any, array: Any, shape: Any) -> Any:
    array = tape.lift(array)
    shape = tuple(operator.index(n) for n in (shape if np.iterable(shape) else (shape,)))
    return array if shape == array.shape else tape.apply("broadcast_to", array, shape=shape)


@_implements(np.broadcast_arrays)
def _broadcast_arrays(tape: Any, *args: Any) -> tuple[Any, ...]:
    arrays = [tape.lift(array) for array in args]
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    return tuple(np.broadcast_to(array, shape) for array in arrays)


@_implements(np.meshgrid)
def _meshgrid(tape: Any, *xi: Any, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    count = len(xi)
    arrays = [
        np.reshape(tape.lift(x), (1,) * i + (-1,) + (1,) * (count - 1 - i))
        for i, x in enumerate(xi)
    ]
    if indexing == "xy" and count > 1:
        arrays = [np.swapaxes(array, 0, 1) for array in arrays]
    return tuple(arrays) if sparse else np.broadcast_arrays(*arrays)


@_implements(np.flip)
def _flip(tape: Any, m: Any, axis: Any = None) -> Any:
    m = tape.lift(m)
    axes = range(m.ndim) if axis is None else normalize_axis_tuple(axis, m.ndim)
    return m[tuple(slice(None, None, -1 if i in axes else 1) for i in range(m.ndim))]


@_implements(np.fliplr)
def _fliplr(tape: Any, m: Any) -> Any:
    return np.flip(m, 1)


@_implements(np.flipud)
def _flipud(tape: Any, m: Any) -> Any:
    return np.flip(m, 0)


@_implements(np.roll)
def _roll(tape: Any, a: Any, shift: Any, axis: int | None = None) -> Any:
    a = tape.lift(a)
    if axis is None:
        return np.reshape(np.roll(np.ravel(a), shift, 0), a.shape)
    axis = normalize_axis_index(axis, a.ndim)
    count = a.shape[axis]
    if _is_live(shift):
        return np.take(a, np.remainder(np.arange(count) - shift, count), axis)
    cut = -operator.index(shift) % max(count, 1)
    before = (slice(None),) * axis
    parts = a[(*before, slice(cut, None))], a[(*before, slice(0, cut))]
    return np.concatenate(parts, axis)


@_implements(np.tile)
def _tile(tape: Any, A: Any, reps: Any) -> Any:
    A = tape.lift(A)
    reps = tuple(operator.index(n) for n in (reps if np.iterable(reps) else (reps,)))
    reps = (1,) * (A.ndim - len(reps)) + reps
    shape = (1,) * (len(reps) - A.ndim) + A.shape
    apart = [n for length in shape for n in (1, length)]
    full = [n for pair in zip(reps, shape, strict=True) for n in pair]
    whole = [copies * length for copies, length in zip(reps, shape, strict=True)]
    return np.reshape(np.broadcast_to(np.reshape(A, apart), full), whole)


@_implements(np.repeat)
def _repeat(tape: Any, a: Any, repeats: Any, axis: int | None = None) -> Any:
    a = tape.lift(a)
    if axis is None:
        a, axis = np.ravel(a), 0
    if _is_live(repeats):
        raise trace_error("np.repeat can't take a live count", _NO_LIVE_SHAPES)
    return np.take(a, np.repeat(np.arange(a.shape[axis]), repeats), axis)


# --- joining ------------------------------------------------------------------------------------


@_implements(np.concatenate)
def _concatenate(tape: Any, arrays: Sequence[Any], axis: int | None = 0) -> Any:
    arrays = [tape.lift(array) for array in arrays]
    if axis is None:
        arrays, axis = [np.ravel(array) for array in arrays], 0
    return tape.apply("concatenate", *arrays, axis=normalize_axis_index(axis, arrays[0].ndim))


@_implements(np.stack)
def _stack(tape: Any, arrays: Sequence[Any], axis: int = 0) -> Any:
    arrays = [tape.lift(array) for array in arrays]
    if len({array.shape for array in arrays}) > 1:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(f"arrays of one shape are needed to stack, not {shapes}")
    return np.concatenate([np.expand_dims(array, axis) for array in arrays], axis)


@_implements(np.vstack)
def _vstack(tape: Any, tup: Sequence[Any]) -> Any:
    return np.concatenate([np.atleast_2d(tape.lift(array)) for array in tup], 0)


@_implements(np.hstack)
def _hstack(tape: Any, tup: Sequence[Any]) -> Any:
    arrays = [np.atleast_1d(tape.lift(array)) for array in tup]
    return np.concatenate(arrays, 0 if arrays[0].ndim == 1 else 1)


@_implements(np.column_stack)
def _column_stack(tape: Any, tup: Sequence[Any]) -> Any:
    arrays = [tape.lift(array) for array in tup]
    columns = [array if array.ndim > 1 else np.reshape(array, (-1, 1)) for array in arrays]
    return np.concatenate(columns, 1)


@_implements(np.append)
def _append(tape: Any, arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate([tape.lift(arr), tape.lift(values)], axis)


# --- choosing -----------------------------------------------------------------------------------


@_implements(np.where)
def _where(tape: Any, condition: Any, *choices: Any) -> Any:
    if not choices:
        raise trace_error("np.where(condition) alone can't be recorded", _NO_LIVE_SHAPES)
    x, y = (_word(choice) for choice in choices)
    if isinstance(x, str) and isinstance(y, str):
        return text.either(tape, _one_number(tape, condition).node, x, y)
    if isinstance(x, str) or isinstance(y, str):
        raise trace_error(
            "np.where can't choose between a word and a number",
            'words on both sides, as f"{x:.2f}"',
        )
    return tape.apply("where", condition, x, y)


def _word(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind == "U":
        return str(value)
    return value


def _one_number(tape: Any, value: Any) -> Any:
    value = tape.lift(value)
    if value.shape:
        raise trace_error(
            "words can't be chosen by an array, only by one number", "one element of it"
        )
    return value


def pick_word(tape: Any, words: Sequence[str], position: Any) -> text.LiveWord:
    """Return the word at a live position of a list."""
    position = _positions(tape, _one_number(tape, position), len(words))
    return text.one_of(tape, position.node, words)


@_implements(np.select)
def _select(tape: Any, condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = _where(tape, condition, choice, result)
    return result


@_implements(np.piecewise)
def _piecewise(tape: Any, x: Any, condlist: Any, funclist: Sequence[Any]) -> Any:
    x = tape.lift(x)
    conditions = list(condlist) if isinstance(condlist, (list, tuple)) else [condlist]
    values = [value(x) if callable(value) else value for value in funclist]
    result = values[len(conditions)] if len(values) > len(conditions) else 0.0
    # Where several conditions hold, NumPy lets the last one win.
    for condition, value in zip(conditions, values, strict=False):
        result = np.where(tape.lift(condition), value, result)
    return result


@_implements(np.clip)
def _clip(
    tape: Any, a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None
) -> Any:
    low = a_min if min is None else min
    high = a_max if max is None else max
    result = tape.lift(a)
    if low is not None:
        result = np.maximum(result, low)
    return result if high is None else np.minimum(result, high)


@_implements(np.nan_to_num)
def _nan_to_num(
    tape: Any,
    x: Any,
    copy: bool = True,
    nan: Any = 0.0,
    posinf: Any = None,
    neginf: Any = None,
) -> Any:
    x = tape.lift(x)
    largest = np.finfo(float).max
    high = np.where(x == np.inf, largest if posinf is None else posinf, x)
    finite = np.where(x == -np.inf, -largest if neginf is None else neginf, high)
    return np.where(np.isnan(x), nan, finite)


@_implements(np.isclose)
def _isclose(
    tape: Any, a: Any, b: Any, rtol: Any = 1e-5, atol: Any = 1e-8, equal_nan: bool = False
) -> Any:
    a, b = tape.lift(a), tape.lift(b)
    near = (np.absolute(a - b) <= atol + rtol * np.absolute(b)) & np.isfinite(b) | (a == b)
    return near | (np.isnan(a) & np.isnan(b)) if equal_nan else near


@_implements(np.allclose)
def _allclose(tape: Any, a: Any, b: Any, *args: Any, **options: Any) -> Any:
    return np.all(_isclose(tape, a, b, *args, **options))


@_implements(np.isposinf)
def _isposinf(tape: Any, x: Any) -> Any:
    return tape.lift(x) == np.inf


@_implements(np.isneginf)
def _isneginf(tape: Any, x: Any) -> Any:
    return tape.lift(x) == -np.inf


# --- reductions ---------------------------------------------------------------------------------


def _reduce(tape: Any, op: str, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    a = tape.lift(a)
    attributes: dict[str, Any] = {"keepdims": True} if keepdims else {}
    if axis is not None:
        attributes["axis"] = normalize_axis_tuple(axis, a.ndim)
    return tape.apply(op, a, **attributes)


def _reduction(op: str) -> Function:
    def reduction(tape: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        return _reduce(tape, op, a, axis, keepdims)

    return reduction


for _op in ("sum", "prod", "max", "min", "any", "all"):
    _implements(getattr(np, _op))(_reduction(_op))


def _count(a: Any, axis: Any) -> int:
    """How many elements a reduction takes together."""
    axes = range(a.ndim) if axis is None else normalize_axis_tuple(axis, a.ndim)
    return math.prod(a.shape[i] for i in axes)


@_implements(np.mean)
def _mean(tape: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    a = tape.lift(a)
    return np.sum(a, axis, keepdims=keepdims) / _count(a, axis)


@_implements(np.var)
def _var(tape: Any, a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    a = tape.lift(a)
    squares = np.square(a - np.mean(a, axis, keepdims=True))
    return np.sum(squares, axis, keepdims=keepdims) / max(_count(a, axis) - ddof, 0)


@_implements(np.std)
def _std(tape: Any, a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.sqrt(_var(tape, a, axis, ddof=ddof, keepdims=keepdims))


@_implements(np.average)
def _average(
    tape: Any, a: Any, axis: Any = None, weights: Any = None, *, keepdims: bool = False
) -> Any:
    a = tape.lift(a)
    if weights is None:
        return np.mean(a, axis, keepdims=keepdims)
    weights = tape.lift(weights)
    if weights.shape != a.shape:
        axis = normalize_axis_index(axis, a.ndim)
        weights = np.reshape(weights, [n if i == axis else 1 for i, n in enumerate(a.shape)])
    total = np.sum(np.broadcast_to(weights, a.shape), axis, keepdims=keepdims)
    return np.sum(a * weights, axis, keepdims=keepdims) / total


@_implements(np.ptp)
def _ptp(tape: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.max(a, axis, keepdims=keepdims) - np.min(a, axis, keepdims=keepdims)


@_implements(np.count_nonzero)
def _count_nonzero(tape: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.sum(tape.lift(a).astype(bool), axis, keepdims=keepdims)


def _find(op: str) -> Function:
    def find(tape: Any, a: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
        a = tape.lift(a)
        if axis is None:
            found = tape.apply(op, a)
            return np.reshape(found, (1,) * a.ndim) if keepdims else found
        axis = normalize_axis_index(axis, a.ndim)
        found = tape.apply(op, a, axis=axis)
        return np.expand_dims(found, axis) if keepdims else found

    return find


for _op in ("argmax", "argmin"):
    _implements(getattr(np, _op))(_find(_op))


def _ignoring_nan(reduce: Any, neutral: float) -> Function:
    def ignoring(tape: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        a = tape.lift(a)
        return reduce(np.where(np.isnan(a), neutral, a), axis, keepdims=keepdims)

    return ignoring


def _ignoring_nan_unless_all(reduce: Any, neutral: float) -> Function:
    def ignoring(tape: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        a = tape.lift(a)
        missing = np.isnan(a)
        result = reduce(np.where(missing, neutral, a), axis, keepdims=keepdims)
        return np.where(np.all(missing, axis, keepdims=keepdims), np.nan, result)

    return ignoring


_implements(np.nansum)(_ignoring_nan(np.sum, 0.0))
_implements(np.nanprod)(_ignoring_nan(np.prod, 1.0))
_implements(np.nanmax)(_ignoring_nan_unless_all(np.max, -np.inf))
_implements(np.nanmin)(_ignoring_nan_unless_all(np.min, np.inf))


@_implements(np.nanmean)
def _nanmean(tape: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    a = tape.lift(a)
    count = np.sum(~np.isnan(a), axis, keepdims=keepdims)
    return np.nansum(a, axis, keepdims=keepdims) / count


# --- order --------------------------------------------------------------------------------------


def _sorting(op: str) -> Function:
    def sorting(
        tape: Any, a: Any, axis: int | None = -1, kind: str | None = None, *, stable: Any = None
    ) -> Any:
        a = tape.lift(a)
        if axis is None:
            a, axis = np.ravel(a), 0
        return tape.apply(op, a, axis=normalize_axis_index(axis, a.ndim))

    return sorting


for _op in ("sort", "argsort"):
    _implements(getattr(np, _op))(_sorting(_op))


@_implements(np.searchsorted)
def _searchsorted(tape: Any, a: Any, v: Any, side: str = "left") -> Any:
    a = tape.lift(a)
    if a.ndim != 1:
        raise ValueError("np.searchsorted needs a one-dimensional array to search")
    return tape.apply("searchsorted", a, v, side=side)


@_implements(np.digitize)
def _digitize(tape: Any, x: Any, bins: Any, right: bool = False) -> Any:
    return np.searchsorted(tape.lift(bins), x, side="left" if right else "right")


def _merged(tape: Any, a: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """An array with the axes to be reduced as one axis in front, and the shape to keep."""
    a = tape.lift(a)
    axes = tuple(range(a.ndim)) if axis is None else normalize_axis_tuple(axis, a.ndim)
    front = np.moveaxis(a, axes, range(len(axes)))
    kept = tuple(1 if i in axes else n for i, n in enumerate(a.shape))
    return np.reshape(front, (_count(a, axes), *front.shape[len(axes) :])), kept


@_implements(np.median)
def _median(tape: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    merged, kept = _merged(tape, a, axis)
    if not len(merged):
        return np.mean(merged, 0)
    ordered = np.sort(merged, 0)
    middle = len(merged) // 2
    result = np.mean(ordered[middle - 1 + len(merged) % 2 : middle + 1], 0)
    result = np.where(np.isnan(ordered[-1]), np.nan, result)
    return np.reshape(result, kept) if keepdims else result


@_implements(np.quantile)
def _quantile(
    tape: Any, a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    if method != "linear":
        raise trace_error(f"quantiles by method={method!r} can't be recorded", "method='linear'")
    q = tape.lift(q)
    if not np.all((q.value >= 0) & (q.value <= 1)):
        raise ValueError(f"q = {q.value}: allowed are numbers from 0 to 1")
    merged, kept = _merged(tape, a, axis)
    ordered = np.sort(merged, 0)
    place = q * (len(ordered) - 1)
    below = np.floor(place)
    low = tape.apply("take", ordered, below, axis=0)
    high = tape.apply("take", ordered, np.minimum(below + 1, len(ordered) - 1), axis=0)
    part = np.reshape(place - below, q.shape + (1,) * (ordered.ndim - 1))
    step = high - low
    # As NumPy has it: from the nearer end.
    between = np.where(part >= 0.5, high - step * (1 - part), low + step * part)
    result = np.where(np.isnan(ordered[-1]), np.nan, between)
    return np.reshape(result, q.shape + kept) if keepdims else result


@_implements(np.percentile)
def _percentile(tape: Any, a: Any, q: Any, *args: Any, **options: Any) -> Any:
    return _quantile(tape, a, tape.lift(q) / 100, *args, **options)


@_implements(np.histogram)
def _histogram(
    tape: Any, a: Any, bins: Any = 10, range: Any = None, density: bool = False
) -> tuple[Any, Any]:
    if _is_live(bins) or (np.ndim(bins) == 0 and range is None):
        raise trace_error(
            "np.histogram of live values needs fixed bins", "bins=np.linspace(low, high, n + 1)"
        )
    edges = np.histogram_bin_edges([], bins, range)
    ordered = np.sort(tape.lift(a), None)
    left = np.searchsorted(ordered, edges[:-1], "left")
    last = np.searchsorted(ordered, edges[-1:], "right")
    counts = np.diff(np.concatenate([left, last]))
    return (counts / np.diff(edges) / np.sum(counts) if density else counts), edges


# --- running along an axis ----------------------------------------------------------------------


def _cumulation(op: str) -> Function:
    def cumulation(tape: Any, a: Any, axis: int | None = None) -> Any:
        a = tape.lift(a)
        if axis is None:
            a, axis = np.ravel(a), 0
        return tape.apply(op, a, axis=normalize_axis_index(axis, a.ndim))

    return cumulation


for _op in ("cumsum", "cumprod"):
    _implements(getattr(np, _op))(_cumulation(_op))


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    return (*[slice(None)] * axis, part)


@_implements(np.diff)
def _diff(
    tape: Any, a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None
) -> Any:
    a = tape.lift(a)
    axis = normalize_axis_index(axis, a.ndim)

    def edge(value: Any) -> Any:
        value = tape.lift(value)
        shape = tuple(1 if i == axis else length for i, length in enumerate(a.shape))
        return value if value.ndim else np.broadcast_to(value, shape)

    parts = [] if prepend is None else [edge(prepend)]
    parts += [a] if append is None else [a, edge(append)]
    if len(parts) > 1:
        a = np.concatenate(parts, axis)
    for _ in range(operator.index(n)):
        after, before = a[_along(axis, slice(1, None))], a[_along(axis, slice(None, -1))]
        a = after != before if a.dtype == bool else after - before
    return a


@_implements(np.gradient)
def _gradient(tape: Any, f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    if edge_order != 1:
        raise trace_error("np.gradient can't be recorded with edge_order=2", "edge_order=1")
    f = tape.lift(f)
    axes = range(f.ndim) if axis is None else normalize_axis_tuple(axis, f.ndim)
    spacings = varargs or (1.0,)
    if len(spacings) == 1 and len(axes) > 1 and not np.ndim(spacings[0]):
        spacings *= len(axes)
    if len(spacings) != len(axes):
        raise TypeError(f"np.gradient: {len(spacings)} spacings for {len(axes)} axes")
    results = [_slope(f, *pair) for pair in zip(spacings, axes, strict=True)]
    return results[0] if len(results) == 1 else tuple(results)


def _slope(f: Any, spacing: Any, axis: int) -> Any:
    """Central differences inside, one-sided ones at the ends."""

    def part(start: int | None, stop: int | None) -> Any:
        return f[_along(axis, slice(start, stop))]

    if f.shape[axis] < 2:
        raise ValueError("np.gradient needs at least two elements along the axis")
    if np.ndim(spacing):
        if len(spacing) != f.shape[axis]:
            raise ValueError("np.gradient needs as many coordinates as elements along the axis")
        step = np.reshape(np.diff(spacing), (-1, *(1,) * (f.ndim - axis - 1)))
        if not _is_live(step) and np.all(step == step.flat[0]):
            step = step.flat[0]
    else:
        step = spacing
    if np.ndim(step):
        before, after = step[:-1], step[1:]
        inside = (
            part(None, -2) * (-after / (before * (before + after)))
            + part(1, -1) * ((after - before) / (before * after))
            + part(2, None) * (before / (after * (before + after)))
        )
        first, last = step[0], step[-1]
    else:
        inside = (part(2, None) - part(None, -2)) / (2.0 * step)
        first = last = step
    ends = (part(1, 2) - part(0, 1)) / first, (part(-1, None) - part(-2, -1)) / last
    return np.concatenate([ends[0], inside, ends[1]], axis)


@_implements(np.trapezoid)
def _trapezoid(tape: Any, y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = tape.lift(y)
    axis = normalize_axis_index(axis, y.ndim)
    if x is not None:
        x = tape.lift(x)
        dx = np.diff(x, axis=0 if x.ndim == 1 else axis)
        if x.ndim == 1:
            dx = np.reshape(dx, [-1 if i == axis else 1 for i in range(y.ndim)])
    after, before = y[_along(axis, slice(1, None))], y[_along(axis, slice(None, -1))]
    return np.sum(dx * (after + before) / 2.0, axis)


@_implements(np.interp)
def _interp(tape: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    xp, fp = tape.lift(xp), tape.lift(fp)
    if xp.ndim != 1 or xp.shape != fp.shape:
        raise ValueError("np.interp needs xp and fp one-dimensional and of one length")
    left = fp[0] if left is None else left
    right = fp[-1] if right is None else right
    return tape.apply("interp", x, xp, fp, left, right)


@_implements(np.convolve)
def _convolve(tape: Any, a: Any, v: Any, mode: str = "full") -> Any:
    a, v = np.atleast_1d(tape.lift(a)), np.atleast_1d(tape.lift(v))
    if len(v) > len(a):
        a, v = v, a
    n, m = len(a), len(v)
    padded = np.concatenate([np.zeros(m - 1), a, np.zeros(m - 1)])
    windows = padded[np.arange(n + m - 1)[:, None] + np.arange(m)]
    first = {"full": 0, "same": (m - 1) // 2, "valid": m - 1}[mode]
    length = {"full": n + m - 1, "same": n, "valid": n - m + 1}[mode]
    return np.matmul(windows[first : first + length], v[::-1])


# --- grids --------------------------------------------------------------------------------------


@_implements(np.linspace)
def _linspace(
    tape: Any,
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    *,
    axis: int = 0,
) -> Any:
    num = operator.index(num)
    start, stop = np.broadcast_arrays(tape.lift(start), tape.lift(stop))
    spaces = num - 1 if endpoint else num
    count = np.reshape(np.arange(float(num)), (num,) + (1,) * start.ndim)
    # NumPy's step between no two points is NaN, though the one point that there may be is not.
    step = (stop - start) / spaces if spaces > 0 else (stop - start) * np.nan
    values = count * (step if spaces > 0 else stop - start) + start
    if endpoint and num > 1:
        values = np.where(count == num - 1, stop, values)
    values = np.moveaxis(values, 0, axis)
    return (values, step) if retstep else values


@_implements(np.logspace)
def _logspace(
    tape: Any,
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    *,
    axis: int = 0,
) -> Any:
    return np.power(base, _linspace(tape, start, stop, num, endpoint, axis=axis))


@_implements(np.geomspace)
def _geomspace(
    tape: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, *, axis: int = 0
) -> Any:
    num = operator.index(num)
    start, stop = np.broadcast_arrays(tape.lift(start), tape.lift(stop))
    sign = np.sign(start)
    ends = np.log10(start / sign), np.log10(stop / sign)
    values = np.power(10.0, np.linspace(*ends, num, endpoint)) * sign
    count = np.reshape(np.arange(num), (num,) + (1,) * start.ndim)
    if num:
        values = np.where(count == 0, start, values)
    if endpoint and num > 1:
        values = np.where(count == num - 1, stop, values)
    return np.moveaxis(values, 0, axis)


@_implements(np.full_like)
def _full_like(tape: Any, a: Any, fill_value: Any) -> Any:
    return np.broadcast_to(tape.lift(fill_value), np.shape(a))


@_implements(np.zeros_like)
def _zeros_like(tape: Any, a: Any) -> np.ndarray:
    return np.zeros(np.shape(a))


@_implements(np.ones_like)
def _ones_like(tape: Any, a: Any) -> np.ndarray:
    return np.ones(np.shape(a))


# --- products -----------------------------------------------------------------------------------


@_implements(np.outer)
def _outer(tape: Any, a: Any, b: Any) -> Any:
    return np.ravel(tape.lift(a))[:, None] * np.ravel(tape.lift(b))


@_implements(np.dot)
def _dot(tape: Any, a: Any, b: Any) -> Any:
    a, b = tape.lift(a), tape.lift(b)
    if not a.ndim or not b.ndim:
        return a * b
    if b.ndim <= 2:
        return np.matmul(a, b)
    return np.inner(a, np.swapaxes(b, -1, -2))


@_implements(np.inner)
def _inner(tape: Any, a: Any, b: Any) -> Any:
    a, b = tape.lift(a), tape.lift(b)
    if not a.ndim or not b.ndim:
        return a * b
    rows = np.reshape(a, (-1, a.shape[-1])), np.reshape(b, (-1, b.shape[-1]))
    return np.reshape(np.matmul(rows[0], np.transpose(rows[1])), a.shape[:-1] + b.shape[:-1])


@_implements(np.vdot)
def _vdot(tape: Any, a: Any, b: Any) -> Any:
    return np.matmul(np.ravel(tape.lift(a)), np.ravel(tape.lift(b)))


@_implements(np.einsum)
def _einsum(tape: Any, subscripts: str, *operands: Any) -> Any:
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if not arrow or "." in subscripts or any(len(set(term)) < len(term) for term in terms):
        raise trace_error(
            f"np.einsum({subscripts!r}) can't be recorded",
            "a form that says '->', without dots and without a letter twice in one operand",
        )
    summed = "".join(sorted(set(inputs) - {","} - set(output)))
    product: Any = 1.0
    for term, operand in zip(terms, operands, strict=True):
        array = tape.lift(operand)
        letters = [letter for letter in output + summed if letter in term]
        array = np.transpose(array, [term.index(letter) for letter in letters])
        product = (
            product * array[tuple(slice(None) if c in term else None for c in output + summed)]
        )
    return np.sum(product, tuple(range(len(output), len(output + summed)))) if summed else product


@_implements(np.linalg.norm)
def _norm(
    tape: Any, x: Any, ord: Any = None, axis: int | None = None, *, keepdims: bool = False
) -> Any:
    x = tape.lift(x)
    size = np.absolute(x)
    if ord is None or (ord == 2 and (axis is not None or x.ndim == 1)):
        return np.sqrt(np.sum(np.square(size), axis, keepdims=keepdims))
    if isinstance(axis, (tuple, list)) or (axis is None and x.ndim != 1):
        raise trace_error(f"the norm of a matrix with ord={ord!r} can't be recorded", "ord=None")
    if ord in (np.inf, -np.inf):
        return (np.max if ord > 0 else np.min)(size, axis, keepdims=keepdims)
    if ord == 0:
        return np.sum(x != 0, axis, keepdims=keepdims).astype(float)
    return np.sum(size**ord, axis, keepdims=keepdims) ** (1 / ord)


@_implements(np.polyval)
def _polyval(tape: Any, p: Any, x: Any) -> Any:
    x = tape.lift(x)
    result = np.zeros(x.shape)
    for coefficient in p:
        result = result * x + coefficient
    return result


@_implements(np.trace)
def _trace(tape: Any, a: Any) -> Any:
    a = tape.lift(a)
    return np.sum(np.diagonal(a), -1)


@_implements(np.diagonal, np.diag)
def _diagonal(tape: Any, a: Any) -> Any:
    a = tape.lift(a)
    if a.ndim == 1:
        return a * np.eye(len(a))
    along = np.arange(min(a.shape[:2]))
    return np.moveaxis(a, (0, 1), (-2, -1))[..., along, along]


@_implements(np.triu)
def _triu(tape: Any, m: Any, k: int = 0) -> Any:
    m = tape.lift(m)
    return np.where(np.triu(np.ones(m.shape[-2:], bool), k), m, 0.0)


@_implements(np.tril)
def _tril(tape: Any, m: Any, k: int = 0) -> Any:
    m = tape.lift(m)
    return np.where(np.tril(np.ones(m.shape[-2:], bool), k), m, 0.0)


# --- single numbers -----------------------------------------------------------------------------


@_implements(np.round)
def _round(tape: Any, a: Any, decimals: int = 0) -> Any:
    a = tape.lift(a)
    if decimals == 0 or a.dtype != float:
        return np.rint(a)
    scale = 10.0 ** abs(operator.index(decimals))
    return np.rint(a * scale) / scale if decimals > 0 else np.rint(a / scale) * scale


@_implements(np.fix)
def _fix(tape: Any, x: Any) -> Any:
    return np.trunc(tape.lift(x))


@_implements(np.sinc)
def _sinc(tape: Any, x: Any) -> Any:
    x = tape.lift(x)
    y = np.pi * np.where(x == 0, 1.0e-20, x)
    return np.sin(y) / y


@_implements(np.real)
def _real(tape: Any, val: Any) -> Any:
    return val.real


@_implements(np.imag)
def _imag(tape: Any, val: Any) -> Any:
    return val.imag


@_implements(np.angle)
def _angle(tape: Any, z: Any, deg: bool = False) -> Any:
    angle = np.arctan2(z.imag, z.real)
    return np.rad2deg(angle) if deg else angle


@_implements(np.copy)
def _copy(tape: Any, a: Any) -> Any:
    return a


@_implements(np.shape)
def _shape(tape: Any, a: Any) -> tuple[int, ...]:
    return a.shape


@_implements(np.ndim)
def _ndim(tape: Any, a: Any) -> int:
    return a.ndim


@_implements(np.size)
def _size(tape: Any, a: Any, axis: int | None = None) -> int:
    return a.size if axis is None else a.shape[axis]


@_implements(np.iscomplexobj)
def _iscomplexobj(tape: Any, x: Any) -> bool:
    return x.dtype == complex


@_implements(np.isrealobj)
def _isrealobj(tape: Any, x: Any) -> bool:
    return x.dtype != complex


@_implements(np.result_type)
def _result_type(tape: Any, *arrays: Any) -> np.dtype:
    return np.result_type(*(x.dtype if _is_live(x) else x for x in arrays))


# --- Fourier ------------------------------------------------------------------------------------


@_implements(np.fft.rfft)
def _rfft(tape: Any, a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    a = np.moveaxis(tape.lift(a), axis, -1)
    n = a.shape[-1] if n is None else operator.index(n)
    scale = {None: 1, "backward": 1, "ortho": 1 / math.sqrt(n), "forward": 1 / n}[norm]
    parts = (tape.apply(f"rfft_{part}", a, n=n) for part in ("real", "imag"))
    return tape.complex(*(np.moveaxis(part, -1, axis) * scale for part in parts))


@_implements(np.fft.irfft)
def _irfft(tape: Any, a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    real, imag = (np.moveaxis(tape.lift(part), axis, -1) for part in (a.real, a.imag))
    n = 2 * (real.shape[-1] - 1) if n is None else operator.index(n)
    scale = {None: 1, "backward": 1, "ortho": math.sqrt(n), "forward": n}[norm]
    return np.moveaxis(tape.apply("irfft", real, imag, n=n), -1, axis) * scale


def _is_live(value: Any) -> bool:
    return hasattr(value, "tape") and not isinstance(value, str)
