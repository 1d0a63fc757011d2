"""The tracer records what NumPy does, knows its values, and refuses what it can't record."""

import copy
import linecache
import math
import operator
import pickle
import re
import warnings
from typing import NamedTuple

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.special
import scipy.stats

from explorable.errors import ExplorableError, TraceError, refusal
from explorable.program import compile_case, pack, unpack
from explorable.trace import (
    Tape,
    Traced,
    concrete,
    contains_traced,
    is_traced,
    lift,
    pick,
)
from scaling_core import _checks
from tests.explorable.conformance import CONFORMANCE, finite, matrix, plain

GRID = np.arange(4.0)


@pytest.fixture
def tape():
    return Tape({"x": 2.0, "y": 3.0})


@pytest.fixture
def x(tape):
    return tape.inputs["x"]


# --- values


@pytest.mark.parametrize("case", CONFORMANCE, ids=lambda case: case.name)
def test_a_traced_value_knows_what_numpy_makes_of_it(case):
    setting = case.settings[0]
    tape = Tape({f"x{i}": value for i, value in enumerate(setting)})
    results = case.function(*tape.inputs.values())
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = case.function(*map(np.float64, setting))
    if not isinstance(results, (list, tuple)):
        results, expected = [results], [expected]
    for result, plain_result in zip(results, expected, strict=True):
        result, plain_result = tape.lift(result), np.asarray(plain_result)
        assert result.shape == plain_result.shape
        assert result.dtype.kind == plain_result.dtype.kind
        assert np.asarray(result.value).dtype == result.dtype
        np.testing.assert_allclose(result.value, plain_result, rtol=1e-12, atol=1e-300)


def test_shapes_and_types_answer_plainly(tape, x):
    array = x * matrix
    assert (array.shape, array.ndim, array.size, len(array)) == ((2, 3), 2, 6, 2)
    assert (np.shape(array), np.ndim(array), np.size(array), np.size(array, 1)) == ((2, 3), 2, 6, 3)
    assert array.dtype.kind == "f"
    assert (array > 1).dtype.kind == "b"
    assert np.argmax(array).dtype.kind == "i"
    assert np.result_type(array, 1.0).kind == "f"
    assert array.T.shape == (3, 2)
    assert [row.value.tolist() for row in array] == (2.0 * matrix).tolist()
    assert (x.shape, x.ndim, x.size) == ((), 0, 1)
    assert isinstance(x.value, np.float64)
    assert repr(x) == "<live, now 2.0>"
    assert not np.iscomplexobj(x)
    assert np.isrealobj(x)
    assert np.iscomplexobj(np.fft.rfft(array))
    assert not np.isrealobj(np.fft.rfft(array))
    assert repr(np.fft.rfft(x * np.ones(2))) == "<live, now [4.+0.j 0.+0.j]>"
    assert array.real is array
    assert array.imag.tolist() == np.zeros((2, 3)).tolist()
    assert copy.deepcopy([array])[0] is array is copy.copy(array)


def test_methods_are_those_of_arrays(tape, x):
    array, plain_array = x * matrix + 0.25, 2.0 * matrix + 0.25
    calls = [
        lambda a: a.sum(),
        lambda a: a.sum(axis=0, keepdims=True),
        lambda a: a.mean(1),
        lambda a: a.max(axis=0),
        lambda a: a.min(),
        lambda a: a.argmax(axis=1),
        lambda a: a.argmin(),
        lambda a: a.argsort(axis=1),
        lambda a: a.clip(-1, 1),
        lambda a: a.clip(min=0.5),
        lambda a: a.reshape(3, 2),
        lambda a: a.reshape((3, 2)),
        lambda a: a.reshape(-1),
        lambda a: a.ravel(),
        lambda a: a.flatten(),
        lambda a: a.transpose(),
        lambda a: a.transpose(1, 0),
        lambda a: a.transpose((1, 0)),
        lambda a: a.swapaxes(0, 1),
        lambda a: a[None].squeeze(axis=0),
        lambda a: a.cumsum(axis=1),
        lambda a: a.cumprod(),
        lambda a: a.round(1),
        lambda a: a.std(ddof=1),
        lambda a: a.var(axis=0),
        lambda a: a.prod(axis=1),
        lambda a: (a > 0).any(axis=0),
        lambda a: (a > 0).all(),
        lambda a: a.dot(a.T),
        lambda a: a.copy(),
        lambda a: a.conj(),
        lambda a: a.astype(float),
        lambda a: a.astype(int),
        lambda a: a.astype(bool),
        lambda a: (a > 0).astype(float),
        lambda a: a.take([0, -1], axis=1),
        lambda a: a.repeat(2, axis=1),
        lambda a: a.diagonal(),
        lambda a: a.trace(),
        lambda a: a[0].searchsorted(0.3),
    ]
    for call in calls:
        got, expected = call(array), call(plain_array)
        assert is_traced(got)
        assert got.dtype.kind == expected.dtype.kind
        np.testing.assert_allclose(got.value, expected, rtol=1e-14)


