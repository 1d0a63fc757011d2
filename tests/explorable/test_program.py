"""Programs compute what NumPy does, from their JSON alone, and stay small."""

import gzip
import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorable import ops
from explorable.program import compile_case, digest, number_json, pack, unpack
from explorable.trace import Tape
from tests.explorable.conformance import CONFORMANCE, finite


def packed(function, inputs):
    """The program of a function recorded at some inputs, by way of its JSON, and its refs."""
    tape = Tape({f"x{i}": value for i, value in enumerate(inputs)})
    results = function(*tape.inputs.values())
    nodes = [tape.lift(result).node for result in results]
    case = compile_case(tape, nodes)
    return json.loads(json.dumps(pack([case]), allow_nan=False)), [case.ref(n) for n in nodes]


def results_of(program, refs, inputs, case=0):
    interpreter = unpack(program, case)
    interpreter.run(inputs)
    return [interpreter.get(ref) for ref in refs]


def compressed(program):
    return len(gzip.compress(json.dumps(program, separators=(",", ":")).encode(), mtime=0))


# --- conformance


@pytest.mark.parametrize("case", CONFORMANCE, ids=lambda case: case.name)
def test_programs_compute_what_numpy_does(case):
    compiled, nodes = case.compiled()
    interpreter = unpack(json.loads(json.dumps(pack([compiled]), allow_nan=False)), 0)
    for setting in case.settings:
        interpreter.run(setting)
        for node, expected in zip(nodes, case.expected(setting), strict=True):
            result = np.asarray(interpreter.get(compiled.ref(node)))
            assert result.shape == expected.shape
            assert result.dtype == float
            np.testing.assert_allclose(result, expected, rtol=1e-12, atol=1e-300)


def instructions(code):
    for op, *rest in code:
        if op == "repeat":
            yield from instructions(rest[1])
        else:
            yield op


def test_the_conformance_table_uses_every_operation():
    used = set()
    for case in CONFORMANCE:
        used.update(instructions(case.compiled()[0].code))
    assert used == set(ops.FUNCTIONS)


SIGNED = ["negative", "absolute", "copysign", "floor", "rint", "sort", "where", "multiply", "sqrt"]


@pytest.mark.parametrize("name", SIGNED)
def test_zeros_keep_their_sign(name):
    case = next(case for case in CONFORMANCE if case.name == name)
    compiled, (node,) = case.compiled()
    interpreter = unpack(pack([compiled]), 0)
    for setting in case.settings:
        interpreter.run(setting)
        result = interpreter.get(compiled.ref(node))
        (expected,) = case.expected(setting)
        zeros = expected == 0
        np.testing.assert_array_equal(np.signbit(result[zeros]), np.signbit(expected[zeros]))


# --- what is left out, folded and merged


def test_what_nothing_shows_is_left_out():
    def function(x):
        np.exp(x) + np.sin(x)
        return [x * 2.0]

    program, _ = packed(function, [1.5])
    assert program == {
        "inputs": 1,
        "constants": [2],
        "codes": [[["multiply", 0, 1]]],
        "cases": [{"code": 0, "constants": [0]}],
    }


def test_what_is_computed_twice_is_computed_once():
    program, refs = packed(lambda x, y: [np.exp(x + y) - 1.0, np.exp(x + y) - 1.0], [1.0, 2.0])
    assert program["codes"] == [[["add", 0, 1], ["exp", -1], ["subtract", -1, 2]]]
    assert refs == [5, 5]


def test_operations_are_the_same_only_with_the_same_attributes_and_bits():
    def function(x):
        rows = x * np.ones((2, 2))
        return [np.sum(rows, 0), np.sum(rows, 1), x * 0.0, x * -0.0, x * np.nan, x * (0 * np.inf)]

    with np.errstate(all="ignore"):
        program, refs = packed(function, [1.0])
    assert len(set(refs)) == 5  # both NaN are one
    assert refs[4] == refs[5]
    zeros = results_of(program, refs[2:4], [3.0])
    assert [np.signbit(zero) for zero in zeros] == [False, True]


