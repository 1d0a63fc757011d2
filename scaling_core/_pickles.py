"""Reads the tables in a pickle without unpickling it.

A pickle is a program, and unpickling runs it: it may name any function of any package and call it.
Here nothing that a file names is looked up or called.  `read` follows the program with operations
that only put things side by side, and leaves what would have been a call as a `Made`: the name,
the arguments and the state.  Names other than those of the few parts that a table of pandas is
made of are refused, and so are operations that these tables do not need.  `table` and `numbers`
then say what a `Made` stands for.
"""

from __future__ import annotations

import pickletools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_PARTS = {
    *(("builtins", "slice"), ("numpy", "dtype"), ("numpy", "ndarray")),
    *(("numpy.core.multiarray", name) for name in ("_reconstruct", "scalar")),
    ("numpy.core.numeric", "_frombuffer"),
    ("pandas._libs.internals", "_unpickle_block"),
    *(("pandas.core.indexes.base", name) for name in ("Index", "_new_Index")),
    ("pandas.core.indexes.range", "RangeIndex"),
    ("pandas.core.frame", "DataFrame"),
    ("pandas.core.series", "Series"),
    *(("pandas.core.internals.managers", name) for name in ("BlockManager", "SingleBlockManager")),
}
"""The only names that a file may name, all of them inert here."""

_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY = {"EMPTY_TUPLE": tuple, "EMPTY_LIST": list, "EMPTY_DICT": dict}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_VALUES = {
    *("SHORT_BINUNICODE", "BINUNICODE", "SHORT_BINBYTES", "BINBYTES", "BYTEARRAY8"),
    *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
}
_DTYPE = re.compile(r"[fiu][1248]|b1")
_OBJECTS = "O8"


class PickleError(ValueError):
    """The pickle is not one of the tables that are read here."""


@dataclass(eq=False, slots=True)
class Made:
    """What the file wants to have made: by which name, of what, with which state."""

    name: str
    arguments: Any
    state: Any = None


@dataclass(eq=False, slots=True)
class _Named:
    name: str


@dataclass(slots=True)
class _Machine:
    stack: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: list[Any] = field(default_factory=list)

    def pop(self) -> Any:
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise PickleError("it takes more than it has put down")
        return self.stack.pop()

    def top(self) -> Any:
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise PickleError("it needs more than it has put down")
        return self.stack[-1]

    def pop_mark(self) -> list[Any]:
        if not self.marks:
            raise PickleError("it takes more than it has put down")
        start = self.marks.pop()
        taken = self.stack[start:]
        del self.stack[start:]
        return taken


def read(data: bytes) -> Any:
    """What the pickle holds: numbers, text, tuples, lists, dicts and `Made`.

    Raises:
        PickleError: if it names anything else, or is no whole pickle of these operations.
    """
    machine, operation = _Machine(), None
    stack, memo = machine.stack, machine.memo
    try:
        for operation, argument, _ in pickletools.genops(data):
            name = operation.name
            if name in _VALUES:  # the most frequent operations; the others are in `_do`
                stack.append(argument)
            elif name == "MEMOIZE":
                memo.append(machine.top())
            else:
                _do(machine, name, argument)
    except PickleError:
        raise
    except ValueError as error:  # from `genops`, which reads the operations
        raise PickleError(f"it is no whole pickle: {error}") from error
    if operation is None or len(machine.stack) != 1 or machine.marks:
        raise PickleError("it is no whole pickle")
    return machine.stack[0]


def _do(machine: _Machine, name: str, argument: Any) -> None:
    if name in ("BINGET", "LONG_BINGET"):
        if argument >= len(machine.memo):
            raise PickleError(f"it asks for note {argument} of {len(machine.memo)}")
        machine.stack.append(machine.memo[argument])
    elif name in ("REDUCE", "NEWOBJ"):
        arguments, called = machine.pop(), machine.pop()
        if not isinstance(called, _Named) or not isinstance(arguments, tuple):
            raise PickleError("it calls what is no name of a part")
        machine.stack.append(Made(called.name, arguments))
    elif name in _TUPLES:
        items = [machine.pop() for _ in range(_TUPLES[name])]
        machine.stack.append(tuple(reversed(items)))
    elif name == "MARK":
        machine.marks.append(len(machine.stack))
    elif name in _EMPTY:
        machine.stack.append(_EMPTY[name]())
    elif name in _CONSTANTS:
        machine.stack.append(_CONSTANTS[name])
    elif name == "TUPLE":
        machine.stack.append(tuple(machine.pop_mark()))
    elif name in ("SETITEMS", "SETITEM"):
        items = machine.pop_mark() if name == "SETITEMS" else [machine.pop(), machine.pop()][::-1]
        _set_items(machine.top(), items)
    elif name in ("APPENDS", "APPEND"):
        items = machine.pop_mark() if name == "APPENDS" else [machine.pop()]
        if not isinstance(machine.top(), list):
            raise PickleError("it appends to what is no list")
        machine.top().extend(items)
    elif name == "BUILD":
        state = machine.pop()
        if not isinstance(machine.top(), Made):
            raise PickleError("it gives a state to what is no part")
        machine.top().state = state
    elif name == "STACK_GLOBAL":
        attribute, module = machine.pop(), machine.pop()
        if not isinstance(attribute, str) or not isinstance(module, str):
            raise PickleError("it names something by what is no text")
        if (module, attribute) not in _PARTS:
            raise PickleError(f"it names {module}.{attribute}, which no table of this kind needs")
        machine.stack.append(_Named(attribute))
    elif name not in ("PROTO", "FRAME", "STOP"):
        named = f" {argument}" if isinstance(argument, str) else ""
        raise PickleError(f"it has the operation {name}{named}, which no table needs")


