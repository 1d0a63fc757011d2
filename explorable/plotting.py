"""For the author's own drawing: ticks as a reader wants them, few and in plain numbers or words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from matplotlib.axis import Axis, XAxis, YAxis

from .trace import contains_traced

PLAIN = (1e-4, 1e6)  # numbers in between are written out; beyond, the axis writes powers of ten


def ticks(
    axis: Axis,
    at: Iterable[float] | Mapping[float, str],
    label: str | Callable[[float], str] | None = None,
    **text: Any,
) -> None:
    """Put the ticks of an axis at these places, and none between them.

    Args:
        axis: `ax.xaxis` or `ax.yaxis`.
        at: the places, in the axis's own unit; or a mapping from each place to its label.
        label: how a place is written: a format such as `"{:.0%}"`, or a function from place to
            label, for example `matplotlib.ticker.EngFormatter("W")`, which writes `1 MW`.  Without
            it the places are plain numbers such as `0.25` and `10,000`; where one is above a
            million or below 0.0001 the axis writes all of them, on a log axis as powers of ten.
        **text: properties of the labels, for example `size=10`.

    Raises:
        ValueError: naming the argument, its value and what is allowed.

    >>> import matplotlib.pyplot as plt
    >>> fig, ax = plt.subplots()
    >>> _ = ax.set(xscale="log", xlim=(0.1, 10), ylim=(0, 1))
    >>> ticks(ax.xaxis, [0.1, 1, 10])
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['0.1', '1', '10']
    >>> ticks(ax.yaxis, {0: "nobody", 0.5: "half", 1: "all"})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['nobody', 'half', 'all']
    >>> plt.close(fig)
    """
    if not isinstance(axis, XAxis | YAxis):
        raise ValueError(f"axis = {axis!r}: allowed is ax.xaxis or ax.yaxis")
    if isinstance(at, str) or not isinstance(at, Iterable):
        raise ValueError(f"at = {at!r}: allowed are places, or a mapping from places to labels")
    if label is not None and isinstance(at, Mapping):
        raise ValueError(f"label = {label!r}: allowed is no label where `at` gives the labels")
    places = list(at)
    set_ticks = axis.axes.set_xticks if isinstance(axis, XAxis) else axis.axes.set_yticks
    set_ticks(places, _labels(at, places, label), **text)
    axis.minorticks_off()


def _labels(at: Any, places: list[float], label: Any) -> list[str] | None:
    if isinstance(at, Mapping):
        return list(at.values())
    if isinstance(label, str):
        return [label.format(place) for place in places]
    if callable(label):
        return [label(place) for place in places]
    if label is not None:
        raise ValueError(
            f"label = {label!r}: allowed is a format such as '{{:.0%}}', or a function"
        )
    if contains_traced(places):  # the axes refuse them
        return None
    if all(place == 0 or PLAIN[0] <= abs(place) <= PLAIN[1] for place in places):
        return [f"{place:,.12g}".replace("-", "\N{MINUS SIGN}") for place in places]
    return None