def test_what_no_control_moves_is_a_number_or_a_constant():
    tape = Tape({"x": 1.0})
    number = np.exp(tape.constant(0.0)) + 2.0
    array = tape.constant(np.arange(4)) * number
    case = compile_case(tape, [number.node, array.node, tape.inputs["x"].node])
    assert case.ref(number.node) == 3.0
    assert isinstance(case.ref(number.node), float)
    assert case.ref(tape.inputs["x"].node) == 0
    assert pack([case])["codes"] == [[]]
    assert pack([case])["constants"] == [{"linspace": [0, 9, 4]}]
    assert results_of(pack([case]), [case.ref(array.node)], [5.0])[0].tolist() == [0, 3, 6, 9]


def test_an_unused_input_keeps_its_place():
    program, refs = packed(lambda x, y: [y + 1.0], [1.0, 2.0])
    assert program["inputs"] == 2
    assert results_of(program, refs, [9.0, 5.0]) == [6.0]


def test_a_number_of_the_page_is_worth_itself():
    interpreter = unpack(packed(lambda x: [x], [1.0])[0], 0)
    assert interpreter.run([4.0]) == [4.0]
    assert interpreter.get(2.5) == 2.5
    assert interpreter.get({"number": 3}) == 3.0
    assert np.isnan(interpreter.get({"number": "NaN"}))
    assert interpreter.get(0) == 4.0


def test_a_wrong_number_of_inputs_is_refused():
    program, _ = packed(lambda x, y: [x + y], [1.0, 2.0])
    with pytest.raises(ValueError, match="inputs: 1 values for 2 inputs"):
        unpack(program, 0).run([1.0])


# --- constants


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (3.0, 3),
        (0.1, 0.1),
        (-0.0, "-0"),
        (0.0, 0),
        (np.nan, "NaN"),
        (np.inf, "Infinity"),
        (-np.inf, "-Infinity"),
        (1e13, 10000000000000),
        (1e22, 1e22),
        (1 / 3, 0.3333333333333333),
        (True, 1),
    ],
)
def test_numbers_have_their_shortest_form(value, written):
    assert number_json(value) == written
    assert type(number_json(value)) is type(written)
    assert np.float64(written).tobytes() == np.float64(value).tobytes() or np.isnan(value)


@pytest.mark.parametrize(
    ("array", "written"),
    [
        (np.linspace(0, 1, 300), {"linspace": [0, 1, 300]}),
        (np.linspace(-3, 17.5, 12), {"linspace": [-3, 17.5, 12]}),
        (np.arange(100), {"linspace": [0, 99, 100]}),
        (np.arange(1, 5, 0.1), {"arange": [1, 0.10000000000000009, 40]}),
        (np.arange(3, 500) * 0.1, {"multiples": [3, 0.1, 497]}),
        (np.geomspace(1e7, 1e13, 300), {"geomspace": [10000000, 10000000000000, 300]}),
        (np.geomspace(0.37, 4e25, 50), {"geomspace": [0.37, 4e25, 50]}),
        (np.logspace(9, 14, 200), {"geomspace": [1000000000, 100000000000000, 200]}),
        (np.full(7, 2.5), {"full": 2.5, "shape": [7]}),
        (np.zeros((3, 2)), {"full": 0, "shape": [3, 2]}),
        (np.full((2, 2), np.nan), {"full": "NaN", "shape": [2, 2]}),
        (np.arange(6.0).reshape(2, 3), {"shape": [2, 3], "data": {"linspace": [0, 5, 6]}}),
        (np.array([[1.0, 4.0, 2.0]]), {"shape": [1, 3], "data": [1, 4, 2]}),
        (np.array([0.5, np.nan, -0.0]), [0.5, "NaN", "-0"]),
        (np.array([1.0]), [1]),
        (np.zeros(0), []),
        (np.zeros((2, 0)), {"shape": [2, 0], "data": []}),
        (np.array([0.0, -0.0]), [0, "-0"]),
        (np.array([True, False]), [1, 0]),
    ],
)
def test_arrays_are_written_by_rule_where_there_is_one(array, written):
    program, refs = packed(lambda x: [x + array], [0.0])
    assert program["constants"] == [written]
    got = results_of(program, refs, [0.0])[0]
    assert got.shape == array.shape
    np.testing.assert_allclose(got, array.astype(float), rtol=5e-16)