def test_numpy_and_plain_arrays_defer_to_traced_values(x):
    for result in (
        GRID * x,
        x * GRID,
        np.float64(3) ** x,
        [1.0, 2.0] * x,
        GRID @ (x * GRID),
        np.clip(GRID, x, None),
        GRID.clip(x, 3.0),
        10**20 * x,
        np.array([10**20, 1], dtype=object) * x,
        True + x,
    ):
        assert is_traced(result)
    assert (10**20 * x).value == 2e20


def test_in_place_operators_bind_the_name_anew(x):
    total = x
    for operate in (operator.iadd, operator.imul, operator.isub, operator.itruediv, operator.ipow):
        total = operate(total, 3.0)
    total //= 2.0
    total %= 4.0
    assert x.value == 2.0
    assert total.value == ((((2.0 + 3) * 3 - 3) / 3) ** 3 // 2) % 4
    mask = x > 1
    mask &= x < 1
    assert mask.value == np.False_


def test_a_constant_is_what_it_was_when_it_met_the_live_value(x):
    array = np.ones(3)
    result = array * x
    array[:] = 7.0
    assert result.value.tolist() == [2.0, 2.0, 2.0]
    program_values = _run([result], [5.0, 0.0])
    assert program_values[0].tolist() == [5.0, 5.0, 5.0]


def _run(results, inputs):
    tape = results[0].tape
    case = compile_case(tape, [result.node for result in results])
    interpreter = unpack(pack([case]), 0)
    interpreter.run(inputs)
    return [interpreter.get(case.ref(result.node)) for result in results]


def test_lifting_stacks_what_is_nested(tape, x):
    result = lift(tape, [[x, 1.0], (2.0, tape.inputs["y"])])
    assert result.value.tolist() == [[2.0, 1.0], [2.0, 3.0]]
    assert lift(tape, x) is x
    assert lift(tape, [1, 2]).dtype == np.int64
    assert (x * GRID[:2] + [x, 0]).value.tolist() == [2.0, 2.0]
    assert np.array_equal(np.select([x > 1], [[x, 1.0]], 0).value, [2.0, 1.0])


class Point(NamedTuple):
    x: float
    y: float


class Series:
    """What acts as an array only when asked, as a column of a table does."""

    def __init__(self, data):
        self.data = data

    def __array__(self, dtype=None, copy=None):
        return np.array(self.data, dtype=dtype)


def test_a_column_of_a_table_is_a_constant(x):
    assert (x * Series([1.0, 2.0])).value.tolist() == [2.0, 4.0]


def test_finding_and_replacing_live_values(tape, x):
    spectrum = np.fft.rfft(x * GRID)
    assert is_traced(x)
    assert is_traced(spectrum)
    assert not any(is_traced(value) for value in (1.0, GRID, [x], "x", None))
    assert contains_traced({"a": [1, (2, x)]})
    assert not contains_traced({"a": [1, (2, 3)], "b": "text"})
    nested = concrete({"a": [x, (GRID, x + 1)], "z": spectrum, "s": "text"})
    assert nested["a"][0] == 2.0
    assert nested["a"][1][0] is GRID
    assert nested["a"][1][1] == 3.0
    assert nested["s"] == "text"
    assert concrete(Point(x, 1.0)) == Point(2.0, 1.0)
    np.testing.assert_allclose(nested["z"], np.fft.rfft(2.0 * GRID))


def test_the_checks_of_the_science_let_traced_values_through(x):
    assert _checks.is_traced(x)
    assert _checks.positive("x", x) is x
    assert _checks.is_traced(np.fft.rfft(x * GRID))


def test_complex_numbers_know_their_parts(x):
    plain_z = np.fft.rfft(2.0 * finite + 1.0)
    z = np.fft.rfft(x * finite + 1.0)
    assert (z.shape, z.ndim, z.size, len(z), z.dtype) == ((5,), 1, 5, 5, complex)
    phase = np.exp(1j * np.arange(5))
    calls = [
        lambda z: z,
        lambda z: z * phase,
        lambda z: phase * z,
        lambda z: z / (phase + 2),
        lambda z: z * z - z,
        lambda z: 2.0 * z + 1.0,
        lambda z: -z,
        lambda z: +z,
        lambda z: z.conj(),
        lambda z: z[1:3],
        lambda z: z**2,
        lambda z: np.exp(z / 50),
        lambda z: np.abs(z),
        lambda z: np.angle(z),
        lambda z: np.angle(z, deg=True),
        lambda z: np.real(z),
        lambda z: np.imag(z),
        lambda z: np.fft.irfft(z * phase, 9, norm="ortho"),
    ]
    for call in calls:
        np.testing.assert_allclose(call(z).value, call(plain_z), rtol=1e-12, atol=1e-12)
    assert (1j * x).value == 2j


def test_nothing_warns_while_recording(x):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.log((x - 2) * plain) / (x * 0)


# --- pick


def test_picking_from_plain_values():
    assert pick([5.0, 6.0, 7.0], 1) == 6.0
    assert pick(["a", "b"], np.int64(-1)) == "b"
    assert pick([{}, "b"], 1.0) == "b"
    assert pick(GRID, np.array([0, 3])).tolist() == [0.0, 3.0]
    assert pick(matrix, (1, 2)) == -0.25
    assert pick(matrix, (slice(None), 0)).tolist() == [0.5, 1.5]
    with pytest.raises(IndexError, match=r"position = 0\.5: allowed are whole numbers"):
        pick(GRID, 0.5)
    with pytest.raises(IndexError):
        pick(GRID, 4)


def test_picking_live_values(tape, x):
    y = tape.inputs["y"]
    picked = [
        pick(GRID * x, 1),
        pick(GRID, x),
        pick([x, y, 10.0], x - 1),
        pick([x, [y][0]], -1),
        pick(matrix * x, (1, x)),
        pick(matrix, (y - 3, slice(0, 2))),
        pick([[1.0, x], [y, 4.0]], (np.array([0, 1]), np.array([1, 0]))),
    ]
    expected = [2.0, 2.0, 3.0, 3.0, -0.5, [0.5, -1.0], [2.0, 3.0]]
    assert [item.value.tolist() for item in picked] == expected
    for position in (4.0, -5.0):
        with pytest.raises(IndexError, match="out of bounds for an axis with size 4"):
            pick(GRID, x * 0 + position)


def test_a_position_that_leaves_the_array_after_a_drag_gives_not_a_number(x):
    values = [pick(GRID, x), pick(matrix, (x * 0 + 1, x))]
    assert [float(v) for v in _run(values, [1.0, 0.0])] == [1.0, 0.0]
    assert [float(v) for v in _run(values, [-1.0, 0.0])] == [3.0, -0.25]
    assert np.isnan(_run(values, [4.0, 0.0])).all()
    assert np.isnan(_run(values, [-5.0, 0.0])).all()


# --- what NumPy refuses is refused as NumPy does


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda x: len(x), TypeError),
        (lambda x: list(x), TypeError),
        (lambda x: x[0], IndexError),
        (lambda x: (x * GRID)[4], IndexError),
        (lambda x: (x * GRID)[1.5], IndexError),
        (lambda x: (x * GRID)[[0, 4]], IndexError),
        (lambda x: (x * GRID)[0, 0], IndexError),
        (lambda x: x * GRID + np.ones(3), ValueError),
        (lambda x: (x * GRID).reshape(3), ValueError),
        (lambda x: (x * GRID).sum(axis=1), ValueError),
        (lambda x: np.stack([x * GRID, x]), ValueError),
        (lambda x: np.max(x * np.ones(0)), ValueError),
        (lambda x: (x * GRID) @ np.ones(3), ValueError),
        (lambda x: np.quantile(x * GRID, 1.5), ValueError),
        (lambda x: np.gradient(x * np.ones(1)), ValueError),
        (lambda x: np.gradient(x * GRID, GRID[1:]), ValueError),
        (lambda x: np.interp(x, [0, 1], [1.0, 2.0, 3.0]), ValueError),
        (lambda x: np.gradient(x * matrix, 1.0, 2.0, 3.0), TypeError),
        (lambda x: np.searchsorted(x * matrix, 1.0), ValueError),
        (lambda x: 2 ** -np.argmax(x * GRID), ValueError),
        (lambda x: np.transpose(x * matrix, (0,)), ValueError),
        (lambda x: x.no_such_thing, AttributeError),
    ],
)
def test_mistakes_raise_what_they_raise_in_numpy(x, call, error):
    with pytest.raises(error):
        call(np.float64(2.0))
    with pytest.raises(error):
        call(x)


