"""One table of figures' mathematics, on which NumPy, the interpreter and the page must agree.

Each case is a function of a few numbers, written as an author would write it, and the settings to
try it at; the first is the one it is recorded at.  The grids hold NaN, infinities, signed zeros
and ties next to the live numbers.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.special

from explorable.program import Case, compile_case
from explorable.trace import Tape, pick

NAN, INF = np.nan, np.inf


@dataclass(frozen=True)
class Conformance:
    """A function of live numbers, and settings at which to compare it."""

    name: str
    function: Callable[..., Any]
    settings: Sequence[tuple[float, ...]]

    def expected(self, setting: tuple[float, ...]) -> list[np.ndarray]:
        """What plain NumPy gives at a setting."""
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            result = self.function(*map(np.float64, setting))
        return [np.asarray(item, dtype=float) for item in _listed(result)]

    def compiled(self) -> tuple[Case, list[int]]:
        """The program, recorded at the first setting, and the nodes of its results."""
        tape = Tape({f"x{i}": value for i, value in enumerate(self.settings[0])})
        result = self.function(*tape.inputs.values())
        nodes = [tape.lift(item).node for item in _listed(result)]
        return compile_case(tape, nodes), nodes


def _listed(result: Any) -> list[Any]:
    return list(result) if isinstance(result, (tuple, list)) else [result]


ORDINARY = [(0.3, 1.7), (-1.2, 0.45), (2.5, -3.5), (0.5, 0.5)]
SPECIAL = [(0.0, -0.0), (-0.0, 0.0), (INF, -INF), (NAN, 1.0), (1.0, NAN), (-INF, NAN), (1, 1)]
EVERY = ORDINARY + SPECIAL
COUNTS = [(2.0, 1.0), (0.0, 3.0), (-1.0, 0.0), (3.0, -3.0), (-4.0, 2.0)]

plain = np.array([NAN, -INF, -3.5, -2.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 1.5, 2.5, 710.0, INF])
finite = np.array([-3.0, -0.75, -0.0, 0.0, 0.25, 1.0, 1.0, 2.0, 40.0])
positive = np.array([1e-6, 0.02, 0.5, 1.0, 2.0, 7.5, 60.0])
unit = np.array([-0.5, -0.0, 0.0, 1e-9, 0.03, 0.5, 0.97, 1.0, 1.5, NAN])
ties = np.array([[3.0, 1.0, 3.0, 2.0], [-0.0, 0.0, -0.0, 0.0], [1.0, NAN, -1.0, NAN]])
matrix = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.25]])


def with_live(grid: np.ndarray, *numbers: Any) -> Any:
    """A grid of plain numbers with live ones at its end."""
    return np.concatenate([grid, np.stack(numbers)])


def _one(ufunc: Any, grid: np.ndarray) -> Callable[..., Any]:
    return lambda x, y: ufunc(with_live(grid, x, y))


def _two(ufunc: Any, left: np.ndarray, right: np.ndarray) -> Callable[..., Any]:
    return lambda x, y: ufunc(with_live(left, x)[:, None], with_live(right, y))


def _three(ufunc: Any) -> Callable[..., Any]:
    def function(x: Any, y: Any) -> Any:
        a, b = with_live(positive, x), with_live(positive, y)
        return ufunc(a[:, None, None], b[:, None], unit)

    return function


UNARY = """negative positive absolute fabs sign floor ceil trunc rint sqrt cbrt square reciprocal
exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh
arccosh arctanh isnan isinf isfinite signbit logical_not deg2rad rad2deg radians degrees"""
BINARY = """add subtract multiply divide floor_divide remainder fmod power float_power minimum
maximum fmin fmax hypot arctan2 logaddexp logaddexp2 copysign heaviside greater greater_equal less
less_equal equal not_equal logical_and logical_or logical_xor"""
SPECIAL_UNARY = {
    "gammaln": finite,
    "erf": plain,
    "erfc": plain,
    "erfinv": np.array([-1.5, -1.0, -0.999, -0.3, -0.0, 0.0, 0.5, 0.99, 1.0, NAN]),
    "ndtr": plain,
    "ndtri": unit,
    "log_ndtr": plain,
    "expit": plain,
    "logit": unit,
    "log_expit": plain,
    "zeta": np.array([-3.0, -0.5, 0.0, 0.5, 1.0, 1.000001, 1.5, 2.0, 7.25, 60.0, INF, NAN]),
}
SPECIAL_BINARY = {
    "betaln": (positive, positive),
    "gammainc": (positive, np.append(positive, [0.0, INF, NAN])),
    "gammaincc": (positive, np.append(positive, [0.0, INF, NAN])),
    "xlogy": (plain, plain),
    "xlog1py": (plain, plain),
    "binom": (np.array([0.0, 1.0, 5.0, 30.0, 4.5]), np.array([0.0, 1.0, 2.0, 3.5, 5.0, 30.0])),
    "zeta": (np.array([1.0, 1.2, 2.0, 3.5, 20.0]), np.array([0.3, 1.0, 2.5, 40.0, 1e4])),
}
REDUCTIONS = """sum prod max min any all mean var std ptp median argmax argmin
count_nonzero"""

_CASES: dict[str, tuple[Callable[..., Any], Sequence[tuple[float, ...]]]] = {}


def _case(name: str, function: Callable[..., Any], settings: Any = EVERY) -> None:
    assert name not in _CASES, name
    _CASES[name] = (function, settings)


def _also(name: str, settings: Any = EVERY) -> Callable[..., Any]:
    return lambda function: _case(name, function, settings)


for _name in UNARY.split():
    _case(_name, _one(getattr(np, _name), plain))
for _name in BINARY.split():
    _case(_name, _two(getattr(np, _name), plain, plain))
for _name, _grid in SPECIAL_UNARY.items():
    _case(f"special.{_name}", _one(getattr(scipy.special, _name), _grid), ORDINARY + SPECIAL[-1:])
for _name, _grids in SPECIAL_BINARY.items():
    _case(
        f"special.{_name} of two",
        _two(getattr(scipy.special, _name), *_grids),
        [(0.3, 1.7), (2.0, 5.0), (12.5, 0.04), (1.0, 1.0)],
    )
_case("special.betainc", _three(scipy.special.betainc), [(0.3, 1.7), (5.0, 2.0), (50.0, 80.0)])

# --- choosing, rounding and their kin

_case("where", lambda x, y: np.where(with_live(plain, x) > y, x, with_live(plain, y)))
_case("where of numbers", lambda x, y: np.where(x, plain, y))
_case("clip", lambda x, y: np.clip(with_live(plain, x), -1.5, y))
_case("clip on one side", lambda x, y: np.clip(with_live(plain, x), y, None))
_case("select", lambda x, y: np.select([plain > x, plain > y], [x, plain], y))
_case(
    "piecewise", lambda x, y: np.piecewise(x * finite, [finite < 0, finite > 1], [y, np.exp, 7.0])
)
_case("masks", lambda x, y: ((plain < x) & ~(plain > y)) | ((plain == x) ^ (plain == y)))
_case("sum of masks", lambda x, y: [(plain < x) + (plain < y), (plain < x) + (plain < y) * 1])
_case("product of masks", lambda x, y: [(plain < x) * (plain < y), (plain < x) * 2.0])
_case("divmod", lambda x, y: divmod(with_live(plain, x), y))
for _digits in (-1, 0, 2):
    _case(f"round to {_digits}", lambda x, y, d=_digits: np.round(with_live(plain, x, y) * 1.25, d))
_case("round()", lambda x, y: round(x, 1) + round(y), ORDINARY)
_case("isclose", lambda x, y: np.isclose(with_live(finite, x), y, rtol=0.3))
_case("nan_to_num", lambda x, y: np.nan_to_num(with_live(plain, x, y), nan=-7.0))
_case("sinc", _one(np.sinc, finite), ORDINARY)
_case("polyval", lambda x, y: np.polyval([1.5, x, -2.0, y], with_live(finite, x)))
_case(
    "astype",
    lambda x, y: with_live(finite, x, y).astype(int) + (finite[:, None] > x).sum(),
    ORDINARY,
)
_case(
    "python operators",
    lambda x, y: [x + 2, 2 - x, x * y, 1 / y, x // y, x % y, y**2, 2**x, -x, +x, abs(y), x**-1.5],
)
_case("comparisons", lambda x, y: [x < y, x <= y, x > y, x >= y, x == y, x != y, 0 < x])


def _in_place(x: Any, y: Any) -> Any:
    total = x
    total += y
    total *= finite
    total -= x
    total /= 3.0
    total **= 2
    return total


_case("in place", _in_place)

_case("fix", lambda x, y: np.fix(with_live(plain, x, y)))
_case("infinite", lambda x, y: np.isposinf(plain * x) | np.isneginf(plain * y))
_case(
    "allclose",
    lambda x, y: [np.allclose(finite * x, finite * y), np.allclose(x, x, equal_nan=True)],
)


@_also("counts and positions")
def _counts(x: Any, y: Any) -> Any:
    best, many = np.argmax(finite * x), np.sum(finite > y)
    return [best // many, many % best, best / 4, best**many, many**2, -best, best - many, 7 // best]


# --- reductions

for _name, _axis in itertools.product(REDUCTIONS.split(), (None, 0, 1, -1)):
    _function = getattr(np, _name)
    _case(
        f"{_name} along {_axis}",
        lambda x, y, f=_function, axis=_axis: f(ties * x + y, axis=axis),
    )
for _name in ("sum", "max", "mean", "any", "argmax"):
    _function = getattr(np, _name)
    _case(
        f"{_name} keeping dimensions",
        lambda x, y, f=_function: f(ties * x + y, axis=1, keepdims=True),
    )
_case("sum along two axes", lambda x, y: np.sum(x * np.ones((2, 3, 4)) + y, axis=(0, 2)))
_case("sum of nothing", lambda x, y: np.sum(x * np.ones((0, 3)), axis=0) + y)
_case("an empty array", lambda x, y: np.exp(x * np.ones(0)) + y)
_case("any and all", lambda x, y: [np.any(plain > x), np.all(finite > y), np.any(ties * x, 0)])
for _axis in (None, 0, 1):
    _case(
        f"logaddexp.reduce along {_axis}",
        lambda x, y, axis=_axis: np.logaddexp.reduce(matrix * x + y, axis=axis),
    )
_case("logaddexp.reduce of large", lambda x, y: np.logaddexp.reduce(with_live(plain[1:], x, y)))
_case("logaddexp.reduce of nothing", lambda x, y: np.logaddexp.reduce(np.ones(0) * x))
_case("add.reduce", lambda x, y: np.add.reduce(matrix * x + y))
_case("multiply.reduce", lambda x, y: np.multiply.reduce(matrix * x + y, axis=1))
_case("maximum.reduce", lambda x, y: np.maximum.reduce(ties * x + y, axis=(0, 1)))
_case("maximum.accumulate", lambda x, y: np.maximum.accumulate(ties * x + y, axis=1))
_case("minimum.accumulate", lambda x, y: np.minimum.accumulate(with_live(finite, x, y)))
_case("logaddexp.accumulate", lambda x, y: np.logaddexp.accumulate(with_live(finite, x, y)))
_case("average", lambda x, y: np.average(matrix * x, axis=1, weights=[1.0, y, 2.0]), ORDINARY)
_case("average without weights", lambda x, y: np.average(matrix * x + y, axis=0), ORDINARY)
_case("add.reduce along 1", lambda x, y: np.add.reduce(matrix * x + y, 1))
_case("add.accumulate along 1", lambda x, y: np.add.accumulate(matrix * x + y, 1))
_case("median of nothing", lambda x, y: np.median(x * np.ones(0)) + y)
_case("an option at its default", lambda x, y: np.sum(finite * x + y, out=None, dtype=float))
_case("largest size", lambda x, y: np.linalg.norm(matrix * x + y, np.inf, axis=0))
_case("smallest size", lambda x, y: np.linalg.norm(finite * x + y, -np.inf))
_case("number of sizes", lambda x, y: np.linalg.norm(finite * x, 0) + np.linalg.norm(finite * y, 3))
_case("var with ddof", lambda x, y: np.var(matrix * x + y, axis=1, ddof=1))
_case("nansum", lambda x, y: np.nansum(ties * x + y, axis=1))
_case("nanmean", lambda x, y: np.nanmean(ties * x + y, axis=0))
_case("nanmax", lambda x, y: np.nanmax(with_live(plain, x, y)))
_case("nanmin", lambda x, y: np.nanmin(ties * x + y, axis=0))
_case("norm", lambda x, y: np.linalg.norm(matrix * x + y, axis=1))

# --- running along an axis

for _name, _axis in itertools.product(("cumsum", "cumprod"), (None, 0, 1)):
    _function = getattr(np, _name)
    _case(
        f"{_name} along {_axis}",
        lambda x, y, f=_function, axis=_axis: f(ties * x + y, axis=axis),
    )
_case("add.accumulate", lambda x, y: np.add.accumulate(matrix * x + y))
_case("diff", lambda x, y: np.diff(matrix * x**2 + y))
_case("diff twice", lambda x, y: np.diff(with_live(finite, x, y), n=2))
_case("diff with ends", lambda x, y: np.diff(finite * x, prepend=y, append=0.0))
_case("diff along 0", lambda x, y: np.diff(matrix * x + y, axis=0))
_case("gradient", lambda x, y: np.gradient(with_live(finite, x, y)))
_case("gradient with a live step", lambda x, y: np.gradient(finite * x, y), ORDINARY)
_case("gradient on coordinates", lambda x, y: np.gradient(x * positive**2, positive) + y)
_case("gradient on live coordinates", lambda x, y: np.gradient(positive**y, x * positive), ORDINARY)
_case("gradient along two axes", lambda x, y: np.gradient(matrix * x**2 + y, 0.5, 2.0))
_case("gradient with one step", lambda x, y: np.gradient(matrix * x**2 + y, 0.5))
_case("gradient on even points", lambda x, y: np.gradient(finite * x + y, np.arange(9.0) * 2))
_case("gradient along 1", lambda x, y: np.gradient(matrix * x, y, axis=1), ORDINARY)
_case("trapezoid", lambda x, y: np.trapezoid(with_live(finite, x, y)))
_case("trapezoid on coordinates", lambda x, y: np.trapezoid(finite * x, np.sort(finite * y)))
_case("trapezoid along 0", lambda x, y: np.trapezoid(matrix * x, dx=y, axis=0))
_case("convolve with a longer one", lambda x, y: np.convolve(np.stack([y, x]), finite), ORDINARY)
_case(
    "convolve inside", lambda x, y: np.convolve(finite * x, np.stack([y, 1.0]), "valid"), ORDINARY
)
_case("convolve", lambda x, y: np.convolve(finite * x, np.stack([y, 1.0, x]), "same"), ORDINARY)

# --- order

for _axis in (None, 0, 1):
    _case(f"sort along {_axis}", lambda x, y, axis=_axis: np.sort(ties * x + y, axis=axis))
_case("sort", lambda x, y: np.sort(with_live(plain, x, y)))
many_ties = np.round(np.sin(np.arange(120.0)) * 2)
_case("argsort of many ties", lambda x, y: np.argsort(many_ties * x + y, kind="stable"), ORDINARY)
_case("argsort", lambda x, y: np.argsort(ties * x + y, axis=1, kind="stable"))
_case("sorted by another", lambda x, y: (finite * y)[np.argsort(finite * x, kind="stable")])
for _side in ("left", "right"):
    _case(
        f"searchsorted {_side}",
        lambda x, y, side=_side: np.searchsorted(np.sort(finite * x), plain * y, side=side),
    )
_case("searchsorted of one", lambda x, y: np.searchsorted(finite, x) + np.searchsorted(finite, y))
_case("digitize", lambda x, y: np.digitize(with_live(plain, x, y), positive))
_case("median of many", lambda x, y: np.median(with_live(finite, x, y)))
_case("median of an even number", lambda x, y: np.median(with_live(finite, x), keepdims=True) + y)
_case("quantile", lambda x, y: np.quantile(with_live(finite, x, y), [0.0, 0.1, 0.5, 0.77, 1.0]))
_case("quantile along 1", lambda x, y: np.quantile(ties * x + y, 0.3, axis=1), ORDINARY)
_case("live quantile", lambda x, y: np.quantile(finite * y, np.clip(x, 0, 1)), ORDINARY)
_case("percentile", lambda x, y: np.percentile(matrix * x + y, [5, 95], axis=0), ORDINARY)
_case("histogram", lambda x, y: np.histogram(finite * x + y, np.arange(-4.0, 5.0))[0], ORDINARY)
_case(
    "interp",
    lambda x, y: np.interp(with_live(plain, x, y), [-2.0, 0.0, 0.5, 3.0], [1.0, x, -2.0, 5.0]),
)
_case(
    "interp on live points",
    lambda x, y: np.interp(plain, np.sort(finite * x), finite + y),
    ORDINARY,
)
_case(
    "interp with ends", lambda x, y: np.interp(plain * x, finite[4:6], [1.0, 2.0], left=y, right=x)
)

# --- grids

_case("linspace", lambda x, y: np.linspace(x, y, 7))
_case("linspace without its end", lambda x, y: np.linspace(x, y, 7, endpoint=False))
_case("linspace of one", lambda x, y: np.linspace(x, y, 1))
_case("linspace of arrays", lambda x, y: np.linspace(x * finite, y, 4, axis=1))
_case("geomspace", lambda x, y: np.geomspace(x, y, 9), [(1e7, 1e13), (2.0, 0.3), (5.0, 5.0)])
_case("negative geomspace", lambda x, y: np.geomspace(-x, -y, 5), [(2.0, 9.0), (0.1, 1e-5)])
_case("logspace", lambda x, y: np.logspace(x, y, 6, base=2.0))
_case("meshgrid", lambda x, y: [g * (x - y) for g in np.meshgrid(finite * x, positive * y)])
_case("meshgrid by rows", lambda x, y: np.meshgrid(finite * x, positive * y, indexing="ij"))
_case("full_like", lambda x, y: np.full_like(finite * y, x))
_case("ones_like", lambda x, y: np.ones_like(finite * y) * x + np.zeros_like(finite * x))

# --- elements and shapes

_case("an element", lambda x, y: (finite * x)[2] + (matrix * y)[1, -1])
_case(
    "slices",
    lambda x, y: [(finite * x)[1:6:2], (finite * y)[::-1], (finite * x)[-3:], (finite * x)[7:1:-3]],
)
_case(
    "plain masks",
    lambda x, y: [(finite * x)[finite > 0], (matrix * y)[matrix > 1], (matrix * x)[[True, False]]],
)
_case(
    "slices along axes",
    lambda x, y: [(matrix * x)[:, 1:], (matrix * y)[..., 0], (matrix * x)[1, ::-2]],
)
_case("new axes", lambda x, y: (finite * x)[:, None] * (positive * y)[None, :, np.newaxis][0, :, 0])
_case("an empty slice", lambda x, y: (finite * x)[5:2])
_case(
    "positions",
    lambda x, y: [(finite * x)[[0, -1, 3]], (matrix * y)[:, [2, 0]], (matrix * y)[1, [0, 2]]],
)
_case("pairs of positions", lambda x, y: (matrix * x + y)[[0, 1, 1], [2, 0, -1]])
_case("live positions", lambda x, y: pick(finite, x) + pick([3.0, 1.0, 2.0, x, 7.0], y), COUNTS)
_case(
    "live positions along 1",
    lambda x, y: pick(ties, (slice(None), np.stack([x, y]))),
    [(1.0, 2.0), (3.0, -4.0)],
)
_case(
    "at the best",
    lambda x, y: [
        (finite * y)[np.argmin((finite - x) ** 2)],
        pick(finite, np.argmin((finite - y) ** 2)),
    ],
    ORDINARY,
)
_case(
    "take_along_axis",
    lambda x, y: np.take_along_axis(ties * x, np.argsort(ties * y, kind="stable"), 1),
)
_case("reshape", lambda x, y: (matrix * x + y).reshape(3, -1) + np.reshape(matrix * y, (3, 2)))
_case("ravel", lambda x, y: (matrix * x).ravel() + (matrix * y).flatten())
_case("transpose", lambda x, y: (matrix * x).T @ (matrix * y))
_case(
    "transpose of three axes",
    lambda x, y: (matrix[:, :, None] * np.stack([x, y])).transpose(2, 0, 1),
)
_case("moveaxis", lambda x, y: np.moveaxis(matrix[:, :, None] * np.stack([x, y]), 0, -1))
_case("swapaxes", lambda x, y: np.swapaxes(matrix * x + y, 0, 1))
_case("expand and squeeze", lambda x, y: np.squeeze(np.expand_dims(matrix * x + y, (0, 2))))
_case("broadcasting", lambda x, y: (finite * x)[:, None, None] + (matrix * y))
_case("broadcast_to", lambda x, y: np.broadcast_to(finite * x + y, (2, 9)))
_case("concatenate", lambda x, y: np.concatenate([matrix * x, matrix * y], axis=1))
_case("stack", lambda x, y: np.stack([finite * x, finite, finite * y], axis=-1))
_case("vstack", lambda x, y: np.vstack([finite * x, np.ones((2, 9)) * y]))
_case("hstack", lambda x, y: np.hstack([x, finite * y, [2.0]]))
_case("column_stack", lambda x, y: np.column_stack([finite * x, finite * y]))
_case("append", lambda x, y: np.append(np.append(finite, x), finite * y))
_case("roll", lambda x, y: np.roll(finite * x + y, 2) + np.roll(finite * y, -3))
_case("roll along 1", lambda x, y: np.roll(matrix * x + y, 1, axis=1))
_case("roll to the best", lambda x, y: np.roll(finite * y, -np.argmax(finite * x)), ORDINARY)
_case("flip", lambda x, y: np.flip(matrix * x + y) * np.flip(matrix, 1))
_case("flips", lambda x, y: np.fliplr(matrix * x) + np.flipud(matrix * y))
_case("tile", lambda x, y: np.tile(matrix * x + y, (2, 1, 3)))
_case(
    "repeat",
    lambda x, y: [np.repeat(matrix * x + y, 2, axis=0), np.repeat(finite[:3] * x, [2, 0, 1])],
)
_case("triangles", lambda x, y: np.triu(np.ones((3, 3)) * x) - np.tril(np.ones((3, 3)) * y, -1))
_case(
    "diagonal",
    lambda x, y: np.diagonal(matrix * x) + np.trace(matrix * y) + np.diag(finite[:2] * y),
)

# --- products

_case("outer", lambda x, y: np.outer(finite * x, positive * y))
_case("add.outer", lambda x, y: np.add.outer(finite * x, matrix * y))
_case("multiply.outer", lambda x, y: np.multiply.outer(finite, positive * y) * x)
_case("matmul of matrices", lambda x, y: np.matmul(matrix * x + y, (matrix * y).T))
_case("matmul of vectors", lambda x, y: (finite * x) @ (finite * y))
_case("matrix times vector", lambda x, y: (matrix * x) @ np.stack([x, y, 1.0]))
_case("vector times matrix", lambda x, y: np.stack([x, y]) @ matrix)
_case(
    "matmul of stacks",
    lambda x, y: (np.ones((4, 1, 2, 3)) * x) @ (np.arange(30.0).reshape(5, 3, 2) * y),
)
_case("dot", lambda x, y: np.dot(matrix * x, np.stack([y, x, 2.0])) + np.dot(3.0, x))
_case("dot of stacks", lambda x, y: np.dot(matrix * x, np.arange(30.0).reshape(5, 3, 2) * y))
_case("vdot", lambda x, y: np.vdot(matrix * x, matrix * y) + np.inner(x, y))
_case("inner", lambda x, y: np.inner(matrix * x, matrix * y))
_case(
    "einsum",
    lambda x, y: (
        np.einsum("ij,kj->ik", matrix * x, matrix + y) + np.einsum("i,i->", finite, finite * y)
    ),
)

# --- Fourier

for _n in (None, 7, 8, 12):
    _case(
        f"rfft of {_n}",
        lambda x, y, n=_n: [
            np.fft.rfft(finite * x + y, n).real,
            np.fft.rfft(finite * x + y, n).imag,
        ],
        ORDINARY,
    )
    _case(
        f"irfft of {_n}",
        lambda x, y, n=_n: np.fft.irfft(np.fft.rfft(finite * x**2 + y), n),
        ORDINARY,
    )
_case(
    "power spectrum",
    lambda x, y: np.abs(np.fft.rfft(np.arange(24.0) ** 1.5 * x + y)) ** 2,
    ORDINARY,
)
_case(
    "filter",
    lambda x, y: np.fft.irfft(np.fft.rfft(finite * x) * np.exp(-2j * np.arange(5)) * y, 9),
    ORDINARY,
)
_case(
    "phase",
    lambda x, y: np.angle(np.fft.rfft(positive * x + [y, 0, 0, 0, 0, 0, 1.0])[1:3]),
    ORDINARY,
)
_case("rfft along 0", lambda x, y: np.fft.rfft(matrix * x + y, axis=0, norm="ortho").real, ORDINARY)


# --- programs


def _newton(x: Any, y: Any) -> Any:
    guess = np.ones(5) * (2.0 + x**2)
    for _ in range(30):
        guess = guess - (guess**3 - positive[2:] * y**2 - 1.0) / (3.0 * guess**2)
    return guess


def _path(x: Any, y: Any) -> Any:
    position, speed, positions = x, y, []
    for step in range(200):
        speed = speed - 0.02 * position + 0.001 * np.sin(0.1 * step)
        position = position + 0.02 * speed
        positions.append(position)
    return np.stack(positions)


_case("Newton's steps", _newton, ORDINARY)
_case("a path in time", _path, ORDINARY)
_case(
    "a law",
    lambda x, y: [
        1.69 + 406.4 / (10.0 ** (9 + x)) ** 0.34 + 410.7 / np.geomspace(1e9, 1e13, 40) ** np.abs(y)
    ],
    ORDINARY,
)
_case("a number that never moves", lambda x, y: [y * 0 + 1.0, 3.0, finite], ORDINARY)

CONFORMANCE = [Conformance(name, *case) for name, case in _CASES.items()]
