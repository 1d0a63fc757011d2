"""Pickles are read without being unpickled: nothing that they name is looked up or called."""

import itertools
import os
import pickle
import pickletools
import struct

import numpy as np
import pytest

from scaling_core import _pickles
from scaling_core._pickles import PickleError, numbers, read, table

DONE = []


def do(word):
    """What a malicious pickle would have called."""
    DONE.append(word)


class Calls:
    """Pickles to a call of a function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def protocol(version, *operations):
    return pickle.PROTO + bytes([version]) + b"".join(operations) + pickle.STOP


def text(word):
    data = word.encode()
    return pickle.SHORT_BINUNICODE + bytes([len(data)]) + data


def named(module, name):
    return text(module) + text(name) + pickle.STACK_GLOBAL


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (Calls(os.system, "true"), "posix.system"),
        (Calls(eval, "__import__('os').getpid()"), "builtins.eval"),
        (Calls(exec, "raise SystemExit"), "builtins.exec"),
        (Calls(getattr, dict, "fromkeys"), "builtins.getattr"),
        (Calls(__import__, "antigravity"), "builtins.__import__"),
        ([{"deep": (1, [Calls(Calls, print)])}], "Calls"),
        (np.float64, "numpy.float64"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_names_are_refused_by_name(thing, name):
    with pytest.raises(PickleError, match=rf"it names [\w.]*{name}, which no table"):
        read(pickle.dumps(thing, 4))


def test_nothing_is_called():
    with pytest.raises(PickleError, match=r"test_pickles\.do, which no table"):
        read(pickle.dumps(Calls(do, "harm"), 4))
    assert DONE == []


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_names_of_older_protocols_are_refused(version):
    # these name a global, or number one, by operations of their own
    with pytest.raises(PickleError, match=r"has the operation GLOBAL \w+ system, which"):
        read(pickle.dumps(Calls(os.system, "true"), version))


@pytest.mark.parametrize(
    ("operations", "name"),
    [
        (pickle.PERSID + b"file\n", "PERSID"),
        (text("file") + pickle.BINPERSID, "BINPERSID"),
        (pickle.EXT1 + b"\x01", "EXT1"),
        (pickle.MARK + pickle.INST + b"os\nsystem\n", "INST"),
        (pickle.MARK + named("numpy", "dtype") + pickle.OBJ, "OBJ"),
        (pickle.NONE + pickle.LONG_BINPUT + struct.pack("<I", 2**31 - 1), "LONG_BINPUT"),
        (pickle.NONE + pickle.DUP, "DUP"),
        (pickle.NEXT_BUFFER, "NEXT_BUFFER"),
        (named("numpy", "dtype") + pickle.EMPTY_TUPLE + pickle.EMPTY_DICT + b"\x92", "NEWOBJ_EX"),
    ],
)
def test_other_operations_are_refused_by_name(operations, name):
    with pytest.raises(PickleError, match=rf"has the operation {name}\b"):
        read(protocol(5, operations))


def test_a_name_cannot_be_reached_through_another():
    # unpickling would look up each part of a name with dots
    for name in ("dtype.__class__", "ndarray.__init__.__globals__", "dtype "):
        with pytest.raises(PickleError, match="it names numpy"):
            read(protocol(4, named("numpy", name)))
    module = pickle.EMPTY_LIST + text("numpy") + pickle.APPEND
    with pytest.raises(PickleError, match="it names something by what is no text"):
        read(protocol(4, module, text("dtype"), pickle.STACK_GLOBAL))


def test_what_would_be_called_stays_where_it_is():
    made = read(protocol(4, named("numpy", "dtype"), text("f8"), pickle.TUPLE1, pickle.REDUCE))
    assert (made.name, made.arguments, made.state) == ("dtype", ("f8",), None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        b"no pickle",
        pickle.dumps({"a": 1}, 5)[:-1],
        protocol(4),
        protocol(4, pickle.NONE, pickle.NONE),
        protocol(4, pickle.MARK, pickle.NONE),
        protocol(4, pickle.MEMOIZE),
        protocol(4, pickle.REDUCE),
        protocol(4, pickle.NONE, pickle.MARK, pickle.TUPLE1, pickle.TUPLE),
        protocol(4, pickle.BINGET, b"\x00"),
        protocol(4, pickle.TUPLE),
        protocol(4, pickle.NONE, pickle.NONE, pickle.APPEND),
        protocol(4, pickle.NONE, pickle.MARK, pickle.NONE, pickle.NONE, pickle.SETITEMS),
        protocol(4, pickle.EMPTY_DICT, pickle.MARK, pickle.NONE, pickle.SETITEMS),
        protocol(4, text("dtype"), pickle.EMPTY_TUPLE, pickle.REDUCE),
        protocol(4, named("numpy", "dtype"), pickle.NONE, pickle.REDUCE),
        protocol(4, pickle.EMPTY_DICT, pickle.EMPTY_DICT, pickle.BUILD),
        pickle.PROTO + b"\x04" + pickle.BINUNICODE + struct.pack("<I", 2**31) + b"x",
        pickle.PROTO + b"\x05" + pickle.BYTEARRAY8 + struct.pack("<Q", 2**62) + b"x",
        pickle.PROTO + b"\x05" + pickle.FRAME + struct.pack("<Q", 2**62) + b"N.",
    ],
)
def test_broken_pickles_are_refused(data):
    with pytest.raises(PickleError):
        table(read(data))


def test_a_key_that_takes_for_ever_to_be_hashed_is_refused():
    with pytest.raises(PickleError, match="a key that is neither text nor number"):
        read(protocol(4, pickle.EMPTY_DICT, BOMB, pickle.NONE, pickle.SETITEM))


# a tuple of two that are the same tuple of two, and so on: 2**60 to whoever looks into each
BOMB = pickle.EMPTY_TUPLE + b"".join(
    pickle.MEMOIZE + pickle.BINGET + bytes([depth]) + pickle.TUPLE2 for depth in range(60)
)


def test_a_thing_of_endless_size_is_put_down_at_once_and_not_looked_into():
    label = part("pandas.core.indexes.base", "_new_Index", of((1, 2)))
    assert isinstance(read(protocol(4, BOMB)), tuple)
    for bomb in (
        text("numpy") + BOMB + pickle.STACK_GLOBAL,
        BOMB + text("dtype") + pickle.STACK_GLOBAL,
        BOMB,
        label + BOMB + pickle.BUILD,
        frame(["a"], block(objects(BOMB, shape=(1, 1)), BOMB)),
        frame(["a"], block(BOMB, span(0, 1))),
        frame([BOMB], block(buffer([[1.0]]), span(0, 1))),
        frame(["a"], BOMB),
    ):
        with pytest.raises(PickleError):
            table(read(protocol(5, bomb)))
    made = frame(["a"], block(objects(BOMB, text("x"), shape=(1, 2)), span(0, 1)))
    assert len(table(read(protocol(5, made)))["a"]) == 2
    with pytest.raises(PickleError, match="it has tuple where"):
        numbers(table(read(protocol(5, made)))["a"][0])
    for order, kind in ((BOMB, text("f8")), (text("<"), BOMB)):
        state = tuple_of(of(3), order, of(None))
        number = part("numpy", "dtype", tuple_of(kind), state)
        scalar = part("numpy.core.multiarray", "scalar", tuple_of(number, of(b"\0" * 8)))
        with pytest.raises(PickleError):
            numbers(read(protocol(5, scalar)))


def test_a_thing_within_itself_ends():
    # a Series whose values are itself: whoever followed it would never come back
    series = named("pandas.core.series", "Series") + pickle.EMPTY_TUPLE + pickle.NEWOBJ
    manager = named("pandas.core.internals.managers", "SingleBlockManager")
    state = pickle.NONE + pickle.EMPTY_LIST + pickle.BINGET + b"\x00" + pickle.APPEND
    loop = protocol(
        *(4, series, pickle.MEMOIZE, pickle.EMPTY_DICT, text("_mgr")),
        *(manager, pickle.EMPTY_TUPLE, pickle.NEWOBJ, state, pickle.TUPLE2, pickle.BUILD),
        *(pickle.SETITEM, pickle.BUILD),
    )
    with pytest.raises(PickleError, match="it has Series where _frombuffer"):
        numbers(read(loop))


@pytest.mark.parametrize("thing", [None, 1.0, "text", {}, [], ()])
def test_what_is_no_table_is_refused(thing):
    with pytest.raises(PickleError, match="where DataFrame should be"):
        table(read(pickle.dumps(thing, 4)))


# ---- a table by hand, as pandas 1.3 to 2 wrote it --------------------------------------------


def part(module, name, arguments, state=None, call=pickle.REDUCE):
    built = b"" if state is None else state + pickle.BUILD
    return named(module, name) + arguments + call + built


def tuple_of(*items):
    return pickle.MARK + b"".join(items) + pickle.TUPLE


def of(thing):
    """A plain thing as operations, without the beginning and the end."""
    return b"".join(
        piece
        for operation, _, piece in pieces(pickle.dumps(thing, 4))
        if operation not in ("PROTO", "FRAME", "STOP", "MEMOIZE")
    )


def pieces(data):
    found = [*pickletools.genops(data), (None, None, len(data))]
    for (operation, argument, start), (_, _, end) in itertools.pairwise(found):
        yield operation.name, argument, data[start:end]


def dtype(kind, order="<"):
    state = of((3, order, None, None, None, -1, -1, 0))
    return part("numpy", "dtype", of((kind, False, True)), state)


def buffer(values, kind="f8", shape=None, order="<"):
    data = np.asarray(values, kind).tobytes()
    raw = pickle.BYTEARRAY8 + struct.pack("<Q", len(data)) + data
    shape = of(shape or np.shape(values))
    arguments = tuple_of(raw, dtype(kind, order), shape, text("C"))
    return part("numpy.core.numeric", "_frombuffer", arguments)


def objects(*cells, shape=None):
    arguments = tuple_of(named("numpy", "ndarray"), of((0,)), of(b"b"))
    values = pickle.EMPTY_LIST + pickle.MARK + b"".join(cells) + pickle.APPENDS
    state = tuple_of(of(1), of(shape or (len(cells),)), dtype("O8", "|"), pickle.NEWFALSE, values)
    return part("numpy.core.multiarray", "_reconstruct", arguments, state)


def index(*labels):
    names = (text(label) if isinstance(label, str) else label for label in labels)
    data = pickle.EMPTY_DICT + text("data") + objects(*names) + pickle.SETITEM
    base = named("pandas.core.indexes.base", "Index")
    return part("pandas.core.indexes.base", "_new_Index", tuple_of(base, data))


def block(values, placement):
    return part("pandas._libs.internals", "_unpickle_block", tuple_of(values, placement, of(2)))


def frame(labels, *blocks):
    axes = pickle.EMPTY_LIST + index(*labels) + pickle.APPEND + pickle.NONE + pickle.APPEND
    arguments = tuple_of(tuple_of(*blocks), axes)
    manager = part("pandas.core.internals.managers", "BlockManager", arguments)
    state = pickle.EMPTY_DICT + text("_mgr") + manager + pickle.SETITEM
    return part("pandas.core.frame", "DataFrame", of(()), state, pickle.NEWOBJ)


def span(first, last):
    return part("builtins", "slice", of((first, last, 1)))


def test_a_table_is_read():
    words = objects(text("x"), text("y"), shape=(1, 2))
    made = frame(
        ["size", "loss", "word"],
        block(buffer([[3.0, 4.0]]), span(1, 2)),
        block(buffer([[1, 2]], "i8"), buffer([0], "i8")),
        block(words, span(2, 3)),
    )
    found = table(read(protocol(5, made)))
    assert list(found) == ["size", "loss", "word"]
    assert [numbers(cell) for cell in found["size"]] == [[1.0], [2.0]]
    assert found["loss"] == [3.0, 4.0]
    assert found["word"] == ["x", "y"]


@pytest.mark.parametrize(
    ("labels", "blocks", "message"),
    [
        (["a"], [], r"has a table with values for \[\], not \['a'\]"),
        (["a"], [block(buffer([[1.0]]), span(0, 2))], "a table of another make"),
        (["a"], [block(buffer([[1.0]]), span(4, 5))], "a table of another make"),
        (["a"], [block(buffer([[1.0]]), pickle.NONE)], "it has NoneType where"),
        (["a"], [block(pickle.NONE, span(0, 1))], "it has NoneType where _frombuffer"),
        (["a"], [block(buffer([1.0], shape=(3, 7)), span(0, 1))], "an array of another make"),
        (["a"], [block(buffer([1.0], order=">"), span(0, 1))], "numbers of the kind >f8"),
        (["a"], [block(objects(text("x"), shape=(2, 9)), span(0, 1))], "an array of another make"),
        (["a"], [pickle.NONE], "it has NoneType where _unpickle_block"),
    ],
)
def test_a_table_of_another_make_is_refused(labels, blocks, message):
    with pytest.raises(PickleError, match=message):
        table(read(protocol(5, frame(labels, *blocks))))


@pytest.mark.parametrize("kind", ["O", "V8", "M8[ns]", "c16", "f16", "U9", "f8,f8"])
def test_numbers_of_other_kinds_are_refused(kind):
    raw = tuple_of(of(b"\0" * 16), dtype(kind), of((1,)), text("C"))
    with pytest.raises(PickleError, match="numbers of the kind <"):
        numbers(read(protocol(5, part("numpy.core.numeric", "_frombuffer", raw))))


def test_numbers_of_a_cell():
    value = of(struct.pack("<d", 2.5))
    scalar = part("numpy.core.multiarray", "scalar", tuple_of(dtype("f8"), value))
    assert numbers(read(protocol(4, scalar))) == [2.5]
    assert numbers(read(protocol(5, buffer([1.0, 2.0])))) == [1.0, 2.0]
    assert numbers(read(pickle.dumps([1, 2.5], 4))) == [1.0, 2.5]
    assert np.isnan(numbers(float("nan"))).all()
    short = part("numpy.core.multiarray", "scalar", tuple_of(dtype("f8"), of(b"\0")))
    with pytest.raises(PickleError, match="a number of another make"):
        numbers(read(protocol(4, short)))
    with pytest.raises(PickleError, match="it has str where scalar should be"):
        numbers("2.5")


def test_the_parts_are_what_a_table_of_pandas_needs_and_no_more():
    callable_by_name = {f"{module}.{name}" for module, name in _pickles._PARTS}
    assert len(callable_by_name) == 14
    assert not any(word in name for name in callable_by_name for word in ("eval", "load", "read"))