# --- plain masks, whose shape no control changes

SQUARE = np.arange(12.0).reshape(3, 4)


@pytest.mark.parametrize(
    "chosen",
    [
        lambda x: (x * GRID)[GRID > 1],
        lambda x: (x * GRID)[(GRID > 1).tolist()],
        lambda x: (x * GRID)[np.zeros(len(GRID), bool)],
        lambda x: (x + SQUARE)[SQUARE % 3 == 1],
        lambda x: (x + SQUARE)[[True, False, True]],
        lambda x: (x + SQUARE)[[True, False, True], 1:],
        lambda x: (x + SQUARE)[:, np.array([True, False, False, True])],
        lambda x: (x + SQUARE)[..., np.array([True, False, False, True])],
        lambda x: (x + SQUARE)[[True, False, True], [1, 2]],
        lambda x: (x + SQUARE)[[True, False, True], 2],
        lambda x: (x + SQUARE)[None, SQUARE > 3],
        lambda x: np.compress([False, True], x * GRID),
        lambda x: np.compress([False, True, True], x + SQUARE, axis=0),
        lambda x: (x * GRID).compress(GRID > 1),
        lambda x: np.extract(SQUARE > 4, x + SQUARE),
    ],
)
def test_plain_masks_choose_what_they_choose_in_numpy(x, chosen):
    plain = np.float64(x.value)
    np.testing.assert_array_equal(chosen(x).value, chosen(plain))
    assert chosen(x).shape == chosen(plain).shape


