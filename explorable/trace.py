"""The tracer: numbers that record what NumPy does to them.

A `Tape` hands out traced inputs.  Whatever NumPy, SciPy's ufuncs and Python's operators do to them
is written down as an operation of `ops` and evaluated at once, so a traced value always knows what
it is at the settings of the recording.  What can't be recorded raises `TraceError`, which names
the line and the way to write it; nothing silently falls back to the bare number.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from . import functions, ops, text
from .errors import (
    FIXED_LENGTH,
    LIVE_REPR,
    NO_COUNT,
    LiveAttributeError,
    authors_code,
    trace_error,
)

_SERIALS = itertools.count(1)

# What a value is to NumPy, in the order of its promotion; all are float64 in the program.
TRUTH, WHOLE, REAL = range(3)
_DTYPES = (np.dtype(bool), np.dtype(np.int64), np.dtype(float))

# Operations on whole numbers that give whole numbers, and those that give what they are given.
_WHOLE_ARITHMETIC = {"add", "subtract", "multiply", "negative", "absolute", "sign", "square"}
_WHOLE_ARITHMETIC |= {"power", "floor_divide", "remainder", "matmul"}
_WHOLE_ARITHMETIC |= {"sum", "prod", "cumsum", "cumprod"}
_KEEPING = {"index", "reshape", "transpose", "broadcast_to", "take", "sort", "max", "min"}
_KEEPING |= {"floor", "ceil", "trunc", "rint"}
_JOINING = {"concatenate", "minimum", "maximum", "fmin", "fmax"}
_POSITIONS = {"argmax", "argmin", "argsort", "searchsorted"}


class Node(NamedTuple):
    """One entry of a tape: an operation, the nodes it takes and its value when recorded."""

    op: str
    args: tuple[int, ...]
    attributes: dict[str, Any]
    value: Any


class Tape:
    """A recording of what is done to a set of named inputs.

    Args:
        inputs: the value of each input while recording.
    """

    def __init__(self, inputs: Mapping[str, float]) -> None:
        self.serial = next(_SERIALS)
        self.nodes: list[Node] = []
        self.live_text: list[dict[str, Any]] = []
        self.closed = False
        self.inputs = {
            name: self._record(Node("input", (), {"name": name}, np.float64(value)), REAL)
            for name, value in inputs.items()
        }

    def constant(self, value: Any) -> Traced:
        """Return a plain number or array as a value of this tape."""
        if type(value) is float:
            return self._record(Node("constant", (), {}, np.float64(value)), REAL)
        if isinstance(value, np.ma.MaskedArray):
            raise trace_error(
                "a masked array met a live value, which has no masks",
                "NaN for what is missing, with .filled(np.nan)",
            )
        array = _plain_array(value)
        if array.dtype.kind not in "biuf":
            raise trace_error(
                f"a live value can't be combined with {_described(value)}", "real numbers"
            )
        kind = TRUTH if array.dtype.kind == "b" else REAL if array.dtype.kind == "f" else WHOLE
        # A copy, since the author may go on to change the array in place.
        return self._record(Node("constant", (), {}, array.astype(float)[()]), kind)

    def lift(self, value: Any) -> Traced:
        """Return anything numeric as a value of this tape; nested sequences are stacked."""
        if isinstance(value, Traced):
            return self._own(value)
        if isinstance(value, TracedComplex):
            raise trace_error(
                "a live complex number can't be used here",
                "its parts, z.real and z.imag, or np.abs(z)",
            )
        if isinstance(value, (list, tuple)) and contains_traced(value):
            return np.stack([self.lift(item) for item in value])
        return self.constant(value)

    def apply(self, op: str, *args: Any, **attributes: Any) -> Traced:
        """Record an operation of `ops` and return its result."""
        operands = [self.lift(arg) for arg in args]
        kinds = [operand.kind for operand in operands]
        if max(kinds) == TRUTH:
            op = _truth_operation(op)
        values = [self.nodes[operand.node].value for operand in operands]
        with np.errstate(all="ignore"):
            value = ops.FUNCTIONS[op](*values, **attributes)
        nodes = tuple(operand.node for operand in operands)
        return self._record(Node(op, nodes, attributes, value), _kind(op, kinds))

    def complex(self, real: Any, imag: Any) -> TracedComplex:
        """Return a live complex number made of its two parts."""
        return TracedComplex(self, *np.broadcast_arrays(self.lift(real), self.lift(imag)))

    def close(self) -> None:
        """End the recording: values that were kept from it refuse any further use."""
        self.closed = True

    def _own(self, value: Traced) -> Traced:
        if value.tape is not self:
            raise trace_error(
                "a live value of an earlier recording was used again",
                "compute it anew in each call; keep nothing in globals or caches",
            )
        return value

    def _record(self, node: Node, kind: int) -> Traced:
        if self.closed:
            raise trace_error(
                "a live value was used after its recording had ended",
                "compute it anew in each call; keep nothing in globals or caches",
            )
        self.nodes.append(node)
        return Traced(self, len(self.nodes) - 1, kind)


def _plain_array(value: Any) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype.kind == "O" and all(isinstance(item, (int, float)) for item in array.flat):
        return array.astype(float)  # whole numbers beyond int64
    return array


def _described(value: Any) -> str:
    if isinstance(value, str):
        return f"the text {value!r}"
    if value is None:
        return "None"
    return f"{type(value).__name__} {value!r}" if np.ndim(value) == 0 else "an array of objects"


def _truth_operation(op: str) -> str:
    """The operation that NumPy's arithmetic amounts to where all operands are true or false."""
    if op in ("subtract", "negative"):
        raise trace_error(
            f"NumPy has no {op} for true and false",
            "x ^ y or ~x, or make numbers of them with mask.astype(float)",
        )
    return "logical_or" if op == "add" else op


