"""What goes wrong while a live figure is made, said where the author can mend it."""

from __future__ import annotations

import dis
import itertools
import linecache
import os
import re
import sys
from types import FrameType
from typing import NamedTuple

import matplotlib
import numpy as np
import scipy

# How the repr of a live value starts.
LIVE_REPR = "<live, now "

NO_COUNT = "a live value can't be a shape, a count or the position in a plain sequence"
FIXED_LENGTH = (
    "a fixed length and np.where(mask, y, np.nan), as no shape may depend on a control; for an "
    "element of a list or array, explorable.pick(values, position)"
)


class ExplorableError(Exception):
    """A live figure can't be made as it is written."""


class TraceError(ExplorableError, TypeError):
    """A live value went where only a plain one can go."""


class LiveAttributeError(TraceError, AttributeError):
    """A method of arrays that live arrays don't have; `hasattr` may still ask for it."""


class ControlError(ExplorableError, ValueError):
    """A control, preset or default that can't be."""


class LegibilityWarning(UserWarning):
    """A picture has texts that cannot be read at a setting to which readers are led."""


class FigureError(ExplorableError):
    """A drawing that can't move, or that would not show what the function says."""


def _folder(module_file: str) -> str:
    return os.path.dirname(os.path.abspath(module_file)) + os.sep


_LIBRARIES = tuple(
    _folder(file) for file in (__file__, np.__file__, matplotlib.__file__, scipy.__file__)
)
_STANDARD_LIBRARY = _folder(os.__file__)
_NOTEBOOK_CELL = re.compile(r"ipykernel_\d+|<ipython-input")


def is_authors(filename: str) -> bool:
    """Whether a file holds code of the figure's author rather than of the libraries under it."""
    if filename.startswith((*_LIBRARIES, "<frozen")) or filename.endswith(".pyx"):
        return False
    return "site-packages" in filename or not filename.startswith(_STANDARD_LIBRARY)


class AuthorsCode(NamedTuple):
    """Where the author's code stands.

    Attributes:
        where: the file and line, or the line of a notebook's cell.
        source: the expression it is working on.
        assigns: whether that is the assignment of an element, `source = ...`.
    """

    where: str
    source: str
    assigns: bool


def authors_code() -> AuthorsCode:
    """Find the innermost line of the author's own code that is being run."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not is_authors(frame.f_code.co_filename):
        frame = frame.f_back
    return AuthorsCode("", "", False) if frame is None else _code_at(frame, frame.f_lasti)


def _code_at(frame: FrameType, instruction: int) -> AuthorsCode:
    code = frame.f_code
    first, last, start, end = next(itertools.islice(code.co_positions(), instruction // 2, None))
    source = linecache.getline(code.co_filename, first or 0)
    if first == last and start is not None:
        # Columns count bytes of UTF-8.
        source = source.encode()[start:end].decode(errors="replace")
    if _NOTEBOOK_CELL.search(code.co_filename):
        where = f"line {first} of the cell"
    else:
        where = f"{os.path.basename(code.co_filename)}:{first}"
    assigns = dis.opname[code.co_code[instruction]] == "STORE_SUBSCR"
    return AuthorsCode(where, source.strip(), assigns)


def trace_error(
    what: str, instead: str, *, code: AuthorsCode | None = None, kind: type[TraceError] = TraceError
) -> TraceError:
    """Return the error that says what went wrong, where, and what to write instead."""
    where, source, _ = code or authors_code()
    at = f"{where}: {source}" if source else where
    return kind(f"{what}\n  at {at}\n  instead: {instead}")


def refusal(error: BaseException) -> TraceError | None:
    """Return the refusal of a live value that another error hides, if one does.

    NumPy now and then replaces an exception by one of its own: for `np.zeros(x)` it complains of
    x by its repr, for `out[0] = x` of a sequence.
    """
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, TraceError):
            return behind
        behind = behind.__cause__ or behind.__context__
    if LIVE_REPR not in str(error):
        return None
    code = None
    step = error.__traceback__
    while step is not None:
        if is_authors(step.tb_frame.f_code.co_filename):
            code = _code_at(step.tb_frame, step.tb_lasti)
        step = step.tb_next
    return trace_error(NO_COUNT, FIXED_LENGTH, code=code)
