"""The names of types that public signatures of `scaling_core` use."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

Numbers: TypeAlias = float | np.ndarray
"""A number, or an array of numbers of any shape that broadcasts against the other arguments.

What comes out has the shape that the arguments have together: a number for numbers, and an array
where one of them was one.  Traced values, by which figures are recorded, are taken as well.
"""
