"""The evaluator that runs in the reader's browser, against NumPy, SciPy and Python's `format`."""

from __future__ import annotations

import base64
import itertools
import json
import math
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
import scipy.special
from playwright.sync_api import Error

from explorable import assets
from explorable.program import number_json, pack
from explorable.text import typeset

from .conformance import CONFORMANCE

# What the tests call, in a browser and in node; results travel as the bytes of float64 numbers.
ROOMS = ("format.js", "formulas.js", "arrays.js", "program.js", "text.js")
NAMES = (
    "Program, checkVersion, decodeConstant, decodeNumber, fillTemplate, formatNumber, FORMULAS, "
    "OPERATIONS, typeset"
)
HARNESS = """
const toBytes = (data) => {
  const bytes = new Uint8Array(Float64Array.from(data).buffer);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};
const evaluate = ({ program, states, refs, chosen }) => {
  const evaluator = new Program(program, chosen);
  return states.map((values) => {
    evaluator.set(values.map(decodeNumber));
    evaluator.update();
    return refs.map((ref) => ({
      shape: evaluator.shape(ref),
      data: toBytes(evaluator.data(ref)),
      changed: evaluator.changed(ref),
    }));
  });
};
globalThis.run = (text) => JSON.stringify(JSON.parse(text).map(evaluate));
globalThis.decode = (text) => JSON.stringify(JSON.parse(text).map((encoded) => {
  const { shape, data } = decodeConstant(encoded);
  return { shape, data: toBytes(data) };
}));
globalThis.format = (text) => JSON.stringify(
  JSON.parse(text).map(([value, spec]) => formatNumber(decodeNumber(value), spec)));
globalThis.set = (text) => JSON.stringify(JSON.parse(text).map(typeset));
globalThis.operationNames = [...Object.keys(FORMULAS), ...Object.keys(OPERATIONS)];
Object.assign(globalThis, { Program, checkVersion, fillTemplate, formatNumber });
"""

NAN, INF = np.nan, np.inf
NASTY = np.array(
    [NAN, INF, -INF, 0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 3.0, -3.0, 1e-300, -1e-300,
     1e300, -1e300, 0.1, -0.7, 2.0, 1e-9, 709.0, -745.0, 2.0**53, -(2.0**52) - 1, 4.5, 1 - 1e-9]
)  # fmt: skip
RNG = np.random.default_rng(20260101)
MODEST = np.concatenate([RNG.uniform(-20, 20, 150), RNG.uniform(-1, 1, 100)])
WIDE = np.concatenate([10 ** RNG.uniform(-300, 300, 100), -(10 ** RNG.uniform(-300, 300, 50))])
EVERYTHING = np.concatenate([NASTY, MODEST, WIDE])


def encode(value: Any) -> Any:
    array = np.asarray(value, float)
    data = [number_json(x) for x in array.ravel()]
    return {"shape": list(array.shape), "data": data} if array.ndim else data[0]


def program(inputs: int, constants: list[Any], code: list[Any]) -> dict[str, Any]:
    """A program of one case, from constants in the page's encoding."""
    case = {"code": 0, "constants": list(range(len(constants)))}
    return {"inputs": inputs, "constants": constants, "codes": [code], "cases": [case]}


def decode_result(result: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(result["data"])).reshape(result["shape"])


Case = tuple[tuple[Any, ...], dict[str, Any]]


class Value(NamedTuple):
    """A node after an update."""

    value: np.ndarray
    changed: bool


# Each line from Python is [expression, argument]; the answer is [result], or {error}.
LISTEN = """
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const [expression, argument] = JSON.parse(line);
  let answer;
  try {
    const value = (0, eval)(expression);
    answer = [typeof value === "function" ? value(argument) : value];
  } catch (error) {
    answer = { error: `${error}` };
  }
  console.log(JSON.stringify(answer));
}
"""