@pytest.mark.parametrize(
    "mask", [np.ones(2, bool), np.ones((3, 3), bool), np.ones((3, 4, 1), bool)]
)
def test_a_mask_of_another_shape_is_refused_as_in_numpy(x, mask):
    with pytest.raises(IndexError):
        (2.0 + SQUARE)[mask]
    with pytest.raises(IndexError):
        (x + SQUARE)[mask]


# --- refusals

KEEPS_LENGTH = r"a fixed length and np\.where\(mask, y, np\.nan\)"


def _assign(array, value, key=0):
    array[key] = value


def _add_to(array, value):
    array += value


REFUSED = {
    "float": (lambda x: float(x), "can't become a plain number", r"leave float\(\) out"),
    "math": (lambda x: math.exp(x), "can't become a plain number", r"np\.exp, .*math\.exp"),
    "complex()": (
        lambda x: complex(x),
        "can't become a plain complex number",
        "functions of NumPy",
    ),
    "int": (lambda x: int(x), "can't become a plain integer", r"np\.floor\(x\)"),
    "range": (lambda x: range(x), "can't be a shape, a count", KEEPS_LENGTH),
    "zeros of int": (lambda x: np.zeros(int(x)), "can't become a plain integer", "fixed length"),
    "zeros of a shape": (lambda x: np.zeros((x, 2)), "can't be a shape", KEEPS_LENGTH),
    "linspace count": (lambda x: np.linspace(0, 1, x), "can't be a shape", KEEPS_LENGTH),
    "reshape": (lambda x: (x * GRID).reshape(x, 2), "can't be a shape", KEEPS_LENGTH),
    "tile": (lambda x: np.tile(x * GRID, x), "can't be a shape", KEEPS_LENGTH),
    "repeat": (lambda x: np.repeat(x * GRID, x), "can't take a live count", KEEPS_LENGTH),
    "arange": (lambda x: np.arange(x), "plain array", r"np\.linspace\(start, stop, n\)"),
    "list position": (lambda x: [1, 2, 3][x], "position in a plain seq", r"explorable\.pick\("),
    "array position": (lambda x: GRID[x], "plain array", r"explorable\.pick\(values, position\)"),
    "np.take": (lambda x: np.take(GRID, x), "plain array", r"explorable\.pick\("),
    "plain mask": (lambda x: GRID[x > GRID], "plain array", r"np\.where\(mask, y, np\.nan\)"),
    "live mask": (
        lambda x: (x * GRID)[x > GRID],
        "with a live mask: its length would depend",
        r"np\.where\(mask, y, np\.nan\)",
    ),
    "single truth": (lambda x: (x * GRID)[True], "a single True or False", "a mask of its shape"),
    "compress": (lambda x: np.compress(x > GRID, x * GRID), "with a live mask", r"np\.where\("),
    "extract": (lambda x: np.extract(x > GRID, x * GRID), "with a live mask", r"np\.where\("),
    "live slice": (lambda x: (x * GRID)[:x], "slice can't have a live end", KEEPS_LENGTH),
    "if": (lambda x: 1 if x > 2 else 0, "can't decide which code", r"np\.where\(.*Dropdown"),
    "and": (lambda x: x > 1 and x < 3, "can't decide which code", "& for and"),
    "not": (lambda x: not x, "can't decide which code", "~ for not"),
    "chain": (lambda x: 1 < x < 3, "can't decide which code", r"\(a < x\) & \(x < b\)"),
    "min": (lambda x: min(x, 1.0), "can't decide which code", r"np\.minimum\(x, y\)"),
    "max": (lambda x: max(x * GRID), "can't decide which code", r"np\.maximum\(x, y\)"),
    "sorted": (lambda x: sorted(x * GRID), "can't decide which code", r"np\.sort\(x\)"),
    "in": (lambda x: 2.0 in x * GRID, "`in` can't search", r"np\.any\("),
    "dictionary": (lambda x: {1: 2}[x], "can't be looked up in a dict", "Dropdown"),
    "set": (lambda x: {x}, "can't be looked up", r"explorable\.pick\("),
    "pickle": (lambda x: pickle.dumps(x), "can't be pickled", "the plain value"),
    "np.asarray": (lambda x: np.asarray(x, float), "plain array", "leave the conversion out"),
    "np.array of several": (lambda x: np.array([x, 1.0]), "plain array", r"np\.stack\(\["),
    "a list in a function": (lambda x: np.sum([x, 1.0]), "plain array", r"np\.stack\(\["),
    "a list to join": (lambda x: np.concatenate([[x], GRID]), "plain array", r"np\.stack\(\["),
    "full": (lambda x: np.full(3, x), "plain array", r"x \* np\.ones\(shape\)"),
    "full_like": (lambda x: np.full_like(GRID, x), r"np\.copyto can't", r"np\.broadcast_to"),
    "element": (lambda x: _assign(x * GRID, 1.0), "elements of a live array", r"np\.where\(mask"),
    "slice": (lambda x: _assign(np.zeros(4), x * GRID, ...), "plain array", r"np\.stack: elem"),
    "+= on a plain array": (lambda x: _add_to(np.zeros(4), x), "into a plain array", r"x = x \+ y"),
    "out": (lambda x: np.add(GRID, 1, out=x), "takes no out=", r"np\.where"),
    "ufunc where": (lambda x: np.exp(x, where=False), "takes no where=", r"np\.where\(mask"),
    "ufunc dtype": (lambda x: np.exp(x, dtype="f4"), "takes no dtype=", "leave it out"),
    "matmul axes": (lambda x: np.matmul(x * matrix, matrix.T, axes=[0]), "no axes", "np.moveaxis"),
    "sum where": (lambda x: np.sum(x * GRID, where=GRID > 1), r"np\.sum.*where", r"np\.where in"),
    "sum dtype": (lambda x: np.sum(x * GRID, dtype=int), r"np\.sum.*dtype", "plain call"),
    "method where": (
        lambda x: GRID.sum(where=x > GRID),
        r"np\.add\.reduce takes no where",
        "where",
    ),
    "order": (lambda x: (x * matrix).ravel("F"), "takes no order='F'", "np.transpose first"),
    "np.where alone": (lambda x: np.where(x > GRID), "alone can't be recorded", KEEPS_LENGTH),
    "nonzero": (lambda x: np.nonzero(x * GRID), r"np\.nonzero can't be rec", KEEPS_LENGTH),
    "unique": (lambda x: np.unique(x * GRID), r"np\.unique can't be rec", r"np\.sort\(x\)"),
    "histogram": (lambda x: np.histogram(x * GRID), "needs fixed bins", r"bins=np\.linspace"),
    "edge_order": (lambda x: np.gradient(x * GRID, edge_order=2), "edge_order=2", "edge_order=1"),
    "quantile": (lambda x: np.quantile(x * GRID, 0.5, method="lower"), "by method", "linear"),
    "einsum": (lambda x: np.einsum("ii->i", x * np.eye(2)), r"np\.einsum\('ii->i'\)", "'->'"),
    "matrix norm": (lambda x: np.linalg.norm(x * matrix, ord=2), "norm of a matrix", "ord=None"),
    "full FFT": (lambda x: np.fft.fft(x * GRID), r"np\.fft\.fft can't", r"np\.fft\.rfft\(x\)"),
    "solve": (lambda x: np.linalg.solve(np.eye(4), x * GRID), r"np\.linalg\.solve", "guide"),
    "pad": (lambda x: np.pad(x * GRID, 1), r"np\.pad can't be recorded", "guide"),
    "reduceat": (lambda x: np.add.reduceat(x * GRID, [0, 2]), r"np\.add\.reduceat", r"np\.cumsum"),
    "hypot.reduce": (lambda x: np.hypot.reduce(x * GRID), r"np\.hypot\.reduce", "or a loop"),
    "at": (lambda x: np.add.at(np.zeros(3), [0], x), r"np\.add\.at can't", "or a loop"),
    "gamma": (lambda x: scipy.special.gamma(x), "gamma can't be recorded", r"special\.gammaln"),
    "logsumexp": (lambda x: scipy.special.logsumexp(x * GRID), "plain", r"np\.logaddexp\.reduce"),
    "comb": (lambda x: scipy.special.comb(x, 2), "plain array", r"scipy\.special\.binom"),
    "stats": (lambda x: scipy.stats.norm.cdf(x), "plain array", "ufuncs of scipy.special"),
    "quad": (lambda x: scipy.integrate.quad(lambda u: u * x, 0, 1), "plain", r"np\.trapezoid"),
    "brentq": (
        lambda x: scipy.optimize.brentq(lambda u: u - x, 0, 5),
        "can't decide which code",
        "fixed number of Newton's steps",
    ),
    "str of a complex": (lambda x: str(np.fft.rfft(x * GRID)), "complex number can't", "its parts"),
    "vectorize": (lambda x: np.vectorize(abs)(x * GRID), "plain array", "whole arrays"),
    "ndarray.dot": (lambda x: GRID.dot(x * GRID), "plain array", r"np\.dot\(a, x\) for a\.dot"),
    "other conversion": (lambda x: np.float64(x), "plain array", "functions of NumPy"),
    "& of numbers": (lambda x: x & 1, "works on the bits of integers", r"\(x > 1\) & \(x < 2\)"),
    "~ of a number": (lambda x: ~x, "works on the bits", "comparisons joined by"),
    "shift": (lambda x: x << 1, "left_shift can't be recorded", "guide"),
    "- of truths": (lambda x: (x > 1) - (x > 2), "no subtract for true and false", r"x \^ y"),
    "negative of truth": (lambda x: -(x > 1), "no negative for true and false", "~x"),
    "text": (lambda x: x + "a", "can't be combined with the text 'a'", "real numbers"),
    "None": (lambda x: x + None, "can't be combined with None", "real numbers"),
    "objects": (lambda x: x + np.array([None, 1]), "an array of objects", "real numbers"),
    "date": (lambda x: x * np.datetime64(1, "D"), "combined with datetime64", "real numbers"),
    "mask": (lambda x: x * np.ma.masked_array(GRID, GRID > 1), "masked array", r"\.filled\("),
    "astype": (lambda x: x.astype(complex), "can't be of type complex128", "float, int or bool"),
    "complex power": (lambda x: x**1j, r"np\.power can't be rec.*complex", r"z\.real, z\.imag"),
    "complex in a mean": (lambda x: np.sum(np.fft.rfft(x * GRID)), "complex number can't", "parts"),
    "complex order": (lambda x: np.fft.rfft(x * GRID) > 1, r"np\.greater can't", r"np\.abs\(z\)"),
    "part of a position": (lambda x: (x * GRID)[x * 0.25], "must be a whole number", r"np\.floor"),
    "positions apart": (
        lambda x: (x * np.ones((2, 2, 2)))[[0, 1], :, [1, 0]],
        "not neighbours",
        "one index after the other",
    ),
    "sort in place": (lambda x: (x * GRID).sort(), r"no \.sort", r"np\.sort\(x\)"),
    "item": (lambda x: x.item(), r"no \.item", "stays live"),
    "tolist": (lambda x: (x * GRID).tolist(), r"no \.tolist", "loop over it"),
    "flat": (lambda x: (x * GRID).flat, r"no \.flat", r"x\.ravel\(\)"),
    "tobytes": (lambda x: (x * GRID).tobytes(), r"no \.tobytes", "NumPy function"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_recorded_says_where_and_what_to_write(x, name):
    call, what, instead = REFUSED[name]
    with pytest.raises(TraceError, match=what) as caught:
        call(x)
    first, at, last = str(caught.value).split("\n")
    assert not first.startswith(" ")
    assert re.match(r"  at test_trace\.py:\d+: \S", at)
    assert re.match("  instead: .*" + instead, last)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.zeros(x),
        lambda x: np.random.default_rng(0).normal(size=x),
        lambda x: _assign(np.zeros(3), x),
        lambda x: np.sum(GRID, initial=x),
    ],
)
def test_a_refusal_is_found_behind_the_error_that_numpy_makes_of_it(x, call):
    with pytest.raises((TypeError, ValueError)) as caught:
        call(x)
    assert not isinstance(caught.value, TraceError)
    found = refusal(caught.value)
    assert isinstance(found, TraceError)
    assert re.search(r"at test_trace\.py:\d+: .*\n  instead: ", str(found))