def _kind(op: str, kinds: Sequence[int]) -> int:
    if op in ops.TRUTHS:
        return TRUTH
    if op in _POSITIONS:
        return WHOLE
    if op in _KEEPING:
        return kinds[0]
    if op in _JOINING:
        return max(kinds)
    if op == "where":
        return max(kinds[1:])
    if op == "multiply" and max(kinds) == TRUTH:
        return TRUTH
    if op in _WHOLE_ARITHMETIC and max(kinds) < REAL:
        return WHOLE
    return REAL


class _Live(NDArrayOperatorsMixin):
    """What real and complex live values share: NumPy's protocols, and what they refuse."""

    __slots__ = ()
    tape: Tape
    dtype: np.dtype

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        name = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
        _refuse_options(name, options)
        if any(_is_complex(value) for value in inputs):
            return functions.complex_ufunc(self.tape, ufunc, method, *inputs)
        return functions.ufunc(self.tape, ufunc, method, *inputs, **options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return functions.array_function(self.tape, function, args, options)

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        raise trace_error("a live value can't become a plain array", _array_advice(self.dtype))

    def __float__(self) -> NoReturn:
        raise trace_error("a live value can't become a plain number", _float_advice())

    def __complex__(self) -> NoReturn:
        raise trace_error("a live value can't become a plain complex number", _float_advice())

    def __int__(self) -> NoReturn:
        raise trace_error(
            "a live value can't become a plain integer",
            "np.floor(x), np.rint(x) or x.astype(int), which stay live; as the length of an array "
            "a live number can't serve: use a fixed length and np.where(mask, y, np.nan)",
        )

    def __index__(self) -> NoReturn:
        raise trace_error(NO_COUNT, FIXED_LENGTH)

    def __bool__(self) -> NoReturn:
        raise trace_error(
            "a live value can't decide which code runs: it is true now and false after a drag",
            _bool_advice(),
        )

    def __hash__(self) -> NoReturn:
        raise trace_error(
            "a live value can't be looked up in a dictionary, a set or a cache",
            "a Dropdown for this control, which makes each choice a case with its plain value, or "
            "explorable.pick(values, position)",
        )

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise trace_error(
            "the elements of a live array can't be assigned",
            "np.where(mask, new, old), np.concatenate or np.stack",
        )

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __reduce__(self) -> NoReturn:
        raise trace_error("a live value can't be pickled", "the plain value")


def _rebinding(operate: Any) -> Any:
    """An in-place operator that gives a new value: the name is bound to it, as with numbers."""

    def in_place(self: Any, other: Any) -> Any:
        return operate(self, other)

    return in_place


_IN_PLACE = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift"
for _name in _IN_PLACE.split():
    setattr(_Live, f"__i{_name}__", _rebinding(getattr(operator, f"__{_name}__")))


class Traced(_Live):
    """A live number or array: its value now, and the tape that knows how it comes about."""

    __slots__ = ("kind", "node", "tape")

    def __init__(self, tape: Tape, node: int, kind: int) -> None:
        self.tape = tape
        self.node = node
        self.kind = kind

    @property
    def value(self) -> Any:
        """The NumPy scalar or array that this is at the settings of the recording."""
        value = self.tape.nodes[self.node].value
        return value if self.kind == REAL else value.astype(_DTYPES[self.kind])

    @property
    def dtype(self) -> np.dtype:
        """The type that NumPy would give it."""
        return _DTYPES[self.kind]

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of its axes, which no control changes."""
        return self.tape.nodes[self.node].value.shape

    @property
    def ndim(self) -> int:
        """The number of its axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of its elements."""
        return self.tape.nodes[self.node].value.size

    @property
    def T(self) -> Traced:
        """The transpose."""
        return np.transpose(self)

    @property
    def real(self) -> Traced:
        """Itself: it is real."""
        return self

    @property
    def imag(self) -> np.ndarray:
        """Zeros: it is real."""
        return np.zeros(self.shape)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a live number, which is not an array")
        return self.shape[0]

    def __iter__(self) -> Iterator[Traced]:
        if not self.shape:
            raise TypeError("a live number can't be iterated over: it is not an array")
        return (self[i] for i in range(len(self)))

    def __contains__(self, item: Any) -> NoReturn:
        raise trace_error("`in` can't search a live array", "np.any(values == item)")

    def __getitem__(self, key: Any) -> Traced:
        return functions.getitem(self.tape, self, key)

    def __round__(self, digits: int | None = None) -> Traced:
        if digits is None:
            return np.rint(self).astype(int)
        return np.round(self, digits)

    def __floor__(self) -> Traced:
        return np.floor(self).astype(int)

    def __ceil__(self) -> Traced:
        return np.ceil(self).astype(int)

    def __trunc__(self) -> Traced:
        return self.astype(int)

    def __str__(self) -> str:
        return format(self, "")

    def __format__(self, spec: str) -> str:
        if self.shape:
            raise trace_error(
                "a live array can't be written as text", "single elements, as {x[0]:.2f}"
            )
        if self.kind == TRUTH:
            return format(text.truth_word(self.tape, self.node), spec)
        return text.number_token(self.tape, self.node, spec, whole=self.kind == WHOLE)

    def __repr__(self) -> str:
        return f"{LIVE_REPR}{self.value}>"

    def astype(self, dtype: Any, **options: Any) -> Traced:
        """Return it as `float`, `int` (towards zero) or `bool`; it stays live."""
        wanted = np.dtype(dtype)
        if wanted == self.dtype:
            return self
        if wanted.kind == "b":
            return np.not_equal(self, 0)
        if wanted == _DTYPES[REAL]:
            return Traced(self.tape, self.node, REAL)
        if wanted.kind in "iu":
            return Traced(self.tape, np.trunc(self).node, WHOLE)
        raise trace_error(
            f"a live value can't be of type {wanted}", "astype with float, int or bool"
        )

    def reshape(self, *shape: Any, order: str = "C") -> Traced:
        """Return it in another shape; see `numpy.reshape`."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, order)

    def transpose(self, *axes: Any) -> Traced:
        """Return it with its axes permuted; see `numpy.transpose`."""
        return np.transpose(self, axes[0] if len(axes) == 1 else axes or None)

    def compress(self, condition: Any, axis: int | None = None) -> Traced:
        """Return the elements at which a plain mask is true; see `numpy.compress`."""
        return np.compress(condition, self, axis)

    def flatten(self) -> Traced:
        """Return its elements in one axis."""
        return np.ravel(self)

    def __getattr__(self, name: str) -> Any:
        if name in _REFUSED_METHODS:
            raise trace_error(
                f"live arrays have no .{name}", _REFUSED_METHODS[name], kind=LiveAttributeError
            )
        raise AttributeError(f"a live value has no attribute {name!r}")


def _method(function: Any) -> Any:
    def method(self: Traced, *args: Any, **options: Any) -> Any:
        return function(self, *args, **options)

    method.__name__ = function.__name__
    method.__doc__ = f"See `numpy.{function.__name__}`."
    return method


_METHODS = (
    "all any argmax argmin argsort clip conj conjugate copy cumprod cumsum diagonal dot "
    "max mean min prod ravel repeat round searchsorted squeeze std sum swapaxes take trace var"
)
for _name in _METHODS.split():
    setattr(Traced, _name, _method(getattr(np, _name)))


_REFUSED_METHODS = {
    "sort": "np.sort(x), which returns the sorted array",
    "item": "x itself, which stays live",
    "tolist": "x itself; a loop over it gives live numbers",
    "fill": "np.full_like(x, value)",
    "flat": "x.ravel()",
    "partition": "np.sort(x)",
    "resize": "x.reshape(...)",
    "nonzero": "np.where(mask, y, np.nan), as no shape may depend on a control",
}
_REFUSED_METHODS |= {
    name: "the NumPy function of that name, if there is one"
    for name in dir(np.ndarray)
    if not name.startswith("_") and not hasattr(Traced, name) and name not in _REFUSED_METHODS
}


class TracedComplex(_Live):
    """A live complex number or array, as the Fourier transform gives: two live parts."""

    __slots__ = ("imag", "real", "tape")

    def __init__(self, tape: Tape, real: Traced, imag: Traced) -> None:
        self.tape = tape
        self.real = real
        self.imag = imag

    @property
    def value(self) -> Any:
        """The complex scalar or array that this is at the settings of the recording."""
        return self.real.value + 1j * self.imag.value

    @property
    def dtype(self) -> np.dtype:
        """The type that NumPy would give it."""
        return np.dtype(complex)

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of its axes."""
        return self.real.shape

    @property
    def ndim(self) -> int:
        """The number of its axes."""
        return self.real.ndim

    @property
    def size(self) -> int:
        """The number of its elements."""
        return self.real.size

    def conj(self) -> TracedComplex:
        """Return the complex conjugate."""
        return np.conj(self)

    conjugate = conj

    def __len__(self) -> int:
        return len(self.real)

    def __getitem__(self, key: Any) -> TracedComplex:
        return self.tape.complex(self.real[key], self.imag[key])

    def __format__(self, spec: str) -> NoReturn:
        raise trace_error(
            "a live complex number can't be written as text", "its parts, z.real and z.imag"
        )

    def __str__(self) -> NoReturn:
        self.__format__("")

    def __repr__(self) -> str:
        return f"{LIVE_REPR}{self.value}>"


def is_traced(value: Any) -> bool:
    """Whether a value is live: a number or array, real or complex, that a tape records."""
    return isinstance(value, _Live)


def contains_traced(value: Any) -> bool:
    """Whether a value is live or a nested sequence or mapping with something live in it."""
    if isinstance(value, (list, tuple)):
        return any(contains_traced(item) for item in value)
    if isinstance(value, dict):
        return any(contains_traced(item) for item in value.values())
    return is_traced(value)


def lift(tape: Tape, value: Any) -> Traced:
    """Return anything numeric as one value of a tape; nested sequences are stacked."""
    return tape.lift(value)


def concrete(value: Any) -> Any:
    """Return a value, or nested sequences and mappings, with plain numbers for live ones."""
    if is_traced(value):
        return value.value
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(concrete(item) for item in value))
    if isinstance(value, (list, tuple)):
        return type(value)(concrete(item) for item in value)
    if isinstance(value, dict):
        return {key: concrete(item) for key, item in value.items()}
    return value


def pick(values: Any, position: Any) -> Any:
    """Return `values[position]`, where values and position may be live.

    Args:
        values: an array, or a list of numbers or of words.
        position: a whole number or an array of them; negative ones count from the end.  A tuple
            picks along several axes, of which some may be kept whole by `slice(None)`.

    Returns:
        The element or elements; a live one moves with the figure.

    Raises:
        IndexError: where there is no such position.
    """
    positions = position if isinstance(position, tuple) else (position,)
    live = next((p for p in positions if is_traced(p)), None)
    if live is not None and isinstance(values, (list, tuple)):
        words = [value for value in values if isinstance(value, str)]
        if words and len(words) == len(values):
            return functions.pick_word(live.tape, words, live)
    if live is None and contains_traced(values):
        live = values
        while not is_traced(live):
            live = next(item for item in live if contains_traced(item))
    whole = tuple(p if is_traced(p) else _whole(p) for p in positions)
    if live is not None:
        return live.tape.lift(values)[whole]
    if isinstance(values, (list, tuple)) and len(whole) == 1 and np.ndim(whole[0]) == 0:
        return values[whole[0]]
    return np.asarray(values)[whole]


def _whole(position: Any) -> Any:
    if isinstance(position, slice):
        return position
    array = np.asarray(position)
    if array.dtype.kind not in "iuf" or np.any(array != np.rint(array)):
        raise IndexError(f"position = {position!r}: allowed are whole numbers")
    return array.astype(np.intp)[()]


def _is_complex(value: Any) -> bool:
    if isinstance(value, (TracedComplex, complex)):
        return True
    return isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "c"


def _refuse_options(name: str, options: dict[str, Any]) -> None:
    """Drop the options that say what is the default anyway and refuse the other ones."""
    for option in ("out", "where", "casting", "order", "subok", "signature"):
        if option not in options:
            continue
        value = options.pop(option)
        if option == "out" and any(isinstance(out, np.ndarray) for out in value):
            raise trace_error(
                f"{name} can't write a live value into a plain array",
                "x = x + y in place of x += y or out=, which make a new, live array",
            )
        if option in ("out", "where") and value is not True:
            raise trace_error(
                f"{name} takes no {option}= with live values",
                "np.where(mask, y, np.nan) around the result",
            )
    dtype = options.pop("dtype", None)
    if dtype is not None and np.dtype(dtype) != float:
        raise trace_error(f"{name} takes no dtype={dtype} with live values", "leave it out")


# What to write in place of calls that need plain numbers, by how the call looks.
_ALTERNATIVES = (
    (r"\bc?math\.(\w+)", r"np.\1, if NumPy or scipy.special has it, in place of math.\1"),
    (r"\bfloat\(", "leave float() out: a live number already is one"),
    (r"\barange\(", "np.linspace(start, stop, n) with a fixed n"),
    (r"\bfull\(", "x * np.ones(shape)"),
    (r"\blogsumexp\(", "np.logaddexp.reduce(x)"),
    (r"\bcomb\(", "scipy.special.binom(n, k)"),
    (r"\bfactorial\(", "np.exp(scipy.special.gammaln(n + 1))"),
    (r"\bstats\.|\.(cdf|pdf|pmf|ppf|sf)\(", "ufuncs of scipy.special, as ndtr for norm.cdf"),
    (r"\bintegrate\.|\bquad\(", "np.trapezoid on a grid of fixed length"),
    (r"\boptimize\.|\b(brentq|minimize|fsolve|root)\w*\(", "a fixed number of Newton's steps"),
    (r"\brandom\.|\brng\.", "draws with plain parameters, then arithmetic with live ones"),
    (r"\b(vectorize|fromiter|apply_along_axis)\(", "functions of whole arrays"),
)


def _alternative(source: str) -> str | None:
    for pattern, instead in _ALTERNATIVES:
        if match := re.search(pattern, source):
            return match.expand(instead)
    return None


def _float_advice() -> str:
    source = authors_code().source
    if alternative := _alternative(source):
        return alternative
    if "%" in source:
        return 'an f-string, as f"{x:.2f}"'
    return "functions of NumPy and scipy.special, and no float(), math or % formatting"


def _array_advice(dtype: np.dtype) -> str:
    _, source, assigns = authors_code()
    if assigns:
        return "np.where, np.concatenate or np.stack: elements can't be assigned one by one"
    if source.endswith("]") and dtype == _DTYPES[TRUTH]:
        return "np.where(mask, y, np.nan), which keeps the length"
    if source.endswith("]") or re.search(r"\btake\(", source):
        return "explorable.pick(values, position)"
    if alternative := _alternative(source):
        return alternative
    if re.search(r"[(\[]\s*[\[(]", source):
        return "np.stack([x, y, ...]) to make one array of live values"
    if re.search(r"\b(as\w*)?array\(", source):
        return "leave the conversion out: a live value already acts as an array"
    if re.search(r"(?<!\bnp)\.\w+\(", source):
        return "NumPy's function on the live value, as np.dot(a, x) for a.dot(x)"
    return "functions of NumPy and scipy.special; np.stack to join live values"


def _bool_advice() -> str:
    source = authors_code().source
    if alternative := _alternative(source):
        return alternative
    if re.search(r"\b(min|max)\(", source):
        return "np.minimum(x, y) or np.maximum(x, y)"
    if "sorted(" in source:
        return "np.sort(x)"
    if re.search(r"\b(and|or|not)\b", source):
        return "& for and, | for or, ~ for not"
    if re.search(r"[<>]=?[^<>=]+[<>]=?", source):
        return "(a < x) & (x < b) for a < x < b"
    return (
        "np.where(condition, x, y), between words too; for more than that a Dropdown or Checkbox, "
        "whose choices are cases with plain values"
    )