class Node:
    """The modules in node, as they stand, with the `evaluate` of a browser's page."""

    def __init__(self) -> None:
        addresses = [json.dumps((assets.STATIC / name).as_uri()) for name in ROOMS]
        imports = [f"import * as room{k} from {address};" for k, address in enumerate(addresses)]
        every = ", ".join(f"...room{k}" for k in range(len(ROOMS)))
        script = [*imports, f"const {{ {NAMES} }} = {{ {every} }};", HARNESS, LISTEN]
        self.process = subprocess.Popen(
            ["node", "--input-type=module", "--eval", "\n".join(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def evaluate(self, expression: str, argument: Any = None) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([expression, argument]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if isinstance(answer, dict):
            raise Error(answer["error"])
        return answer[0]

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


class Engine:
    """The evaluator where it runs: in a page of its own, or in node."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def call(self, name: str, payload: Any) -> Any:
        return json.loads(self.page.evaluate(f"text => {name}(text)", json.dumps(payload)))

    def evaluate(
        self, program: dict[str, Any], states: list[list[float]], refs: list[Any], chosen: int = 0
    ) -> list[list[Value]]:
        """The nodes `refs` after an update to each of the states."""
        return self.evaluate_all([(program, states, refs)], chosen)[0]

    def evaluate_all(
        self, requests: list[tuple[dict[str, Any], list[list[float]], list[Any]]], chosen: int = 0
    ) -> list[list[list[Value]]]:
        payload = [
            {
                "program": program,
                "states": [[number_json(x) for x in state] for state in states],
                "refs": refs,
                "chosen": chosen,
            }
            for program, states, refs in requests
        ]
        return [
            [[Value(decode_result(node), node["changed"]) for node in state] for state in answer]
            for answer in self.call("run", payload)
        ]

    def apply(self, op: str, cases: list[Case]) -> list[np.ndarray]:
        """The operation on every case's arguments, which come into being in a second update."""
        requests = []
        for arguments, attributes in cases:
            constants = [encode(argument) for argument in arguments]
            count = len(constants)
            code: list[Any] = []
            for j in range(count):
                code += [["negative", 1 + j], ["where", 0, 1 + j, -1]]
            live = [1 + count + 2 * j + 1 for j in range(count)]
            code.append([op, *live, *([attributes] if attributes else [])])
            requests.append((program(1, constants, code), [[0], [1]], [3 * count + 1]))
        return [answer[1][0].value for answer in self.evaluate_all(requests)]

    def error(self, expression: str, argument: Any = None) -> str:
        """The message of the error that a piece of script throws."""
        with pytest.raises(Error) as caught:
            self.page.evaluate(expression, argument)
        return caught.value.message


NO_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="node is not there")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("node", marks=NO_NODE),
        pytest.param("browser", marks=pytest.mark.browser),
    ],
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "node":
        place: Any = Node()
    else:
        place = request.getfixturevalue("browser").new_page()
        script = f"{assets.joined()}{HARNESS}"
        place.add_script_tag(content=f'(function () {{ "use strict"; {script} }})();')
    yield Engine(place)
    place.close()


def assert_same(got: np.ndarray, want: Any, rtol: float, atol: float = 1e-305) -> None:
    """Equal shapes, NaN and infinities in the same places, elements within rtol of each."""
    want = np.asarray(want, float)
    assert got.shape == want.shape
    np.testing.assert_array_equal(np.isnan(got), np.isnan(want))
    np.testing.assert_allclose(got, want, rtol=rtol, atol=atol)


def assert_same_signs(got: np.ndarray, want: Any) -> None:
    """Equal signs, also of zeros."""
    known = ~np.isnan(want)
    np.testing.assert_array_equal(np.signbit(got)[known], np.signbit(want)[known])


def compare(
    engine: Engine,
    op: str,
    cases: list[Case],
    oracle: Callable[..., Any],
    rtol: float = 0.0,
    atol: float = 1e-305,
    signs: bool = False,
) -> None:
    """The operation agrees with the oracle, which takes the attributes as keywords."""
    for got, (arguments, attributes) in zip(engine.apply(op, cases), cases, strict=True):
        with np.errstate(all="ignore"):
            want = oracle(*arguments, **attributes)
        assert_same(got, want, rtol, atol)
        if signs:
            assert_same_signs(got, np.asarray(want, float))


def plain(*cases: tuple[Any, ...]) -> list[Case]:
    return [(case, {}) for case in cases]


# --------------------------------------------------------------------------- element by element

EXACT = ["negative", "absolute", "sign", "floor", "ceil", "trunc", "rint", "sqrt", "square",
         "reciprocal"]  # fmt: skip
ROUNDED = ["cbrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan",
           "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh",
           "arctanh"]  # fmt: skip
TRUTHS = ["isnan", "isinf", "isfinite", "signbit", "logical_not"]


@pytest.mark.parametrize("op", EXACT + ROUNDED + TRUTHS)
def test_ufuncs_of_one_argument(engine: Engine, op: str) -> None:
    # NumPy's NaN may carry a sign, which a script can't see.
    values = EVERYTHING if op != "signbit" else np.where(np.isnan(EVERYTHING), 1.0, EVERYTHING)
    shaped = MODEST[:24].reshape(2, 3, 4)
    cases = plain((values,), (1.25,), (np.zeros((3, 0)),), (shaped,))
    rtol = 4e-15 if op in ROUNDED else 0.0
    compare(engine, op, cases, getattr(np, op), rtol=rtol, signs=True)


def pairs(*extra: tuple[Any, Any]) -> list[Case]:
    """All pairs of nasty numbers, random pairs, and shapes that broadcast."""
    tower = MODEST[:24]
    return plain(
        (NASTY[:, None], NASTY),
        (MODEST[:125], MODEST[125:]),
        (WIDE[:75], WIDE[75:]),
        (1.5, -2.25),
        (MODEST[:5], 2.5),
        (-0.5, MODEST[:5]),
        (tower[:12].reshape(3, 1, 4), tower[:2].reshape(2, 1)),
        (tower.reshape(2, 3, 4), tower[:4]),
        (tower[:3].reshape(3, 1), tower[3:4].reshape(1, 1)),
        (np.zeros((0, 3)), tower[:3]),
        (np.zeros(0), np.ones(1)),
        *extra,
    )


BINARY = {  # and how far from NumPy each may be
    "add": 0.0, "subtract": 0.0, "multiply": 0.0, "divide": 0.0, "floor_divide": 0.0,
    "remainder": 0.0, "minimum": 0.0, "maximum": 0.0, "fmin": 0.0, "fmax": 0.0, "copysign": 0.0,
    "heaviside": 0.0, "greater": 0.0, "greater_equal": 0.0, "less": 0.0, "less_equal": 0.0,
    "equal": 0.0, "not_equal": 0.0, "logical_and": 0.0, "logical_or": 0.0, "logical_xor": 0.0,
    # The power of a wide pair magnifies the last digit of a logarithm.
    "power": 2e-14, "hypot": 1e-15, "arctan2": 1e-15, "logaddexp": 4e-15, "logaddexp2": 4e-15,
}  # fmt: skip


@pytest.mark.parametrize("op", BINARY)
def test_ufuncs_of_two_arguments(engine: Engine, op: str) -> None:
    # Which of -0 and 0 is the larger depends on the processor NumPy was built for.
    signs = op not in ("minimum", "maximum", "fmin", "fmax")
    compare(engine, op, pairs(), getattr(np, op), rtol=BINARY[op], signs=signs)


def test_floored_division_and_remainder_keep_the_sign_rules(engine: Engine) -> None:
    x = np.array([5.5, -5.5, 6.0, 0.3, -0.3, 1.0, -1.0, -0.0, 0.0, 7.0])
    y = np.array([-2.0, 2.0, 0.1, 0.1, 0.1, INF, INF, 3.0, -3.0, -INF])
    compare(engine, "floor_divide", plain((x, y)), np.floor_divide, signs=True)
    compare(engine, "remainder", plain((x, y)), np.remainder, signs=True)


def test_where_chooses_and_counts_nan_as_true(engine: Engine) -> None:
    condition = np.array([0.0, -0.0, 1.0, NAN, -2.0])
    x, y = np.array([1.0, 2.0, -0.0, NAN, INF]), np.array([NAN, -0.0, 5.0, 6.0, 7.0])
    cases = plain(
        (condition, x, y),
        (condition[:, None], x, 3.0),
        (condition[:, None, None], x[:3, None], y[:4]),
        (1.0, 2.0, 3.0),
        (np.zeros((0, 1)), x, 1.0),
    )

    def oracle(c: Any, a: Any, b: Any) -> Any:
        return np.where(c, a, b)

    compare(engine, "where", cases, oracle, signs=True)


# ---------------------------------------------------------------------------- special functions

GRID = np.concatenate(
    [np.linspace(-12, 12, 241), RNG.uniform(-3, 3, 100), 10 ** RNG.uniform(-20, 2, 60)]
)
UNIT = np.concatenate(
    [RNG.uniform(0, 1, 200), 10 ** RNG.uniform(-300, 0, 100), 1 - 10 ** RNG.uniform(-15, 0, 50)]
)
ENDS = np.array([NAN, INF, -INF, 0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 1.5, -2.0])
POSITIVE = 10 ** RNG.uniform(-3, 3.5, 150)

SPECIAL_ONE = {
    "gammaln": (
        np.concatenate([GRID, 10 ** RNG.uniform(-300, 300, 100), [-2 + 1e-9, -2 - 1e-9]]),
        1e-13,
        2e-15,
    ),
    "erf": (GRID, 1e-14, 0),
    "erfc": (np.concatenate([GRID, [20.0, 26.0, -30.0]]), 1e-13, 0),
    "erfinv": (np.concatenate([UNIT, -UNIT]), 1e-14, 0),
    "ndtr": (np.concatenate([GRID, [-20.0, -37.0]]), 1e-12, 0),
    "ndtri": (UNIT, 1e-13, 0),
    "log_ndtr": (np.concatenate([GRID, [-50.0, -1e3, -1e8]]), 1e-12, 0),
    "expit": (np.concatenate([GRID, [-600.0, 50.0]]), 1e-15, 0),
    "logit": (np.concatenate([UNIT, RNG.uniform(0.499, 0.501, 50)]), 1e-14, 0),
    "log_expit": (np.concatenate([GRID, [-1000.0, 50.0]]), 1e-14, 0),
    "zeta1": (np.concatenate([GRID, RNG.uniform(-100, 60, 50), [1 + 1e-9, 1 - 1e-9]]), 1e-12, 0),
}  # fmt: skip


def scipy_function(op: str) -> Callable[..., Any]:
    return scipy.special.zeta if op == "zeta1" else getattr(scipy.special, op)


@pytest.mark.parametrize("op", SPECIAL_ONE)
def test_special_functions_of_one_argument(engine: Engine, op: str) -> None:
    values, rtol, atol = SPECIAL_ONE[op]
    cases = plain((np.concatenate([ENDS, values]),), (0.75,), (values[:6].reshape(2, 3),))
    compare(engine, op, cases, scipy_function(op), rtol=rtol, atol=max(atol, 1e-300))


A, B = POSITIVE[:75], POSITIVE[75:]
WHOLE = np.arange(0.0, 40)
PAIRS_OF_ENDS = (ENDS[:, None], ENDS)
LARGE = [
    (9e3, np.linspace(8e3, 1e4, 41)),
    (1e5, np.linspace(9.4e4, 1.06e5, 41)),
    (2e4, [1, 9e3, 1e30]),
]
SPECIAL_TWO = {
    "betaln": (
        [(A, B), (1e9, A), (A[:, None], [1e-3, 0.5, 12, 1e12]), (-2.5, B), (-3, [1, 2, 3, 4, 2.5])],
        1e-9,  # what SciPy loses at 1e9
    ),
    # Over x/a from 0 to 3, about the peak for large a, and beyond where all is 0 or 1.
    "gammainc": ([(A, A * RNG.uniform(0, 3, 75)), *LARGE], 2e-12),
    "gammaincc": ([(A, A * RNG.uniform(0, 3, 75)), *LARGE,
                   ([1e-8, 0.01, 0.4], [[1e-3], [0.5], [1.0]])], 2e-12),
    "xlogy": ([PAIRS_OF_ENDS, (A, B)], 1e-15),
    "xlog1py": ([PAIRS_OF_ENDS, (A, B * 1e-6)], 1e-15),
    "binom": (
        [(WHOLE[:, None], WHOLE), (A, 0.3 * B), (RNG.uniform(-9, 30, 60), RNG.uniform(-9, 30, 60)),
         ([-0.5, 2.5, -7.8, 1e-10, 1e12], [[3], [-1.7], [3.5]]), (0.3, 1e9 + 0.25),
         (-2.5, [-4.25, -9.5])],
        1e-10,
    ),
    "zeta": ([(1 + A, B), ([2.0, 3.0, 7.0], [[-0.5], [-10.25], [-3.0]]), (55.0, 944.0)], 1e-13),
}  # fmt: skip


@pytest.mark.parametrize("op", SPECIAL_TWO)
def test_special_functions_of_two_arguments(engine: Engine, op: str) -> None:
    cases, rtol = SPECIAL_TWO[op]
    arrays = [tuple(np.asarray(x, float) for x in case) for case in cases]
    compare(engine, op, plain(*arrays), getattr(scipy.special, op), rtol=rtol, atol=1e-290)


@pytest.mark.parametrize("op", ["gammainc", "gammaincc", "zeta"])
def test_special_functions_at_the_ends_of_their_domain(engine: Engine, op: str) -> None:
    x, y = (ends.ravel() for ends in np.meshgrid(ENDS, ENDS))
    if op == "zeta":  # SciPy has no value at infinite s for some q
        x, y = x[np.isfinite(x)], y[np.isfinite(x)]
    compare(engine, op, plain((x, y)), getattr(scipy.special, op), rtol=1e-13)


def test_binomial_coefficients_are_whole(engine: Engine) -> None:
    def oracle(n: np.ndarray, k: np.ndarray) -> Any:
        return np.vectorize(lambda n, k: float(math.comb(int(n), int(k))))(n, k)

    compare(engine, "binom", plain((WHOLE[:, None], WHOLE)), oracle)


def test_betainc(engine: Engine) -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 1, 75)
    ends = np.array([0, 0.5, 1, INF, NAN, -1, 2.0])
    cases = plain(
        (A, B, x),
        (A, B, A / (A + B)),
        (2e4, 3e4, np.linspace(0.36, 0.44, 41)),
        (0.3, 1e6, 10 ** np.linspace(-12, -4, 20)),
        (1.0, 1e-6, np.array([0.1, 0.9, 0.999])),
        (2.0, 3.0, 0.25),
        (ends[:, None, None], ends[:, None], np.array([0, 0.25, 1, NAN, -0.5, 1.5])),
    )
    compare(engine, "betainc", cases, scipy.special.betainc, rtol=1e-11, atol=1e-200)


# --------------------------------------------------------------------- along and across the axes

CUBE = RNG.normal(size=(3, 4, 5))
TIES = np.array(
    [[1.0, 3.0, 3.0, -0.0], [0.0, 0.0, -0.0, 0.0], [2.0, NAN, NAN, 5.0], [-INF, INF, 1, 1]]
)
AXES = [None, [0], [1], [-1], [0, 2], [0, 1, 2]]


def reductions(*, needs_one: bool = False) -> list[Case]:
    cases: list[Case] = [((CUBE,), {"axis": axis} if axis else {}) for axis in AXES]
    cases += [((CUBE,), {"axis": [1], "keepdims": True}), ((CUBE,), {"keepdims": True})]
    cases += [((TIES,), {}), ((TIES,), {"axis": [0]}), ((TIES,), {"axis": [1]}), ((2.5,), {})]
    cases += [((np.zeros((0, 3)),), {"axis": [1]}), ((np.array([-0.0]),), {})]
    if not needs_one:
        cases += [((np.zeros((3, 0)),), {"axis": [1]}), ((np.zeros(0),), {})]
    return cases


REDUCTIONS: dict[str, tuple[Callable[..., Any], float]] = {
    "sum": (np.sum, 1e-15),
    "prod": (np.prod, 1e-14),
    "max": (np.max, 0.0),
    "min": (np.min, 0.0),
    "any": (np.any, 0.0),
    "all": (np.all, 0.0),
    "logaddexp_reduce": (np.logaddexp.reduce, 1e-14),
}


@pytest.mark.parametrize("op", REDUCTIONS)
def test_reductions(engine: Engine, op: str) -> None:
    function, rtol = REDUCTIONS[op]

    def oracle(x: Any, axis: list[int] | None = None, keepdims: bool = False) -> Any:
        return function(np.asarray(x), axis=tuple(axis) if axis else None, keepdims=keepdims)

    compare(engine, op, reductions(needs_one=op in ("max", "min")), oracle, rtol=rtol)


def test_sum_rounds_as_numpy_does(engine: Engine) -> None:
    rng = np.random.default_rng(1)
    lengths = [1, 7, 8, 9, 127, 128, 129, 136, 300, 1000, 1031]
    cases = plain(*((rng.normal(size=n) * 10 ** rng.uniform(-8, 8, n),) for n in lengths))
    cases += [
        ((rng.normal(size=(300, 7)),), {"axis": [0]}),
        ((rng.normal(size=(7, 300)),), {"axis": [1]}),
    ]

    def oracle(x: Any, axis: list[int] | None = None) -> Any:
        return np.sum(x, axis=tuple(axis) if axis else None)

    compare(engine, "sum", cases, oracle)


@pytest.mark.parametrize("op", ["argmax", "argmin"])
def test_positions_of_the_extremes(engine: Engine, op: str) -> None:
    cases: list[Case] = [((CUBE,), {"axis": axis}) for axis in (0, 1, -1)]
    cases += [
        ((TIES,), {"axis": 0}),
        ((TIES,), {"axis": 1}),
        ((TIES,), {}),
        ((CUBE,), {}),
        ((3.0,), {}),
    ]
    compare(engine, op, cases, getattr(np, op))


@pytest.mark.parametrize("op", ["cumsum", "cumprod", "sort", "argsort"])
def test_operations_along_an_axis(engine: Engine, op: str) -> None:
    rng = np.random.default_rng(1)
    shuffled = rng.permutation(np.repeat(EVERYTHING, 2))
    cases: list[Case] = [((CUBE,), {"axis": axis}) for axis in (0, 1, -1)]
    cases += [((TIES,), {"axis": 0}), ((TIES,), {"axis": 1}), ((MODEST,), {"axis": 0})]
    cases += [((np.zeros((3, 0)),), {"axis": 1}), ((np.array([-0.0, -0.0]),), {"axis": 0})]
    if "sort" in op:
        cases.append(((shuffled,), {"axis": 0}))

    def oracle(x: np.ndarray, axis: int) -> Any:
        options = {"kind": "stable"} if "sort" in op else {}
        return getattr(np, op)(x, axis=axis, **options)

    compare(engine, op, cases, oracle, signs=True)


def test_searchsorted(engine: Engine) -> None:
    a = np.array([-INF, -1.0, 0.0, 0.0, 2.0, 2.0, 2.0, INF, NAN, NAN])
    v = np.array([[NAN, -INF, INF, 0.0, -0.0], [2.0, 1.9, 2.1, -5.0, 1e300]])
    cases: list[Case] = []
    for side, keys, sorted_values in itertools.product(
        ("left", "right"), (v, 2.0, np.zeros(0)), (a, a[:7], a[:0])
    ):
        cases.append(((sorted_values, keys), {"side": side}))
    compare(engine, "searchsorted", cases, np.searchsorted)


def test_interp(engine: Engine) -> None:
    rng = np.random.default_rng(1)
    xp = np.array([-2.0, -1.0, -1.0, 0.5, 3.0, INF])
    fp = np.array([1.0, NAN, 4.0, INF, INF, 2.0])
    smooth = np.sort(rng.uniform(-5, 5, 40))
    x = np.concatenate([NASTY, xp, rng.uniform(-6, 6, 60)])
    cases = plain(
        (x, xp, fp, -7.0, 9.0),
        (x, smooth, np.sin(smooth), 0.0, NAN),
        (x.reshape(2, -1), smooth, np.exp(smooth), -1.0, 1.0),
        (smooth, smooth, np.cos(smooth), -1.0, 1.0),
        (x, xp[:1], fp[:1], -7.0, 9.0),
        (0.25, xp, fp, 0.0, 0.0),
    )
    compare(engine, "interp", cases, np.interp, rtol=1e-14)


def test_take_reaches_from_the_end_and_gives_nan_outside(engine: Engine) -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    where = np.array([[0.0, 2, -1], [-3, 3, -4], [NAN, INF, -0.0]])

    def oracle(x: np.ndarray, i: Any, axis: int) -> Any:
        result = np.full((*x.shape[:axis], *np.shape(i), *x.shape[axis + 1 :]), NAN)
        for place in np.ndindex(np.shape(i)):
            asked = np.asarray(i)[place]
            if -x.shape[axis] <= asked < x.shape[axis]:
                here = (slice(None),) * axis
                result[(*here, *place)] = x[(*here, int(asked))]
        return result

    cases: list[Case] = [((x, where), {"axis": axis}) for axis in (0, 1, 2)]
    cases += [
        ((x, -1.0), {"axis": 1}),
        ((x[0, 0], 7.0), {"axis": 0}),
        ((x[0, 0], 3.0), {"axis": 0}),
    ]
    compare(engine, "take", cases, oracle)


# ------------------------------------------------------------------------------ changes of shape

INDICES: list[tuple[np.ndarray, list[Any]]] = [
    (CUBE, [1]),
    (CUBE, [-1, 2]),
    (CUBE, [0, 1, 2]),
    (CUBE, [[0, 3, 2], None, [3, -1, -1]]),
    (CUBE, [[2, -1, -2], 3, [4, 0, -3]]),
    (CUBE, [None, [1, 1, 1]]),
    (CUBE, [[0, 3, 1], [0, 4, 1], [1, 5, 3], None]),
    (np.array(7.0), [None, None]),
    (MODEST, [[249, -1, -1]]),
]


def test_index(engine: Engine) -> None:
    def oracle(x: np.ndarray, index: list[Any]) -> Any:
        def entry(item: Any) -> Any:
            if not isinstance(item, list):
                return item
            start, stop, step = item
            return slice(start, None if stop < 0 else stop, step)

        return x[tuple(entry(item) for item in index)]

    compare(engine, "index", [((x,), {"index": i}) for x, i in INDICES], oracle, signs=True)


def test_reshape_broadcast_transpose_and_concatenate(engine: Engine) -> None:
    row = MODEST[:4]
    reshapes: list[Case] = [((CUBE,), {"shape": [5, 12]}), ((CUBE,), {"shape": [60]})]
    reshapes += [((2.0,), {"shape": [1, 1]}), ((np.ones((1, 1)),), {"shape": []})]
    reshapes += [((np.zeros((0, 3)),), {"shape": [2, 0]})]
    compare(engine, "reshape", reshapes, lambda x, shape: np.reshape(x, shape))
    broadcasts: list[Case] = [((row,), {"shape": [2, 3, 4]}), ((row[:, None],), {"shape": [4, 3]})]
    broadcasts += [((1.5,), {"shape": [2, 2]}), ((np.ones((1, 1)),), {"shape": [0, 3]})]
    compare(engine, "broadcast_to", broadcasts, lambda x, shape: np.broadcast_to(x, shape))
    orders: list[Case] = [((CUBE,), {"axes": list(o)}) for o in itertools.permutations(range(3))]
    compare(
        engine,
        "transpose",
        [*orders, ((3.0,), {"axes": []})],
        lambda x, axes: np.transpose(x, axes),
    )
    joins: list[Case] = [
        ((CUBE, CUBE[:, :2], CUBE[:, :0]), {"axis": 1}),
        ((row, row[:1]), {"axis": 0}),
    ]
    joins += [((CUBE, -CUBE), {"axis": -1}), ((CUBE,), {"axis": 0})]
    compare(engine, "concatenate", joins, lambda *parts, axis: np.concatenate(parts, axis))


def test_matmul(engine: Engine) -> None:
    rng = np.random.default_rng(1)
    matrix, vector, batch = CUBE[0], CUBE[0, 0], rng.normal(size=(2, 1, 5, 3))
    cases = plain(
        (vector, vector), (matrix, vector), (CUBE[0, :, 0], matrix), (matrix, matrix.T),
        (CUBE, vector), (CUBE, matrix.T), (CUBE, batch), (vector, batch),
        (np.ones((2, 0)), np.ones((0, 3))), (np.ones((0, 2)), np.ones((2, 3))),
        (np.array([[1.0, INF]]), np.array([[NAN], [0.0]])),
    )  # fmt: skip
    compare(engine, "matmul", cases, np.matmul, rtol=1e-13, atol=1e-14)


LENGTHS = [1, 2, 3, 4, 5, 6, 8, 12, 17, 30, 64, 97, 100, 121, 128, 360, 1000, 1024]


@pytest.mark.parametrize("part", ["real", "imag"])
def test_fourier_transform(engine: Engine, part: str) -> None:
    rng = np.random.default_rng(1)
    cases: list[Case] = [((rng.normal(size=n),), {"n": n}) for n in LENGTHS]
    cases += [((CUBE,), {"n": 5}), ((CUBE,), {"n": 3}), ((CUBE,), {"n": 9})]

    def oracle(x: Any, n: int) -> Any:
        return getattr(np.fft.rfft(x, n), part)

    compare(engine, f"rfft_{part}", cases, oracle, atol=3e-13)


def test_inverse_fourier_transform(engine: Engine) -> None:
    rng = np.random.default_rng(1)
    cases: list[Case] = []
    for n in LENGTHS:
        spectrum = rng.normal(size=(2, n // 2 + 1))
        cases.append(((spectrum[0], spectrum[1]), {"n": n}))
    cases += [((CUBE, CUBE[::-1]), {"n": n}) for n in (4, 7, 8, 12)]

    def oracle(real: Any, imaginary: Any, n: int) -> Any:
        return np.fft.irfft(real + 1j * imaginary, n)

    compare(engine, "irfft", cases, oracle, atol=1e-14)


def test_every_operation_of_the_format_is_tested_here(engine: Engine) -> None:
    tested = {*EXACT, *ROUNDED, *TRUTHS, *BINARY, *SPECIAL_ONE, *SPECIAL_TWO, *REDUCTIONS}
    tested |= {"betainc", "where", "argmax", "argmin", "cumsum", "cumprod", "sort", "argsort"}
    tested |= {"searchsorted", "interp", "take", "index", "reshape", "broadcast_to", "transpose"}
    tested |= {"concatenate", "matmul", "rfft_real", "rfft_imag", "irfft"}
    known = engine.page.evaluate("() => operationNames")
    assert set(known) == tested


# ------------------------------------------------------------------------ functions, as recorded


def test_recorded_functions_agree_with_numpy(engine: Engine) -> None:
    requests = []
    for case in CONFORMANCE:
        compiled, nodes = case.compiled()
        refs = [compiled.ref(node) for node in nodes]
        refs = [{"number": number_json(ref)} if isinstance(ref, float) else ref for ref in refs]
        requests.append((pack([compiled]), [list(setting) for setting in case.settings], refs))
    for case, states in zip(CONFORMANCE, engine.evaluate_all(requests), strict=True):
        for setting, state in zip(case.settings, states, strict=True):
            for node, want in zip(state, case.expected(setting), strict=True):
                largest = np.abs(want[np.isfinite(want)]).max(initial=0)
                try:
                    assert_same(node.value, want, rtol=1e-12, atol=1e-13 * largest)
                except AssertionError as error:
                    error.add_note(f"{case.name} at {setting}")
                    raise


# -------------------------------------------------------------------------------- the encodings

ENCODINGS: list[tuple[Any, Any]] = [
    (2.5, 2.5),
    ("NaN", NAN),
    ("-Infinity", -INF),
    ("-0", -0.0),
    ([1, "Infinity", "-0"], [1, INF, -0.0]),
    ([], []),
    ({"linspace": [0, 1, 7]}, np.linspace(0, 1, 7)),
    ({"linspace": [0.1, 0.3, 3]}, np.linspace(0.1, 0.3, 3)),
    ({"linspace": [2, 5, 1]}, [2]),
    ({"linspace": [2, 5, 0]}, []),
    ({"linspace": [0.1, 1, 11]}, [*(0.1 + np.arange(10) * ((1 - 0.1) / 10)), 1]),
    ({"arange": [2, -0.1, 5]}, 2 + np.arange(5) * -0.1),
    ({"multiples": [-2, 0.1, 5]}, np.arange(-2, 3) * 0.1),
    ({"full": 3, "shape": [2, 2]}, np.full((2, 2), 3)),
    ({"full": "NaN", "shape": [0, 3]}, np.zeros((0, 3))),
    ({"shape": [2, 3], "data": [1, 2, 3, 4, 5, 6]}, [[1, 2, 3], [4, 5, 6]]),
    ({"shape": [2, 2], "data": {"arange": [0, 1, 4]}}, [[0, 1], [2, 3]]),
]


def test_constants(engine: Engine) -> None:
    answers = engine.call("decode", [encoded for encoded, _ in ENCODINGS])
    for answer, (_, want) in zip(answers, ENCODINGS, strict=True):
        assert_same(decode_result(answer), want, rtol=0)
        assert_same_signs(decode_result(answer), np.asarray(want, float))


def test_geometric_constants_have_exact_ends(engine: Engine) -> None:
    (answer,) = engine.call("decode", [{"geomspace": [3e8, 7e14, 300]}])
    got = decode_result(answer)
    assert_same(got, np.geomspace(3e8, 7e14, 300), rtol=2e-14)
    assert (got[0], got[-1]) == (3e8, 7e14)


def test_repeated_blocks_stand_for_their_copies(engine: Engine) -> None:
    rng = np.random.default_rng(1)
    # Horner's rule over ten coefficients that lie side by side.
    coefficients = list(rng.normal(size=10))
    spread = {
        "inputs": 1,
        "constants": [0.0, coefficients],
        "codes": [
            [
                ["multiply", 1, 0],
                ["repeat", 10, [["multiply", -1, 0], ["add", -1, 2]], [[1, 1, 1]]],
            ]
        ],
        "cases": [{"code": 0, "constants": [0, {"spread": 1}]}],
    }
    (states,) = engine.evaluate(spread, [[1.25]], [1 + 11 + 20])
    assert_same(states[0].value, np.polyval(coefficients, 1.25), rtol=1e-15)


def test_blocks_nest(engine: Engine) -> None:
    # Sum over i < 3 of c[i] times (x + d[i] + e[0] + e[1]), c, d and e spread from node 1 on.
    c, d, e = [2.0, 3.0, 5.0], [0.5, 0.25, 0.125], [10.0, 20.0]
    inner = ["repeat", 2, [["add", -1, 8]], [[0, 1, 1]]]
    block = [["add", 0, 5], inner, ["multiply", -1, 2], ["add", -1, -5]]
    code = [["multiply", 0, 1], ["repeat", 3, block, [[0, 1, 1], [2, 1, 1]]]]
    nested = program(1, [0.0, *c, *d, *e], code)
    (states,) = engine.evaluate(nested, [[1.5]], [10 + 3 * 5])
    want = sum(ci * (1.5 + di + sum(e)) for ci, di in zip(c, d, strict=True))
    assert_same(states[0].value, want, rtol=1e-15)


def test_a_run_of_arguments(engine: Engine) -> None:
    rows = [["multiply", 0, k] for k in (1, 2, 3, 4)]
    ones = [["reshape", -4, {"shape": [1]}]] * 4
    forwards = program(
        1, [1.0, 2.0, 3.0, 4.0], [*rows, *ones, ["concatenate", [9, 4, 1], {"axis": 0}]]
    )
    back = program(
        1, [1.0, 2.0, 3.0, 4.0], [*rows, *ones, ["concatenate", [-4, 2, 2], -1, {"axis": 0}]]
    )
    assert engine.evaluate(forwards, [[10]], [13])[0][0].value.tolist() == [10, 20, 30, 40]
    assert engine.evaluate(back, [[10]], [13])[0][0].value.tolist() == [10, 30, 40]


def test_cases_share_codes_and_constants(engine: Engine) -> None:
    shared = {
        "inputs": 1,
        "constants": [2.0, [1.0, 2.0], 3.0],
        "codes": [[["multiply", 0, 1]], [["add", 0, 1], ["sum", -1]]],
        "cases": [
            {"code": 0, "constants": [0]},
            {"code": 0, "constants": [2]},
            {"code": 1, "constants": [1]},
        ],
    }
    wanted = [(2, 10.0), (2, 15.0), (3, 13.0)]
    for case, (node, want) in enumerate(wanted):
        assert engine.evaluate(shared, [[5]], [node], case)[0][0].value == want


def test_refs_may_be_numbers(engine: Engine) -> None:
    doubled = program(1, [[1.0, 2.0]], [["multiply", 0, 1]])
    states = engine.evaluate(doubled, [[2], [3]], [{"number": 7.5}, {"number": "-0"}, 0, 2])
    fixed, zero, x, node = states[1]
    assert (fixed.value, fixed.value.shape, fixed.changed) == (7.5, (), False)
    assert np.signbit(zero.value)
    assert x.value == 3
    assert node.value.tolist() == [3, 6]


# --------------------------------------------------------------------------------------- updates


def random_program(generator: random.Random, inputs: int, length: int) -> dict[str, Any]:
    """A program of well-tempered operations on scalars and arrays of ten."""
    constants = [0.5, {"linspace": [-1, 1, 10]}, {"shape": [10], "data": [1, -1] * 5}]
    shapes: list[int] = [0] * (inputs + 1) + [10, 10]
    code: list[Any] = []
    for _ in range(length):
        a, b = generator.randrange(len(shapes)), generator.randrange(len(shapes))
        kind = generator.choice(["one", "two", "round", "reduce", "where", "sort"])
        if kind == "one":
            code.append([generator.choice(["tanh", "sin", "negative", "erf", "arctan"]), a])
        elif kind == "two":
            code.append([generator.choice(["add", "multiply", "minimum", "hypot", "less"]), a, b])
        elif kind == "round":
            code.append([generator.choice(["rint", "sign", "floor"]), a])
        elif kind == "where":
            code.append(["where", a, b, a])
        elif kind == "reduce":
            code.append([generator.choice(["sum", "max", "argmin"]), a])
        else:
            code.append(["sort", a, {"axis": 0}] if shapes[a] else ["cbrt", a])
        shape = shapes[a] if kind in ("one", "round", "sort") else max(shapes[a], shapes[b])
        shapes.append(0 if kind == "reduce" else shape)
    return program(inputs, constants, code)


def test_incremental_updates_equal_fresh_evaluation(engine: Engine) -> None:
    generator = random.Random(7)
    for _ in range(6):
        inputs = generator.choice([1, 3, 5])
        recorded = random_program(generator, inputs, 60)
        states = [[generator.uniform(-2, 2) for _ in range(inputs)]]
        for _ in range(15):
            moved = list(states[-1])
            for k in generator.sample(range(inputs), generator.randint(0, inputs)):
                moved[k] = generator.choice([generator.uniform(-2, 2), round(moved[k], 1), NAN])
            states.append(moved)
        refs: list[Any] = list(range(inputs + 3 + 60))
        steps = engine.evaluate(recorded, states, refs)
        fresh = engine.evaluate_all([(recorded, [state], refs) for state in states])
        before = None
        for step, (alone,) in zip(steps, fresh, strict=True):
            for ref in refs:
                assert step[ref].value.tobytes() == alone[ref].value.tobytes()
                differs = before is None or not same(before[ref].value, step[ref].value)
                assert step[ref].changed == differs
            before = step


def same(x: np.ndarray, y: np.ndarray) -> bool:
    return np.array_equal(x, y, equal_nan=True) and bool(
        np.all(np.isnan(x) | (np.signbit(x) == np.signbit(y)))
    )


def test_only_what_depends_on_a_changed_input_is_recomputed(engine: Engine) -> None:
    # Node 3 hangs on input 0, nodes 4 and 5 on input 1; node 6 on the rounded input 0.
    code = [["multiply", 0, 2], ["multiply", 1, 2], ["sum", -1], ["rint", 0], ["exp", -1]]
    split = program(2, [[1.0, 2.0]], code)
    outcome = engine.page.evaluate(
        """(program) => {
          const p = new Program(program, 0);
          p.set([0.8, 5]);
          p.update();
          const views = [3, 4, 7].map((node) => p.data(node));
          for (const view of views) view[0] = 1000;
          p.set([1.2, 5]);
          const any = p.update();
          const after = views.map((view) => view[0]);
          const still = p.update();
          const same = p.data(3) === views[0];
          return { any, after, still, same, size: p.size, inputs: p.inputs };
        }""",
        split,
    )
    assert outcome["after"] == [1.2, 1000, 1000]
    assert (outcome["any"], outcome["still"]) == (True, False)
    assert (outcome["inputs"], outcome["size"], outcome["same"]) == (2, 8, True)


# ------------------------------------------------------------------------------------- text


def test_numbers_as_python_prints_them(engine: Engine) -> None:
    generator = random.Random(3)
    values = [float(x) for x in NASTY] + [0.125, 0.375, 2.675, 1e15, 1e16, 123456.5, 9.995e22, 1e23]
    values += [5e-324, 1.7976931348623157e308, 9.999999999999999e22, 0.5, 1.5, 999999.5, 1e-5, 1e-4]
    values += [generator.uniform(-1, 1) * 10 ** generator.randint(-12, 24) for _ in range(400)]
    values += [generator.randint(-4000, 4000) / 8 for _ in range(200)]
    pieces = [
        ["", "<", ">", "^", "=", "*<", "x^", "0>", "=="],
        ["", "+", "-", " "],
        ["", "", "0"],
        ["", "", "1", "9", "14", "30"],
        ["", ",", "_"],
    ]
    tails = ["", "e", "E", "f", "F", "g", "G", "%", ".0f", ".1f", ".2f", ".3f", ".12f", ".20e"]
    tails += [".0e", ".1e", ".2E", ".0g", ".1g", ".2g", ".3G", ".17g", ".0%", ".1%", ".20f"]
    questions = []
    for k, value in enumerate(values):
        for tail in tails if k < 44 else generator.sample(tails, 4):
            padding = "".join(generator.choice(piece) for piece in pieces)
            questions += [(value, padding + tail), (value, tail)]
    got = engine.call("format", [(number_json(value), spec) for value, spec in questions])
    for answer, (value, spec) in zip(got, questions, strict=True):
        assert answer == format(value, spec), (value, spec)
    assert len(questions) > 4000


def test_numbers_without_format_are_written_as_str_does(engine: Engine) -> None:
    values = [
        3.0,
        -0.0,
        1e16,
        1e15 + 0.5,
        1e-5,
        1e-4,
        0.1,
        1e25,
        5e-324,
        NAN,
        INF,
        -INF,
        123456789.0,
    ]
    assert engine.call("format", [(number_json(x), "") for x in values]) == [str(x) for x in values]


def test_numbers_are_set_as_in_python(engine: Engine) -> None:
    rng = random.Random(7)
    texts = [
        f"{10 ** rng.uniform(-300, 300):{spec}}" for spec in (".2g", ".3e", "") for _ in "x" * 40
    ]
    texts += [
        "4.9e+27 FLOP",
        "1e+20",
        "-1e-05",
        "−2.5e-7",
        "1e20.",
        "(3e5)",
        "x1e5",
        "1e5x",
        "1e5.5",
    ]
    texts += ["1.0e+3 and 2e-3", "e+5", "10e", "٣e+5", "_1e5", "inf", "nan", "+1e+02", "1e5e5"]
    assert engine.call("set", texts) == [typeset(text) for text in texts]


TEMPLATES: list[tuple[list[Any], str]] = [
    (["the loss is ", {"v": 0, "f": ".2f"}, " nats"], "the loss is 2.12 nats"),
    ([{"v": {"number": 1e6}, "f": ",.0f"}], "1,000,000"),
    ([{"if": 1, "then": ["is"], "else": ["is not"]}, " enough"], "is not enough"),
    ([{"if": 2, "then": ["yes ", {"v": 0, "f": ""}], "else": []}], "yes 2.125"),
    ([{"pick": 3, "of": [["a"], ["b"], ["c ", {"v": 3, "f": ".0f"}]]}], "c 2"),
    ([{"pick": 4, "of": [["a"], ["b"], ["c"]]}], "c"),
    ([{"pick": 0, "of": [["a"], ["b"], ["c"]]}, "|"], "|"),
    ([{"pick": 2, "of": [["a"]]}, {"pick": 3, "of": [["a"]]}, {"pick": 4, "of": []}], ""),
    (["<b>", "&"], "<b>&"),
]


@pytest.mark.parametrize(("template", "want"), TEMPLATES)
def test_templates(engine: Engine, template: list[Any], want: str) -> None:
    numbers = program(5, [], [])
    script = """([program, template]) => {
      const p = new Program(program, 0);
      p.set([2.125, 0, NaN, 2, -1]);
      p.update();
      return fillTemplate(template, p);
    }"""
    assert engine.page.evaluate(script, [numbers, template]) == want


# ---------------------------------------------------------------------------------------- errors

FAULTS: list[tuple[list[Any], str]] = [
    ([["gamma", 0]], "instruction 0 (gamma): this script does not know the operation"),
    ([["constructor", 0]], "does not know the operation"),
    ([["exp", 0], ["add", 0]], "instruction 1 (add): takes 2 argument(s), not 1"),
    ([["exp", 9]], "unknown argument"),
    ([["exp", -9]], "unknown argument"),
    ([["add", 1, 2]], "shapes [2] and [3] do not broadcast"),
    ([["sum", 1, {"axis": [1]}]], "no axis 1 in 1 dimension(s)"),
    ([["index", 1, {"index": [0, 0]}]], "more indices than dimensions"),
    ([["index", 1, {"index": [2]}]], "no axis 2"),
    ([["reshape", 1, {"shape": [3]}]], "[2] does not reshape to [3]"),
    ([["broadcast_to", 1, {"shape": [1]}]], "[2] does not broadcast to [1]"),
    ([["concatenate", 1, 0, {"axis": 0}]], "does not join"),
    ([["matmul", 1, 2]], "[2] and [3] do not multiply"),
    ([["matmul", 0, 1]], "a scalar has no matrix product"),
    ([["max", 3]], "nothing to choose from"),
    ([["interp", 0, 1, 2, 0, 0]], "2 points with 3 values"),
    ([["rfft_real", 1, {"n": 0}]], "no transform of 0 points"),
    ([["irfft", 1, 2, {"n": 2}]], "real parts [2], imaginary parts [3]"),
]


@pytest.mark.parametrize(("code", "message"), FAULTS)
def test_faults_are_named_when_a_program_is_loaded(
    engine: Engine, code: list[Any], message: str
) -> None:
    faulty = program(1, [[1, 2], [1, 2, 3], []], code)
    assert message in engine.error("(program) => new Program(program, 0)", faulty)


def test_faults_outside_the_code(engine: Engine) -> None:
    good = program(1, [], [["exp", 0]])
    assert "no case 3 among 1" in engine.error("(p) => new Program(p, 3)", good)
    assert "2 values for 1 inputs" in engine.error("(p) => new Program(p, 0).set([1, 2])", good)
    assert "not 2" in engine.error("() => checkVersion(2)")
    assert engine.page.evaluate("() => checkVersion(1)") is None
    load = "(p) => new Program(p, 0)"
    for constant, message in [
        ("one", 'not a number: "one"'),
        ({"zeros": [3]}, 'unknown constant "zeros"'),
        ({"shape": [2, 2], "data": [1, 2, 3]}, "3 numbers do not fill the shape [2,2]"),
    ]:
        assert message in engine.error(load, program(1, [constant], []))


@pytest.mark.parametrize(
    "spec", ["d", ".2", "5.2x", "+-3f", ".f", "{}", "n", "z.1f", "#.2f", ",_f"]
)
def test_unknown_number_formats(engine: Engine, spec: str) -> None:
    assert "unknown number format" in engine.error("(spec) => formatNumber(1, spec)", spec)