def test_other_errors_hide_no_refusal(x):
    for call in (lambda: 1 / 0, lambda: GRID.reshape(3), lambda: x * np.ones((2, 3)) + GRID):
        with pytest.raises((ArithmeticError, ValueError)) as caught:
            call()
        assert refusal(caught.value) is None


def test_a_refusal_is_an_error_of_the_engine_and_a_type_error(x):
    with pytest.raises(ExplorableError):
        float(x)
    with pytest.raises(TypeError):
        float(x)


def test_a_refusal_in_a_notebook_names_the_line_of_the_cell(x):
    source = "a = 1.0\nb = [\n    float(x),\n]\n"
    for name in ("/tmp/ipykernel_77/123.py", "<ipython-input-3-abc>"):
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        with pytest.raises(TraceError, match=r"at line 3 of the cell: float\(x\)\n"):
            exec(compile(source, name, "exec"), {"x": x})


def test_a_refusal_without_source_still_names_the_place(x):
    with pytest.raises(TraceError, match=r"\n  at <made up>:2\n  instead: "):
        exec(compile("\nfloat(x)", "<made up>", "exec"), {"x": x})


def test_columns_are_found_after_letters_of_several_bytes(x):
    with pytest.raises(TraceError, match=r": math\.sqrt\(x\)\n"):
        ["αβγ", math.sqrt(x)]


def test_every_method_of_arrays_works_or_is_refused(x):
    array = x * GRID
    for name in dir(np.ndarray):
        if name.startswith("_") or hasattr(Traced, name):
            continue
        assert not hasattr(array, name)
        with pytest.raises(TraceError, match=rf"no \.{name}\n"):
            getattr(array, name)


def test_recordings_do_not_mix(x):
    other = Tape({"z": 1.0}).inputs["z"]
    for mix in (lambda: x + other, lambda: np.stack([x, other]), lambda: pick(GRID * other, x)):
        with pytest.raises(TraceError, match="of an earlier recording was used again"):
            mix()


def test_a_value_kept_after_its_recording_is_refused(tape, x):
    tape.close()
    for use in (lambda: x + 1, lambda: np.sin(x), lambda: tape.constant(1.0)):
        with pytest.raises(TraceError, match="keep nothing in globals or caches"):
            use()
    assert x.value == 2.0