def _set_items(target: Any, items: list[Any]) -> None:
    # a key of nested tuples can take for ever to be hashed, so that none is taken
    keys = items[::2]
    if not isinstance(target, dict) or len(items) % 2:
        raise PickleError("it sets items of what is no dict")
    # a number as a key, in the results of fits, is a Made here, which is as good as any
    if not all(isinstance(key, str | int | float | Made) for key in keys):
        raise PickleError("it has a key that is neither text nor number")
    target.update(zip(keys, items[1::2], strict=True))


# ---- what a part stands for ------------------------------------------------------------------


def _expect(thing: Any, *names: str) -> Made:
    if not isinstance(thing, Made) or thing.name not in names:
        found = thing.name if isinstance(thing, Made) else type(thing).__name__
        raise PickleError(f"it has {found} where {' or '.join(names)} should be")
    return thing


@contextmanager
def _understood(what: str) -> Iterator[None]:
    try:
        yield
    except PickleError:
        raise
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise PickleError(f"it has {what} of another make: {error}") from error


def table(frame: Any) -> dict[str, list[Any]]:
    """The columns of what a pandas DataFrame was made of; cells as they are, or `Made`."""
    found: dict[str, list[Any]] = {}
    with _understood("a table"):
        manager = _expect(_expect(frame, "DataFrame").state["_mgr"], "BlockManager")
        blocks, (names, _) = manager.arguments
        labels = list(_values(_expect(names, "_new_Index").arguments[1]["data"]))
        if not all(isinstance(label, str) for label in labels):
            raise PickleError("it has a column whose name is no text")
        for block in blocks:
            values, placement, _ = _expect(block, "_unpickle_block").arguments
            for at, cells in zip(_positions(placement), _values(values), strict=True):
                found[labels[at]] = list(cells)
        if sorted(found) != sorted(labels):
            raise PickleError(f"it has a table with values for {sorted(found)}, not {labels}")
    return {label: found[label] for label in labels}


def _positions(placement: Any) -> Sequence[int]:
    if isinstance(placement, Made) and placement.name == "slice":
        first, last, step = placement.arguments
        return range(first, last, step or 1)
    return _values(placement).tolist()


def numbers(thing: Any) -> list[float]:
    """The numbers that a cell holds: one, or those of a list, an array or a pandas Series."""
    if isinstance(thing, list):
        return [number(item) for item in thing]
    if not isinstance(thing, Made) or thing.name == "scalar":
        return [number(thing)]
    if thing.name == "Series":
        with _understood("a column"):
            _, [thing], *_ = _expect(thing.state["_mgr"], "SingleBlockManager").state
    return [number(item) for item in np.ravel(_values(thing))]


def _values(thing: Any) -> np.ndarray:
    made = _expect(thing, "_frombuffer", "_reconstruct")
    with _understood("an array"):
        if made.name == "_frombuffer":
            buffer, dtype, shape, order = made.arguments
            return np.frombuffer(buffer, _dtype(dtype)).reshape(shape, order=order)
        _, shape, dtype, by_columns, values = made.state
        if not _dtype(dtype).hasobject:
            raise PickleError("it has an array of another make")
        cells = np.empty(len(values), object)
        for at, value in enumerate(values):  # at once, NumPy would look into each
            cells[at] = value
        return cells.reshape(shape, order="F" if by_columns else "C")


def number(thing: Any) -> float:
    """The number that a cell is, or that it was made of."""
    if isinstance(thing, int | float | np.number):
        return float(thing)
    with _understood("a number"):
        dtype, buffer = _expect(thing, "scalar").arguments
        [value] = np.frombuffer(buffer, _dtype(dtype))
        return float(value)


def _dtype(thing: Any) -> np.dtype:
    made = _expect(thing, "dtype")
    with _understood("a kind of number"):
        kind, order = made.arguments[0], made.state[1]
        if not isinstance(order, str):
            raise PickleError("it has numbers of an order that is no text")
        if kind == _OBJECTS:
            return np.dtype(object)
        if not _DTYPE.fullmatch(kind) or order not in ("<", "|"):
            raise PickleError(f"it has numbers of the kind {order}{kind}")
    return np.dtype(order + kind)