def test_a_rule_is_used_only_where_it_gives_the_array_back():
    line = np.linspace(0, 1, 50)
    line[20] = np.nextafter(line[20], 1)
    curve = np.geomspace(1, 1e6, 50)
    curve[30] *= 1 + 1e-15
    for array in (line, curve, np.array([0.0, 1.0, 2.0, np.inf]), np.array([1.0, np.nan, 3, 4])):
        program, refs = packed(lambda x, array=array: [x * array], [1.0])
        assert isinstance(program["constants"][0], list)
        got = results_of(program, refs, [1.0])[0]
        np.testing.assert_array_equal(got, array)


@given(
    first=st.floats(-1e6, 1e6),
    last=st.floats(-1e6, 1e6),
    count=st.integers(2, 60),
    step=st.floats(1e-3, 1e3),
)
def test_any_array_comes_back_bit_by_bit(first, last, count, step):
    arrays = [
        np.linspace(first, last, count),
        first + np.arange(count) * step,
        np.arange(3, 3 + count) * step,
    ]
    program, refs = packed(lambda x: [x * array for array in arrays], [1.0])
    for got, array in zip(results_of(program, refs, [1.0]), arrays, strict=True):
        assert got.tobytes() == array.tobytes()


# --- repeats


def euler(steps):
    def function(x, y):
        path = []
        for k in range(steps):
            x = x + 0.01 * (y * k - x) * np.exp(-x * 0.5) + k * 0.1 / (1 + y * y)
            path.append(x)
        return [np.stack(path)]

    return function


def three_operations(x, y):
    for k in range(6700):
        x = np.sqrt(x * y + k)
    return [x]


def thirty_operations(x, y):
    for k in range(670):
        time_now = k * 0.01
        for m in (1, 2, 3, 5):
            y = y + 0.01 * np.sin(m * x + time_now) / (m + y)
            x = x + 0.02 * y * m
        x = np.where(x > 10, x - 10, x)
    return [x]


def newton(x, y):
    grid = x * np.linspace(1, 2, 50)
    for k in range(1, 4000):
        grid = grid - (grid**2 - y) / (2 * grid + k)
    return [grid]


def delayed(x, y):
    history = [x]
    for k in range(3800):
        history.append(history[-1] + y * history[max(0, k - 5)] * 0.01 / (k + 1))
    return [np.stack(history)]


def list_by_list(x, y):
    scaled = [x * k for k in range(5000)]
    shifted = [value + y for value in scaled]
    return [np.stack([a * b for a, b in zip(scaled, shifted, strict=True)])]


LOOPS = [euler(1900), three_operations, thirty_operations, newton, delayed, list_by_list]


@pytest.mark.parametrize("function", LOOPS, ids=lambda function: function.__qualname__)
def test_twenty_thousand_unrolled_operations_are_small(function):
    tape = Tape({"x": 0.9, "y": 2.0})
    nodes = [tape.lift(result).node for result in function(*tape.inputs.values())]
    assert sum(bool(node.args) for node in tape.nodes) > 18_000
    started = time.process_time()
    case = compile_case(tape, nodes)
    program = pack([case])
    seconds = time.process_time() - started
    assert compressed(program) < 1000
    assert seconds < 2
    for setting in [(0.9, 2.0), (1.7, 0.6)]:
        got = results_of(program, [case.ref(node) for node in nodes], setting)
        np.testing.assert_allclose(got, function(*map(np.float64, setting)), rtol=1e-12)


def test_a_repeat_carries_its_constants_and_strides():
    def function(x):
        starts = [x * k for k in (3.0, 1.0, 4.0, 1.5, 9.0, 2.5, 6.0, 5.0, 3.5, 8.0)]
        total = x
        for k, start in enumerate(starts):
            total = total + start * (k + 1.0)
        return [total]

    program, refs = packed(function, [1.0])
    # The first sum starts from an input, the other ones from the sum before.
    scaling, _, _, adding = program["codes"][0]
    assert scaling == ["repeat", 10, [["multiply", 0, 2]], [[0, 1, 1]]]
    assert adding == ["repeat", 9, [["multiply", 22, 12], ["add", -2, -1]], [[0, 0, 1], [0, 1, 1]]]
    assert results_of(program, refs, [2.0]) == function(np.float64(2.0))


steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "multiply", "minimum", "logaddexp", "hypot"]),
        st.integers(1, 9),
        st.integers(0, 9),
        st.sampled_from([None, 0.5, 2.0]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(body=steps, copies=st.integers(1, 12), tail=steps, twice=st.booleans())
def test_rolled_code_computes_what_the_loop_did(body, copies, tail, twice):
    def function(x, y):
        values = [x, y]

        def run(block, k):
            for op, back, from_start, constant in block:
                left = values[-min(back, len(values))]
                other = values[from_start % len(values)] if constant is None else constant * k
                values.append(getattr(np, op)(left, other) * 0.9)

        for k in range(copies):
            run(body, k)
        run(tail, 3)
        for k in range(copies if twice else 0):
            run(body, k * k)
        return [np.stack(values)]

    program, refs = packed(function, [0.5, 1.5])
    for setting in [(0.5, 1.5), (-2.0, 0.25)]:
        got = results_of(program, refs, setting)[0]
        np.testing.assert_array_equal(got, function(*map(np.float64, setting))[0])


def test_blocks_may_nest():
    inner = ["repeat", 3, [["multiply", -1, 2]], [[0, 1, 1]]]
    program = {
        "inputs": 1,
        "constants": [{"linspace": [1, 4, 4]}],
        "codes": [[["add", 0, 1], ["repeat", 2, [["add", -1, 1], inner]], ["add", [6, 2, 4]]]],
        "cases": [{"code": 0, "constants": [{"spread": 0}]}],
    }
    first, second = [4.0, 8.0, 24.0, 96.0], [97.0, 194.0, 582.0, 2328.0]
    expected = [2.0, 1.0, 2.0, 3.0, 4.0, 3.0, *first, *second, 4.0 + 97.0]
    assert unpack(program, 0).run([2.0]) == expected


def test_a_run_of_arguments_stays_on_one_side_of_zero():
    a, b, c = np.array([1.0, 5.0]), np.array([2.0, 7.0]), np.array([3.0, 4.0])

    def function(x):
        first = x * a
        second = first * b * c
        return [np.concatenate([first, second, a, c])]

    program, refs = packed(function, [1.0])
    joined = program["codes"][0][-1]
    assert joined == ["concatenate", -3, -1, 1, 3, {"axis": 0}]
    np.testing.assert_array_equal(results_of(program, refs, [2.0])[0], function(2.0)[0])


def test_code_without_repeats_is_left_as_it_is():
    program, _ = packed(lambda x: [np.sin(np.cos(x) + 2.0) * np.exp(x)], [1.0])
    assert [item[0] for item in program["codes"][0]] == ["cos", "add", "sin", "exp", "multiply"]


# --- cases


def test_cases_share_what_is_equal():
    def record(table):
        tape = Tape({"x": 1.0})
        result = np.exp(-tape.inputs["x"] * np.linspace(0, 1, 40)) * table
        case = compile_case(tape, [result.node])
        return case, case.ref(result.node)

    (a, ref), (b, _), (c, _) = record(2.0), record(3.0), record(2.0)
    program = pack([a, b, c])
    assert len(program["codes"]) == 1
    assert program["constants"] == [{"linspace": [0, 1, 40]}, 2, 3]
    assert program["cases"][0] == program["cases"][2] == {"code": 0, "constants": [0, 1]}
    for case, table in enumerate([2.0, 3.0, 2.0]):
        got = results_of(program, [ref], [0.5], case)[0]
        np.testing.assert_array_equal(got, np.exp(-0.5 * np.linspace(0, 1, 40)) * table)


def test_recording_again_gives_the_same_bytes():
    texts = set()
    for _ in range(3):
        cases = [case.compiled()[0] for case in CONFORMANCE if case.name[0] in "arp"]
        texts.add(json.dumps(pack(cases)))
    assert len(texts) == 1


def test_the_digest_tells_programs_apart():
    one, _ = packed(lambda x: [x * finite], [1.0])
    again, _ = packed(lambda x: [x * finite], [4.0])
    other, _ = packed(lambda x: [x + finite], [1.0])
    assert digest(one) == digest(again) == digest(json.loads(json.dumps(one)))
    assert digest(one) != digest(other)
    assert len(digest(one)) == 64


def test_a_scipy_whose_zeta_is_no_ufunc_is_named(monkeypatch):
    assert [one.nin for one in ops._zetas()] == [1, 2]
    for zeta in (lambda x, q=None: 1.0, lambda x, q=None: 1 / 0):
        monkeypatch.setattr("scipy.special.zeta", zeta)
        with pytest.raises(ImportError, match=r"of SciPy \S+ applies no ufunc.*1\.14 to 1\.17 are"):
            ops._zetas()
